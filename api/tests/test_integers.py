"""An integer of a body may be written 30.0: JSON Schema, and thus OpenAPI 3.1, counts it as one."""

import json
from typing import Annotated, Any

import pytest
from gym import Gym, workout
from problems import assert_problem, pointers
from pydantic import TypeAdapter, ValidationError
from raw import post
from service import Service
from shop import SHIRT, Shop

from app.http.integers import IntegerWithin

AGES: TypeAdapter[int] = TypeAdapter(Annotated[int, IntegerWithin(10, 100)])


@pytest.mark.parametrize("raw", ["30", "30.0", "3e1", "300e-1", "10", "10.0", "100", "1e2"])
def test_integer_is_accepted_in_any_spelling(raw: str) -> None:
    for age in (AGES.validate_json(raw), AGES.validate_python(json.loads(raw))):
        assert (age, type(age)) == (int(float(raw)), int)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("30.5", "int_type"), ("30.0000001", "int_type"), ("true", "int_type"), ("false", "int_type"),
        ('"30"', "int_type"), ('"30.0"', "int_type"), ("null", "int_type"), ("[30]", "int_type"), ("{}", "int_type"),
        ("1e300", "int_type"), ("9", "greater_than_equal"), ("9.0", "greater_than_equal"),
        ("-0.0", "greater_than_equal"), ("101", "less_than_equal"), ("101.0", "less_than_equal"),
        ("9" * 40, "less_than_equal"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_one_error_at_the_field(raw: str, code: str) -> None:
    for validate, value in ((AGES.validate_json, raw), (AGES.validate_python, json.loads(raw))):
        with pytest.raises(ValidationError) as caught:
            validate(value)
        assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [((), code)]


def test_documented_type_stays_integer() -> None:
    assert AGES.json_schema() == {"type": "integer", "minimum": 10, "maximum": 100}


def test_age_of_a_workout_may_have_a_zero_fraction(api: Service, gym: Gym) -> None:
    assert api.submit(gym.key, workout(age=30.0)).status_code == 202
    [item] = api.bulk(gym.key, [workout(age=30.0)]).json()["items"]
    assert item["status"] == 202
    assert [stored.age for stored in gym.workouts()] == [30, 30]


def test_both_spellings_are_one_body_to_an_idempotency_key(api: Service, gym: Gym) -> None:
    first = api.submit(gym.key, workout(age=30), idempotency_key="visit-1")
    retry = api.submit(gym.key, workout(age=30.0), idempotency_key="visit-1")
    assert (retry.headers["idempotency-replayed"], retry.json()) == ("true", first.json())
    operator = Shop(api, gym).operator
    created = operator.post("/rewards", SHIRT | {"cost": 10}, key="shirt-1")
    assert operator.post("/rewards", SHIRT | {"cost": 10.0}, key="shirt-1").json() == created.json()


@pytest.mark.parametrize("field", ["cost", "stock", "per_member_limit"])
def test_numbers_of_a_reward_may_have_a_zero_fraction(api: Service, gym: Gym, field: str) -> None:
    created = Shop(api, gym).operator.post("/rewards", SHIRT | {field: 10.0})
    assert (created.status_code, created.json()[field]) == (201, 10)
    refused = Shop(api, gym).operator.post("/rewards", SHIRT | {field: 10.5})
    assert pointers(assert_problem(refused, 422, "invalid_fields")) == [f"/{field}"]


@pytest.mark.parametrize("raw", ["30.5", "true", '"30"'])
def test_other_age_is_named(api: Service, gym: Gym, raw: str) -> None:
    body: dict[str, Any] = workout()
    response = post(api, gym.key, "/workouts", json.dumps(body).replace('"age": 30', f'"age": {raw}').encode())
    assert pointers(assert_problem(response, 422, "invalid_fields")) == ["/age"]
