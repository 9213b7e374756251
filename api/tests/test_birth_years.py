"""Birth years: accepted if the age is one that a workout may have, as GET /rules states; no age is made up."""

from datetime import UTC, datetime
from typing import Any

import pytest
from gym import Gym, without_profile
from problems import assert_problem, pointers
from service import Service, bearer

from app.members import birth_years

THIS_YEAR = datetime.now(UTC).year
BODY = {"gender": "Female", "height_cm": 170, "weight_kg": 64}


def patch(api: Service, token: str, **changes: Any) -> Any:
    return api.http.patch("/me", json=changes, headers=bearer(token))


@pytest.mark.parametrize("age", [10, 11, 100])
def test_birth_year_of_an_accepted_age_is_stored(api: Service, gym: Gym, age: int) -> None:
    token, _ = gym.register(api)
    response = patch(api, token, birth_year=float(THIS_YEAR - age))
    assert (response.status_code, response.json()["birth_year"]) == (200, THIS_YEAR - age)


@pytest.mark.parametrize("year", [2090, 1900, THIS_YEAR, THIS_YEAR + 1, THIS_YEAR - 9, THIS_YEAR - 101, 94, 0, -1994])
def test_other_birth_year_is_refused_with_the_years_that_are_accepted(api: Service, gym: Gym, year: int) -> None:
    token, _ = gym.register(api)
    problem = assert_problem(patch(api, token, birth_year=year), 422, "invalid_fields")
    assert pointers(problem) == ["/birth_year"]
    if year >= 0:
        detail = problem["errors"][0]["detail"]
        assert f"from {THIS_YEAR - 100} to {THIS_YEAR - 10}" in detail and "ages from 10 to 100" in detail


def test_rules_state_the_years_that_are_accepted(api: Service) -> None:
    stated = api.http.get("/rules").json()["fields"]["birth_year"]
    assert stated == {"low": THIS_YEAR - 100, "high": THIS_YEAR - 10}


def test_range_moves_with_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Later":
            return cls(2040, 1, 1, tzinfo=tz)

    monkeypatch.setattr(birth_years, "datetime", Later)
    assert (birth_years.accepted().low, birth_years.accepted().high) == (1940, 2030)


@pytest.mark.parametrize(("years_old", "scored_as"), [(9, 10), (10, 10), (57, 57), (100, 100), (101, 100)])
def test_age_is_at_most_a_year_off(api: Service, gym: Gym, years_old: int, scored_as: int) -> None:
    token, user_id = gym.register(api)
    set_profile(gym, user_id, 2026 - years_old)
    sent = without_profile()
    del sent["user_id"]
    assert api.submit(token, sent).status_code == 202
    assert [stored.age for stored in gym.workouts()] == [scored_as]


@pytest.mark.parametrize("years_old", [8, 0, -64, 102, 126])
def test_age_out_of_range_is_asked_for_and_not_made_up(api: Service, gym: Gym, years_old: int) -> None:
    token, user_id = gym.register(api)
    set_profile(gym, user_id, 2026 - years_old)
    sent = without_profile()
    del sent["user_id"]
    problem = assert_problem(api.submit(token, sent), 422, "profile_incomplete")
    assert pointers(problem) == ["/age"] and "birth year" in problem["errors"][0]["detail"]
    assert api.submit(token, sent | {"age": 30}).status_code == 202


def set_profile(gym: Gym, user_id: str, birth_year: int) -> None:
    """Set a profile past the API, as it may have been stored before the range moved."""
    gym.run(
        """
        update users set gender = :gender, height_cm = :height_cm, weight_kg = :weight_kg, birth_year = :birth_year
        where club_id = :club and user_id = :user_id
        """,
        club=gym.id, user_id=user_id, birth_year=birth_year, **BODY,
    )  # fmt: skip
