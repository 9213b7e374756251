"""The catalogue of rewards: operators manage it, members see what they can redeem."""

from typing import Any

import pytest
from gym import Gym
from problems import assert_problem, pointers
from service import Service
from shop import SHIRT, Shop
from sqlalchemy import Engine


@pytest.fixture
def shop(api: Service, gym: Gym) -> Shop:
    return Shop(api, gym)


def test_reward_is_returned_as_it_was_created(shop: Shop) -> None:
    sent = SHIRT | {
        "description_ru": "Хлопок", "description_en": "Cotton\nWash cold", "stock": 3, "per_member_limit": 1,
        "picture_url": "https://example.com/shirt.jpg", "valid_from": "2026-01-01T00:00:00Z",
        "valid_to": "2099-01-01T00:00:00Z", "active": True,
    }  # fmt: skip
    created = shop.operator.post("/rewards", sent)
    assert created.status_code == 201
    stored = shop.operator.get(created.headers["location"]).json()
    assert stored == created.json()
    assert {name: stored[name] for name in sent} == sent


def test_each_field_of_a_reward_can_be_changed_alone(shop: Shop) -> None:
    reward = shop.reward()
    for name, value in {
        "title_ru": "Кружка", "title_en": "Mug", "description_ru": "Синяя", "description_en": "Blue",
        "picture_url": "https://example.com/mug.jpg", "cost": 7, "stock": 5, "per_member_limit": 2,
        "valid_from": "2026-01-01T00:00:00Z", "valid_to": "2099-01-01T00:00:00Z", "active": False,
    }.items():  # fmt: skip
        response = shop.operator.patch(f"/rewards/{reward}", {name: value})
        assert (response.status_code, response.json()[name]) == (200, value), name


def test_member_sees_can_redeem_and_why_not_of_each_reward(shop: Shop) -> None:
    anna = shop.member(100)
    expected = {
        shop.reward(): None,
        shop.reward(cost=101): "insufficient_points",
        shop.reward(stock=0): "out_of_stock",
        shop.reward(valid_from="2099-01-01T00:00:00Z"): "not_available",
        (limited := shop.reward(per_member_limit=1)): "limit_reached",
    }
    assert anna.redeem(limited).status_code == 201
    actual = {item["reward_id"]: (item["can_redeem"], item["why_not"]) for item in anna.get("/rewards").json()["items"]}
    assert actual == {reward: (why is None, why) for reward, why in expected.items()}


def test_hidden_and_ended_rewards_are_for_operators_only(shop: Shop) -> None:
    anna = shop.member()
    hidden, over = shop.reward(active=False), shop.reward(valid_to="2020-01-01T00:00:00Z")
    for caller in (anna, shop.operator):
        assert caller.get("/rewards").json()["items"] == []
    everything = shop.operator.get("/rewards", all=True).json()["items"]
    assert {item["reward_id"] for item in everything} == {hidden, over}
    assert_problem(anna.get("/rewards", all=True), 403, "forbidden")
    assert_problem(anna.get(f"/rewards/{hidden}"), 404, "not_found")


def test_partner_can_list_but_not_create_rewards(shop: Shop) -> None:
    reward = shop.reward()
    [item] = shop.api.get(shop.gym.key, "/rewards").json()["items"]
    assert (item["reward_id"], item["can_redeem"], item["why_not"]) == (reward, None, None)
    headers = {"Authorization": f"Bearer {shop.gym.key}"}
    assert_problem(shop.api.http.post("/rewards", json=SHIRT, headers=headers), 403, "forbidden")
    assert_problem(shop.member().post("/rewards", SHIRT), 403, "forbidden")


def test_patch_keeps_omitted_fields_and_null_clears_a_limit(shop: Shop) -> None:
    reward = shop.reward(stock=5, per_member_limit=2)
    changed = shop.operator.patch(f"/rewards/{reward}", {"cost": 40, "stock": None, "title_en": None}).json()
    assert (changed["cost"], changed["stock"], changed["per_member_limit"]) == (40, None, 2)
    assert changed["title_en"] == "Shirt"
    actions = [entry["action"] for entry in shop.operator.get("/audit", subject_id=reward).json()["items"]]
    assert actions == ["reward.changed", "reward.created"]


def test_valid_to_before_the_stored_valid_from_is_rejected(shop: Shop) -> None:
    reward = shop.reward(valid_from="2026-06-01T00:00:00Z")
    refused = shop.operator.patch(f"/rewards/{reward}", {"valid_to": "2026-05-01T00:00:00Z"})
    assert pointers(assert_problem(refused, 422, "invalid_fields")) == ["/valid_to"]


def test_timestamps_are_returned_in_utc(shop: Shop) -> None:
    reward = shop.reward(valid_from="0365-12-10T01:31:04-23:19", valid_to="2026-01-01T00:00:00+23:59")
    stored = shop.operator.get(f"/rewards/{reward}").json()
    assert (stored["valid_from"], stored["valid_to"]) == ("0365-12-11T00:50:04Z", "2025-12-31T00:01:00Z")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"cost": 0}, "/cost"),
        ({"cost": "30"}, "/cost"),
        ({"stock": -1}, "/stock"),
        ({"title_ru": " "}, "/title_ru"),
        ({"title_en": "a\u0000"}, "/title_en"),
        ({"picture_url": "javascript:alert(1)"}, "/picture_url"),
        ({"valid_from": "2026-01-01T00:00:00"}, "/valid_from"),
        ({"valid_from": 0}, "/valid_from"),
        ({"valid_from": "0001-01-01T00:00:00+23:00"}, "/valid_from"),
        ({"per_member_limit": 0}, "/per_member_limit"),
        ({"price": 3}, "/price"),
    ],
)
def test_invalid_reward_is_rejected(shop: Shop, change: dict[str, Any], pointer: str) -> None:
    body = assert_problem(shop.operator.post("/rewards", SHIRT | change), 422, "invalid_fields")
    assert pointers(body) == [pointer]


def test_reward_of_another_club_gets_404(shop: Shop, owner: Engine) -> None:
    other = Shop(shop.api, Gym(owner))
    reward = other.reward()
    anna = shop.member(100)
    assert anna.get("/rewards").json()["items"] == []
    for refused in (anna.get(f"/rewards/{reward}"), anna.redeem(reward)):
        assert_problem(refused, 404, "not_found")
    assert_problem(shop.operator.patch(f"/rewards/{reward}", {"cost": 1}), 404, "not_found")


def test_retried_creation_is_one_reward(shop: Shop) -> None:
    first, second = (shop.operator.post("/rewards", SHIRT, "key") for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert len(shop.operator.get("/rewards").json()["items"]) == 1
    assert_problem(shop.operator.post("/rewards", SHIRT | {"cost": 31}, "key"), 422, "idempotency_mismatch")


def test_pages_list_every_reward_once(shop: Shop) -> None:
    created = [shop.reward() for _ in range(5)]
    listed: list[str] = []
    cursor: str | None = None
    while True:
        page = shop.operator.get("/rewards", limit=2, **({"cursor": cursor} if cursor else {})).json()
        listed += [item["reward_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert listed == created[::-1]
