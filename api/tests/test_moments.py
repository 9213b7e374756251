"""Times in ISO 8601: every common form of the offset is accepted, and an error names the part that is wrong."""

import pytest
from gym import Gym, workout
from problems import assert_problem
from pydantic import TypeAdapter, ValidationError
from service import Service

from app.http.moments import Moment

MOMENTS: TypeAdapter[object] = TypeAdapter(Moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-28T10:00:00+03", "2026-11-28 10:00:00+03", "2026-11-28 10:00:00.000000+03", "2026-11-28T10:00+03",
        "2026-11-28T10:00:00+0300", "2026-11-28T10:00:00+03:00", "2026-11-28T07:00:00Z", "2026-11-28t07:00:00z",
        "2026-11-28T07:00Z", "2026-11-28 12:30:00+05:30", "2026-11-27T19:00:00-12", "2026-11-28T07:00:00+00",
        "2026-11-28T07:00:00-00", "2026-11-28T07:00:00,000000000Z", "2026-11-28T04:00:00\N{MINUS SIGN}03",
    ],
)  # fmt: skip
def test_every_form_of_an_offset_is_the_same_moment(text: str) -> None:
    assert MOMENTS.dump_json(MOMENTS.validate_python(text)) == b'"2026-11-28T07:00:00Z"'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2026-11-28T10:00:00", "no time zone"),
        ("2026-11-28T10:00", "no time zone"),
        ("2026-11-28T10:00:00+3", "Z or an offset such as +03:00"),
        ("2026-11-28T10:00:00+25", "Z or an offset such as +03:00"),
        ("2026-11-28T10:00:00+03:60", "Z or an offset such as +03:00"),
        ("2026-11-28T10:00:00 +03", "Z or an offset such as +03:00"),
        ("2026-11-28T10:00:00 Europe/Moscow", "Z or an offset such as +03:00"),
        ("2026-11-28T10:00:00MSK", "Z or an offset such as +03:00"),
        ("2026-11-28T10:00:00Z\n", "Z or an offset such as +03:00"),
        ("2026-11-28T24:00:00Z", "a time from 00:00:00 to 23:59:59"),
        ("2026-11-28T10:60:00Z", "a time from 00:00:00 to 23:59:59"),
        ("2026-11-28T10+03", "a time from 00:00:00 to 23:59:59"),
        ("2026-13-28T10:00:00Z", "month"),
        ("2026-02-30T10:00:00+03", "day"),
        ("2026-11-28", "ISO 8601 date and time with a zone"),
        ("28.11.2026 10:00", "ISO 8601 date and time with a zone"),
        ("1767261600", "ISO 8601 date and time with a zone"),
        ("٢٠٢٦-11-28T10:00:00Z", "ISO 8601 date and time with a zone"),
    ],
)
def test_error_names_the_part_that_is_wrong(text: str, named: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MOMENTS.validate_python(text)
    [error] = caught.value.errors()
    assert named in error["msg"] and "extra characters" not in error["msg"]


def test_start_as_postgresql_prints_it_is_accepted(api: Service, gym: Gym) -> None:
    first = api.submit(gym.key, workout(ts="2026-01-01 13:00:00+03"), idempotency_key="visit-1")
    assert first.status_code == 202
    assert [stored.ts.isoformat() for stored in gym.workouts()] == ["2026-01-01T10:00:00+00:00"]
    replay = api.submit(gym.key, workout(ts="2026-01-01T10:00:00Z"), idempotency_key="visit-1")
    assert replay.json() == first.json()


def test_error_without_a_zone_keeps_its_code(api: Service, gym: Gym) -> None:
    body = assert_problem(api.submit(gym.key, workout(ts="2026-01-01T10:00:00")), 422, "invalid_fields")
    assert [(error["pointer"], error["code"]) for error in body["errors"]] == [("/ts", "timezone_aware")]
