"""Statistics from the marts: the club's days, and the leaderboard as each kind of caller may see it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from gym import Gym, workout
from service import Service
from sqlalchemy import Engine

from fitburn_client import FitBurn

DAY = "2026-01-01"


def finished(api: Service, gym: Gym, calories: dict[str, float], day: str = DAY) -> None:
    """Score one workout per member and refresh the marts."""
    items = [workout(user_id=user_id, ts=f"{day}T10:00:00Z") for user_id in calories]
    accepted = api.bulk(gym.key, items).json()["items"]
    for item, kcal in zip(accepted, calories.values(), strict=True):
        gym.finish(item["workout_id"], calories=kcal, points=int(kcal / 10))
    refresh(gym, day)


def refresh(gym: Gym, day: str = DAY) -> None:
    for mart in ("daily_metrics", "leaderboard_daily"):
        gym.run(f"select refresh_{mart}(:day, :day), finish_mart_run('{mart}', 1)", day=day)


def board(api: Service, secret: str, **query: Any) -> dict[str, Any]:
    response = api.get(secret, f"/leaderboard/{DAY}", **query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def ranks(items: Sequence[dict[str, Any]]) -> list[tuple[int, str, float]]:
    return [(item["rank"], item["user_id"], item["total_calories"]) for item in items]


def test_daily_stats_match_the_mart_and_have_its_refresh_time(api: Service, gym: Gym) -> None:
    finished(api, gym, {"a": 300.0, "b": 500.0})
    body = api.get(gym.key, "/stats/daily").json()
    [day] = body["items"]
    latency = day.pop("avg_latency_sec"), day.pop("p95_latency_sec")
    assert all(0 < seconds < 60 for seconds in latency)
    built_at = day.pop("created_at")
    assert built_at <= body["refreshed_at"]
    assert day == {
        "day": DAY, "workouts_cnt": 2, "done_cnt": 2, "failed_cnt": 0, "pending_cnt": 0, "avg_calories": 400.0,
        "median_calories": 400.0, "active_users": 2, "total_calories": 800.0, "points_awarded": 80,
    }  # fmt: skip
    assert body["next_cursor"] is None


def test_days_are_paged_latest_first_within_the_range(api: Service, gym: Gym) -> None:
    days = [f"2026-02-{n:02}" for n in range(1, 12)]
    for day in days:
        finished(api, gym, {"a": 300.0}, day)
    query = {"from": days[1], "to": days[9], "limit": 4}
    listed, pages = [], 0
    cursor: dict[str, str] = {}
    while True:
        body = api.get(gym.key, "/stats/daily", **query, **cursor).json()
        listed += [item["day"] for item in body["items"]]
        pages += 1
        if body["next_cursor"] is None:
            break
        cursor = {"cursor": body["next_cursor"]}
    assert listed == days[9:0:-1]
    assert pages == 3


def test_workout_near_midnight_counts_on_the_clubs_day(api: Service, owner: Engine) -> None:
    moscow = Gym(owner, "Europe/Moscow")
    for ts in ("2026-01-01T23:30:00+03:00", "2026-01-02T00:30:00+03:00", "2026-01-01T22:30:00Z"):
        response = api.submit(moscow.key, workout(ts=ts))
        moscow.finish(response.json()["workout_id"])
    for day in (DAY, "2026-01-02"):
        refresh(moscow, day)
    items = api.get(moscow.key, "/stats/daily").json()["items"]
    assert [(item["day"], item["workouts_cnt"]) for item in items] == [("2026-01-02", 2), (DAY, 1)]
    assert [item["workouts_cnt"] for item in board(api, moscow.key)["items"]] == [1]


def test_stats_and_board_of_another_club_are_not_shown(api: Service, gym: Gym, owner: Engine) -> None:
    finished(api, gym, {"a": 300.0})
    other = Gym(owner)
    assert api.get(other.key, "/stats/daily").json()["items"] == []
    assert board(api, other.key)["items"] == []


def test_board_without_workouts_is_empty(api: Service, gym: Gym) -> None:
    refresh(gym)
    body = board(api, gym.key)
    assert (body["day"], body["items"], body["me"], body["next_cursor"]) == (DAY, [], None, None)


def test_equal_totals_share_a_rank_and_pages_list_each_place_once(api: Service, gym: Gym) -> None:
    finished(api, gym, {"a": 300.0, "b": 500.0, "c": 300.0, "d": 300.0, "e": 100.0})
    expected = [(1, "b", 500.0), (2, "a", 300.0), (2, "c", 300.0), (2, "d", 300.0), (5, "e", 100.0)]
    assert ranks(board(api, gym.key)["items"]) == expected
    listed = []
    cursor: dict[str, str] = {}
    while True:
        page = board(api, gym.key, limit=2, **cursor)
        listed += ranks(page["items"])
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert listed == expected


def test_member_sees_own_place_on_every_page_and_display_names(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {"a": 500.0, "b": 400.0, me: 300.0})
    gym.run("update users set display_name = 'Bea' where club_id = :club and user_id = 'b'", club=gym.id)
    mine = {
        "rank": 3,
        "user_id": me,
        "display_name": "Anna",
        "name": "Anna",
        "total_calories": 300.0,
        "workouts_cnt": 1,
    }
    first = board(api, token, limit=2)
    assert first["me"] == mine
    assert [(item["user_id"], item["display_name"]) for item in first["items"]] == [(None, None), (None, "Bea")]
    second = board(api, token, limit=2, cursor=first["next_cursor"])
    assert second["items"] == [mine] and second["me"] == mine


def test_partners_and_operators_see_user_ids(api: Service, gym: Gym) -> None:
    operator, _ = gym.register(api, role="operator")
    finished(api, gym, {"a": 500.0})
    for secret in (gym.key, operator):
        body = board(api, secret)
        assert [item["user_id"] for item in body["items"]] == ["a"]
        assert body["me"] is None


def test_opt_out_hides_a_member_immediately_and_ranks_close_with_the_next_run(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {"a": 500.0, me: 400.0, "b": 300.0})
    api.http.patch("/me", json={"leaderboard_opt_out": True}, headers={"Authorization": f"Bearer {token}"})
    body = board(api, token)
    assert [item["rank"] for item in body["items"]] == [1, 3] and body["me"] is None
    refresh(gym)
    assert ranks(board(api, gym.key)["items"]) == [(1, "a", 500.0), (2, "b", 300.0)]


@pytest.mark.parametrize("path", ["/stats/daily", f"/leaderboard/{DAY}"])
def test_stats_need_the_scope_stats_read(api: Service, gym: Gym, path: str) -> None:
    response = api.get(gym.add_key("workouts:write,workouts:read"), path)
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")
    assert api.get(gym.add_key("stats:read"), path).status_code == 200
    token, _ = gym.register(api)
    assert api.get(token, path).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "pointer"),
    [
        ("/stats/daily", {"from": "yesterday"}, "/from"),
        ("/stats/daily", {"to": "2026-02-30"}, "/to"),
        ("/stats/daily", {"limit": 0}, "/limit"),
        ("/stats/daily", {"cursor": "MjAyNi0wMi0zMA"}, "/cursor"),  # 2026-02-30
        ("/stats/daily", {"cursor": "%%%"}, "/cursor"),
        ("/leaderboard/2026-02-30", {}, "/day"),
        (f"/leaderboard/{DAY}", {"period": "year"}, "/period"),
        (f"/leaderboard/{DAY}", {"cursor": "WzFd"}, "/cursor"),  # [1]
        (f"/leaderboard/{DAY}", {"cursor": "WyJhIiwiYiJd"}, "/cursor"),  # ["a","b"]
        (f"/leaderboard/{DAY}", {"cursor": "WzEsICJcdTAwMDAiXQ"}, "/cursor"),  # [1, "\u0000"]
        (f"/leaderboard/{DAY}", {"cursor": "WzllOTksICJhIl0"}, "/cursor"),  # [9e99, "a"]
        (f"/leaderboard/{DAY}", {"cursor": "éé"}, "/cursor"),
    ],
)
def test_invalid_day_or_cursor_is_named(api: Service, gym: Gym, path: str, query: dict[str, Any], pointer: str) -> None:
    response = api.get(gym.key, path, **query)
    assert response.status_code == 422, response.text
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


def test_client_reads_all_pages_of_stats_and_boards(api: Service, gym: Gym) -> None:
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(3)]
    for day in days:
        finished(api, gym, {"a": 300.0, "b": 200.0, "c": 200.0}, day.isoformat())
    with FitBurn(api.url, gym.key) as client:
        stats = client.stats.daily(days[1], days[2]).page()
        assert [day.day for day in stats.items] == [days[2], days[1]]
        assert (stats.items[0].median_calories, stats.items[0].points_awarded) == (200.0, 70)
        assert stats.refreshed_at and stats.refreshed_at > stats.items[0].created_at
        assert len(list(client.stats.daily())) == 3
        whole_board = client.boards.places(days[0]).page()
        assert [(place.rank, place.user_id) for place in whole_board.items] == [(1, "a"), (2, "b"), (2, "c")]
        assert client.boards.places(days[0]).page(limit=2).items == whole_board.items[:2]
        assert (whole_board.day, whole_board.me) == (days[0], None)
