"""Workouts: submitting them, and listing them with their predictions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from http import HTTPStatus

from fitburn_client.batching import batches
from fitburn_client.decoding import decode
from fitburn_client.errors import InvalidRequestError, Problem, UnexpectedResponseError
from fitburn_client.keys import key_or_new
from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource, flag, segment
from fitburn_client.resources.predictions import Prediction
from fitburn_client.transport import json_of

__all__ = ["BULK_LIMIT", "BulkItem", "BulkResult", "RecentWorkout", "Submission", "Workout"]

BULK_LIMIT = 1000
"""The API takes at most this many items in one bulk submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workout:
    """A finished workout; `ts` is its start and must carry a time zone.

    `user_id` is required with a partner's key; a member's token implies it. The profile (gender, age, height, weight)
    may be left out once the club knows it.
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
        """The request body, without the fields that are None."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None} | {"ts": self.ts.isoformat()}


BulkItem = Workout | tuple[Workout, str]
"""A workout, or a workout with its idempotency key."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An accepted workout. `replayed`: it was accepted earlier, under the same idempotency key."""

    workout_id: str
    prediction_id: str
    status: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The result for one item of a bulk submission; `index` counts from 0 over the whole iterable.

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


class WorkoutsResource(Resource):
    """Calls under `client.workouts`.

    Lists hold the member's own workouts with a member's token; with an operator's token or a partner's key those of the
    club, or of one member with `user_id`.
    """

    def submit(self, workout: Workout, idempotency_key: str | None = None) -> Submission:
        """Submit one workout. Pass a key to make it safe to submit again later, from another process."""
        headers = {"Idempotency-Key": key_or_new(idempotency_key)}
        answer = self._transport.call("POST", "/workouts", body=workout.to_json(), headers=headers)
        replayed = answer.headers.get("Idempotency-Replayed", "").lower() == "true"
        return decode(Submission, json_of(answer) | {"replayed": replayed})

    def submit_bulk(self, items: Iterable[BulkItem]) -> Iterator[BulkResult]:
        """Submit any number of workouts, lazily, up to BULK_LIMIT per request; one result per item, in order.

        A refused item is a result with `error`; only the refusal of a whole request raises.
        """
        offset = 0
        for batch in batches(items, BULK_LIMIT):
            yield from self._submit_batch([_keyed(item) for item in batch], offset)
            offset += len(batch)

    def list(
        self,
        user_id: str | None = None,
        workout_type: str | None = None,
        from_day: date | None = None,
        to_day: date | None = None,
    ) -> Paginated[RecentWorkout]:
        """Workouts by day and start, latest first, whenever they were accepted; both days are included."""
        query = {"user_id": user_id, "workout_type": workout_type, "from": from_day, "to": to_day}
        return self._list(RecentWorkout, "/workouts", query)

    def recent(
        self,
        user_id: str | None = None,
        status: str | None = None,
        *,
        held: bool = False,
        attention: bool = False,
    ) -> Paginated[RecentWorkout]:
        """Workouts in the order of acceptance, newest first.

        `held`: only those held for review; `attention`: only those that failed or are held.
        """
        query = {"user_id": user_id, "status": status, "held": flag(held), "attention": flag(attention)}
        return self._list(RecentWorkout, "/workouts/recent", query)

    def delete(self, workout_id: str, reason: str | None = None) -> None:
        """Delete a workout and reverse its points. Idempotent. Operators may delete any workout, with a reason."""
        self._transport.call("DELETE", f"/workouts/{segment(workout_id)}", query={"reason": reason})

    def _submit_batch(self, batch: Sequence[tuple[Workout, str]], offset: int) -> Iterator[BulkResult]:
        items = [workout.to_json() | {"idempotency_key": key} for workout, key in batch]
        try:
            answer = self._transport.call("POST", "/workouts/bulk", body={"items": items})
        except InvalidRequestError as error:
            if error.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            yield from self._submit_halves(batch, offset, error)
            return
        results = json_of(answer, "items")["items"]
        if len(results) != len(batch):
            raise UnexpectedResponseError(f"{len(batch)} items were sent, {len(results)} were answered")
        for position, (result, (_, key)) in enumerate(zip(results, batch, strict=True)):
            present = {name: value for name, value in result.items() if value is not None}
            yield decode(BulkResult, present | {"index": offset + position, "idempotency_key": key})

    def _submit_halves(
        self, batch: Sequence[tuple[Workout, str]], offset: int, error: InvalidRequestError
    ) -> Iterator[BulkResult]:
        """Bisect a batch that is too large; a single item that is too large is refused alone."""
        if len(batch) == 1:
            yield BulkResult(offset, error.problem.status, batch[0][1], error=error.problem)
            return
        middle = len(batch) // 2
        yield from self._submit_batch(batch[:middle], offset)
        yield from self._submit_batch(batch[middle:], offset + middle)


def _keyed(item: BulkItem) -> tuple[Workout, str]:
    workout, key = item if isinstance(item, tuple) else (item, None)
    return workout, key_or_new(key)
