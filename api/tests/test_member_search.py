"""Operators search members by name, e-mail or user_id."""

from collections.abc import Sequence

import pytest
from gym import Gym
from problems import assert_problem, pointers
from service import Service
from sqlalchemy import Engine

from fitburn_client import FitBurn

PEOPLE = [
    ("m-1", "Anna Berg", "anna.berg@example.com"),
    ("m-2", "Аня Лисова", "a.lisova@example.com"),
    ("m-3", "Bernd O'Hanna", None),
    ("visitor:anka-7", None, None),
    ("m-5", "Joanna", "jo@example.com"),
]


@pytest.fixture
def populated_gym(gym: Gym) -> Gym:
    add = """
        insert into users (club_id, user_id, display_name, email, password_hash)
        values (:club, :user_id, :name, :email, case when cast(:email as text) is not null then 'x' end)
    """
    for user_id, name, email in PEOPLE:
        gym.run(add, club=gym.id, user_id=user_id, name=name, email=email)
    return gym


@pytest.fixture
def operator(api: Service, populated_gym: Gym) -> str:
    return populated_gym.register(api, email="boss@club.example", role="operator")[0]


def search(api: Service, token: str, query: str) -> Sequence[str]:
    with FitBurn(api.url, token) as client:
        return [member.user_id for member in client.members.search(query) if member.role == "member"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ann", ["m-1"]),
        ("ANN", ["m-1"]),
        ("ber", ["m-3", "m-1"]),
        ("ann ber", ["m-1"]),
        ("berg, anna", ["m-1"]),
        ("аня", ["m-2"]),
        ("ЛИС", ["m-2"]),
        ("lisova@example", ["m-2"]),
        ("m-3", ["m-3"]),
        ("o'han", ["m-3"]),
        ("anka", ["visitor:anka-7"]),
        ("anna missing", []),
        ("--", []),
        ("':* | !", []),
        ("\\'an", ["visitor:anka-7", "m-1"]),
    ],
)
def test_every_search_word_must_be_a_prefix_of_a_members_word(
    api: Service, operator: str, query: str, expected: list[str]
) -> None:
    assert search(api, operator, query) == expected


def test_search_results_are_paged_and_have_name_and_email(api: Service, operator: str) -> None:
    with FitBurn(api.url, operator) as client:
        first = client.members.search("ber").page(limit=1)
        second = client.members.search("ber").page(limit=1, cursor=first.next_cursor)
    assert [
        (member.user_id, member.display_name, member.email, member.role) for member in (*first.items, *second.items)
    ] == [
        ("m-3", "Bernd O'Hanna", None, "member"),
        ("m-1", "Anna Berg", "anna.berg@example.com", "member"),
    ]
    assert second.next_cursor is None


def test_renamed_member_is_found_by_the_new_name_only(api: Service, populated_gym: Gym, operator: str) -> None:
    populated_gym.run(
        "update users set display_name = 'Zoë' where club_id = :club and user_id = 'm-1'", club=populated_gym.id
    )
    assert search(api, operator, "zoë") == ["m-1"]
    assert search(api, operator, "anna berg") == ["m-1"]  # by the e-mail, which is unchanged
    assert search(api, operator, "m-1 anna zo") == ["m-1"]


@pytest.mark.usefixtures("populated_gym")
def test_search_finds_no_members_of_another_club(api: Service, owner: Engine) -> None:
    other_gym = Gym(owner)
    token, _ = other_gym.register(api, role="operator")
    assert search(api, token, "ber") == []


@pytest.mark.parametrize("query", [{}, {"q": "a"}, {"q": "x" * 121}, {"q": "an\x00na"}])
def test_invalid_search_is_rejected(api: Service, operator: str, query: dict[str, str]) -> None:
    problem = assert_problem(api.get(operator, "/members", **query), 422)
    assert pointers(problem) == ["/q"]
