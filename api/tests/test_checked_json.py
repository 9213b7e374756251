"""The fast path of POST /workouts behaves like FastAPI's own handler."""

import json
from collections.abc import Callable

import pytest
from fastapi import APIRouter, Request, Response
from gym import Gym, workout
from problems import assert_problem
from service import Service, bearer

from app.http.checked_json import CheckedJsonRoute
from app.rights import Writer
from app.workouts.schemas import WorkoutIn

# The first takes the fast path, the others FastAPI's.
SPELLINGS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "plain": (str.encode, "application/json"),
    "with a charset": (str.encode, "application/json; charset=utf-8"),
    "another kind of JSON": (str.encode, "application/vnd.partner+json"),
    "in UTF-16": (lambda body: body.encode("utf-16"), "application/json"),
}


@pytest.mark.parametrize(("encode", "content_type"), SPELLINGS.values(), ids=SPELLINGS)
def test_fast_and_slow_path_accept_the_same_workout(
    api: Service, gym: Gym, encode: Callable[[str], bytes], content_type: str
) -> None:
    plain = api.submit(gym.key, workout(), idempotency_key="visit")
    headers = bearer(gym.key) | {"Content-Type": content_type, "Idempotency-Key": "visit"}
    again = api.http.post("/workouts", content=encode(json.dumps(workout())), headers=headers)
    assert (again.status_code, again.json()) == (202, plain.json())
    assert again.headers["Idempotency-Replayed"] == "true"


def test_authorization_is_checked_before_the_fields(api: Service, gym: Gym) -> None:
    reader = gym.add_key(scopes="workouts:read", name="reader")
    for body in (workout(), workout(avg_hr=1_000)):
        assert_problem(api.submit(reader, body), 403, "forbidden")
        assert_problem(api.submit("fbk_unknown", body), 401, "unauthenticated")


def test_endpoint_with_other_parameters_is_rejected_at_startup() -> None:
    router = APIRouter(route_class=CheckedJsonRoute)

    async def lacks_the_request(caller: Writer, request: Request, body: WorkoutIn) -> Response:
        return Response()

    with pytest.raises(TypeError, match="lacks_the_request should take"):
        router.post("/")(lacks_the_request)
