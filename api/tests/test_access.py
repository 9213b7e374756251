"""Who may do what: one table of every endpoint and every kind of caller."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from gym import PASSWORD, Gym, workout
from problems import the_problem
from service import Service, bearer
from sqlalchemy import Engine

from app.main import app

CALLERS = (
    NOBODY, GARBAGE, REVOKED, EXPIRED, LOGGED_OUT, NO_SCOPE, PARTNER, OTHER_CLUB,
    MEMBER, OTHER_MEMBER, OPERATOR, OTHER_OPERATOR,
) = (
    "nobody", "garbage", "revoked key", "expired session", "session that was logged out", "key without the scope",
    "partner", "other club's partner", "member", "other member", "operator", "other club's operator",
)  # fmt: skip

OPEN = dict.fromkeys(CALLERS, 200)
CLOSED = dict.fromkeys((NOBODY, GARBAGE, REVOKED, EXPIRED, LOGGED_OUT), 401)
# Whoever has the scope, in their own club; the member is the one whose data is asked for.
OWN = CLOSED | {
    NO_SCOPE: 403, PARTNER: 200, OTHER_CLUB: 404, MEMBER: 200, OTHER_MEMBER: 404, OPERATOR: 200, OTHER_OPERATOR: 404
}  # fmt: skip
LISTED = OWN | {OTHER_CLUB: 200, OTHER_MEMBER: 200, OTHER_OPERATOR: 200}
"""As OWN, but what one may not see is left out of a list."""
MEMBERS_ONLY = CLOSED | {
    NO_SCOPE: 403, PARTNER: 403, OTHER_CLUB: 403, MEMBER: 200, OTHER_MEMBER: 200, OPERATOR: 200, OTHER_OPERATOR: 200
}  # fmt: skip
# A workout of the member: partners speak for their club (in which the name may be new), members for themselves.
WRITTEN = CLOSED | {
    NO_SCOPE: 403, PARTNER: 202, OTHER_CLUB: 202, MEMBER: 202, OTHER_MEMBER: 403, OPERATOR: 403, OTHER_OPERATOR: 403
}  # fmt: skip

ANOTHER_MEMBER = (OTHER_MEMBER, OPERATOR, OTHER_OPERATOR)
"""They log in and are not the member whose workout it is."""


@dataclass(frozen=True)
class Place:
    """What the requests of the table are about: a member of a club, and one workout of theirs."""

    club: str
    user_id: str
    workout_id: str


ACCOUNT = {"password": PASSWORD, "display_name": "Anna"}
WRITE, READ, STATS = SCOPES = ("workouts:write", "workouts:read", "stats:read")


@dataclass(frozen=True)
class Entry:
    """How to knock at a door, the scope that opens it, and how each caller is answered."""

    address: str
    expected: dict[str, int]
    scope: str | None = None
    body: Callable[[Place], Any] | None = None


def in_bulk(single: int) -> int:
    return 207 if single == 202 else single


TABLE = {
    ("POST", "/workouts"): Entry("/workouts", WRITTEN, WRITE, lambda p: workout(user_id=p.user_id)),
    ("POST", "/workouts/bulk"): Entry(
        "/workouts/bulk",
        # Another member's workout is refused as an item.
        {who: in_bulk(told) for who, told in WRITTEN.items()} | dict.fromkeys(ANOTHER_MEMBER, 207),
        WRITE,
        lambda p: {"items": [workout(user_id=p.user_id)]},
    ),
    ("GET", "/workouts"): Entry("/workouts?user_id={user_id}", OWN, READ),
    ("GET", "/workouts/recent"): Entry("/workouts/recent?user_id={user_id}", OWN, READ),
    ("GET", "/predictions/{workout_id}"): Entry("/predictions/{workout_id}", OWN, READ),
    ("GET", "/predictions"): Entry("/predictions?workout_id={workout_id}", LISTED, READ),
    ("GET", "/members/{user_id}/points"): Entry("/members/{user_id}/points", OWN, READ),
    ("GET", "/stats/daily"): Entry("/stats/daily", LISTED, STATS),
    ("GET", "/leaderboard/{day}"): Entry("/leaderboard/2026-01-01", LISTED, STATS),
    ("GET", "/me"): Entry("/me", MEMBERS_ONLY),
    ("PATCH", "/me"): Entry("/me", MEMBERS_ONLY, body=lambda _: {"weight_kg": 70}),
    ("GET", "/me/days"): Entry("/me/days", MEMBERS_ONLY),
    ("GET", "/me/bests"): Entry("/me/bests", MEMBERS_ONLY),
    ("GET", "/me/points"): Entry("/me/points", MEMBERS_ONLY),
    ("POST", "/auth/logout"): Entry(
        "/auth/logout", {who: 204 if told == 200 else told for who, told in MEMBERS_ONLY.items()}
    ),
    ("POST", "/auth/renew"): Entry("/auth/renew", MEMBERS_ONLY),
    ("POST", "/auth/password"): Entry(
        "/auth/password",
        {who: 204 if told == 200 else told for who, told in MEMBERS_ONLY.items()},
        body=lambda _: {"current_password": PASSWORD, "new_password": PASSWORD},
    ),
    ("POST", "/auth/register"): Entry(
        "/auth/register",
        dict.fromkeys(CALLERS, 201),
        body=lambda p: ACCOUNT | {"email": f"{uuid4().hex}@example.com", "club": p.club},
    ),
    ("POST", "/auth/login"): Entry(
        "/auth/login", OPEN, body=lambda p: {"email": "member@example.com", "password": PASSWORD, "club": p.club}
    ),
    ("GET", "/health"): Entry("/health", OPEN),
    ("GET", "/metrics"): Entry("/metrics", OPEN),
    ("GET", "/openapi.json"): Entry("/openapi.json", OPEN),
    ("GET", "/docs"): Entry("/docs", OPEN),
    ("GET", "/docs/oauth2-redirect"): Entry("/docs/oauth2-redirect", OPEN),
    ("GET", "/redoc"): Entry("/redoc", OPEN),
}

RECENT = "/workouts/recent"
CODE = {401: "unauthenticated", 403: "forbidden", 404: "not_found"}


@dataclass(frozen=True)
class Cast:
    place: Place
    secrets: dict[str, str]

    def ask(self, api: Service, method: str, entry: Entry, caller: str) -> httpx.Response:
        path = entry.address.format(user_id=self.place.user_id, workout_id=self.place.workout_id)
        secret = self.secrets.get(caller)
        content = entry.body(self.place) if entry.body else None
        return api.http.request(method, path, json=content, headers=bearer(secret) if secret else {})

    def having(self, secret: str) -> "Cast":
        """The same with another key for the partner."""
        return replace(self, secrets=self.secrets | {PARTNER: secret})


@pytest.fixture
def cast(api: Service, gym: Gym, owner: Engine) -> Cast:
    """Everybody who may call, and what they ask for."""
    member, user_id = gym.register(api, "member@example.com")
    revoked = gym.add_key()
    gym.run("update api_keys set revoked_at = now() where key_hash = sha256(convert_to(:key, 'UTF8'))", key=revoked)
    workout_id = api.submit(gym.key, workout(user_id=user_id)).json()["workout_id"]
    elsewhere = Gym(owner)
    secrets = {
        GARBAGE: "fbk_garbage",
        REVOKED: revoked,
        EXPIRED: expired_session(api, gym),
        LOGGED_OUT: logged_out_session(api, gym),
        PARTNER: gym.key,
        OTHER_CLUB: elsewhere.key,
        MEMBER: member,
        OTHER_MEMBER: gym.register(api)[0],
        OPERATOR: gym.register(api, role="operator")[0],
        OTHER_OPERATOR: elsewhere.register(api, role="operator")[0],
    }
    return Cast(Place(gym.slug, user_id, workout_id), secrets)


def expired_session(api: Service, gym: Gym) -> str:
    """A token whose signature would hold for an hour, of a session that has ended."""
    token, user_id = gym.register(api)
    end = "update sessions set expires_at = now() from users as u where u.id = member_id and u.user_id = :user_id"
    gym.run(end, user_id=user_id)
    return token


def logged_out_session(api: Service, gym: Gym) -> str:
    token, _ = gym.register(api)
    assert api.http.post("/auth/logout", headers=bearer(token)).status_code == 204
    return token


def routes_of_the_service() -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        for method in (route.methods or set()) - {"HEAD"}:
            yield method, str(route.path)


def test_the_table_has_every_route_and_no_other() -> None:
    """A new endpoint needs a line in TABLE: its address, how each caller is answered, its scope and a body."""
    assert set(routes_of_the_service()) == set(TABLE)


def test_every_row_says_how_each_caller_is_answered() -> None:
    assert {route for route, entry in TABLE.items() if set(entry.expected) != set(CALLERS)} == set()


@pytest.mark.parametrize(("method", "route"), TABLE)
def test_each_caller_is_answered_as_the_table_says(api: Service, gym: Gym, cast: Cast, method: str, route: str) -> None:
    entry = TABLE[method, route]
    cast.secrets[NO_SCOPE] = gym.add_key(",".join(scope for scope in SCOPES if scope != entry.scope))
    for caller in CALLERS:
        answer = cast.ask(api, method, entry, caller)
        assert answer.status_code == entry.expected[caller], (caller, answer.text)
        if answer.status_code in CODE:
            the_problem(answer, answer.status_code, CODE[answer.status_code])
        assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)


BEHIND_SCOPES = [route for route, entry in TABLE.items() if entry.scope]


@pytest.mark.parametrize("route", BEHIND_SCOPES, ids=" ".join)
def test_its_own_scope_is_all_that_a_door_needs(api: Service, gym: Gym, cast: Cast, route: tuple[str, str]) -> None:
    entry = TABLE[route]
    answer = cast.having(gym.add_key(str(entry.scope))).ask(api, route[0], entry, PARTNER)
    assert answer.status_code == entry.expected[PARTNER]


OF_ONE_MEMBER = [
    TABLE["GET", path] for path in ("/predictions/{workout_id}", "/members/{user_id}/points", "/workouts", RECENT)
]


@pytest.mark.parametrize("caller", [OTHER_CLUB, OTHER_MEMBER, OTHER_OPERATOR])
@pytest.mark.parametrize("entry", OF_ONE_MEMBER, ids=lambda entry: entry.address)
def test_what_one_may_not_see_cannot_be_told_from_what_is_not_there(
    api: Service, cast: Cast, caller: str, entry: Entry
) -> None:
    nowhere = Place("main", "nobody", "01980000-0000-7000-8000-000000000001")
    answers = [one.ask(api, "GET", entry, caller) for one in (cast, replace(cast, place=nowhere))]
    told = [the_problem(answer, 404, "not_found") | {"request_id": ""} for answer in answers]
    assert told[0] == told[1]


def workouts_seen(api: Service, cast: Cast, caller: str) -> set[str]:
    answer = api.get(cast.secrets[caller], RECENT)
    return {item["workout_id"] for item in answer.json()["items"]}


@pytest.mark.parametrize("caller", [OTHER_CLUB, OTHER_MEMBER, OTHER_OPERATOR])
def test_lists_show_nobody_elses_workouts(api: Service, cast: Cast, caller: str) -> None:
    assert cast.ask(api, "GET", TABLE["GET", "/predictions"], caller).json()["items"] == []
    assert workouts_seen(api, cast, caller) == set()


def test_partners_and_operators_see_the_whole_club_and_a_member_only_themselves(api: Service, cast: Cast) -> None:
    own = cast.place.workout_id
    other = api.submit(cast.secrets[PARTNER], workout(user_id="somebody")).json()["workout_id"]
    assert workouts_seen(api, cast, PARTNER) == workouts_seen(api, cast, OPERATOR) == {own, other}
    assert workouts_seen(api, cast, MEMBER) == {own}


@pytest.mark.parametrize("caller", ANOTHER_MEMBER)
def test_another_members_workout_in_a_bulk_request_is_refused_by_itself(api: Service, cast: Cast, caller: str) -> None:
    [item] = cast.ask(api, "POST", TABLE["POST", "/workouts/bulk"], caller).json()["items"]
    assert (item["status"], item["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("header", ["Bearer", "Basic dTpw", "Bearer  ", "fbk_x", "Token x", "bearer"])
def test_a_header_that_is_no_bearer_is_told_what_to_send(api: Service, header: str) -> None:
    answer = api.http.get("/workouts/recent", headers={"Authorization": header.strip()})
    assert "Authorization: Bearer" in the_problem(answer, 401, "unauthenticated")["detail"]


def test_the_word_bearer_may_be_written_small(api: Service, gym: Gym) -> None:
    assert api.http.get("/workouts/recent", headers={"Authorization": f"bearer {gym.key}"}).status_code == 200
