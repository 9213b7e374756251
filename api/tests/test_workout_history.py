"""The history of workouts by start, and the filters for failed and held ones."""

import base64
import json
from datetime import date
from typing import Any

import pytest
from gym import Gym, workout
from problems import assert_problem, pointers
from service import Service
from sqlalchemy import Engine
from test_pagination import pages

from fitburn_client import FitBurn

HOLD = "update predictions set hold_reasons = '{too_old}', points = 0 where workout_id = :id"
FAIL = """
    update predictions set status = 'failed', error_code = 'model_error', processed_at = now() where workout_id = :id
"""


def submit(api: Service, gym: Gym, ts: str, **changes: Any) -> str:
    return str(api.submit(gym.key, workout(ts=ts, **changes)).json()["workout_id"])


def listed_ids(api: Service, secret: str, path: str = "/workouts", **query: Any) -> list[str]:
    response = api.get(secret, path, **query)
    assert response.status_code == 200, response.text
    return [item["workout_id"] for item in response.json()["items"]]


def test_history_is_sorted_by_start_not_by_arrival(api: Service, gym: Gym) -> None:
    second = submit(api, gym, "2026-01-02T10:00:00Z")
    third = submit(api, gym, "2026-01-02T18:00:00Z")
    first = submit(api, gym, "2026-01-01T10:00:00Z")
    assert listed_ids(api, gym.key) == [third, second, first]
    assert listed_ids(api, gym.key, "/workouts/recent") == [first, third, second]


def test_pages_list_every_workout_once_despite_equal_starts(api: Service, gym: Gym) -> None:
    starts = [f"2026-01-{1 + n // 6:02}T10:00:00Z" for n in range(25)]
    ids = [submit(api, gym, ts) for ts in starts]
    all_pages = list(pages(api, gym, "/workouts", limit=4))
    assert [len(page) for page in all_pages] == [4] * 6 + [1]
    assert [item["workout_id"] for page in all_pages for item in page] == ids[::-1]


def test_history_range_is_in_club_days_and_inclusive(api: Service, owner: Engine) -> None:
    moscow = Gym(owner, "Europe/Moscow")
    submit(api, moscow, "2026-01-01T23:30:00+03:00")
    early = submit(api, moscow, "2026-01-02T00:30:00+03:00")
    late = submit(api, moscow, "2026-01-03T23:30:00+03:00")
    submit(api, moscow, "2026-01-04T00:30:00+03:00")
    assert listed_ids(api, moscow.key, **{"from": "2026-01-02", "to": "2026-01-03"}) == [late, early]
    assert listed_ids(api, moscow.key, **{"from": "2026-01-04", "to": "2026-01-03"}) == []


def test_history_can_be_filtered_by_type_and_member(api: Service, gym: Gym) -> None:
    rowing = submit(api, gym, "2026-01-01T10:00:00Z", workout_type="rowing", user_id="a")
    submit(api, gym, "2026-01-01T10:00:00Z", workout_type="yoga", user_id="a")
    other = submit(api, gym, "2026-01-02T10:00:00Z", workout_type="rowing", user_id="b")
    assert listed_ids(api, gym.key, workout_type="rowing") == [other, rowing]
    assert listed_ids(api, gym.key, workout_type="rowing", user_id="a") == [rowing]
    assert listed_ids(api, gym.key, workout_type="boxing") == []


def test_workout_has_the_members_display_name_if_set(api: Service, gym: Gym) -> None:
    _, user_id = gym.register(api)
    nameless, named = (submit(api, gym, "2026-01-01T10:00:00Z", user_id=user) for user in ("u1", user_id))
    operator, _ = gym.register(api, role="operator")
    for path in ("/workouts", "/workouts/recent"):
        names = {item["workout_id"]: item["display_name"] for item in api.get(operator, path).json()["items"]}
        assert names == {nameless: None, named: "Anna"}


def test_member_sees_own_history_and_operator_the_clubs(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    operator, _ = gym.register(api, role="operator")
    own = submit(api, gym, "2026-01-01T10:00:00Z", user_id=user_id)
    other = submit(api, gym, "2026-01-02T10:00:00Z", user_id="other")
    assert listed_ids(api, token) == [own]
    assert listed_ids(api, operator) == [other, own]
    assert listed_ids(api, operator, user_id=user_id) == [own]


@pytest.fixture
def workout_by_outcome(api: Service, gym: Gym) -> dict[str, str]:
    """One workout per outcome, in the order of acceptance."""
    outcomes = ("failed", "done", "held", "pending")
    ids = {outcome: submit(api, gym, "2026-01-01T10:00:00Z", user_id=f"u-{outcome}") for outcome in outcomes}
    gym.run(FAIL, id=ids["failed"])
    gym.finish(ids["done"])
    gym.finish(ids["held"], points=0)
    gym.run(HOLD, id=ids["held"])
    return ids


def test_failed_and_held_workouts_can_be_filtered(api: Service, gym: Gym, workout_by_outcome: dict[str, str]) -> None:
    def outcomes(**query: Any) -> list[str]:
        names = {workout_id: outcome for outcome, workout_id in workout_by_outcome.items()}
        return [names[workout_id] for workout_id in listed_ids(api, gym.key, "/workouts/recent", **query)]

    assert outcomes() == ["pending", "held", "done", "failed"]
    assert outcomes(held=True) == ["held"]
    assert outcomes(attention=True) == ["held", "failed"]
    assert outcomes(attention=True, status="failed") == ["failed"]
    assert outcomes(attention=True, user_id="u-held") == ["held"]
    assert outcomes(attention=True, user_id="u-done") == []


def test_attention_filter_pages_list_every_workout_once(api: Service, gym: Gym) -> None:
    ids = [submit(api, gym, f"2026-01-01T{n:02}:00:00Z") for n in range(15)]
    for n, workout_id in enumerate(ids):
        if n % 3 == 0:
            gym.run(FAIL, id=workout_id)
        elif n % 3 == 1:
            gym.finish(workout_id, points=0)
            gym.run(HOLD, id=workout_id)
    all_pages = list(pages(api, gym, "/workouts/recent", attention=True, limit=3))
    assert [len(page) for page in all_pages] == [3, 3, 3, 1]
    assert [item["workout_id"] for page in all_pages for item in page] == [
        workout_id for n, workout_id in enumerate(ids) if n % 3 < 2
    ][::-1]


def test_failures_of_another_club_are_not_listed(
    api: Service, gym: Gym, owner: Engine, workout_by_outcome: dict[str, str]
) -> None:
    assert listed_ids(api, Gym(owner).key, "/workouts/recent", attention=True) == []


def forged_cursor(start: str) -> str:
    """A forged cursor, of a workout with this start."""
    parts = json.dumps(["2026-01-01", start, "01980000-0000-7000-8000-000000000001"])
    return base64.urlsafe_b64encode(parts.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"from": "yesterday"}, "/from"),
        ({"to": "2026-02-30"}, "/to"),
        ({"workout_type": "chess"}, "/workout_type"),
        ({"cursor": "W10"}, "/cursor"),  # []
        ({"cursor": "WzEsMiwzXQ"}, "/cursor"),  # [1,2,3]
        ({"cursor": "WyIyMDI2LTAxLTAxIiwiMjAyNi0wMS0wMSIsIngiXQ"}, "/cursor"),  # a day, a day, x
        ({"cursor": "bnVsbA"}, "/cursor"),  # null
        ({"cursor": forged_cursor("0001-01-01T00:00:00+23:00")}, "/cursor"),  # before year 1 in UTC
        (
            {"cursor": forged_cursor("2026-01-01T00:00:00-23:59")},
            "/cursor",
        ),  # an offset that PostgreSQL does not accept
    ],
)
def test_invalid_filter_or_cursor_is_named(api: Service, gym: Gym, query: dict[str, Any], pointer: str) -> None:
    assert pointers(assert_problem(api.get(gym.key, "/workouts", **query), 422, "invalid_fields")) == [pointer]


def test_client_reads_a_history_by_pages_and_as_a_whole(
    api: Service, gym: Gym, workout_by_outcome: dict[str, str]
) -> None:
    newest = submit(api, gym, "2026-01-05T10:00:00Z", user_id="u-done", workout_type="rowing")
    with FitBurn(api.url, gym.key) as client:
        page = client.workouts.list().page(limit=3)
        assert page.items[0].workout_id == newest and page.items[0].local_day == date(2026, 1, 5)
        rest = client.workouts.list().page(limit=3, cursor=page.next_cursor)
        assert rest.next_cursor is None
        assert [*page.items, *rest.items] == list(client.workouts.list())
        assert [item.workout_id for item in client.workouts.list("u-done", "rowing", date(2026, 1, 5))] == [newest]
        assert list(client.workouts.list(to_day=date(2025, 12, 31))) == []
        flags = [workout_by_outcome["held"], workout_by_outcome["failed"]]
        assert [item.workout_id for item in client.workouts.recent(attention=True)] == flags
        assert [item.workout_id for item in client.workouts.recent(attention=True).page(limit=1).items] == flags[:1]
        assert [item.hold_reasons for item in client.workouts.recent(held=True)] == [("too_old",)]
