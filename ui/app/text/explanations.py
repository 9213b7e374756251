"""Texts that explain a workout's points: why it earned them, why it is held, why it failed."""

from app import rules
from app.text.language import N_, _, n_, number, percent
from app.text.workouts import FAILED, HELD, REJECTED, state_of
from fitburn_client import Prediction, Rules

FAILURES = {
    "implausible_output": N_("No sensible number of calories came out for what was sent."),
}
FAILURE = N_("The calories could not be worked out. The club can see it and will look into it.")


def of_points(prediction: Prediction) -> list[str]:
    """Why the workout earned its points, one sentence per reason."""
    state = state_of(prediction)
    if state == FAILED:
        return [_(FAILURES.get(prediction.error_code or "", FAILURE))]
    if state == REJECTED:
        return [_("The club looked at it, and it does not count: {reason}", reason=prediction.review_reason or "–")]
    if state == HELD:
        held = [of_hold(code) for code in prediction.hold_reasons]
        return [*held, _("Points are held until the club has looked at it; you need not do anything.")]
    applied = rules.current()
    kcal = number(prediction.credited_kcal or 0)
    per_point = number(applied.points.kcal_per_point)
    counted = _("{kcal} kcal counted, and every full {per_point} kcal are a point.", kcal=kcal, per_point=per_point)
    caps = [of_cap(code, kcal) for code in prediction.points_reasons]
    return [counted, *caps] if prediction.credited_kcal else caps or [counted]


def of_cap(code: str, kcal: str) -> str:
    """The text for a code of `points_reasons`; the code itself if it is unknown. `kcal`: what counted, as text."""
    applied = rules.current()
    match code:
        case "type_ceiling":
            return _("More kcal than the hardest form of this type burns, so only {kcal} kcal counted.", kcal=kcal)
        case "aerobic_ceiling":
            return _(
                "More kcal than a very fit person of your age, sex and weight can burn, so only {kcal} kcal counted.",
                kcal=kcal,
            )
        case "no_heart_rate":
            return _(
                "{share} of the points, because there was no heart rate. With a strap or watch you get all of them.",
                share=percent(applied.points.share_without_heart_rate),
            )
        case _:
            return _daily_cap(code, applied)


def _daily_cap(code: str, applied: Rules) -> str:
    match code:
        case "daily_minutes":
            return n_(
                "{n} minute a day counts; the minutes beyond that did not.",
                "{n} minutes a day count; the minutes beyond that did not.",
                applied.points.daily_minutes,
            )
        case "daily_points":
            return n_(
                "{n} point a day is the most; this workout filled it up.",
                "{n} points a day are the most; this workout filled them up.",
                applied.points.daily_points,
            )
        case "daily_workouts":
            return n_(
                "{n} workout a day earns points; this was one more.",
                "{n} workouts a day earn points; this was one more.",
                applied.points.daily_workouts,
            )
        case _:
            return code


HOLD_REASONS = {
    "overlap": N_("It was at the same time as another workout."),
    "in_future": N_("It starts in the future. Is the clock or the time zone right?"),
    "heart_rate_too_high": N_("The heart rate is higher than hearts of that age beat."),
    "heart_rate_too_low": N_("The heart rate is too low for this type. Did the strap slip?"),
    "speed_mismatch": N_("Speed, distance and time do not fit together."),
}


def of_hold(code: str) -> str:
    """The text for a code of `hold_reasons`; the code itself if it is unknown."""
    if code == "too_old":
        days = rules.current().review.oldest_days
        return n_("It is more than {n} day old.", "It is more than {n} days old.", days)
    return _(HOLD_REASONS[code]) if code in HOLD_REASONS else code


def of_failure(code: str) -> str:
    """The text for an `error_code`."""
    return _(FAILURES.get(code, FAILURE))
