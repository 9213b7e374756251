"""Levels and streaks over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from gym import Gym
from patience import quickest
from service import Service, bearer
from sqlalchemy import Engine

from fitburn.levels import LADDER
from fitburn.streaks import WEEK, monday_of, month_of

# Scored workouts of one member with their awards: `each` per day.
HISTORY = """
with made as (
    insert into workouts (
        club_id, member_id, source, request_hash, ts, local_day, workout_type, duration_min, gender, age, height_cm,
        weight_kg
    )
    select
        u.club_id, u.id, 'test', '', d + time '12:00' at time zone 'UTC', d, 'running', 30, 'Male', 30, 180, 80
    from users as u, unnest(cast(:days as date[])) as d, generate_series(1, :each) as n
    where u.user_id = :user_id
    returning id, member_id, club_id
),
scored as (
    insert into predictions (workout_id, status, calories_pred, points, processed_at, credited_min, credited_kcal)
    select id, 'done', 300, 30, now(), 30, 300 from made
)
insert into point_transfers (kind, source_id, from_account, to_account, amount)
select 'workout_award', made.id, club.id, own.id, 30
from made
join point_accounts as own on own.member_id = made.member_id and own.kind = 'member'
join point_accounts as club on club.club_id = made.club_id and club.kind = 'issued'
"""
TODAY = datetime.now(UTC).date()
THIS_WEEK = monday_of(TODAY)


def weeks_ago(*numbers: int) -> list[Any]:
    return [THIS_WEEK - n * WEEK for n in numbers]


@pytest.fixture
def member(api: Service, gym: Gym) -> tuple[str, str]:
    """Token and user_id."""
    return gym.register(api)


def test_new_member_is_on_level_1_without_a_streak(api: Service, member: tuple[str, str]) -> None:
    token, user_id = member
    assert api.get(token, "/me/progress").json() == {
        "user_id": user_id, "lifetime_points": 0,
        "level": {"number": 1, "points": 0, "title_en": "Newcomer", "title_ru": "Новичок"},
        "next_level": {"number": 2, "points": 100, "title_en": "Starter", "title_ru": "Первые шаги"},
        "points_to_next_level": 100, "streak_weeks": 0, "longest_streak_weeks": 0,
        "week_starts_on": THIS_WEEK.isoformat(), "week_workouts": 0, "week_target": 2, "freezes_left": 1,
        "breaks_on": None, "days_until_break": None,
    }  # fmt: skip


def test_streak_and_level_follow_from_the_history(api: Service, gym: Gym, member: tuple[str, str]) -> None:
    token, user_id = member
    gym.run(HISTORY, days=weeks_ago(1, 2, 3), each=2, user_id=user_id)
    gym.run(HISTORY, days=weeks_ago(0), each=1, user_id=user_id)
    progress = api.get(token, "/me/progress").json()
    assert (progress["streak_weeks"], progress["longest_streak_weeks"], progress["week_workouts"]) == (3, 3, 1)
    assert (progress["lifetime_points"], progress["level"]["number"], progress["points_to_next_level"]) == (210, 2, 90)
    # A freeze of this month saves this week; one of the next month may save the next week.
    idle_weeks = 3 if month_of(THIS_WEEK) != month_of(THIS_WEEK + WEEK) else 2
    breaks_on = THIS_WEEK + idle_weeks * WEEK
    assert (progress["breaks_on"], progress["days_until_break"]) == (breaks_on.isoformat(), (breaks_on - TODAY).days)
    assert api.get(gym.key, f"/members/{user_id}/progress").json() == progress


def test_held_and_capped_workouts_do_not_count_for_the_streak(api: Service, gym: Gym, member: tuple[str, str]) -> None:
    token, user_id = member
    gym.run(HISTORY, days=weeks_ago(0), each=3, user_id=user_id)
    ids = [row.id for row in gym.workouts()]
    gym.run("update predictions set hold_reasons = '{overlap}', credited_min = 0 where workout_id = :id", id=ids[0])
    gym.run("update predictions set credited_min = 0 where workout_id = :id", id=ids[1])
    assert api.get(token, "/me/progress").json()["week_workouts"] == 1


def test_reversed_points_do_not_count_for_the_level(api: Service, gym: Gym, member: tuple[str, str]) -> None:
    token, user_id = member
    gym.run(HISTORY, days=weeks_ago(1), each=4, user_id=user_id)
    move = """
        insert into point_transfers (kind, source_id, from_account, to_account, amount)
        select 'workout_award', uuidv7(), own.id, club.id, 30
        from users as u
        join point_accounts as own on own.member_id = u.id and own.kind = 'member'
        join point_accounts as club on club.club_id = u.club_id and club.kind = 'issued'
        where u.user_id = :user_id
    """
    assert api.get(token, "/me/progress").json()["level"]["number"] == 2
    gym.run(move, user_id=user_id)
    progress = api.get(token, "/me/progress").json()
    assert (progress["lifetime_points"], progress["level"]["number"]) == (90, 1)


def test_progress_of_another_member_gets_404(api: Service, gym: Gym, member: tuple[str, str], owner: Engine) -> None:
    token, user_id = member
    other_token, other = gym.register(api)
    operator, _ = gym.register(api, role="operator")
    assert api.get(token, f"/members/{other}/progress").status_code == 404
    assert api.get(other_token, f"/members/{other}/progress").status_code == 200
    assert api.get(operator, f"/members/{user_id}/progress").status_code == 200
    assert api.get(Gym(owner).key, f"/members/{user_id}/progress").status_code == 404
    assert api.get(gym.add_key("stats:read"), f"/members/{user_id}/progress").status_code == 403
    assert api.get(gym.key, "/me/progress").status_code == 403


def test_levels_are_readable_with_a_partners_key(api: Service, gym: Gym) -> None:
    items = api.get(gym.key, "/levels").json()["items"]
    assert [(item["number"], item["points"]) for item in items] == [(level.number, level.points) for level in LADDER]


def test_new_weekly_target_applies_from_the_next_week(api: Service, gym: Gym, member: tuple[str, str]) -> None:
    token, user_id = member
    operator, _ = gym.register(api, role="operator")
    gym.run(HISTORY, days=weeks_ago(1, 2), each=2, user_id=user_id)
    next_week = (THIS_WEEK + WEEK).isoformat()
    for workouts in (5, 3):
        response = api.http.put("/club/weekly-target", json={"workouts": workouts}, headers=bearer(operator))
        expected = {"workouts": 2, "next_workouts": workouts, "next_week_starts_on": next_week}
        assert (response.status_code, response.json()) == (200, expected)
        assert api.get(token, "/club/weekly-target").json() == expected
    progress = api.get(token, "/me/progress").json()
    assert (progress["streak_weeks"], progress["week_target"]) == (2, 2)
    for wrong in (0, 15, 2.5, None):
        response = api.http.put("/club/weekly-target", json={"workouts": wrong}, headers=bearer(operator))
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/workouts")


def test_progress_over_ten_years_of_daily_workouts_is_fast(api: Service, gym: Gym, member: tuple[str, str]) -> None:
    token, user_id = member
    days = [TODAY - timedelta(days=n) for n in range(3650)]
    gym.run(HISTORY, days=days, each=2, user_id=user_id)
    progress = api.get(token, "/me/progress").json()
    assert quickest(lambda: api.get(token, "/me/progress")) < 1
    assert progress["longest_streak_weeks"] >= 520
    assert progress["level"]["number"] == len(LADDER)
