"""Rows through the API: submitted by the thousand, scored while the next thousand is submitted."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fitburn_client.batching import batches
from fitburn_client.client import FitBurn
from fitburn_client.csv_import.rows import Row
from fitburn_client.errors import Problem, StillPendingError
from fitburn_client.resources.predictions import Prediction
from fitburn_client.resources.workouts import BULK_LIMIT, BulkResult

MISMATCH = "idempotency_mismatch"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a row: `reason` if it was rejected, else its ids and the prediction as far as it is known.

    `deleted`: it was imported before and then deleted in the club; it stays deleted. `known_key`: the API knows the key
    with other values.
    """

    row: Row
    reason: str | None = None
    workout_id: str = ""
    replayed: bool = False
    deleted: bool = False
    known_key: bool = False
    prediction: Prediction | None = None

    @property
    def status(self) -> str:
        if self.reason is not None:
            return "rejected"
        if self.deleted:
            return "deleted"
        return self.prediction.status if self.prediction else "pending"


def outcomes(client: FitBurn, rows: Iterable[Row], wait_sec: float) -> Iterator[Outcome]:
    """One Outcome per row, in order.

    Once `wait_sec` seconds pass without a newly scored row, all further rows are only looked up and may stay pending.
    """
    submitted = ((batch, _submit(client, batch)) for batch in batches(rows, BULK_LIMIT))
    for batch, results in _one_behind(submitted):
        ids = [result.workout_id for result in results.values() if result.workout_id]
        scored = _scored(client, ids, wait_sec)
        wait_sec = 0.0 if scored.pending else wait_sec
        yield from (_outcome(row, results.get(row.number), scored) for row in batch)


SubmittedBatch = tuple[list[Row], dict[int, BulkResult]]


def _submit(client: FitBurn, batch: list[Row]) -> dict[int, BulkResult]:
    """Results by line number."""
    ready = [(row.number, (row.workout, row.key)) for row in batch if row.workout is not None]
    results = client.workouts.submit_bulk(item for _, item in ready)
    return {number: result for (number, _), result in zip(ready, results, strict=True)}


def _one_behind(submitted: Iterator[SubmittedBatch]) -> Iterator[SubmittedBatch]:
    """Each batch after the next one was submitted, so that the workers score it meanwhile."""
    previous: SubmittedBatch | None = None
    for batch in submitted:
        if previous is not None:
            yield previous
        previous = batch
    if previous is not None:
        yield previous


@dataclass(frozen=True, slots=True)
class Scored:
    """Predictions that are done or failed, by id; ids that are still pending; all other ids are of deleted workouts."""

    predictions: Mapping[str, Prediction]
    pending: frozenset[str] = frozenset()


def _scored(client: FitBurn, workout_ids: list[str], wait_sec: float) -> Scored:
    predictions: dict[str, Prediction] = {}
    try:
        for prediction in client.predictions.wait_all(workout_ids, timeout=wait_sec, skip_unknown=True):
            predictions[prediction.workout_id] = prediction
    except StillPendingError as error:
        return Scored(predictions, frozenset(error.workout_ids))
    return Scored(predictions)


def _outcome(row: Row, result: BulkResult | None, scored: Scored) -> Outcome:
    if result is None:
        return Outcome(row, reason=row.fault or "")
    if result.error is not None and "deleted" in result.error.code:
        return Outcome(row, deleted=True)
    if result.error is not None or result.workout_id is None:
        known_key = result.error is not None and result.error.code == MISMATCH
        return Outcome(row, reason=_reason(result.error), known_key=known_key)
    prediction = scored.predictions.get(result.workout_id)
    deleted = prediction is None and result.workout_id not in scored.pending
    workout_id = "" if deleted else result.workout_id
    return Outcome(row, None, workout_id, result.replayed, deleted=deleted, prediction=prediction)


def _reason(error: Problem | None) -> str:
    if error is not None and error.code == MISMATCH:
        return (
            "this row was imported before, with another start or other values: nothing to do if it is the same "
            "workout; if it is a new one, name the day with --start"
        )
    return str(error or "refused without a reason")
