"""A challenge as a meter: the member's progress towards its goal."""

from app.components import meters
from app.text import challenges, language
from app.text.language import _, n_, number
from fitburn_client import Challenge


def of(one: Challenge) -> meters.Meter:
    done = int(one.progress.value) if one.progress else 0
    return meters.Meter(
        title=challenges.title_of(one),
        subtitle=f"{challenges.type_of(one)} · {challenges.span_of(one)}",
        share=1.0 if challenges.is_reached(one) else challenges.share_of(one),
        figure=challenges.bonus_of(one),
        left=_("{done} of {goal}", done=number(done), goal=challenges.amount(one.metric, one.goal))
        if done < one.goal
        else challenges.amount(one.metric, done),
        right=_when(one),
        mark=_("Reached") if challenges.is_reached(one) else "",
        mood="good",
    )


def _when(one: Challenge) -> str:
    if one.status == challenges.UPCOMING:
        return _("from {day}", day=language.day(one.starts_on))
    if one.status == challenges.PAST:
        return _("ended on {day}", day=language.day(one.ends_on))
    days = (one.ends_on - challenges.today()).days
    if days < 1:
        return _("last day today")
    return n_("{n} day left", "{n} days left", days)
