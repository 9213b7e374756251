"""Challenges over HTTP: operators manage them, members see their progress, paid challenges are final."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from gym import Gym, workout
from service import Service, bearer
from sqlalchemy import Engine

TODAY = datetime.now(UTC).date()
MARCH: dict[str, Any] = {
    "title_ru": "Вызов", "title_en": "A challenge", "metric": "workouts", "workout_type": None,
    "starts_on": (TODAY - timedelta(days=3)).isoformat(), "ends_on": (TODAY + timedelta(days=3)).isoformat(),
    "goal": 2, "bonus_points": 50,
}  # fmt: skip


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


class Desk:
    """The operator of a club and their requests."""

    def __init__(self, api: Service, gym: Gym) -> None:
        self.api, self.gym = api, gym
        self.token, self.user_id = gym.register(api, role="operator")

    def add(self, key: str | None = None, **changes: Any) -> httpx.Response:
        headers = bearer(self.token) | ({"Idempotency-Key": key} if key else {})
        return self.api.http.post("/challenges", json=MARCH | changes, headers=headers)

    def added(self, **changes: Any) -> str:
        response = self.add(**changes)
        assert response.status_code == 201, response.text
        challenge_id: str = response.json()["challenge_id"]
        return challenge_id

    def change(self, challenge_id: str, **changes: Any) -> httpx.Response:
        return self.api.http.patch(f"/challenges/{challenge_id}", json=changes, headers=bearer(self.token))

    def cancel(self, challenge_id: str) -> httpx.Response:
        return self.api.http.delete(f"/challenges/{challenge_id}", headers=bearer(self.token))

    def read(self, challenge_id: str, token: str | None = None, **query: Any) -> httpx.Response:
        return self.api.get(token or self.token, f"/challenges/{challenge_id}", **query)

    def listed(self, token: str | None = None, **query: Any) -> list[dict[str, Any]]:
        response = self.api.get(token or self.token, "/challenges", **query)
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    def train(self, user_id: str, days_ago: int = 1, minutes: int = 30) -> None:
        """A counted workout of the member."""
        start = (datetime.now(UTC) - timedelta(days=days_ago)).replace(hour=12).isoformat()
        response = self.api.submit(self.gym.key, workout(user_id=user_id, ts=start, duration_min=minutes))
        self.gym.finish(response.json()["workout_id"], notify=False)

    def evaluate(self) -> None:
        self.gym.run("call evaluate_challenges()")


@pytest.fixture
def desk(api: Service, gym: Gym) -> Desk:
    return Desk(api, gym)


def test_challenge_is_returned_as_it_was_created(desk: Desk) -> None:
    response = desk.add(workout_type="rowing", metric="minutes", goal=100)
    assert response.status_code == 201
    challenge = response.json()
    sent = MARCH | {"workout_type": "rowing", "metric": "minutes", "goal": 100}
    assert {name: challenge[name] for name in sent} == sent
    assert (challenge["status"], challenge["completions_cnt"], challenge["participants_cnt"]) == ("active", 0, 0)
    assert response.headers["Location"] == f"/challenges/{challenge['challenge_id']}"
    assert desk.read(challenge["challenge_id"]).json() == challenge


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"goal": 0}, "/goal", "greater_than_equal"),
        ({"goal": 2.5}, "/goal", "int_type"),
        ({"goal": "2"}, "/goal", "int_type"),
        ({"goal": 22}, "/goal", "out_of_reach"),
        ({"metric": "distinct_days", "goal": 8}, "/goal", "out_of_reach"),
        ({"bonus_points": 10_001}, "/bonus_points", "less_than_equal"),
        ({"metric": "steps"}, "/metric", "enum"),
        ({"workout_type": "chess"}, "/workout_type", "enum"),
        ({"title_ru": "  "}, "/title_ru", "string_too_short"),
        ({"title_en": "a\x00b"}, "/title_en", "value_error"),
        ({"title_en": "x" * 121}, "/title_en", "string_too_long"),
        ({"starts_on": 1767225600}, "/starts_on", "value_error"),
        ({"starts_on": "2026-02-30"}, "/starts_on", "date_from_datetime_parsing"),
        ({"ends_on": day(-4)}, "/ends_on", "before_start"),
        ({"starts_on": day(-9), "ends_on": day(-1)}, "/ends_on", "in_the_past"),
        ({"ends_on": day(400)}, "/ends_on", "too_long"),
        ({"club": "other"}, "/club", "extra_forbidden"),
    ],
)
def test_invalid_challenge_is_rejected_field_by_field(
    desk: Desk, changes: dict[str, Any], pointer: str, code: str
) -> None:
    response = desk.add(**changes)
    assert response.status_code == 422
    assert [(error["pointer"], error["code"]) for error in response.json()["errors"]] == [(pointer, code)]
    assert desk.listed() == []


def test_concurrent_retries_with_one_key_create_one_challenge(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda _: desk.add(key="march"), range(8)))
    assert {response.status_code for response in tries} == {201}
    assert len({response.json()["challenge_id"] for response in tries}) == 1
    assert [response.headers.get("Idempotency-Replayed") for response in tries].count(None) == 1
    other = desk.add(key="march", goal=1)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    bad = desk.add(key="two words")
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
    assert len(desk.listed()) == 1


@pytest.mark.parametrize("role", ["member", "partner"])
def test_only_operators_can_manage_challenges(desk: Desk, api: Service, gym: Gym, role: str) -> None:
    challenge_id = desk.added()
    secret = gym.key if role == "partner" else gym.register(api)[0]
    tries = [
        api.http.post("/challenges", json=MARCH, headers=bearer(secret)),
        api.http.patch(f"/challenges/{challenge_id}", json={"goal": 1}, headers=bearer(secret)),
        api.http.delete(f"/challenges/{challenge_id}", headers=bearer(secret)),
        api.http.put("/club/weekly-target", json={"workouts": 1}, headers=bearer(secret)),
    ]
    assert {(response.status_code, response.json()["code"]) for response in tries} == {(403, "forbidden")}


def test_challenge_of_another_club_gets_404(desk: Desk, api: Service, owner: Engine) -> None:
    challenge_id, stranger = desk.added(), Desk(api, Gym(owner))
    for response in (
        stranger.read(challenge_id),
        stranger.change(challenge_id, goal=1),
        stranger.cancel(challenge_id),
        desk.read(str(uuid4())),
    ):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert stranger.listed() == []


def test_member_sees_own_progress_but_not_the_counts(desk: Desk, api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    desk.added(goal=3)
    desk.added(metric="minutes", goal=200, workout_type="rowing")
    desk.added(metric="minutes", goal=200)
    desk.added(metric="distinct_days", goal=5)
    for days_ago in (1, 1, 2, 9):
        desk.train(user_id, days_ago)
    desk.train("other")
    by_kind = {(item["metric"], item["workout_type"]): item for item in desk.listed(token)}
    values = {kind: item["progress"]["value"] for kind, item in by_kind.items()}
    assert values == {
        ("workouts", None): 3, ("minutes", "rowing"): 0, ("minutes", None): 90, ("distinct_days", None): 2,
    }  # fmt: skip
    assert all(item["participants_cnt"] is None and item["completions_cnt"] is None for item in by_kind.values())
    assert all(item["progress"]["reached_at"] is None for item in by_kind.values())
    desk.evaluate()
    reached = [item for item in desk.listed(token) if item["progress"]["reached_at"]]
    assert [item["metric"] for item in reached] == ["workouts"]
    whole = {item["challenge_id"]: item for item in desk.listed()}
    assert [(item["participants_cnt"], item["completions_cnt"], item["progress"]) for item in whole.values()] == [
        (2, 0, None), (2, 0, None), (0, 0, None), (2, 1, None),
    ]  # fmt: skip
    as_partner = desk.listed(gym.key, user_id=user_id)
    assert [item["progress"] for item in as_partner] == [item["progress"] for item in desk.listed(token)]
    assert api.get(token, "/challenges", user_id="other").status_code == 404


def test_bonus_is_a_separate_transfer(desk: Desk, api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    desk.added(goal=1)
    desk.train(user_id)
    desk.evaluate()
    points = api.get(token, "/me/points").json()
    assert points["balance"] == 80
    assert [(item["kind"], item["amount"]) for item in points["items"]] == [
        ("challenge_bonus", 50),
        ("workout_award", 30),
    ]
    assert api.get(token, "/me/progress").json()["lifetime_points"] == 80


def test_terms_of_a_paid_challenge_are_final(desk: Desk) -> None:
    challenge_id = desk.added(goal=1)
    assert desk.change(challenge_id, goal=2, title_en="Two").json()["goal"] == 2
    assert desk.change(challenge_id, goal=1).status_code == 200
    desk.train("u1")
    desk.evaluate()
    for refused in (
        desk.change(challenge_id, goal=3),
        desk.change(challenge_id, workout_type="yoga"),
        desk.cancel(challenge_id),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "challenge_paid")
    kept = desk.change(challenge_id, title_en="Won", goal=1, ends_on=MARCH["ends_on"])
    assert (kept.status_code, kept.json()["title_en"], kept.json()["completions_cnt"]) == (200, "Won", 1)


def test_change_is_validated_with_the_stored_fields_and_keeps_the_rest(desk: Desk) -> None:
    challenge_id = desk.added(workout_type="rowing")
    refused = desk.change(challenge_id, ends_on=day(-4))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "before_start")
    assert desk.change(challenge_id, metric="distinct_days", goal=8).json()["errors"][0]["code"] == "out_of_reach"
    before = desk.read(challenge_id).json()
    assert desk.change(challenge_id).json() == before
    assert desk.change(challenge_id, workout_type=None, goal=None).json() == before | {"workout_type": None}


def test_cancelled_challenge_is_hidden_from_members_but_not_from_operators(desk: Desk, api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    challenge_id = desk.added(goal=1)
    assert [desk.cancel(challenge_id).status_code for _ in range(2)] == [204, 204]
    assert (desk.read(challenge_id, token).status_code, desk.listed(token)) == (404, [])
    assert [item["status"] for item in desk.listed()] == ["cancelled"]
    refused = desk.change(challenge_id, goal=2)
    assert (refused.status_code, refused.json()["code"]) == (409, "challenge_cancelled")
    desk.train(user_id)
    desk.evaluate()
    assert api.get(token, "/me/points").json()["balance"] == 30


def test_pages_list_every_challenge_once_latest_end_first(desk: Desk, api: Service) -> None:
    for ends in (3, 1, 3, 2, 3):
        desk.added(ends_on=day(ends))
    listed, cursor = [], None
    while True:
        page = api.get(desk.token, "/challenges", limit=2, **({"cursor": cursor} if cursor else {})).json()
        listed += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert [item["ends_on"] for item in listed] == [day(3), day(3), day(3), day(2), day(1)]
    assert len({item["challenge_id"] for item in listed}) == 5
    for broken in ("x", "bnVsbA", "WzEsMl0"):
        assert api.get(desk.token, "/challenges", cursor=broken).json()["errors"][0]["code"] == "invalid_cursor"


def test_status_follows_the_day_in_the_clubs_time_zone(api: Service, owner: Engine) -> None:
    """In the extreme time zones a day starts 14 hours before UTC's, or ends 11 hours after it."""
    for zone, offset in (("Pacific/Kiritimati", timedelta(hours=14)), ("Pacific/Pago_Pago", timedelta(hours=-11))):
        desk = Desk(api, Gym(owner, time_zone=zone))
        today: date = (datetime.now(UTC) + offset).date()
        for n, status in ((0, "active"), (1, "upcoming")):
            first = (today + timedelta(days=n)).isoformat()
            challenge = desk.add(starts_on=first, ends_on=first, goal=1).json()
            assert challenge["status"] == status
            assert [item["challenge_id"] for item in desk.listed(status=status)] == [challenge["challenge_id"]]
        assert (
            desk.add(starts_on=MARCH["starts_on"], ends_on=(today - timedelta(days=1)).isoformat()).status_code == 422
        )
        assert desk.listed(status="past") == []
