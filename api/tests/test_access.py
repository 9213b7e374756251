"""Every endpoint answers every kind of caller as the table in rights.py says."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from gym import Gym, workout
from problems import the_problem
from rights import (
    ANOTHER_MEMBER,
    CALLERS,
    CHALLENGE,
    EXPIRED,
    GARBAGE,
    LOGGED_OUT,
    MEMBER,
    NO_SCOPE,
    OPERATOR,
    OTHER_CLUB,
    OTHER_MEMBER,
    OTHER_OPERATOR,
    PARTNER,
    REVOKED,
    SCOPES,
    TABLE,
    Entry,
    Place,
)
from service import Service, bearer
from shop import SHIRT, Shop, Somebody
from sqlalchemy import Engine

from app.main import app

RECENT = "/workouts/recent"
CODE = {401: "unauthenticated", 403: "forbidden", 404: "not_found"}


@dataclass(frozen=True)
class Cast:
    gym: Gym
    place: Place
    secrets: dict[str, str]

    def ask(self, api: Service, method: str, entry: Entry, caller: str) -> httpx.Response:
        path = entry.address.format(**asdict(self.place))
        secret = self.secrets.get(caller)
        content = entry.body(self.place) if entry.body else None
        return api.http.request(method, path, json=content, headers=bearer(secret) if secret else {})

    def having(self, secret: str) -> "Cast":
        """The same with another key for the partner."""
        return replace(self, secrets=self.secrets | {PARTNER: secret})


@pytest.fixture(scope="module")
def everybody(api: Service, owner: Engine) -> Cast:
    """Everybody who may call, and what they ask for: for tests that change nothing."""
    return assemble(api, owner)


@pytest.fixture
def cast_for(api: Service, owner: Engine, everybody: Cast) -> Callable[[str], Cast]:
    """The same for a method; whoever may change something has a club of their own. Passwords are slow to hash, so not
    everybody has."""
    return lambda method: everybody if method == "GET" else assemble(api, owner)


def assemble(api: Service, owner: Engine) -> Cast:
    gym = Gym(owner)
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
    return Cast(gym, Place(gym.slug, user_id, workout_id, **offers(api, gym, Somebody(api, member, user_id))), secrets)


def offers(api: Service, gym: Gym, member: Somebody) -> dict[str, str]:
    """A reward that the member has redeemed and could redeem again, and a challenge."""
    shop = Shop(api, gym)
    shop.give(member, 2 * SHIRT["cost"])
    reward = shop.reward()
    challenge = shop.operator.post("/challenges", CHALLENGE)
    redemption = member.redeem(reward)
    return {
        "reward_id": reward,
        "redemption_id": redemption.json()["redemption_id"],
        "challenge_id": challenge.json()["challenge_id"],
    }


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
            yield method, str(route.path_format)


def test_table_lists_exactly_the_routes_of_the_service() -> None:
    """A new endpoint needs a line in TABLE: its address, how each caller is answered, its scope and a body."""
    assert set(routes_of_the_service()) == set(TABLE)


def test_every_row_of_the_table_covers_every_caller() -> None:
    assert {route for route, entry in TABLE.items() if set(entry.expected) != set(CALLERS)} == set()


@pytest.mark.parametrize(("method", "route"), TABLE)
def test_each_caller_gets_the_status_in_the_table(
    api: Service, cast_for: Callable[[str], Cast], method: str, route: str
) -> None:
    entry, cast = TABLE[method, route], cast_for(method)
    cast.secrets[NO_SCOPE] = cast.gym.add_key(",".join(scope for scope in SCOPES if scope != entry.scope))
    for caller in CALLERS:
        answer = cast.ask(api, method, entry, caller)
        assert answer.status_code == entry.expected[caller], (caller, answer.text)
        if answer.status_code in CODE:
            the_problem(answer, answer.status_code, CODE[answer.status_code])
        assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)


BEHIND_SCOPES = [route for route, entry in TABLE.items() if entry.scope]


@pytest.mark.parametrize("route", BEHIND_SCOPES, ids=" ".join)
def test_an_endpoint_needs_no_scope_but_its_own(
    api: Service, cast_for: Callable[[str], Cast], route: tuple[str, str]
) -> None:
    entry, cast = TABLE[route], cast_for(route[0])
    answer = cast.having(cast.gym.add_key(str(entry.scope))).ask(api, route[0], entry, PARTNER)
    assert answer.status_code == entry.expected[PARTNER]


OF_ONE_MEMBER = [
    TABLE["GET", path] for path in ("/predictions/{workout_id}", "/members/{user_id}/points", "/workouts", RECENT)
]


@pytest.mark.parametrize("caller", [OTHER_CLUB, OTHER_MEMBER, OTHER_OPERATOR])
@pytest.mark.parametrize("entry", OF_ONE_MEMBER, ids=lambda entry: entry.address)
def test_hidden_and_missing_resources_get_the_same_404(
    api: Service, everybody: Cast, caller: str, entry: Entry
) -> None:
    answers = [one.ask(api, "GET", entry, caller) for one in (everybody, replace(everybody, place=Place()))]
    told = [the_problem(answer, 404, "not_found") | {"request_id": ""} for answer in answers]
    assert told[0] == told[1]


def workouts_seen(api: Service, cast: Cast, caller: str) -> set[str]:
    answer = api.get(cast.secrets[caller], RECENT)
    return {item["workout_id"] for item in answer.json()["items"]}


@pytest.mark.parametrize("caller", [OTHER_CLUB, OTHER_MEMBER, OTHER_OPERATOR])
def test_lists_leave_out_workouts_of_others(api: Service, everybody: Cast, caller: str) -> None:
    assert everybody.ask(api, "GET", TABLE["GET", "/predictions"], caller).json()["items"] == []
    assert workouts_seen(api, everybody, caller) == set()


def test_partners_and_operators_see_the_whole_club_and_members_only_their_own(api: Service, owner: Engine) -> None:
    cast = assemble(api, owner)
    own = cast.place.workout_id
    other = api.submit(cast.secrets[PARTNER], workout(user_id="somebody")).json()["workout_id"]
    assert workouts_seen(api, cast, PARTNER) == workouts_seen(api, cast, OPERATOR) == {own, other}
    assert workouts_seen(api, cast, MEMBER) == {own}


@pytest.mark.parametrize("caller", ANOTHER_MEMBER)
def test_bulk_item_for_another_member_gets_its_own_403(api: Service, everybody: Cast, caller: str) -> None:
    [item] = everybody.ask(api, "POST", TABLE["POST", "/workouts/bulk"], caller).json()["items"]
    assert (item["status"], item["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("header", ["Bearer", "Basic dTpw", "Bearer  ", "fbk_x", "Token x", "bearer"])
def test_malformed_authorization_header_gets_401_with_instructions(api: Service, header: str) -> None:
    answer = api.http.get("/workouts/recent", headers={"Authorization": header.strip()})
    assert "Authorization: Bearer" in the_problem(answer, 401, "unauthenticated")["detail"]


def test_bearer_scheme_is_case_insensitive(api: Service, gym: Gym) -> None:
    assert api.http.get("/workouts/recent", headers={"Authorization": f"bearer {gym.key}"}).status_code == 200
