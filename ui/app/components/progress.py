"""Level and streak as meters and sentences."""

from app.components import meters
from app.text import language, workouts
from app.text.language import _, n_, number
from fitburn_client import Level, Progress


def title_of(level: Level) -> str:
    """In the reader's language."""
    return str(getattr(level, f"title_{language.current()}"))


def level(own_progress: Progress) -> meters.Meter:
    """Progress from this level to the next."""
    here, following = own_progress.level, own_progress.next_level
    name = _("Level {n}: {title}", n=number(here.number), title=title_of(here))
    if following is None or own_progress.points_to_next_level is None:
        return meters.Meter(title=name, share=1.0, left=_("The highest there is"))
    to_go = n_(
        "{n} point to {title}", "{n} points to {title}", own_progress.points_to_next_level, title=title_of(following)
    )
    return meters.Meter(
        title=name,
        share=max(0, own_progress.lifetime_points - here.points) / (following.points - here.points),
        left=to_go,
        right=_("{n} so far", n=number(own_progress.lifetime_points)),
    )


def week(own_progress: Progress) -> meters.Meter:
    """This week's workouts against the club's target, with the streak as its title."""
    done, target = own_progress.week_workouts, own_progress.week_target
    return meters.Meter(
        title=n_("{n} week in a row", "{n} weeks in a row", own_progress.streak_weeks),
        share=done / target,
        left=_("{done} of {goal} this week", done=number(done), goal=workouts.workouts(target))
        if done < target
        else _("{done} this week", done=workouts.workouts(done)),
        right=n_("longest: {n} week", "longest: {n} weeks", own_progress.longest_streak_weeks),
        mark=_("week done") if done >= target else "",
        mood="good",
    )


def in_words(own_progress: Progress) -> list[str]:
    """What keeps the streak going, one sentence per rule."""
    if own_progress.streak_weeks == 0:
        target = own_progress.week_target
        return [n_("{n} workout in a week starts a row.", "{n} workouts in a week start a row.", target)]
    sentences = []
    if own_progress.breaks_on:
        sentences.append(_("The row is safe until {day}.", day=language.day(own_progress.breaks_on, "dMMMM")))
    if own_progress.freezes_left:
        sentences.append(
            n_(
                "{n} week of this month may fall short; the row survives it.",
                "{n} weeks of this month may fall short; the row survives it.",
                own_progress.freezes_left,
            )
        )
    else:
        sentences.append(_("This month's free week is used; the next one comes with the next month."))
    return sentences
