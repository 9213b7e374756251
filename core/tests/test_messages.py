from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitburn.errors import InvalidMessageError
from fitburn.messages import ScoreRequest, body_of


@given(st.uuids(), st.uuids())
def test_a_request_survives_the_way_through_the_queue(workout_id, prediction_id) -> None:
    body = body_of(str(workout_id), str(prediction_id))
    assert ScoreRequest.from_body(body) == ScoreRequest(workout_id=workout_id, prediction_id=prediction_id)


def test_the_body_is_exactly_the_two_ids() -> None:
    workout_id, prediction_id = uuid4(), uuid4()
    body = body_of(str(workout_id), str(prediction_id))
    assert body == f'{{"workout_id":"{workout_id}","prediction_id":"{prediction_id}"}}'.encode()


@given(st.binary(max_size=200))
def test_anything_else_is_refused_with_a_domain_error(body) -> None:
    with pytest.raises(InvalidMessageError):
        ScoreRequest.from_body(body)


def test_additional_fields_are_refused() -> None:
    body = f'{{"workout_id":"{uuid4()}","prediction_id":"{uuid4()}","points":1000}}'
    with pytest.raises(InvalidMessageError):
        ScoreRequest.from_body(body.encode())
