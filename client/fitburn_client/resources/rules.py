"""Rules: the limits, caps and field ranges that the service applies."""

from collections.abc import Mapping
from dataclasses import dataclass

from fitburn_client.resource import Resource

__all__ = ["Range", "Rules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A closed interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRules:
    """How calories become points, and what one day can earn. `share_without_heart_rate` is 0 to 1."""

    version: str
    kcal_per_point: float
    share_without_heart_rate: float
    daily_points: int
    daily_workouts: int
    daily_minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """Limits beyond which a workout is held for review.

    It started more than `oldest_days` ago or more than `clock_skew_min` ahead, its heart rate is `hr_above_max` beats
    above 220 - age, or its speed differs from distance and time by a share of more than `speed_tolerance`.
    """

    oldest_days: float
    clock_skew_min: float
    hr_above_max: float
    speed_tolerance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionRules:
    """A redemption that is not collected in time expires; `code_length` counts letters and digits."""

    collect_within_hours: float
    code_length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRules:
    """`max_days` is the longest time from a challenge's first day to its last."""

    max_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakRules:
    """A club without its own weekly target has the default. A freeze is a week that may miss the target."""

    default_weekly_workouts: int
    freezes_a_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRules:
    """Limits of one request."""

    max_bulk_items: int
    max_body_bytes: int
    longest_wait_sec: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`fields` holds the accepted numbers by field, in the unit of its name; `texts` the accepted lengths."""

    points: PointsRules
    review: ReviewRules
    redemptions: RedemptionRules
    challenges: ChallengeRules
    streaks: StreakRules
    requests: RequestRules
    fields: Mapping[str, Range]
    texts: Mapping[str, Range]


class RulesResource(Resource):
    """Calls under `client.rules`."""

    def get(self) -> Rules:
        """The rules of this version of the service, the same for all clubs. Needs no token."""
        return self._get(Rules, "/rules")
