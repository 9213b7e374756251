"""Every endpoint responses every kind of caller as the table in rights.py expects."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from gym import Gym, workout
from problems import assert_problem
from rights import (
    CALLERS,
    CHALLENGE,
    EXPIRED,
    GARBAGE,
    LOGGED_OUT,
    MEMBER,
    NO_SCOPE,
    NOT_THE_MEMBER,
    OPERATOR,
    OTHER_CLUB,
    OTHER_MEMBER,
    OTHER_OPERATOR,
    PARTNER,
    REVOKED,
    SCOPES,
    TABLE,
    Endpoint,
    Subject,
)
from service import Service, bearer
from shop import SHIRT, LoggedIn, Shop
from sqlalchemy import Engine

from app.main import app

RECENT = "/workouts/recent"
CODE = {401: "unauthenticated", 403: "forbidden", 404: "not_found"}


@dataclass(frozen=True)
class Scenario:
    """The subject of the requests, and a secret for each caller."""

    gym: Gym
    subject: Subject
    secrets: dict[str, str]

    def request(self, api: Service, method: str, endpoint: Endpoint, caller: str) -> httpx.Response:
        path = endpoint.path.format(**asdict(self.subject))
        secret = self.secrets.get(caller)
        content = endpoint.body(self.subject) if endpoint.body else None
        return api.http.request(method, path, json=content, headers=bearer(secret) if secret else {})

    def with_partner_key(self, secret: str) -> "Scenario":
        return replace(self, secrets=self.secrets | {PARTNER: secret})


@pytest.fixture(scope="module")
def shared_scenario(api: Service, owner: Engine) -> Scenario:
    """One scenario for all tests that change nothing, because making one hashes many passwords."""
    return make_scenario(api, owner)


@pytest.fixture
def scenario_for(api: Service, owner: Engine, shared_scenario: Scenario) -> Callable[[str], Scenario]:
    """The scenario for a method: a new one unless it is GET."""
    return lambda method: shared_scenario if method == "GET" else make_scenario(api, owner)


def make_scenario(api: Service, owner: Engine) -> Scenario:
    gym = Gym(owner)
    member, user_id = gym.register(api, "member@example.com")
    revoked = gym.add_key()
    gym.run("update api_keys set revoked_at = now() where key_hash = sha256(convert_to(:key, 'UTF8'))", key=revoked)
    workout_id = api.submit(gym.key, workout(user_id=user_id)).json()["workout_id"]
    other_gym = Gym(owner)
    secrets = {
        GARBAGE: "fbk_garbage",
        REVOKED: revoked,
        EXPIRED: expired_session(api, gym),
        LOGGED_OUT: logged_out_session(api, gym),
        PARTNER: gym.key,
        OTHER_CLUB: other_gym.key,
        MEMBER: member,
        OTHER_MEMBER: gym.register(api)[0],
        OPERATOR: gym.register(api, role="operator")[0],
        OTHER_OPERATOR: other_gym.register(api, role="operator")[0],
    }
    offers = make_offers(api, gym, LoggedIn(api, member, user_id))
    return Scenario(gym, Subject(gym.slug, user_id, workout_id, **offers), secrets)


def make_offers(api: Service, gym: Gym, member: LoggedIn) -> dict[str, str]:
    """A reward that the member has redeemed and can redeem again, and a challenge."""
    shop = Shop(api, gym)
    shop.adjust(member, 2 * SHIRT["cost"])
    reward = shop.reward()
    challenge = shop.operator.post("/challenges", CHALLENGE)
    redemption = member.redeem(reward)
    return {
        "reward_id": reward,
        "redemption_id": redemption.json()["redemption_id"],
        "challenge_id": challenge.json()["challenge_id"],
    }


def expired_session(api: Service, gym: Gym) -> str:
    """A token whose signature is valid for an hour, of a session that has expired."""
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
    """A new endpoint needs a line in TABLE: its path, the status for each caller, its scope and a body."""
    assert set(routes_of_the_service()) == set(TABLE)


def test_every_row_of_the_table_covers_every_caller() -> None:
    assert {route for route, endpoint in TABLE.items() if set(endpoint.expected) != set(CALLERS)} == set()


@pytest.mark.parametrize(("method", "route"), TABLE)
def test_each_caller_gets_the_status_in_the_table(
    api: Service, scenario_for: Callable[[str], Scenario], method: str, route: str
) -> None:
    endpoint, scenario = TABLE[method, route], scenario_for(method)
    other_scopes = ",".join(scope for scope in SCOPES if scope != endpoint.scope)
    scenario.secrets[NO_SCOPE] = scenario.gym.add_key(other_scopes)
    for caller in CALLERS:
        response = scenario.request(api, method, endpoint, caller)
        assert response.status_code == endpoint.expected[caller], (caller, response.text)
        if response.status_code in CODE:
            assert_problem(response, response.status_code, CODE[response.status_code])
        assert ("www-authenticate" in response.headers) == (response.status_code == 401)


SCOPED_ROUTES = [route for route, endpoint in TABLE.items() if endpoint.scope]


@pytest.mark.parametrize("route", SCOPED_ROUTES, ids=" ".join)
def test_an_endpoint_needs_no_scope_but_its_own(
    api: Service, scenario_for: Callable[[str], Scenario], route: tuple[str, str]
) -> None:
    endpoint, scenario = TABLE[route], scenario_for(route[0])
    key = scenario.gym.add_key(str(endpoint.scope))
    response = scenario.with_partner_key(key).request(api, route[0], endpoint, PARTNER)
    assert response.status_code == endpoint.expected[PARTNER]


OF_ONE_MEMBER = [
    TABLE["GET", path] for path in ("/predictions/{workout_id}", "/members/{user_id}/points", "/workouts", RECENT)
]


@pytest.mark.parametrize("caller", [OTHER_CLUB, OTHER_MEMBER, OTHER_OPERATOR])
@pytest.mark.parametrize("endpoint", OF_ONE_MEMBER, ids=lambda endpoint: endpoint.path)
def test_hidden_and_missing_resources_get_the_same_404(
    api: Service, shared_scenario: Scenario, caller: str, endpoint: Endpoint
) -> None:
    scenarios = (shared_scenario, replace(shared_scenario, subject=Subject()))
    responses = [scenario.request(api, "GET", endpoint, caller) for scenario in scenarios]
    hidden, missing = (assert_problem(response, 404, "not_found") | {"request_id": ""} for response in responses)
    assert hidden == missing


def listed_workouts(api: Service, scenario: Scenario, caller: str) -> set[str]:
    response = api.get(scenario.secrets[caller], RECENT)
    return {item["workout_id"] for item in response.json()["items"]}


@pytest.mark.parametrize("caller", [OTHER_CLUB, OTHER_MEMBER, OTHER_OPERATOR])
def test_lists_leave_out_workouts_of_others(api: Service, shared_scenario: Scenario, caller: str) -> None:
    assert shared_scenario.request(api, "GET", TABLE["GET", "/predictions"], caller).json()["items"] == []
    assert listed_workouts(api, shared_scenario, caller) == set()


def test_partners_and_operators_see_the_whole_club_and_members_only_their_own(api: Service, owner: Engine) -> None:
    scenario = make_scenario(api, owner)
    own = scenario.subject.workout_id
    other = api.submit(scenario.secrets[PARTNER], workout(user_id="other")).json()["workout_id"]
    assert listed_workouts(api, scenario, PARTNER) == listed_workouts(api, scenario, OPERATOR) == {own, other}
    assert listed_workouts(api, scenario, MEMBER) == {own}


@pytest.mark.parametrize("caller", NOT_THE_MEMBER)
def test_bulk_item_for_another_member_gets_its_own_403(api: Service, shared_scenario: Scenario, caller: str) -> None:
    [item] = shared_scenario.request(api, "POST", TABLE["POST", "/workouts/bulk"], caller).json()["items"]
    assert (item["status"], item["error"]["code"]) == (403, "forbidden")


@pytest.mark.parametrize("header", ["Bearer", "Basic dTpw", "Bearer  ", "fbk_x", "Token x", "bearer"])
def test_malformed_authorization_header_gets_401_with_instructions(api: Service, header: str) -> None:
    response = api.http.get("/workouts/recent", headers={"Authorization": header.strip()})
    assert "Authorization: Bearer" in assert_problem(response, 401, "unauthenticated")["detail"]


def test_bearer_scheme_is_case_insensitive(api: Service, gym: Gym) -> None:
    assert api.http.get("/workouts/recent", headers={"Authorization": f"bearer {gym.key}"}).status_code == 200
