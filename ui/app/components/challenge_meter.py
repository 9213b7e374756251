"""A challenge as a meter: the member's progress towards its goal."""

from app.components import meters
from app.text import challenges, language
from app.text.language import _, n_, number
from fitburn_client import Challenge


def of(challenge: Challenge) -> meters.Meter:
    done = int(challenge.progress.value) if challenge.progress else 0
    return meters.Meter(
        title=challenges.title_of(challenge),
        subtitle=f"{challenges.type_of(challenge)} · {challenges.span_of(challenge)}",
        share=1.0 if challenges.is_reached(challenge) else challenges.share_of(challenge),
        figure=challenges.bonus_of(challenge),
        left=_("{done} of {goal}", done=number(done), goal=challenges.amount(challenge.metric, challenge.goal))
        if done < challenge.goal
        else challenges.amount(challenge.metric, done),
        right=_when(challenge),
        mark=_("Reached") if challenges.is_reached(challenge) else "",
        mood="good",
    )


def _when(challenge: Challenge) -> str:
    if challenge.status == challenges.UPCOMING:
        return _("from {day}", day=language.day(challenge.starts_on))
    if challenge.status == challenges.PAST:
        return _("ended on {day}", day=language.day(challenge.ends_on))
    days = (challenge.ends_on - challenges.today()).days
    if days < 1:
        return _("last day today")
    return n_("{n} day left", "{n} days left", days)
