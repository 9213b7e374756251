"""A cursor that no page returned is a 422 at every list, never a 500, whatever JSON it holds."""

import base64
from collections.abc import Iterator

import pytest
from gym import Gym
from problems import assert_problem, pointers
from service import Service
from shop import Shop

from app.main import app

ID = '"01980000-0000-7000-8000-000000000001"'
NUMBERS = ("true", "false", "null", "-1", "1.5", "1e400", "NaN", "9" * 25, "[]", "{}", '"1"', '"\\u0000"')
ALONE = (
    "",
    "tru",
    '"',
    '"text"',
    '"2026-13-01"',
    '"-infinity"',
    '"\\ud800"',
    "0",
    "1",
    "[[[[]]]]",
    '{"a": 1}',
    *NUMBERS,
)
PAIRS = (
    *(f'[{value},"a"]' for value in NUMBERS),
    *(f"[{value},{ID}]" for value in NUMBERS),
    *(f'["2026-01-01",{value}]' for value in NUMBERS),
    '[1,"\\u0000"]', '[1,"\\ud800"]', '[1,"a","b"]', "[1]",
    '[2147483648,"a"]', '[9223372036854775808,"a"]', '[1.0,"a"]',
)  # fmt: skip
TRIPLES = (
    *(f'[{value},"2026-01-01T00:00:00Z",{ID}]' for value in NUMBERS),
    *(f'["2026-01-01",{value},{ID}]' for value in NUMBERS),
    *(f'["2026-01-01","2026-01-01T00:00:00Z",{value}]' for value in NUMBERS),
    f'["2026-01-01","0001-01-01T00:00:00+14:00",{ID}]', f'["2026-01-01","2026-01-01T00:00:00",{ID}]',
)  # fmt: skip
FORGED = (*ALONE, *PAIRS, *TRIPLES)
# Of the right form, so a list may return a page from there.
EXTREME = (
    '"0001-01-01"', '"9999-12-31"', f'["0001-01-01",{ID}]', f'["9999-12-31",{ID}]',
    f'["0001-01-01","0001-01-01T00:00:00Z",{ID}]', f'["9999-12-31","9999-12-31T23:59:59Z",{ID}]',
    '[0,"a"]', '[2147483647,"a"]', '"00000000-0000-0000-0000-000000000000"',
)  # fmt: skip


def encode(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).rstrip(b"=").decode()


def lists() -> Iterator[str]:
    """Every path with a cursor."""
    for path, operations in app.openapi()["paths"].items():
        if any(parameter["name"] == "cursor" for parameter in operations.get("get", {}).get("parameters", ())):
            yield path


LISTS = sorted(lists())


def test_all_lists_are_found() -> None:
    assert {"/leaderboard/today", "/workouts/recent", "/rewards", "/me/points", "/audit"} <= set(LISTS)


@pytest.mark.parametrize("path", LISTS)
def test_forged_cursor_is_refused(api: Service, gym: Gym, path: str) -> None:
    shop = Shop(api, gym)
    member = shop.member()
    path = path.replace("{user_id}", member.user_id).replace("{day}", "2026-01-01")
    query = {"q": "anna"} if path == "/members" else {}
    callers = (shop.operator.token, gym.key, member.token)
    secret = next(secret for secret in callers if api.get(secret, path, **query).status_code == 200)
    for position in FORGED:
        response = api.get(secret, path, **query, cursor=encode(position))
        assert response.status_code == 422, (position, response.text)
        assert pointers(assert_problem(response, 422, "invalid_fields")) == ["/cursor"]
    for cursor in ("", "=", "%00", "W3RydWUsICJhIl0", "é", "a" * 257):
        assert api.get(secret, path, **query, cursor=cursor).status_code == 422, cursor
    for position in EXTREME:
        assert api.get(secret, path, **query, cursor=encode(position)).status_code in (200, 422), position
