"""Reviews: operators approve or reject held workouts and reverse paid ones; the audit log records it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from gym import Gym, workout
from patience import at_once
from problems import assert_problem, pointers
from service import Service
from shop import LoggedIn, Shop
from sqlalchemy import Engine

REASON = {"reason": "The watch says otherwise"}


@pytest.fixture
def shop(api: Service, gym: Gym) -> Shop:
    return Shop(api, gym)


def trained(shop: Shop, member: LoggedIn, hours_ago: float = 2.0, **changes: object) -> str:
    """Submit a workout of the member on 2026-03-02, `hours_ago` before 22:00 UTC; return its id."""
    start = datetime(2026, 3, 2, 22, tzinfo=UTC) - timedelta(hours=hours_ago)
    sent = workout(user_id=member.user_id, ts=start.isoformat(), **changes)
    response = shop.api.submit(member.token, sent)
    assert response.status_code == 202, response.text
    return str(response.json()["workout_id"])


def held(shop: Shop, member: LoggedIn, **options: float) -> str:
    workout_id = trained(shop, member, options.pop("hours_ago", 2.0))
    shop.hold(workout_id, **options)
    return workout_id


def paid(shop: Shop, member: LoggedIn, points: int = 30, hours_ago: float = 2.0) -> str:
    workout_id = trained(shop, member, hours_ago)
    shop.gym.finish(workout_id, points=points, notify=False)
    return workout_id


def test_review_list_is_in_order_of_acceptance_with_the_details(shop: Shop) -> None:
    anna = shop.member()
    ids = [held(shop, anna, hours_ago=hours) for hours in (2, 4, 6)]
    first = shop.operator.get("/review", limit=2).json()
    rest = shop.operator.get("/review", limit=2, cursor=first["next_cursor"]).json()
    assert [item["workout_id"] for item in first["items"] + rest["items"]] == ids
    assert rest["next_cursor"] is None
    item = first["items"][0]
    assert (item["standing"], item["hold_reasons"], item["held_points"]) == ("held", ["too_old"], 40)
    assert (item["user_id"], item["display_name"], item["age"]) == (anna.user_id, "Anna", 30)
    assert anna.points()["pending_review"] == 120


def test_approved_workout_earns_its_points(shop: Shop) -> None:
    anna = shop.member()
    workout_id = held(shop, anna, calories=400.0)
    approved = shop.operator.post(f"/review/{workout_id}/approve", {})
    assert approved.status_code == 200
    assert (approved.json()["standing"], approved.json()["points"]) == ("credited", 40)
    points = anna.points()
    assert (points["balance"], points["pending_review"]) == (40, 0)
    assert points["items"][0]["source_id"] == workout_id
    assert shop.operator.get("/review").json()["items"] == []


def test_approved_workout_stays_within_the_daily_limit(shop: Shop) -> None:
    anna = shop.member()
    paid(shop, anna, points=130, hours_ago=8)
    approved = shop.operator.post(f"/review/{held(shop, anna)}/approve", {}).json()
    assert (approved["points"], approved["points_reasons"]) == (20, ["daily_points"])


def test_rejected_workout_earns_nothing_and_shows_the_reason(shop: Shop) -> None:
    anna = shop.member()
    workout_id = held(shop, anna)
    rejected = shop.operator.post(f"/review/{workout_id}/reject", REASON).json()
    assert (rejected["standing"], rejected["points"]) == ("rejected", 0)
    prediction = anna.get(f"/predictions/{workout_id}").json()
    assert (prediction["standing"], prediction["review_reason"]) == ("rejected", REASON["reason"])
    assert anna.points()["balance"] == 0


def test_rejecting_a_paid_workout_takes_spent_points_back(shop: Shop) -> None:
    anna, shirt = shop.member(), shop.reward(cost=30)
    workout_id = paid(shop, anna, points=30)
    assert anna.redeem(shirt).status_code == 201
    assert shop.operator.post(f"/workouts/{workout_id}/reject", REASON).status_code == 200
    assert anna.points()["balance"] == -30
    assert_problem(anna.redeem(shirt), 409, "insufficient_points")
    kinds = [(transfer["kind"], transfer["amount"]) for transfer in anna.points()["items"]]
    assert kinds == [("workout_reversal", -30), ("redemption_held", -30), ("workout_award", 30)]


def test_decided_workout_cannot_be_decided_again(shop: Shop) -> None:
    anna = shop.member()
    approved, rejected = held(shop, anna), held(shop, anna, hours_ago=5)
    shop.operator.post(f"/review/{approved}/approve", {})
    shop.operator.post(f"/review/{rejected}/reject", REASON)
    for workout_id in (approved, rejected):
        assert_problem(shop.operator.post(f"/review/{workout_id}/approve", {}), 409, "already_reviewed")
    assert_problem(shop.operator.post(f"/review/{rejected}/reject", REASON), 409, "already_reviewed")


def test_pending_workout_cannot_be_reviewed(shop: Shop) -> None:
    waiting = trained(shop, shop.member())
    assert_problem(shop.operator.post(f"/review/{waiting}/approve", {}), 409, "not_scored")
    assert_problem(shop.operator.post(f"/workouts/{waiting}/reject", REASON), 409, "not_scored")


def test_concurrent_decisions_are_serialized(shop: Shop) -> None:
    anna = shop.member()
    workout_id = held(shop, anna)
    approve = partial(shop.operator.post, f"/review/{workout_id}/approve", {})
    reject = partial(shop.operator.post, f"/review/{workout_id}/reject", REASON)
    responses = at_once([approve, reject] * 5)
    codes = [response.status_code for response in responses]
    assert set(codes) == {200, 409}
    # A rejection may follow an approval, but a rejection is final.
    assert codes.count(200) in (1, 2)
    assert anna.points()["balance"] in (0, 40)


def test_replay_of_a_decision_gets_the_same_response(shop: Shop) -> None:
    anna = shop.member()
    path = f"/review/{held(shop, anna)}"
    responses = at_once([partial(shop.operator.post, f"{path}/approve", {}, "decision")] * 5)
    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert anna.points()["balance"] == 40
    assert_problem(shop.operator.post(f"{path}/reject", REASON, "decision"), 422, "idempotency_mismatch")


def test_only_operators_of_the_club_can_review(shop: Shop, owner: Engine) -> None:
    anna = shop.member()
    workout_id = held(shop, anna)
    stranger = Shop(shop.api, Gym(owner)).operator
    assert_problem(stranger.post(f"/review/{workout_id}/approve", {}), 404, "not_found")
    assert stranger.get("/review").json()["items"] == []
    for refused in (anna.get("/review"), anna.post(f"/review/{workout_id}/approve", {}), anna.get("/audit")):
        assert_problem(refused, 403, "forbidden")


@pytest.mark.parametrize("reason", ["", "  ", None, "a\u0000b", "x" * 501])
def test_rejection_needs_a_reason(shop: Shop, reason: str | None) -> None:
    refused = shop.operator.post(f"/review/{uuid4()}/reject", {"reason": reason})
    assert pointers(assert_problem(refused, 422, "invalid_fields")) == ["/reason"]


def test_adjustment_needs_a_reason_and_is_idempotent(shop: Shop) -> None:
    anna = shop.member()
    path = f"/members/{anna.user_id}/adjustments"
    responses = at_once([partial(shop.operator.post, path, {"points": 50, "reason": "Race"}, "once")] * 5)
    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["adjustment_id"] for response in responses}) == 1
    assert anna.points()["balance"] == 50
    assert_problem(shop.operator.post(path, {"points": 51, "reason": "Race"}, "once"), 422, "idempotency_mismatch")
    assert pointers(assert_problem(shop.operator.post(path, {"points": 5}), 422)) == ["/reason"]
    assert pointers(assert_problem(shop.operator.post(path, {"points": 0, "reason": "x"}), 422)) == ["/points"]
    assert_problem(anna.post(path, {"points": 50, "reason": "Please"}), 403, "forbidden")
    assert_problem(shop.operator.post("/members/missing/adjustments", {"points": 1, "reason": "x"}), 404, "not_found")


def test_audit_log_has_actor_action_and_reason_latest_first(shop: Shop) -> None:
    anna, shirt = shop.member(100), shop.reward()
    anna.post(f"/redemptions/{anna.redeem(shirt).json()['redemption_id']}/cancel")
    shop.operator.post(f"/redemptions/{anna.redeem(shirt).json()['redemption_id']}/fulfil")
    shop.operator.post(f"/review/{held(shop, anna)}/reject", REASON)
    entries = shop.operator.get("/audit").json()["items"]
    assert [entry["action"] for entry in entries] == [
        "workout.rejected", "redemption.fulfilled", "redemption.cancelled", "reward.created", "points.adjusted",
    ]  # fmt: skip
    assert entries[0]["reason"] == REASON["reason"]
    assert entries[2]["actor_user_id"] == anna.user_id
    assert {entry["actor_user_id"] for entry in entries[:2]} == {shop.operator.user_id}
    assert entries[4]["details"] == {"points": 100}
    only = shop.operator.get("/audit", action="points.adjusted", limit=1).json()
    assert [entry["entry_id"] for entry in only["items"]] == [entries[4]["entry_id"]]
    pages = shop.operator.get("/audit", limit=3).json()
    rest = shop.operator.get("/audit", limit=3, cursor=pages["next_cursor"]).json()
    assert pages["items"] + rest["items"] == entries


def test_next_expiry_has_its_day_and_points(shop: Shop) -> None:
    anna = shop.member(25)
    assert anna.points()["next_expiry"] is None
    shop.gym.run("update clubs set points_valid_for = '30 days' where id = :club", club=shop.gym.id)
    [row] = shop.gym.rows("select (now() at time zone 'UTC')::date + 30 as day")
    assert anna.points()["next_expiry"] == {"expires_on": row.day.isoformat(), "points": 25}
