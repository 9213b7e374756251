"""Leaderboards of a day, week and month: own place, neighbours, and the names shown."""

from datetime import date
from typing import Any

import pytest
from gym import Gym
from service import Service, bearer
from sqlalchemy import Engine
from test_stats import finished, refresh

from fitburn_client import FitBurn

# A Thursday whose week starts in the previous month.
DAY = "2026-10-01"


def board(api: Service, secret: str, period: str, day: str = DAY, **query: Any) -> dict[str, Any]:
    response = api.get(secret, f"/leaderboard/{day}", period=period, **query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def places(body: dict[str, Any], items: str = "items") -> list[tuple[int, str, float]]:
    return [(item["rank"], item["name"], item["total_calories"]) for item in body[items]]


def test_weekly_and_monthly_boards_rank_the_sums_of_their_days(api: Service, gym: Gym) -> None:
    finished(api, gym, {"a": 500.0, "b": 300.0}, "2026-09-30")
    finished(api, gym, {"a": 100.0, "b": 300.0, "c": 600.0}, DAY)
    finished(api, gym, {"b": 50.0}, "2026-10-31")
    assert places(board(api, gym.key, "day")) == [(1, "c", 600.0), (2, "b", 300.0), (3, "a", 100.0)]
    week = board(api, gym.key, "week")
    assert (week["first_day"], week["last_day"]) == ("2026-09-28", "2026-10-04")
    assert places(week) == [(1, "a", 600.0), (1, "b", 600.0), (1, "c", 600.0)]
    assert [item["workouts_cnt"] for item in week["items"]] == [2, 2, 1]
    month = board(api, gym.key, "month")
    assert (month["first_day"], month["last_day"]) == ("2026-10-01", "2026-10-31")
    assert places(month) == [(1, "c", 600.0), (2, "b", 350.0), (3, "a", 100.0)]
    assert places(board(api, gym.key, "month", "2026-09-01")) == [(1, "a", 500.0), (2, "b", 300.0)]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])  # 25 hours apart
def test_today_is_the_day_in_the_clubs_time_zone(api: Service, owner: Engine, zone: str) -> None:
    gym = Gym(owner, zone)
    today = gym.one("select (now() at time zone :zone)::date as day", zone=zone).day
    for period in ("day", "week", "month"):
        present = board(api, gym.key, period, "today")
        assert present == board(api, gym.key, period, today.isoformat())
        assert present["day"] == today.isoformat()


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_own_place_comes_with_two_neighbours_above_and_below(api: Service, gym: Gym, period: str) -> None:
    token, me = gym.register(api)
    finished(api, gym, {"m1": 700.0, "m2": 600.0, "m3": 500.0, me: 400.0, "m4": 400.0, "m5": 300.0, "m6": 200.0}, DAY)
    body = board(api, token, period, limit=1)
    assert body["me"]["rank"] == 4 and body["me_absent"] is None
    assert [place["rank"] for place in body["neighbours"]] == [2, 3, 4, 4, 6]
    assert body["neighbours"][2] == body["me"]
    assert [place["user_id"] for place in body["neighbours"] if place != body["me"]] == [None] * 4


def test_first_place_has_no_neighbours_above(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {me: 700.0, "b": 600.0}, DAY)
    assert places(board(api, token, "week"), "neighbours") == [(1, "Anna", 700.0), (2, "b…", 600.0)]


def test_reason_is_given_for_a_missing_own_place(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {"a": 500.0}, DAY)
    assert board(api, token, "week")["me_absent"] == "no_place"
    finished(api, gym, {me: 400.0}, DAY)
    assert board(api, token, "month")["me_absent"] is None
    api.http.patch("/me", json={"leaderboard_opt_out": True}, headers=bearer(token))
    for period in ("day", "week", "month"):
        body = board(api, token, period)
        assert (body["me"], body["me_absent"], body["neighbours"]) == (None, "opted_out", [])
        assert places(body) == [(1, "a…", 500.0)]
    assert board(api, gym.key, "day")["me_absent"] is None


def test_opt_out_removes_a_member_from_weeks_and_months_with_the_next_run(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {me: 500.0, "b": 400.0}, DAY)
    api.http.patch("/me", json={"leaderboard_opt_out": True}, headers=bearer(token))
    refresh(gym, DAY)
    for period in ("week", "month"):
        assert places(board(api, gym.key, period)) == [(1, "b", 400.0)]


def test_members_see_masked_ids_and_display_names_of_others(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {"carl@example.com": 700.0, "member-17": 600.0, "u1": 500.0, "named": 400.0, me: 300.0}, DAY)
    gym.run("update users set display_name = 'Bea' where club_id = :club and user_id = 'named'", club=gym.id)
    names = [place["name"] for place in board(api, token, "day")["items"]]
    assert names == ["c…om", "m…17", "u…", "Bea", "Anna"]
    assert [place["name"] for place in board(api, gym.key, "day")["items"]][:4] == [
        "carl@example.com", "member-17", "u1", "Bea",
    ]  # fmt: skip


def test_client_reads_a_board_by_pages_and_as_a_whole(api: Service, gym: Gym) -> None:
    token, me = gym.register(api)
    finished(api, gym, {"a": 700.0, "b": 600.0, me: 500.0}, DAY)
    day = date.fromisoformat(DAY)
    with FitBurn(api.url, token) as client:
        board = client.boards.places(day, period="week")
        whole = board.page()
        assert (whole.period, whole.first_day, whole.last_day) == ("week", date(2026, 9, 28), date(2026, 10, 4))
        assert whole.me and whole.me.name == "Anna" and whole.neighbours == whole.items
        first = board.page(limit=2)
        rest = board.page(limit=2, cursor=first.next_cursor)
        assert first.items + rest.items == whole.items and rest.next_cursor is None
        assert tuple(board) == whole.items
