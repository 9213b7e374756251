"""The visits of a week: drawn from SEED, the member and the day, so that every run draws the same ones."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from fitburn_client import Workout
from tools.demo.members import HABITS, SEED, Member

REACH = timedelta(days=7) - timedelta(hours=1)
"""Older workouts would be held for review."""
FORGETFUL = "Dario"
"""His strap slips on a run every sixth day, and the low heart rate is held for review."""
SLIPPED_HR = 61.0


def visits(members: Iterable[Member], now: datetime) -> Iterator[tuple[Member, Workout, str]]:
    """Visits within REACH of `now`, without today, each with its idempotency key; oldest day first.

    The key consists of ISO week, day and member, so that a later run adds only later days.
    """
    roster = list(members)
    for days_ago in range(REACH.days + 1, 0, -1):
        day = now.date() - timedelta(days=days_ago)
        for member in roster:
            if _comes(member, day) and (workout := _workout(member, day)).ts > now - REACH:
                year, week, weekday = day.isocalendar()
                yield member, workout, f"demo-{year}-W{week:02d}-{weekday}-{member.user_id}"


def _comes(member: Member, day: date) -> bool:
    return day.weekday() in member.weekdays or _strap_slips(member, day)


def _strap_slips(member: Member, day: date) -> bool:
    return member.name == FORGETFUL and day.toordinal() % 6 == 0


def _workout(member: Member, day: date) -> Workout:
    draw = random.Random(f"{SEED}/{member.name}/{day}")
    workout_type = "running" if _strap_slips(member, day) else draw.choice(member.favourites)
    habit = HABITS[workout_type]
    minutes = draw.randint(*habit.minutes)
    form = draw.random()
    heart_rate = member.heart_rate(_between(habit.effort, form)) if member.wears_strap else None
    speed = round(_between(habit.speed_kmh, form), 1) if habit.speed_kmh else None
    start = time(draw.randint(*member.start_hours), draw.choice((0, 5, 10, 15, 30, 40, 45)), tzinfo=UTC)
    return Workout(
        user_id=member.user_id,
        ts=datetime.combine(day, start),
        duration_min=minutes,
        workout_type=workout_type,
        gender=member.gender,
        age=member.age,
        height_cm=member.height_cm,
        weight_kg=member.weight_kg,
        avg_hr=SLIPPED_HR if _strap_slips(member, day) else heart_rate,
        speed_kmh=speed,
        distance_km=round(speed * minutes / 60, 2) if speed else None,
    )


def _between(bounds: tuple[float, float], share: float) -> float:
    low, high = bounds
    return low + share * (high - low)
