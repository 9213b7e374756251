"""Rows through the API: handed in by the thousand, scored while the next thousand goes in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fitburn_client.client import BULK_LIMIT, FitBurn, batches
from fitburn_client.csv_import.rows import Row
from fitburn_client.errors import Problem, StillPending
from fitburn_client.resources.workouts import BulkResult, Prediction


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row: `reason` if it was rejected, else ids and the prediction as far as it is known."""

    row: Row
    reason: str | None = None
    workout_id: str = ""
    replayed: bool = False
    prediction: Prediction | None = None

    @property
    def status(self) -> str:
        if self.reason is not None:
            return "rejected"
        return self.prediction.status if self.prediction else "pending"


def outcomes(client: FitBurn, rows: Iterable[Row], wait: float) -> Iterator[Outcome]:
    """One Outcome per row, in order; `wait` seconds without anything scored are borne once, then rows stay pending."""
    sent = ((batch, _hand_in(client, batch)) for batch in batches(rows, BULK_LIMIT))
    for batch, results in _one_behind(sent):
        ids = [result.workout_id for result in results.values() if result.workout_id]
        scored, in_time = _scored(client, ids, wait)
        wait = wait if in_time else 0.0
        yield from (_outcome(row, results.get(row.number), scored) for row in batch)


Handed = tuple[list[Row], dict[int, BulkResult]]


def _hand_in(client: FitBurn, batch: list[Row]) -> dict[int, BulkResult]:
    """Results by line number."""
    ready = [(row.number, (row.workout, row.key)) for row in batch if row.workout is not None]
    results = client.submit_bulk(item for _, item in ready)
    return {number: result for (number, _), result in zip(ready, results, strict=True)}


def _one_behind(sent: Iterator[Handed]) -> Iterator[Handed]:
    """Each once the next is on its way, so that scoring has its time."""
    held: Handed | None = None
    for one in sent:
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _scored(client: FitBurn, workout_ids: list[str], wait: float) -> tuple[dict[str, Prediction], bool]:
    """Predictions that are done or failed, and whether all came in time."""
    scored: dict[str, Prediction] = {}
    try:
        for prediction in client.wait_all(workout_ids, timeout=wait):
            scored[prediction.workout_id] = prediction
    except StillPending:
        return scored, False
    return scored, True


def _outcome(row: Row, result: BulkResult | None, scored: dict[str, Prediction]) -> Outcome:
    if result is None:
        return Outcome(row, reason=row.fault or "")
    if result.error is not None or result.workout_id is None:
        return Outcome(row, reason=_reason(result.error))
    return Outcome(row, None, result.workout_id, result.replayed, scored.get(result.workout_id))


def _reason(error: Problem | None) -> str:
    if error is not None and error.code == "idempotency_mismatch":
        return (
            "this row was imported before, with another start: nothing to do if it is the same workout; "
            "if it is a new one, name the day with --start"
        )
    return str(error or "refused without a reason")
