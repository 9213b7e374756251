"""Challenges: so much between two days of the club, for a bonus that is paid once."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ChallengeProgress:
    """How far a member is, in the metric's unit; `reached_at` is when the bonus was booked, None: not yet."""

    value: float
    reached_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A challenge as the caller may see it. Counts are for partners and operators; `progress` is of one member.

    `metric` is minutes, calories, workouts or distinct_days; `status` is upcoming, active, past or cancelled.
    """

    challenge_id: str
    title_ru: str
    title_en: str
    metric: str
    starts_on: date
    ends_on: date
    goal: int
    bonus_points: int
    status: str
    created_at: datetime
    workout_type: str | None = None
    progress: ChallengeProgress | None = None
    participants_cnt: int | None = None
    counted_at: datetime | None = None
    completions_cnt: int | None = None
