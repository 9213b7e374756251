"""Soft-deleted workouts vanish from lists and marts, and their points are taken back."""

from functools import partial

import pytest
from gym import Gym
from patience import at_once
from problems import assert_problem, pointers
from service import Service
from shop import LoggedIn, Shop
from test_review import held, paid, trained
from test_stats import refresh

from fitburn_client import FitBurn

REASON = "entered twice"


@pytest.fixture
def shop(api: Service, gym: Gym) -> Shop:
    return Shop(api, gym)


def delete(shop: Shop, caller: LoggedIn, workout_id: str, reason: str | None = None) -> None:
    with FitBurn(shop.api.url, caller.token) as client:
        client.workouts.delete(workout_id, reason)


def test_soft_deleted_workout_leaves_every_list_and_loses_its_points(shop: Shop) -> None:
    anna = shop.member()
    kept, deleted = paid(shop, anna, points=20, hours_ago=8), paid(shop, anna, points=30)
    delete(shop, anna, deleted)
    for path in ("/workouts", "/workouts/recent"):
        for caller in (anna, shop.operator):
            assert [item["workout_id"] for item in caller.get(path, user_id=anna.user_id).json()["items"]] == [kept]
    assert anna.get(f"/predictions/{deleted}").status_code == 404
    assert [(transfer["kind"], transfer["amount"]) for transfer in anna.points()["items"]] == [
        ("workout_reversal", -30),
        ("workout_award", 30),
        ("workout_award", 20),
    ]
    assert anna.points()["balance"] == 20


def test_repeated_and_concurrent_deletes_are_idempotent(shop: Shop) -> None:
    anna = shop.member()
    deleted = paid(shop, anna, points=30)
    at_once([partial(delete, shop, anna, deleted)] * 8)
    delete(shop, anna, deleted)
    assert anna.points()["balance"] == 0
    assert len(shop.operator.get("/audit", action="workout.deleted").json()["items"]) == 1


@pytest.mark.parametrize("path", ["/workouts/bulk", "/workouts/recent"])
def test_delete_on_other_workout_paths_gets_405(shop: Shop, path: str) -> None:
    assert_problem(shop.api.http.delete(path, headers=_headers(shop.operator)), 405)


def test_deleting_a_workout_takes_spent_points_back(shop: Shop) -> None:
    anna, shirt = shop.member(), shop.reward(cost=30)
    deleted = paid(shop, anna, points=30)
    assert anna.redeem(shirt).status_code == 201
    delete(shop, anna, deleted)
    assert anna.points()["balance"] == -30


def test_operator_needs_a_reason_which_the_audit_log_keeps(shop: Shop) -> None:
    anna = shop.member()
    deleted = held(shop, anna)
    problem = assert_problem(shop.api.http.delete(f"/workouts/{deleted}", headers=_headers(shop.operator)), 422)
    assert pointers(problem) == ["/reason"]
    delete(shop, shop.operator, deleted, REASON)
    [entry] = shop.operator.get("/audit", subject_id=deleted).json()["items"]
    assert (entry["action"], entry["reason"], entry["details"]) == ("workout.deleted", REASON, {"points": 0})
    assert shop.operator.get("/review").json()["items"] == []
    assert anna.points()["pending_review"] == 0
    assert shop.operator.post(f"/review/{deleted}/approve", {}).status_code == 404


def test_pending_workout_cannot_be_deleted_but_a_failed_one_can(shop: Shop) -> None:
    anna = shop.member()
    workout_id = trained(shop, anna)
    assert_problem(shop.api.http.delete(f"/workouts/{workout_id}", headers=_headers(anna)), 409, "not_scored")
    shop.gym.run(
        "update predictions set status = 'failed', error_code = 'model_error', processed_at = now()"
        " where workout_id = cast(:id as uuid)",
        id=workout_id,
    )
    delete(shop, anna, workout_id)
    assert anna.get("/workouts").json()["items"] == []
    assert shop.operator.get("/workouts/recent", status="failed").json()["items"] == []


def test_refreshed_mart_leaves_out_the_soft_deleted_workout(shop: Shop) -> None:
    anna, bernd = shop.member(), shop.member()
    deleted, _ = paid(shop, anna, points=30), paid(shop, bernd, points=20)
    refresh(shop.gym, "2026-03-02")
    delete(shop, anna, deleted)
    marked = shop.gym.rows("select distinct mart::text from mart_changes where day = '2026-03-02'")
    assert {row.mart for row in marked} >= {"daily_metrics", "leaderboard_daily"}
    refresh(shop.gym, "2026-03-02")
    day = shop.gym.one("select * from daily_metrics where club_id = :club and day = '2026-03-02'", club=shop.gym.id)
    assert (day.workouts_cnt, day.active_users, day.points_awarded) == (1, 1, 20)


def _headers(caller: LoggedIn) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}"}
