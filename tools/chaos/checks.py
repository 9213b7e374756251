"""What must hold after the last fault. Each check yields differences, with the workout that shows them."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pika
import psutil

from db.rules import broken_rules
from fitburn_client import FitBurn, FitBurnError
from local.ports import LOOPBACK
from tools.chaos.faults import QUEUE
from tools.chaos.records import Record, Records
from tools.chaos.stack import WORKERS, ShakyStack

DEAD_QUEUE = "predictions.dead"
SETTLED_WITHIN_SEC = 120.0
PENDING = "select count(*) from predictions where processed_at is null"
BY_KEY = "select idempotency_key, array_agg(id::text) from workouts where idempotency_key is not null group by 1"
OUTCOMES = """
select w.id::text, count(p.id), min(p.status), min(p.error_code), count(t.id), min(p.points)
from workouts as w
left join predictions as p on p.workout_id = w.id
left join point_transfers as t on t.kind = 'workout_award' and t.source_id = w.id
group by w.id
"""
VERSIONS = "select model_version, count(*) from predictions group by 1 order by 1"
IN_TRANSACTION = "select count(*) from pg_stat_activity where state like 'idle in transaction%'"
# API: its pool of 8, one that listens, one that reads gauges. Worker: one.
MOST_TO_POSTGRES = {"api": 10, **dict.fromkeys(WORKERS, 1)}
MOST_TO_RABBITMQ = 1
MOST_FILES = 100


@dataclass(frozen=True)
class Difference:
    """A violated expectation; `key` is that of the workout that shows it."""

    what: str
    key: str | None = None
    workout_id: str | None = None


def settle(stack: ShakyStack, records: Records) -> Iterator[Difference]:
    """Resends, under the same keys, what got an error or no answer: it is absent, or the same workout."""
    stored = _workouts_by_key(stack)
    with FitBurn(stack.url_for_clients, stack.api_key, retry_for=30.0) as api:
        for record in [record for record in records if not record.is_accepted]:
            try:
                answer = api.workouts.submit(record.workout, record.key)
            except FitBurnError as error:
                records.refused(record.key, error)
                yield Difference(f"refused when sent again: {error}", record.key)
                continue
            records.accepted(record.key, answer.workout_id, replayed=answer.replayed)
            if stored.get(record.key, [answer.workout_id]) != [answer.workout_id]:
                yield Difference(f"another workout than {stored[record.key]} when sent again", record.key)
            if (record.key in stored) != answer.replayed:
                yield Difference(f"replayed: {answer.replayed}, there before: {record.key in stored}", record.key)


def differences(stack: ShakyStack, records: Records) -> Iterator[Difference]:
    """Between the answers that clients got and the database, once the queue is empty."""
    if not _comes_true(lambda: stack.sql(PENDING) == [(0,)]):
        yield Difference(f"still pending after {SETTLED_WITHIN_SEC:.0f} s: {stack.sql(PENDING)[0][0]}")
    yield from _workouts(stack, records)
    for rule, examples in stack.sql(broken_rules()):
        yield Difference(f"the books are broken: {rule} ({examples})")
    yield from _queues(stack)
    yield from _connections(stack)


def _workouts(stack: ShakyStack, records: Records) -> Iterator[Difference]:
    """Every 202 has one workout, one final prediction and one award, and no other workout exists."""
    stored = _workouts_by_key(stack)
    outcomes = {str(row[0]): row[1:] for row in stack.sql(OUTCOMES)}
    for record in records:
        yield from differences_of(record, stored.get(record.key, []), outcomes)
    for key in stored.keys() - {record.key for record in records}:
        yield Difference("a workout that nobody sent", key)
    if len(outcomes) != len(stored):
        yield Difference(f"{len(outcomes)} workouts under {len(stored)} keys")


def _workouts_by_key(stack: ShakyStack) -> dict[str, list[str]]:
    """Ids of the stored workouts by idempotency key."""
    return {key: list(ids) for key, ids in stack.sql(BY_KEY)}


def differences_of(
    record: Record, found: list[str], outcomes: Mapping[str, tuple[object, ...]]
) -> Iterator[Difference]:
    """Between the answers about one workout and the ids stored under its key. `outcomes` by workout: number of
    predictions, status, error code, number of awards, points."""
    for answer in record.unexpected:
        yield Difference(f"an answer that a valid workout must not get: {answer}", record.key)
    if found != sorted(record.ids):
        yield Difference(f"answered with {sorted(record.ids)}, in the database {found}", record.key)
        return
    for workout_id in found:
        predictions, status, error_code, awards, points = outcomes[workout_id]
        if (predictions, status) != (1, "done"):
            yield Difference(f"{predictions} predictions, {status} {error_code or ''}", record.key, workout_id)
        elif awards != (1 if points else 0):
            yield Difference(f"{awards} awards for {points} points", record.key, workout_id)


def _queues(stack: ShakyStack) -> Iterator[Difference]:
    if stack.has_rabbitmq and not _comes_true(lambda: messages(stack, QUEUE) == 0):
        yield Difference(f"{messages(stack, QUEUE)} messages are left in the queue")


def messages(stack: ShakyStack, queue: str) -> int:
    """Messages in the queue that no consumer holds."""
    connection = pika.BlockingConnection(pika.URLParameters(stack.plan.rabbitmq_url))
    try:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
    finally:
        connection.close()


def _connections(stack: ShakyStack) -> Iterator[Difference]:
    """No process holds more connections or files than it needs once all clients have left."""
    if not _comes_true(lambda: stack.sql(IN_TRANSACTION) == [(0,)]):
        yield Difference("a transaction was left open")
    for name, most in MOST_TO_POSTGRES.items():
        yield from _held_too_long(stack, name, f"{_side(name)}-postgres", most)
        if stack.has_rabbitmq:
            yield from _held_too_long(stack, name, f"{_side(name)}-rabbitmq", MOST_TO_RABBITMQ)
        if stack.tree(name)[0].num_fds() > MOST_FILES:
            yield Difference(f"{name} holds {stack.tree(name)[0].num_fds()} open files")
    if not _comes_true(lambda: _clients(stack) == 0):
        yield Difference(f"the API holds {_clients(stack)} connections of clients that are gone")


def _held_too_long(stack: ShakyStack, name: str, link: str, most: int) -> Iterator[Difference]:
    port = stack.links[link].port
    if not _comes_true(lambda: _connections_by_port(stack, name)[port] <= most):
        yield Difference(
            f"{name} holds {_connections_by_port(stack, name)[port]} connections of {link}, {most} would do"
        )


def _side(name: str) -> str:
    return "api" if name == "api" else "workers"


def _connections_by_port(stack: ShakyStack, name: str) -> Counter[int]:
    """Open connections of a process, by remote port."""
    return Counter(
        held.raddr.port
        for held in stack.tree(name)[0].net_connections("tcp")
        if held.raddr and held.laddr.ip == LOOPBACK
    )


def _clients(stack: ShakyStack) -> int:
    port = stack.settings.api_port
    held = stack.tree("api")[0].net_connections("tcp")
    return sum(socket.laddr.port == port and socket.status == psutil.CONN_ESTABLISHED for socket in held)


def _comes_true(holds: Callable[[], bool]) -> bool:
    give_up = time.monotonic() + SETTLED_WITHIN_SEC
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def versions(stack: ShakyStack) -> dict[str, int]:
    """Predictions by model version."""
    return {str(version): int(count) for version, count in stack.sql(VERSIONS)}
