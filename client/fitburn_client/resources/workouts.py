"""Workouts on their way in, and what comes back for them."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from fitburn_client.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Workout:
    """One finished workout; `ts` is its start and must carry a time zone.

    `user_id` is needed with a partner's key; with a member's token it is the member. The profile (gender, age, height,
    weight) may be left out once the member is known to the club.
    The API judges the values; the client only makes sure that they can be sent.
    """

    ts: datetime
    duration_min: float
    user_id: str | None = None
    workout_type: str = "running"
    gender: str | None = None
    age: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    distance_km: float | None = None
    avg_hr: float | None = None
    speed_kmh: float | None = None
    calories_measured: float | None = None

    def __post_init__(self) -> None:
        if self.ts.tzinfo is None:
            raise ValueError("ts has no time zone: give it one, such as datetime.now(timezone.utc)")

    def to_json(self) -> dict[str, object]:
        """The request body; what is not known is left out."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None} | {"ts": self.ts.isoformat()}


@dataclass(frozen=True, slots=True)
class Submission:
    """An accepted workout. `replayed`: it was there already, under the same idempotency key."""

    workout_id: str
    prediction_id: str
    status: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one item of a bulk submission; `index` counts from 0 over the whole iterable.

    Accepted items carry `workout_id` and `prediction_id`, refused ones `error`.
    """

    index: int
    status: int
    idempotency_key: str
    workout_id: str | None = None
    prediction_id: str | None = None
    replayed: bool = False
    error: Problem | None = None

    @property
    def accepted(self) -> bool:
        return self.error is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Calories and points of a workout. `status` is pending, done or failed (then see `error_code`).

    `standing` is credited, held (it waits for review and earns nothing meanwhile) or rejected; `hold_reasons` says why
    it was held, `points_reasons` what shaped the points, such as a daily cap. `credited_kcal` counted for points,
    `credited_min` towards the day's minutes.
    """

    workout_id: str
    prediction_id: str
    status: str
    user_id: str | None = None
    calories_pred: float | None = None
    points: int | None = None
    points_reasons: tuple[str, ...] = ()
    hold_reasons: tuple[str, ...] = ()
    standing: str | None = None
    review_reason: str | None = None
    credited_kcal: float | None = None
    credited_min: float | None = None
    model_version: str | None = None
    error_code: str | None = None
    created_at: datetime | None = None
    processed_at: datetime | None = None

    @property
    def pending(self) -> bool:
        return self.status == "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentWorkout(Prediction):
    """A workout with its prediction; `local_day` is the day of its start in the club's time zone."""

    ts: datetime
    local_day: date
    workout_type: str
    duration_min: float
    distance_km: float | None = None
    avg_hr: float | None = None
    speed_kmh: float | None = None
    calories_measured: float | None = None
    display_name: str | None = None
