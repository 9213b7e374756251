"""Every change by an operator leaves an entry in the audit log, in the same transaction."""

from collections.abc import Callable

import httpx
import pytest
from gym import Gym, workout
from rights import CHALLENGE, MEMBER, OPERATOR, TABLE
from service import Service, bearer
from shop import SHIRT, LoggedIn, Shop

Route = tuple[str, str]

# Routes that write, for operators but not for members, from the table of rights.
OPERATOR_ROUTES = {
    route
    for route, endpoint in TABLE.items()
    if route[0] != "GET" and endpoint.expected[MEMBER] == 403 and endpoint.expected[OPERATOR] != 403
}
# For members on their own data, and for operators on any member's.
SHARED_ROUTES = {("DELETE", "/workouts/{workout_id}"), ("POST", "/redemptions/{redemption_id}/cancel")}


class Desk:
    """A club with an operator, and subjects for every action."""

    def __init__(self, api: Service, gym: Gym) -> None:
        self.api = api
        self.gym = gym
        self.shop = Shop(api, gym)
        self.operator: LoggedIn = self.shop.operator
        self.member = self.shop.member(points=10 * SHIRT["cost"])

    def act(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self.api.http.request(method, path, json=body, headers=bearer(self.operator.token))

    def held_workout(self) -> str:
        workout_id = str(self.api.submit(self.gym.key, workout(user_id=self.member.user_id)).json()["workout_id"])
        self.shop.hold(workout_id)
        return workout_id

    def redemption(self) -> dict[str, str]:
        redemption: dict[str, str] = self.member.redeem(self.shop.reward()).json()
        return redemption

    def challenge(self) -> str:
        return str(self.operator.post("/challenges", CHALLENGE).json()["challenge_id"])

    def entries(self) -> int:
        count: int = self.gym.one("select count(*) as n from audit_log where club_id = :club", club=self.gym.id).n
        return count


REASON = {"reason": "a test"}
# Prepares the subject of the route; the returned function sends the request.
ACTIONS: dict[Route, Callable[[Desk], Callable[[], httpx.Response]]] = {
    ("POST", "/rewards"): lambda desk: lambda: desk.act("POST", "/rewards", SHIRT),
    ("PATCH", "/rewards/{reward_id}"): lambda desk: on(desk, "PATCH", f"/rewards/{desk.shop.reward()}", {"cost": 31}),
    ("POST", "/redemptions/{redemption_id}/fulfil"): lambda desk: on(
        desk, "POST", f"/redemptions/{desk.redemption()['redemption_id']}/fulfil"
    ),
    ("POST", "/redemptions/{redemption_id}/cancel"): lambda desk: on(
        desk, "POST", f"/redemptions/{desk.redemption()['redemption_id']}/cancel"
    ),
    ("POST", "/redemptions/fulfil"): lambda desk: on(
        desk, "POST", "/redemptions/fulfil", {"code": desk.redemption()["code"]}
    ),
    ("POST", "/review/{workout_id}/approve"): lambda desk: on(
        desk, "POST", f"/review/{desk.held_workout()}/approve", {}
    ),
    ("POST", "/review/{workout_id}/reject"): lambda desk: on(
        desk, "POST", f"/review/{desk.held_workout()}/reject", REASON
    ),
    ("POST", "/workouts/{workout_id}/reject"): lambda desk: on(
        desk, "POST", f"/workouts/{desk.held_workout()}/reject", REASON
    ),
    ("DELETE", "/workouts/{workout_id}"): lambda desk: on(
        desk, "DELETE", f"/workouts/{desk.held_workout()}?reason=test"
    ),
    ("POST", "/members/{user_id}/adjustments"): lambda desk: on(
        desk, "POST", f"/members/{desk.member.user_id}/adjustments", {"points": 5} | REASON
    ),
    ("POST", "/challenges"): lambda desk: on(desk, "POST", "/challenges", CHALLENGE),
    ("PATCH", "/challenges/{challenge_id}"): lambda desk: on(
        desk, "PATCH", f"/challenges/{desk.challenge()}", {"title_en": "Another month"}
    ),
    ("DELETE", "/challenges/{challenge_id}"): lambda desk: on(desk, "DELETE", f"/challenges/{desk.challenge()}"),
    ("PUT", "/club/weekly-target"): lambda desk: on(desk, "PUT", "/club/weekly-target", {"workouts": 5}),
}


def on(desk: Desk, method: str, path: str, body: object = None) -> Callable[[], httpx.Response]:
    return lambda: desk.act(method, path, body)


def test_every_operator_route_that_writes_is_covered() -> None:
    """A new endpoint for operators needs a line in ACTIONS."""
    assert set(ACTIONS) == OPERATOR_ROUTES | SHARED_ROUTES


@pytest.mark.parametrize("route", ACTIONS, ids=" ".join)
def test_operator_action_leaves_one_audit_entry_with_the_actor(api: Service, gym: Gym, route: Route) -> None:
    desk = Desk(api, gym)
    act = ACTIONS[route](desk)
    before = desk.entries()
    response = act()
    assert response.is_success, response.text
    assert desk.entries() == before + 1
    [latest, *_] = desk.operator.get("/audit").json()["items"]
    assert latest["actor_user_id"] == desk.operator.user_id


def test_no_op_change_leaves_no_audit_entry(api: Service, gym: Gym) -> None:
    desk = Desk(api, gym)
    challenge = desk.challenge()
    assert desk.act("PUT", "/club/weekly-target", {"workouts": 5}).is_success
    before = desk.entries()
    assert desk.act("PUT", "/club/weekly-target", {"workouts": 5}).is_success
    assert desk.act("PATCH", f"/challenges/{challenge}", {"title_en": CHALLENGE["title_en"]}).is_success
    assert desk.entries() == before


def test_rejected_challenge_leaves_no_audit_entry(api: Service, gym: Gym) -> None:
    desk = Desk(api, gym)
    before = desk.entries()
    past = CHALLENGE | {"starts_on": "2020-01-01", "ends_on": "2020-01-31"}
    assert desk.act("POST", "/challenges", past).status_code == 422
    assert desk.entries() == before


def test_audit_log_has_every_change_of_a_challenge(api: Service, gym: Gym) -> None:
    desk = Desk(api, gym)
    challenge = desk.challenge()
    desk.act("PATCH", f"/challenges/{challenge}", {"goal": 5})
    desk.act("DELETE", f"/challenges/{challenge}")
    items = desk.operator.get("/audit", subject_id=challenge).json()["items"]
    assert [item["action"] for item in items] == ["challenge.cancelled", "challenge.changed", "challenge.created"]
    assert items[1]["details"] == {"goal": 5}
    assert items[2]["details"]["bonus_points"] == CHALLENGE["bonus_points"]
