"""What must hold for the data of a stack after every fault."""

from collections.abc import Mapping

from patience import until
from running import RunningStack

from db.rules import broken_rules

PENDING = "select count(*) from predictions where status = 'pending'"
FAILED = "select workout_id::text, error_code from predictions where status = 'failed'"
BY_KEY = """
    select idempotency_key, array_agg(id::text)
    from workouts
    where idempotency_key = any (%(keys)s)
    group by idempotency_key
"""


def assert_books_balance(stack: RunningStack, accepted: Mapping[str, str]) -> None:
    """Each accepted workout is stored, scored and awarded once; the backlog is empty, and the books balance.

    `accepted` holds the ids of the accepted workouts by idempotency key.
    """
    until(lambda: stack.sql(PENDING) == [(0,)])
    if stack.rabbitmq_url:
        until(lambda: stack.waiting() == 0)
    found = dict(stack.sql(BY_KEY, keys=list(accepted)))
    assert found == {key: [workout_id] for key, workout_id in accepted.items()}
    assert stack.sql(FAILED) == []
    assert stack.sql(broken_rules()) == []
