"""Clients that keep sending through every fault: patient ones retry, impatient ones give up, some send twice."""

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event

from fitburn_client import FitBurn, FitBurnError
from tools.chaos.records import Records
from tools.chaos.workouts import Parcel

THREADS = 24
EVERY_NTH_IS_IMPATIENT = 10
PATIENCE_SEC = 180.0
TIMEOUT_SEC = 10.0
IMPATIENT_TIMEOUT_SEC = 2.0


class Clients:
    """Sends parcels at a steady pace from many threads; `records` keeps the answers."""

    def __init__(self, url: str, key: str, records: Records) -> None:
        self._url, self._key = url, key
        self._records = records
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="client")
        self._hurry = Event()
        self._sending: list[Future[None]] = []

    def send(self, parcels: Iterable[Parcel], workouts_per_sec: float) -> None:
        """Distributes the parcels over time; returns when all are answered or given up."""
        started, due = time.monotonic(), 0.0
        for number, parcel in enumerate(parcels):
            self._hurry.wait(max(0.0, started + due - time.monotonic()))
            due += len(parcel.items) / workouts_per_sec
            for _ in range(2 if parcel.twice else 1):
                impatient = number % EVERY_NTH_IS_IMPATIENT == 0
                self._sending.append(self._pool.submit(self._send, parcel, impatient=impatient))
        for sent in self._sending:
            sent.result()
        self._pool.shutdown()

    def hurry(self) -> None:
        """No more faults follow: sends the remaining parcels as fast as possible."""
        self._hurry.set()

    def _send(self, parcel: Parcel, *, impatient: bool) -> None:
        for workout, key in parcel.items:
            self._records.add(key, workout)
        retry = partial(self._note_all, parcel)
        with FitBurn(
            self._url,
            self._key,
            timeout=IMPATIENT_TIMEOUT_SEC if impatient else TIMEOUT_SEC,
            retry_for=0.0 if impatient else PATIENCE_SEC,
            on_retry=lambda error, _: retry(error),
        ) as api:
            try:
                self._submit(api, parcel)
            except FitBurnError as error:
                self._note_all(parcel, error)

    def _submit(self, api: FitBurn, parcel: Parcel) -> None:
        if not parcel.is_bulk:
            [(workout, key)] = parcel.items
            answer = api.workouts.submit(workout, key)
            self._records.accepted(key, answer.workout_id, replayed=answer.replayed)
            return
        for result in api.workouts.submit_bulk(parcel.items):
            if result.workout_id:
                self._records.accepted(result.idempotency_key, result.workout_id, replayed=result.replayed)
            else:
                self._records.refused(result.idempotency_key, f"item: {result.error}")

    def _note_all(self, parcel: Parcel, error: FitBurnError) -> None:
        for _, key in parcel.items:
            self._records.refused(key, error)
