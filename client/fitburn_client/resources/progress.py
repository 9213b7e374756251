"""Progress: levels, streaks, and the weekly target that a streak takes."""

from dataclasses import dataclass
from datetime import date

from fitburn_client.decoding import decode
from fitburn_client.resource import Resource, member_path
from fitburn_client.transport import json_of

__all__ = ["Level", "Progress", "WeeklyTarget"]


@dataclass(frozen=True, slots=True)
class Level:
    """A level and the lifetime points that it takes."""

    number: int
    points: int
    title_en: str
    title_ru: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A member's level and streak. The last level has no next one; without a streak nothing can break."""

    user_id: str
    lifetime_points: int
    level: Level
    streak_weeks: int
    longest_streak_weeks: int
    week_starts_on: date
    week_workouts: int
    week_target: int
    freezes_left: int
    next_level: Level | None = None
    points_to_next_level: int | None = None
    breaks_on: date | None = None
    days_until_break: int | None = None


@dataclass(frozen=True, slots=True)
class WeeklyTarget:
    """Workouts that a week needs to count for a streak, now and from the next week on."""

    workouts: int
    next_workouts: int
    next_week_starts_on: date


class ProgressResource(Resource):
    """Calls under `client.progress`."""

    def get(self, user_id: str | None = None) -> Progress:
        """Level and streak of a member; of the token's own member without `user_id`."""
        return self._get(Progress, member_path(user_id, "progress"))

    def levels(self) -> tuple[Level, ...]:
        """All levels, lowest first."""
        answer = json_of(self._transport.call("GET", "/levels"), "items")
        return tuple(decode(Level, item) for item in answer["items"])

    def weekly_target(self) -> WeeklyTarget:
        """The club's weekly target."""
        return self._get(WeeklyTarget, "/club/weekly-target")

    def set_weekly_target(self, workouts: int) -> WeeklyTarget:
        """Set the weekly target, from the next week on. For operators."""
        answer = self._transport.call("PUT", "/club/weekly-target", body={"workouts": workouts})
        return decode(WeeklyTarget, json_of(answer))
