"""Redemptions: held, fulfilled, cancelled or expired, and never twice."""

from functools import partial
from itertools import cycle

import pytest
from gym import Gym
from patience import at_once
from problems import assert_problem
from service import Service
from shop import Shop
from sqlalchemy import Engine


@pytest.fixture
def shop(api: Service, gym: Gym) -> Shop:
    return Shop(api, gym)


def test_redemption_is_held_then_fulfilled_by_code(shop: Shop) -> None:
    anna, shirt = shop.member(100), shop.reward(stock=2)
    redeemed = anna.redeem(shirt)
    assert redeemed.status_code == 201
    held = redeemed.json()
    assert (held["status"], held["cost"], held["title_en"]) == ("held", 30, "Shirt")
    assert (anna.points()["balance"], anna.points()["held"], shop.stock(shirt)) == (70, 30, 1)

    [at_desk] = shop.operator.get("/redemptions", code=held["code"]).json()["items"]
    assert (at_desk["redemption_id"], at_desk["display_name"]) == (held["redemption_id"], "Anna")
    done = shop.operator.post("/redemptions/fulfil", {"code": held["code"]})
    assert (done.status_code, done.json()["status"]) == (200, "fulfilled")
    assert (anna.points()["balance"], anna.points()["held"], shop.stock(shirt)) == (70, 0, 1)
    [mine] = anna.get("/me/redemptions").json()["items"]
    assert (mine["status"], mine["closed_at"]) == ("fulfilled", done.json()["closed_at"])
    assert anna.get(redeemed.headers["location"]).json() == mine


@pytest.mark.parametrize(
    "spell", [str.lower, lambda c: f"{c[:3]}-{c[3:]}", lambda c: c.replace("0", "O").replace("1", "l")]
)
def test_code_ignores_case_hyphens_and_look_alikes(shop: Shop, spell: object) -> None:
    anna, shirt = shop.member(3_000), shop.reward()
    # Several codes, so that some contain 0 or 1.
    for _ in range(10):
        code = anna.redeem(shirt).json()["code"]
        assert shop.operator.post("/redemptions/fulfil", {"code": spell(code)}).status_code == 200  # type: ignore[operator]


@pytest.mark.parametrize("code", ["", "ABCDE", "ABCDEFG", "ABC!EF", "ПРИВЕТ"])
def test_invalid_code_is_rejected(shop: Shop, code: str) -> None:
    assert_problem(shop.operator.post("/redemptions/fulfil", {"code": code}), 422, "invalid_fields")


def test_used_code_gets_404(shop: Shop) -> None:
    anna, shirt = shop.member(100), shop.reward()
    code = anna.redeem(shirt).json()["code"]
    assert shop.operator.post("/redemptions/fulfil", {"code": code}).status_code == 200
    assert_problem(shop.operator.post("/redemptions/fulfil", {"code": code}), 404, "not_found")


@pytest.mark.parametrize("role", ["member", "operator"])
def test_cancelled_redemption_returns_points_and_stock(shop: Shop, role: str) -> None:
    anna, shirt = shop.member(30), shop.reward(stock=1)
    held = anna.redeem(shirt).json()
    by = anna if role == "member" else shop.operator
    cancelled = by.post(f"/redemptions/{held['redemption_id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (anna.points()["balance"], anna.points()["held"], shop.stock(shirt)) == (30, 0, 1)
    assert anna.redeem(shirt).status_code == 201


@pytest.mark.parametrize("first", ["fulfil", "cancel"])
@pytest.mark.parametrize("second", ["fulfil", "cancel"])
def test_closed_redemption_stays_closed(shop: Shop, first: str, second: str) -> None:
    anna, shirt = shop.member(100), shop.reward()
    path = f"/redemptions/{anna.redeem(shirt).json()['redemption_id']}"
    assert shop.operator.post(f"{path}/{first}").status_code == 200
    assert_problem(shop.operator.post(f"{path}/{second}"), 409, "redemption_closed")


def test_overdue_redemption_is_not_fulfilled_but_expires_with_the_next_run(shop: Shop) -> None:
    anna, shirt = shop.member(30), shop.reward(stock=1)
    held = anna.redeem(shirt).json()
    shop.gym.run("update redemptions set expires_at = now() where id = :id", id=held["redemption_id"])
    assert_problem(shop.operator.post(f"/redemptions/{held['redemption_id']}/fulfil"), 409, "redemption_closed")
    expired = [shop.gym.one("select expire_redemptions() as n").n for _ in range(2)]
    assert expired == [1, 0]
    assert anna.get(f"/redemptions/{held['redemption_id']}").json()["status"] == "expired"
    assert (anna.points()["balance"], shop.stock(shirt)) == (30, 1)


def test_limit_per_member_counts_held_and_fulfilled_but_not_cancelled(shop: Shop) -> None:
    anna, shirt = shop.member(300), shop.reward(per_member_limit=2)
    ids = [anna.redeem(shirt).json()["redemption_id"] for _ in range(2)]
    assert_problem(anna.redeem(shirt), 409, "limit_reached")
    shop.operator.post(f"/redemptions/{ids[0]}/fulfil")
    assert_problem(anna.redeem(shirt), 409, "limit_reached")
    anna.post(f"/redemptions/{ids[1]}/cancel")
    assert anna.redeem(shirt).status_code == 201


def test_member_with_negative_balance_cannot_redeem(shop: Shop) -> None:
    anna, sticker = shop.member(10), shop.reward(cost=1)
    shop.adjust(anna, -25)
    assert anna.points()["balance"] == -15
    assert_problem(anna.redeem(sticker), 409, "insufficient_points")
    shop.adjust(anna, 15)
    assert_problem(anna.redeem(sticker), 409, "insufficient_points")
    shop.adjust(anna, 1)
    assert anna.redeem(sticker).status_code == 201


def test_fifty_concurrent_redemptions_of_the_last_item_are_one(shop: Shop, other_api: Service) -> None:
    shirt = shop.reward(stock=1)
    members = [shop.member(30) for _ in range(50)]
    for member, api in zip(members, cycle((shop.api, other_api)), strict=False):
        member.api = api
    responses = at_once([partial(member.redeem, shirt) for member in members])
    assert sorted(response.status_code for response in responses) == [201] + [409] * 49
    for response in responses:
        if response.status_code == 409:
            assert_problem(response, 409, "out_of_stock")
    assert shop.stock(shirt) == 0
    assert sorted(member.points()["balance"] for member in members) == [0] + [30] * 49


def test_concurrent_redemptions_of_a_member_never_overspend(shop: Shop) -> None:
    anna, shirt = shop.member(100), shop.reward()
    responses = at_once([partial(anna.redeem, shirt)] * 20)
    assert sorted(response.status_code for response in responses) == [201] * 3 + [409] * 17
    assert anna.points()["balance"] == 10


def test_retried_redemption_is_one_and_key_reuse_gets_422(shop: Shop) -> None:
    anna, shirt, other = shop.member(100), shop.reward(), shop.reward()
    responses = at_once([partial(anna.redeem, shirt, "key")] * 5)
    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["redemption_id"] for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    assert anna.points()["balance"] == 70
    assert_problem(anna.redeem(other, "key"), 422, "idempotency_mismatch")


@pytest.mark.parametrize("action", ["fulfil", "cancel"])
def test_replay_of_fulfil_or_cancel_gets_the_same_response(shop: Shop, action: str) -> None:
    anna, shirt = shop.member(100), shop.reward()
    path = f"/redemptions/{anna.redeem(shirt).json()['redemption_id']}/{action}"
    responses = at_once([partial(shop.operator.post, path, None, "close")] * 5)
    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert sum("idempotency-replayed" not in response.headers for response in responses) == 1
    other = f"/redemptions/{anna.redeem(shirt).json()['redemption_id']}/{action}"
    assert_problem(shop.operator.post(other, None, "close"), 422, "idempotency_mismatch")


def test_replay_of_fulfil_by_code_gets_the_same_response(shop: Shop) -> None:
    anna, shirt = shop.member(100), shop.reward()
    first, other = (anna.redeem(shirt).json()["code"] for _ in range(2))
    responses = [shop.operator.post("/redemptions/fulfil", {"code": first}, "close") for _ in range(2)]
    assert responses[0].json() == responses[1].json()
    assert responses[1].headers["idempotency-replayed"] == "true"
    assert_problem(shop.operator.post("/redemptions/fulfil", {"code": other}, "close"), 422, "idempotency_mismatch")


def test_concurrent_fulfil_and_cancel_have_one_winner(shop: Shop) -> None:
    anna, shirt = shop.member(300), shop.reward(stock=10)
    for _ in range(5):
        path = f"/redemptions/{anna.redeem(shirt).json()['redemption_id']}"
        responses = at_once([partial(shop.operator.post, f"{path}/fulfil"), partial(anna.post, f"{path}/cancel")])
        assert sorted(response.status_code for response in responses) == [200, 409]


def test_redemption_of_another_member_or_club_gets_404(shop: Shop, owner: Engine) -> None:
    anna, berta, shirt = shop.member(100), shop.member(), shop.reward()
    stranger = Shop(shop.api, Gym(owner)).operator
    held = anna.redeem(shirt).json()
    path = f"/redemptions/{held['redemption_id']}"
    for other in (berta, stranger):
        assert_problem(other.get(path), 404, "not_found")
        assert_problem(other.post(f"{path}/cancel"), 404, "not_found")
    assert_problem(stranger.post(f"{path}/fulfil"), 404, "not_found")
    assert_problem(stranger.post("/redemptions/fulfil", {"code": held["code"]}), 404, "not_found")
    for refused in (anna.get("/redemptions"), anna.post(f"{path}/fulfil")):
        assert_problem(refused, 403, "forbidden")
    assert_problem(shop.api.get(shop.gym.key, "/me/redemptions"), 403, "forbidden")
    assert berta.get("/me/redemptions").json()["items"] == []


def test_operator_filters_redemptions_by_status_and_member(shop: Shop) -> None:
    anna, berta, shirt = shop.member(100), shop.member(100), shop.reward()
    held = [anna.redeem(shirt).json()["redemption_id"] for _ in range(2)]
    other = berta.redeem(shirt).json()["redemption_id"]
    shop.operator.post(f"/redemptions/{held[0]}/fulfil")

    def listed_ids(**query: object) -> list[str]:
        return [item["redemption_id"] for item in shop.operator.get("/redemptions", **query).json()["items"]]

    assert listed_ids() == [other, held[1], held[0]]
    assert listed_ids(status="held") == [other, held[1]]
    assert listed_ids(status="held", user_id=anna.user_id) == [held[1]]
    assert listed_ids(status="fulfilled") == [held[0]]
