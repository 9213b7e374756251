from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from fitburn.notifications import payloads


@given(st.integers(0, 1200))
def test_every_id_is_in_exactly_one_payload_that_postgresql_accepts(count) -> None:
    ids = [str(uuid4()) for _ in range(count)]
    parts = payloads(ids)
    assert [workout_id for part in parts for workout_id in part.split(",")] == ids
    assert all(len(part.encode()) < 8000 for part in parts)
