"""The history of one workout: answers to its sender, its rows, and its log lines."""

from collections.abc import Iterator
from datetime import UTC, datetime

from tools.chaos.checks import Difference
from tools.chaos.records import Records
from tools.chaos.stack import ShakyStack

ROWS = {
    "workouts": "select to_jsonb(w) from workouts as w where idempotency_key = %(key)s or id::text = %(id)s",
    "predictions": """
        select to_jsonb(p)
        from predictions as p
        join workouts as w on w.id = p.workout_id
        where w.idempotency_key = %(key)s or w.id::text = %(id)s
    """,
    "point_transfers": """
        select to_jsonb(t)
        from point_transfers as t
        join workouts as w on w.id = t.source_id
        where w.idempotency_key = %(key)s or w.id::text = %(id)s
    """,
}
MAX_LINES = 40


def history(stack: ShakyStack, records: Records, difference: Difference) -> Iterator[str]:
    """Lines for people; empty if the difference is not about a workout."""
    if difference.key is None and difference.workout_id is None:
        return
    ids = {difference.workout_id} - {None}
    matching = [record for record in records if record.key == difference.key or ids & record.ids]
    for record in matching:
        ids |= record.ids
        yield f"  sent with Idempotency-Key {record.key}: {record.workout.to_json()}"
        yield from (f"  {datetime.fromtimestamp(at, UTC):%H:%M:%S.%f}  {answer}" for at, answer in record.answers)
    for table, query in ROWS.items():
        for [row] in stack.sql(query, key=difference.key, id=difference.workout_id):
            yield f"  {table}: {row}"
    yield from _log_lines(stack, {workout_id for workout_id in ids if workout_id})


def _log_lines(stack: ShakyStack, ids: set[str]) -> Iterator[str]:
    remaining = MAX_LINES
    for log in sorted(stack.runner.logs.glob("*.log*")):
        for line in log.read_text(errors="replace").splitlines():
            if remaining and any(workout_id in line for workout_id in ids):
                remaining -= 1
                yield f"  {log.name}: {line[:300]}"
