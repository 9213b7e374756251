"""Titles, states and refusals of rewards and redemptions in the reader's language."""

from collections.abc import Mapping
from datetime import UTC, datetime

from app.text import language
from app.text.language import N_, _, n_
from fitburn_client import ApiError, Redemption, Reward

HELD, FULFILLED, CANCELLED, EXPIRED = "held", "fulfilled", "cancelled", "expired"

STATES = {
    HELD: (N_("Waits at the desk"), "held"),
    FULFILLED: (N_("Collected"), "good"),
    CANCELLED: (N_("Given back"), "plain"),
    EXPIRED: (N_("Not collected in time"), "plain"),
}

REFUSALS: Mapping[str, str] = {
    "out_of_stock": N_("Somebody was quicker: the last one has just gone. Your points are all still there."),
    "limit_reached": N_("You have had as many of these as one member can have."),
    "insufficient_points": N_("Your points no longer reach for this. Nothing was taken."),
    "not_available": N_("The club does not offer this at the moment. Nothing was taken."),
    "not_found": N_("The club no longer offers this. Nothing was taken."),
    "redemption_closed": N_("This was collected, given back or ran out meanwhile. Look at the page again."),
}


def title_of(reward: Reward | Redemption) -> str:
    """In the reader's language."""
    return str(getattr(reward, f"title_{language.current()}"))


def description_of(reward: Reward) -> str:
    return str(getattr(reward, f"description_{language.current()}") or "")


def refusal(error: ApiError) -> str:
    """The text for the API's error code."""
    return _(REFUSALS.get(error.code or "", N_("That did not work. Look at the page again.")))


def why_not(reward: Reward, balance: int) -> str:
    """Why the member cannot redeem the reward."""
    match reward.why_not:
        case "insufficient_points":
            return n_("{n} point to go", "{n} points to go", reward.cost - balance)
        case "out_of_stock":
            return _("All gone for now")
        case "limit_reached":
            return _("You have had as many as one member can have")
        case "not_available" if reward.valid_from and reward.valid_from > datetime.now(UTC):
            return _("From {day}", day=language.moment(reward.valid_from))
        case _:
            return _("Not offered at the moment")


def availability(reward: Reward) -> str:
    """Remaining stock, and until when the reward is offered."""
    parts = []
    if reward.stock is not None:
        parts.append(n_("{n} left", "{n} left", reward.stock))
    if reward.valid_to:
        parts.append(_("until {time}", time=language.moment(reward.valid_to)))
    return " · ".join(parts)


def grouped(code: str) -> str:
    """A redemption code in two groups, easier to read out."""
    half = (len(code) + 1) // 2
    return f"{code[:half]} {code[half:]}"
