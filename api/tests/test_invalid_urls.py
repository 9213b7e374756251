"""Invalid paths, queries and headers get a precise 4xx."""

import pytest
from gym import WORKOUT, Gym
from problems import assert_problem, pointers
from service import Service


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/predictions/1", "/workout_id"),
        ("/predictions/u1'--", "/workout_id"),
        ("/predictions/%00", "/workout_id"),
        ("/predictions/01980000-0000-7000-8000-000000000001?wait=-1", "/wait"),
        ("/predictions/01980000-0000-7000-8000-000000000001?wait=31", "/wait"),
        ("/predictions/01980000-0000-7000-8000-000000000001?wait=nan", "/wait"),
        ("/predictions/01980000-0000-7000-8000-000000000001?wait=inf", "/wait"),
        ("/predictions/01980000-0000-7000-8000-000000000001?wait=x", "/wait"),
        ("/predictions", "/workout_id"),
        ("/predictions?workout_id=1", "/workout_id/0"),
        ("/workouts/recent?limit=0", "/limit"),
        ("/workouts/recent?limit=201", "/limit"),
        ("/workouts/recent?limit=x", "/limit"),
        ("/workouts/recent?limit=99999999999999999999", "/limit"),
        ("/workouts/recent?status=lost", "/status"),
        ("/workouts/recent?user_id=a%00b", "/user_id"),
        ("/workouts/recent?user_id=%F0%9F%92%AA", "/user_id"),
        ("/workouts/recent?user_id=", "/user_id"),
        ("/workouts/recent?user_id=%ED%A0%80", "/user_id"),
        ("/members/a%00b/points", "/user_id"),
        ("/members/%F0%9F%92%AA/points", "/user_id"),
        ("/members/%ED%A0%80/points", "/user_id"),
        ("/members/u1/points?limit=-1", "/limit"),
        ("/stats/daily?from=0", "/from"),
        ("/stats/daily?to=1767225600", "/to"),
        ("/stats/daily?to=2026-1-1", "/to"),
        ("/leaderboard/0", "/day"),
        ("/leaderboard/2026-02-30", "/day"),
    ],
)
def test_invalid_part_of_a_url_is_named(api: Service, gym: Gym, path: str, wrong: str) -> None:
    assert pointers(assert_problem(api.get(gym.key, path), 422, "invalid_fields")) == [wrong]


@pytest.mark.parametrize(
    "cursor", ["", "x", "AAAA", "a" * 22, "💪", "\x00", "a" * 65, "====", "AZgAAAAAcACAAAAAAAAAAQ!", "null", "' or 1=1"]
)
@pytest.mark.parametrize("path", ["/workouts/recent", "/members/u1/points"])
def test_invalid_cursor_gets_422(api: Service, gym: Gym, path: str, cursor: str) -> None:
    api.submit(gym.key, WORKOUT)
    assert pointers(assert_problem(api.get(gym.key, path, cursor=cursor), 422, "invalid_fields")) == ["/cursor"]


@pytest.mark.parametrize(
    "secret", ["-", "fbk_", "fbk_\xff", "a.b.c", "a" * 10_000, "fbk_" + "a" * 10_000, "\x01", "💪"]
)
def test_malformed_secret_gets_401(api: Service, secret: str) -> None:
    headers = {b"Authorization": b"Bearer " + secret.encode()}
    response = api.http.get("/workouts/recent", headers=headers)
    # The server itself may reject a control character in a header.
    if secret == "\x01":
        assert response.status_code in (400, 401)
    else:
        assert_problem(response, 401, "unauthenticated")
