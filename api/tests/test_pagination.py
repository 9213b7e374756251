"""Pagination lists every row exactly once, even while new rows are added."""

from collections.abc import Iterator
from typing import Any

import pytest
from gym import WORKOUT, Gym, workout
from service import Service


def pages(api: Service, gym: Gym, path: str, **query: Any) -> Iterator[list[dict[str, Any]]]:
    cursor = {}
    while True:
        response = api.get(gym.key, path, **query, **cursor)
        assert response.status_code == 200, response.text
        body = response.json()
        yield body["items"]
        if body["next_cursor"] is None:
            return
        cursor = {"cursor": body["next_cursor"]}


def submit_many(api: Service, gym: Gym, count: int, user_id: str = "u1") -> list[str]:
    items = api.bulk(gym.key, [workout(user_id=user_id)] * count).json()["items"]
    return [item["workout_id"] for item in items]


@pytest.mark.parametrize(
    ("count", "limit", "sizes"), [(0, 5, [0]), (4, 5, [4]), (5, 5, [5]), (6, 5, [5, 1]), (10, 5, [5, 5])]
)
def test_pages_are_full_and_the_last_has_no_cursor(
    api: Service, gym: Gym, count: int, limit: int, sizes: list[int]
) -> None:
    if count:
        submit_many(api, gym, count)
    assert [len(page) for page in pages(api, gym, "/workouts/recent", limit=limit)] == sizes


def test_pages_list_every_workout_once_while_new_ones_arrive(api: Service, gym: Gym) -> None:
    ids = submit_many(api, gym, 25)
    listed: list[str] = []
    for page in pages(api, gym, "/workouts/recent", limit=4):
        listed += [item["workout_id"] for item in page]
        submit_many(api, gym, 3)
    assert listed == ids[::-1]


def test_filters_apply_to_every_page(api: Service, gym: Gym) -> None:
    mine, others = submit_many(api, gym, 9, "mine"), submit_many(api, gym, 9, "other")
    for workout_id in mine[::2] + others[::2]:
        gym.finish(workout_id, points=0)
    done = [
        item for page in pages(api, gym, "/workouts/recent", limit=2, user_id="mine", status="done") for item in page
    ]
    assert [item["workout_id"] for item in done] == mine[::2][::-1]
    pending = [i["workout_id"] for page in pages(api, gym, "/workouts/recent", limit=2, status="pending") for i in page]
    assert sorted(pending) == sorted(mine[1::2] + others[1::2])


def test_page_shows_the_workout_as_submitted(api: Service, gym: Gym) -> None:
    api.submit(gym.key, workout(calories_measured=400))
    [item] = api.get(gym.key, "/workouts/recent").json()["items"]
    fields = {name: item[name] for name in WORKOUT if name in item}
    assert fields == {name: WORKOUT[name] for name in fields} and len(fields) == 7
    assert (item["calories_measured"], item["local_day"], item["status"]) == (400, "2026-01-01", "pending")


def test_pages_list_every_transfer_once_while_new_ones_arrive(api: Service, gym: Gym) -> None:
    ids = submit_many(api, gym, 23)
    for n, workout_id in enumerate(ids):
        gym.finish(workout_id, points=n + 1)
    transfers = []
    for page in pages(api, gym, "/members/u1/points", limit=4):
        transfers += page
        gym.finish(submit_many(api, gym, 1)[0])
    assert [item["source_id"] for item in transfers] == ids[::-1]
    assert [item["amount"] for item in transfers] == list(range(23, 0, -1))
    assert len({item["transfer_id"] for item in transfers}) == 23


def test_outgoing_transfers_are_negative(api: Service, gym: Gym) -> None:
    """A reversal is a transfer from the member to the club."""
    workout_id = submit_many(api, gym, 1)[0]
    gym.finish(workout_id, points=40)
    gym.run(
        """
        insert into point_transfers (kind, source_id, from_account, to_account, amount)
        select 'workout_award', gen_random_uuid(), member.id, club.id, 15
        from point_accounts as member
        join point_accounts as club on club.club_id = member.club_id and club.kind = 'issued'
        where member.club_id = :club and member.kind = 'member'
        """,
        club=gym.id,
    )
    body = api.get(gym.key, "/members/u1/points").json()
    assert (body["balance"], [item["amount"] for item in body["items"]]) == (25, [-15, 40])
    [[latest], [first]] = pages(api, gym, "/members/u1/points", limit=1)
    assert (latest["amount"], first["amount"]) == (-15, 40)


def test_member_without_points_has_a_zero_balance(api: Service, gym: Gym) -> None:
    token, user_id = gym.register(api)
    nothing = {
        "user_id": user_id,
        "balance": 0,
        "held": 0,
        "pending_review": 0,
        "next_expiry": None,
        "items": [],
        "next_cursor": None,
    }
    assert api.get(token, "/me/points").json() == nothing
    assert api.get(gym.key, f"/members/{user_id}/points").json() == nothing
