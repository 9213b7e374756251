"""Words for challenges: title, rule, time span and amounts in the reader's language, and progress as a share."""

from datetime import date

from app.text import language, workouts
from app.text.language import N_, _, n_, number
from fitburn_client import Challenge

METRICS = {
    "minutes": N_("Minutes"),
    "calories": N_("Calories, kcal"),
    "workouts": N_("Workouts"),
    "distinct_days": N_("Days with a workout"),
}
ACTIVE, UPCOMING, PAST, CANCELLED = "active", "upcoming", "past", "cancelled"


def title_of(challenge: Challenge) -> str:
    """In the reader's language."""
    return str(getattr(challenge, f"title_{language.current()}"))


def bonus_of(challenge: Challenge) -> str:
    return f"+{workouts.points(challenge.bonus_points)}"


def rule_of(challenge: Challenge) -> str:
    """Such as Rowing · 100 minutes."""
    return f"{type_of(challenge)} · {amount(challenge.metric, challenge.goal)}"


def type_of(challenge: Challenge) -> str:
    return workouts.name_of(challenge.workout_type) if challenge.workout_type else _("Any workout")


def span_of(challenge: Challenge) -> str:
    return f"{language.day(challenge.starts_on)} – {language.day(challenge.ends_on)}"


def amount(metric: str, count: float) -> str:
    """A count of the metric with its unit."""
    match metric:
        case "minutes":
            return workouts.minutes(count)
        case "calories":
            return _("{kcal} kcal", kcal=number(count))
        case "workouts":
            return workouts.workouts(count)
        case _:
            return n_("{n} day", "{n} days", count)


def share_of(challenge: Challenge) -> float:
    """Share of the goal, from 0; above 1 beyond it."""
    return challenge.progress.value / challenge.goal if challenge.progress else 0.0


def is_reached(challenge: Challenge) -> bool:
    return challenge.progress is not None and challenge.progress.reached_at is not None


def today() -> date:
    return language.now().date()
