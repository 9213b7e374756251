"""The token's own member: profile, days and personal bests."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict, Unpack

from fitburn_client.resource import Resource

__all__ = ["Best", "BestTime", "Bests", "OwnDay", "OwnDays", "Profile", "ProfileChanges", "TypeBests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A member's own profile."""

    user_id: str
    email: str | None = None
    display_name: str | None = None
    role: str | None = None
    gender: str | None = None
    birth_year: int | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    leaderboard_opt_out: bool = False
    club: str | None = None
    language: str | None = None
    units: str = "metric"


class ProfileChanges(TypedDict, total=False):
    display_name: str | None
    gender: str | None
    birth_year: int | None
    height_cm: float | None
    weight_kg: float | None
    leaderboard_opt_out: bool
    language: str | None
    units: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """A day with workouts. `calories` (gross kcal) and `points` are those of its scored workouts."""

    day: date
    workouts_cnt: int
    minutes: float
    calories: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDays:
    """Days with workouts from `first_day` to `last_day`, earliest first."""

    first_day: date
    last_day: date
    items: tuple[OwnDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """A personal best, in the unit of the field that holds it, and the workout that first reached it."""

    value: float
    workout_id: str
    local_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeBests:
    """Bests in single workouts of a type; None where none was measured."""

    workout_type: str
    duration_min: Best | None = None
    distance_km: Best | None = None
    speed_kmh: Best | None = None
    calories_pred: Best | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BestTime:
    """The day or week (from Monday) with the most calories."""

    first_day: date
    workouts_cnt: int
    minutes: float
    calories: float
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bests:
    """Personal bests by type, and the best day and week. Workouts held for review do not count."""

    items: tuple[TypeBests, ...]
    best_day: BestTime | None = None
    best_week: BestTime | None = None


class MeResource(Resource):
    """Calls under `client.me`, with a member's token."""

    def get(self) -> Profile:
        """The member's profile."""
        return self._get(Profile, "/me")

    def update(self, **changes: Unpack[ProfileChanges]) -> Profile:
        """Change fields of the profile; None clears one. Returns the profile afterwards."""
        return self._patch(Profile, "/me", changes)

    def days(self, from_day: date | None = None, to_day: date | None = None) -> OwnDays:
        """Days with workouts, both ends included: at most 400 days, by default the last 53 weeks."""
        return self._get(OwnDays, "/me/days", {"from": from_day, "to": to_day})

    def bests(self) -> Bests:
        """Personal bests by type of workout, and the best day and week."""
        return self._get(Bests, "/me/bests")
