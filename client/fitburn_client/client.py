"""The client: one method per thing a partner, a member's page or a test wants from the API."""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from itertools import islice
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

from fitburn_client.decoding import decode
from fitburn_client.errors import Invalid, NotFound, Problem, StillPending, UnexpectedAnswer
from fitburn_client.members import Login, Profile, Transfer
from fitburn_client.stats import DailyStats, Leaderboard
from fitburn_client.transport import OnRetry, Transport, json_of
from fitburn_client.workouts import BulkResult, Prediction, RecentWorkout, Submission, Workout

BULK_LIMIT = 1000
"""Items that the API takes in one bulk submission."""

LOOKUP_LIMIT = 100
"""Predictions that the API gives in one look-up."""

PAGE_LIMIT = 200
"""Items that the API gives in one page."""

LONGEST_HOLD_S = 30.0
"""The API holds a `?wait=` request back for at most this long."""

FIRST_LOOK_AGAIN_S, LAST_LOOK_AGAIN_S = 0.02, 1.0

KEY_MAX_CHARS = 128

BulkItem = Workout | tuple[Workout, str]
"""A workout, or a workout with its idempotency key."""

T = TypeVar("T")


class FitBurn:
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

    def close(self) -> None:
        """Close the pooled connections."""
        self._transport.close()

    def submit(self, workout: Workout, idempotency_key: str | None = None) -> Submission:
        """Hand in one workout. Give a key of your own to make it safe to submit again later, from another process."""
        key = _checked(str(uuid.uuid4()) if idempotency_key is None else idempotency_key)
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

    def recent(
        self, user_id: str | None = None, status: str | None = None, page_size: int = 100
    ) -> Iterator[RecentWorkout]:
        """Workouts with their predictions, newest first; pages are fetched as the iterator advances."""
        return self._pages(RecentWorkout, "/workouts/recent", {"user_id": user_id, "status": status}, page_size)

    def balance(self, user_id: str | None = None) -> int:
        """Points of a member; of the token's own member without `user_id`."""
        answer = self._transport.call("GET", _points_path(user_id), query={"limit": 1})
        return int(json_of(answer, "balance")["balance"])

    def transfers(self, user_id: str | None = None, page_size: int = 100) -> Iterator[Transfer]:
        """Every movement of a member's points, newest first."""
        return self._pages(Transfer, _points_path(user_id), {}, page_size)

    def stats_daily(self, from_day: date | None = None, to_day: date | None = None) -> DailyStats:
        """The club's days from `from_day` to `to_day`, both included; without them from the first or to the last."""
        query = {"from": _iso(from_day), "to": _iso(to_day)}
        return decode(DailyStats, self._whole("/stats/daily", query, PAGE_LIMIT))

    def leaderboard(self, day: date, limit: int | None = None) -> Leaderboard:
        """The board of a day in the club's time zone: the first `limit` places, or all of them."""
        return decode(Leaderboard, self._whole(f"/leaderboard/{day.isoformat()}", {}, PAGE_LIMIT, limit))

    def register(self, email: str, password: str, display_name: str, club: str | None = None) -> Login:
        """Make a member's account and log in. Not tried again once sent."""
        return self._log_in(
            "/auth/register", {"email": email, "password": password, "display_name": display_name, "club": club}
        )

    def login(self, email: str, password: str, club: str | None = None) -> Login:
        """A token for `FitBurn(base_url, token)`. Not tried again once sent."""
        return self._log_in("/auth/login", {"email": email, "password": password, "club": club})

    def logout(self) -> None:
        """Revoke the token that this client holds."""
        self._transport.call("POST", "/auth/logout")

    def me(self) -> Profile:
        """The profile of the token's member."""
        return decode(Profile, json_of(self._transport.call("GET", "/me")))

    def update_me(self, **changes: str | float | bool | None) -> Profile:
        """Change fields of the own profile, named as in Profile; gives the whole profile afterwards."""
        return decode(Profile, json_of(self._transport.call("PATCH", "/me", body=changes)))

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

    def _pages(self, kind: type[T], path: str, query: Mapping[str, str | None], page_size: int) -> Iterator[T]:
        for page in self._answers(path, query, page_size):
            yield from (decode(kind, item) for item in page["items"])

    def _answers(self, path: str, query: Mapping[str, str | None], page_size: int) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._transport.call("GET", path, query={**query, "limit": page_size, "cursor": cursor})
            answer = json_of(page, "items")
            yield answer
            cursor = answer.get("next_cursor")
            if not cursor:
                return

    def _whole(
        self, path: str, query: Mapping[str, str | None], page_size: int, limit: int | None = None
    ) -> dict[str, Any]:
        """The first page with the items of the following ones, up to `limit`."""
        pages = self._answers(path, query, page_size if limit is None else min(limit, page_size))
        whole = next(pages)
        items = list(whole["items"])
        while (limit is None or len(items) < limit) and (page := next(pages, None)):
            items += page["items"]
        return whole | {"items": items[:limit]}

    def _log_in(self, path: str, body: Mapping[str, str | None]) -> Login:
        known = {name: value for name, value in body.items() if value is not None}
        return decode(Login, json_of(self._transport.call("POST", path, body=known, replayable=False)))


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items, taken as they are needed."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _keyed(item: BulkItem) -> tuple[Workout, str]:
    workout, key = item if isinstance(item, tuple) else (item, str(uuid.uuid4()))
    return workout, _checked(key)


def _checked(key: str) -> str:
    if not (0 < len(key) <= KEY_MAX_CHARS and key.isascii() and key.isprintable() and " " not in key):
        raise ValueError(f"an idempotency key is 1 to {KEY_MAX_CHARS} printable ASCII characters, no space: {key!r}")
    return key


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


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _points_path(user_id: str | None) -> str:
    return "/me/points" if user_id is None else f"/members/{quote(user_id, safe='')}/points"
