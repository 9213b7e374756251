"""The client: one method per thing a partner, a member's page or a test wants from the API."""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from http import HTTPStatus
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from fitburn_client.challenge_calls import ChallengeCalls
from fitburn_client.club_calls import ClubCalls
from fitburn_client.decoding import decode
from fitburn_client.errors import Invalid, NotFound, Problem, StillPending, UnexpectedAnswer
from fitburn_client.history_calls import HistoryCalls
from fitburn_client.keys import checked_key
from fitburn_client.member_calls import MemberCalls
from fitburn_client.progress_calls import ProgressCalls
from fitburn_client.resources.workouts import BulkResult, Prediction, Submission, Workout
from fitburn_client.spending_calls import SpendingCalls
from fitburn_client.transport import OnRetry, Transport, json_of

BULK_LIMIT = 1000
"""Items that the API takes in one bulk submission."""

LOOKUP_LIMIT = 100
"""Predictions that the API gives in one look-up."""

LONGEST_HOLD_S = 30.0
"""The API holds a `?wait=` request back for at most this long."""

FIRST_LOOK_AGAIN_S, LAST_LOOK_AGAIN_S = 0.02, 1.0

BulkItem = Workout | tuple[Workout, str]
"""A workout, or a workout with its idempotency key."""

T = TypeVar("T")


class FitBurn(MemberCalls, ProgressCalls, ChallengeCalls, HistoryCalls, SpendingCalls, ClubCalls):
    """The FitBurn API at `base_url`, as the holder of `token` (a partner's `fbk_…` key or a member's token).

    Calls are tried again, with growing random pauses and no earlier than a Retry-After, on connection errors,
    timeouts, 429 and 502-504, until `retry_for` seconds have passed since the first try; 0 tries once. Every
    submission carries an idempotency key, so that trying again never doubles a workout. `timeout` (seconds) is for one
    try: connecting, and each silence of the server. `on_retry(error, pause_s)` is told before each pause.

    Threads may share one FitBurn; it keeps one pool of connections. Errors: `fitburn_client.errors`.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout: float = 10.0,
        retry_for: float = 30.0,
        on_retry: OnRetry | None = None,
    ) -> None:
        self._transport = Transport(base_url, token, timeout=timeout, retry_for=retry_for, on_retry=on_retry)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def with_token(self, token: str) -> "FitBurn":
        """The API as the holder of another token sees it, over the same pool of connections."""
        other = copy(self)
        other._transport = self._transport.with_token(token)
        return other

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def submit(self, workout: Workout, idempotency_key: str | None = None) -> Submission:
        """Hand in one workout. Give a key of your own to make it safe to submit again later, from another process."""
        key = checked_key(str(uuid.uuid4()) if idempotency_key is None else idempotency_key)
        answer = self._transport.call("POST", "/workouts", body=workout.to_json(), headers={"Idempotency-Key": key})
        replayed = answer.headers.get("Idempotency-Replayed", "").lower() == "true"
        return decode(Submission, json_of(answer) | {"replayed": replayed})

    def submit_bulk(self, items: Iterable[BulkItem]) -> Iterator[BulkResult]:
        """Hand in any number of workouts, lazily, in requests of up to BULK_LIMIT; one result per item, in order.

        A refused item is a result with `error`; only a refusal of the whole request raises.
        """
        offset = 0
        for batch in batches(items, BULK_LIMIT):
            yield from self._submit_batch([_keyed(item) for item in batch], offset)
            offset += len(batch)

    def prediction(self, workout_id: str) -> Prediction:
        """The prediction as it stands now."""
        return self._prediction(workout_id, hold_s=0.0)

    def wait(self, workout_id: str, timeout: float = 30.0) -> Prediction:
        """The prediction once it is done or failed; StillPending after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        pauses = _pauses()
        while True:
            left = max(0.0, deadline - time.monotonic())
            prediction = self._prediction(workout_id, hold_s=min(left, LONGEST_HOLD_S))
            if not prediction.pending:
                return prediction
            if not _pause_before(deadline, next(pauses)):
                raise StillPending([workout_id], timeout)

    def predictions(self, workout_ids: Iterable[str]) -> Iterator[Prediction]:
        """Predictions as they stand now, by LOOKUP_LIMIT a request; ids that the API does not know are left out."""
        for batch in batches(workout_ids, LOOKUP_LIMIT):
            answer = self._transport.call("GET", "/predictions", query=[("workout_id", one) for one in batch])
            yield from (decode(Prediction, item) for item in json_of(answer, "items")["items"])

    def wait_all(self, workout_ids: Iterable[str], timeout: float = 60.0) -> Iterator[Prediction]:
        """Predictions in the order in which they get done or fail.

        Raises StillPending, after all others were given, when some are pending after `timeout` seconds without a
        newly scored one; NotFound when the API does not know an id.
        """
        left = list(dict.fromkeys(workout_ids))
        deadline = time.monotonic() + timeout
        pauses = _pauses()
        while left:
            states = {one.workout_id: one for one in self.predictions(left)}
            _refuse_unknown(left, states)
            yield from (states[one] for one in left if not states[one].pending)
            still = [one for one in left if states[one].pending]
            if len(still) < len(left):
                deadline, pauses = time.monotonic() + timeout, _pauses()
            left = still
            if left and not _pause_before(deadline, next(pauses)):
                raise StillPending(left, timeout)

    def health(self) -> Mapping[str, Any]:
        """What `GET /health` says, asked once."""
        return json_of(self._transport.call("GET", "/health", retry_for=0.0), "status")

    def _submit_batch(self, batch: Sequence[tuple[Workout, str]], offset: int) -> Iterator[BulkResult]:
        items = [workout.to_json() | {"idempotency_key": key} for workout, key in batch]
        try:
            answer = self._transport.call("POST", "/workouts/bulk", body={"items": items})
        except Invalid as error:
            if error.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            yield from self._submit_halves(batch, offset, error)
            return
        results = json_of(answer, "items")["items"]
        if len(results) != len(batch):
            raise UnexpectedAnswer(f"{len(batch)} items were sent, {len(results)} were answered")
        for position, (result, (_, key)) in enumerate(zip(results, batch, strict=True)):
            told = {name: value for name, value in result.items() if value is not None}
            yield decode(BulkResult, told | {"index": offset + position, "idempotency_key": key})

    def _submit_halves(self, batch: Sequence[tuple[Workout, str]], offset: int, error: Invalid) -> Iterator[BulkResult]:
        """What was too large as a whole, in two; a single item that is too large is refused alone."""
        if len(batch) == 1:
            yield BulkResult(offset, error.problem.status, batch[0][1], error=error.problem)
            return
        middle = len(batch) // 2
        yield from self._submit_batch(batch[:middle], offset)
        yield from self._submit_batch(batch[middle:], offset + middle)

    def _prediction(self, workout_id: str, hold_s: float) -> Prediction:
        path = f"/predictions/{quote(workout_id, safe='')}"
        query = {"wait": round(hold_s, 3)} if hold_s > 0 else None
        return decode(Prediction, json_of(self._transport.call("GET", path, query=query, holds_for=hold_s)))


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items, taken as they are needed."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _keyed(item: BulkItem) -> tuple[Workout, str]:
    workout, key = item if isinstance(item, tuple) else (item, str(uuid.uuid4()))
    return workout, checked_key(key)


def _pauses() -> Iterator[float]:
    pause = FIRST_LOOK_AGAIN_S
    while True:
        yield pause
        pause = min(pause * 1.6, LAST_LOOK_AGAIN_S)


def _pause_before(deadline: float, pause: float) -> bool:
    """Sleep for `pause` seconds, but not past the deadline; False when the deadline is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        return False
    time.sleep(min(pause, left))
    return True


def _refuse_unknown(asked: Sequence[str], states: Mapping[str, Prediction]) -> None:
    unknown = [one for one in asked if one not in states]
    if unknown:
        raise NotFound(Problem(404, "unknown_workout", detail=f"no workout {', '.join(unknown[:3])} in this club"))
