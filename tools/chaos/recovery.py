"""How long the stack takes to recover from a fault."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import psycopg2

from fitburn_client import FitBurn, FitBurnError
from tools.chaos.faults import Fault
from tools.chaos.records import Records
from tools.chaos.stack import ShakyStack
from tools.chaos.workouts import workout

GIVE_UP_SEC = 120.0
LOOK_EVERY_SEC = 0.1
TIMEOUT_SEC = 2.0
LEFT_OVER = "select count(*) from predictions where processed_at is null and created_at <= %(then)s"


@dataclass(frozen=True)
class Recovery:
    """Seconds after the end of a fault until a new workout was accepted, until it was scored, until everything that
    was accepted before the end was scored, and until every process was back; None: not within GIVE_UP_SEC."""

    fault: str
    accepts: float | None
    scores: float | None
    caught_up: float | None
    whole: float | None

    @property
    def seconds(self) -> tuple[float | None, ...]:
        return self.accepts, self.scores, self.caught_up, self.whole

    @property
    def is_complete(self) -> bool:
        return None not in self.seconds


class Healer:
    """Injects one fault after the other and measures how the stack recovers."""

    def __init__(self, stack: ShakyStack, records: Records, random: Random) -> None:
        self._stack, self._records, self._random = stack, records, random
        self._probes = 0

    def suffer(self, fault: Fault) -> Recovery:
        with fault.broken(self._stack):
            time.sleep(fault.seconds)  # the fault has this duration by definition
        ended, ended_at = time.monotonic(), datetime.now(UTC)
        with FitBurn(self._stack.url_for_clients, self._stack.api_key, retry_for=0.0, timeout=TIMEOUT_SEC) as api:
            key = self._new_probe()
            accepts = _seconds_until(lambda: self._is_accepted(api, key), ended)
            scores = _seconds_until(lambda: self._is_scored(api, key), ended) if accepts is not None else None
        caught_up = _seconds_until(lambda: self._has_caught_up(ended_at), ended)
        return Recovery(fault.name, accepts, scores, caught_up, _seconds_until(self._stack.is_whole, ended))

    def _new_probe(self) -> str:
        self._probes += 1
        key = f"probe-{self._probes}"
        self._records.add(key, workout(self._random, 10_000))
        return key

    def _is_accepted(self, api: FitBurn, key: str) -> bool:
        try:
            answer = api.workouts.submit(self._records[key].workout, key)
        except FitBurnError as error:
            self._records.refused(key, error)
            return False
        self._records.accepted(key, answer.workout_id, replayed=answer.replayed)
        return True

    def _is_scored(self, api: FitBurn, key: str) -> bool:
        try:
            return not api.predictions.get(next(iter(self._records[key].ids))).pending
        except FitBurnError:
            return False

    def _has_caught_up(self, then: datetime) -> bool:
        try:
            return self._stack.sql(LEFT_OVER, then=then) == [(0,)]
        except psycopg2.OperationalError:
            return False


def _seconds_until(holds: Callable[[], bool], since: float) -> float | None:
    while not holds():
        if time.monotonic() - since > GIVE_UP_SEC:
            return None
        time.sleep(LOOK_EVERY_SEC)
    return time.monotonic() - since
