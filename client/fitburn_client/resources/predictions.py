"""Predictions: the calories and points of workouts, and waiting for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fitburn_client.batching import batches
from fitburn_client.decoding import decode
from fitburn_client.errors import NotFoundError, Problem, StillPendingError
from fitburn_client.polling import Polling
from fitburn_client.resource import Resource, segment
from fitburn_client.transport import json_of

__all__ = ["Prediction"]

LOOKUP_LIMIT = 100
"""The API looks up at most this many predictions in one request."""

LONGEST_HOLD_SEC = 30.0
"""The API holds a request with `wait` open for at most this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Calories and points of a workout. `status` is pending, done or failed (then see `error_code`).

    `standing` is credited, held (it waits for review and earns nothing until then) or rejected. `hold_reasons` lists
    why it was held, `points_reasons` what shaped the points, such as a daily cap. `credited_kcal` counted for points,
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


class PredictionsResource(Resource):
    """Calls under `client.predictions`."""

    def get(self, workout_id: str) -> Prediction:
        """The prediction in its present state."""
        return self._read(workout_id, hold_sec=0.0)

    def get_many(self, workout_ids: Iterable[str]) -> Iterator[Prediction]:
        """Predictions in their present state, LOOKUP_LIMIT per request; unknown ids are left out."""
        for batch in batches(workout_ids, LOOKUP_LIMIT):
            answer = self._transport.call("GET", "/predictions", query={"workout_id": batch})
            yield from (decode(Prediction, item) for item in json_of(answer, "items")["items"])

    def wait(self, workout_id: str, timeout: float = 30.0) -> Prediction:
        """The prediction once it is done or failed; StillPendingError after `timeout` seconds."""
        polling = Polling(timeout)
        while True:
            prediction = self._read(workout_id, hold_sec=min(polling.remaining_sec, LONGEST_HOLD_SEC))
            if not prediction.pending:
                return prediction
            if not polling.pause():
                raise StillPendingError([workout_id], timeout)

    def wait_all(
        self, workout_ids: Iterable[str], timeout: float = 60.0, *, skip_unknown: bool = False
    ) -> Iterator[Prediction]:
        """Predictions in the order in which they become done or failed.

        Raises StillPendingError, after all others were yielded, when `timeout` seconds pass without a newly scored one;
        NotFoundError when the API does not know an id, unless `skip_unknown`: then deleted workouts are left out.
        """
        pending = list(dict.fromkeys(workout_ids))
        polling = Polling(timeout)
        while pending:
            states = {prediction.workout_id: prediction for prediction in self.get_many(pending)}
            if skip_unknown:
                pending = [workout_id for workout_id in pending if workout_id in states]
            else:
                _refuse_unknown(pending, states)
            yield from (states[workout_id] for workout_id in pending if not states[workout_id].pending)
            still_pending = [workout_id for workout_id in pending if states[workout_id].pending]
            if len(still_pending) < len(pending):
                polling = Polling(timeout)
            pending = still_pending
            if pending and not polling.pause():
                raise StillPendingError(pending, timeout)

    def _read(self, workout_id: str, hold_sec: float) -> Prediction:
        path = f"/predictions/{segment(workout_id)}"
        query = {"wait": round(hold_sec, 3)} if hold_sec > 0 else None
        return decode(Prediction, json_of(self._transport.call("GET", path, query=query, hold_sec=hold_sec)))


def _refuse_unknown(workout_ids: Sequence[str], states: Mapping[str, Prediction]) -> None:
    unknown = [workout_id for workout_id in workout_ids if workout_id not in states]
    if unknown:
        raise NotFoundError(Problem(404, "unknown_workout", detail=f"no workout {', '.join(unknown[:3])} in this club"))
