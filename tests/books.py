"""What must hold after anything that can happen to a stack."""

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
    """Everything accepted is there once, scored and awarded once; nothing waits, and all sums agree.

    `accepted` are the workouts that the API took, by their idempotency keys.
    """
    until(lambda: stack.sql(PENDING) == [(0,)])
    if stack.rabbitmq_url:
        until(lambda: stack.waiting() == 0)
    found = dict(stack.sql(BY_KEY, keys=list(accepted)))
    assert found == {key: [workout_id] for key, workout_id in accepted.items()}
    assert stack.sql(FAILED) == []
    assert stack.sql(broken_rules()) == []
