"""GET /rules states the rules that the service applies: each number is tried at its endpoint."""

from typing import Any

import pytest
from gym import Gym, workout
from service import Service
from shop import SHIRT, Shop

from app.workouts.schemas import WorkoutIn


@pytest.fixture
def rules(api: Service) -> dict[str, Any]:
    response = api.http.get("/rules")
    assert response.status_code == 200
    assert "max-age" in response.headers["cache-control"]
    return dict(response.json())


MEASURED = ("duration_min", "distance_km", "avg_hr", "speed_kmh", "calories_measured", "age", "height_cm", "weight_kg")


@pytest.mark.parametrize("field", MEASURED)
def test_number_is_accepted_at_its_limits_and_rejected_beyond(
    api: Service, gym: Gym, rules: dict[str, Any], field: str
) -> None:
    low, high = rules["fields"][field]["low"], rules["fields"][field]["high"]
    if field == "age":
        low, high = int(low), int(high)
    for value in (low, high):
        assert api.submit(gym.key, workout(**{field: value})).status_code == 202
    for value in (low - 1, high + 1):
        assert api.submit(gym.key, workout(**{field: value})).status_code == 422


def test_every_number_of_a_workout_has_its_range(rules: dict[str, Any]) -> None:
    numbers = {
        name
        for name, field in WorkoutIn.model_json_schema()["properties"].items()
        if any("maximum" in branch for branch in (field, *field.get("anyOf", ())))
    }
    assert numbers == set(MEASURED) <= set(rules["fields"])


@pytest.mark.parametrize(("field", "sent"), [("title", "title_en"), ("description", "description_en")])
def test_text_is_accepted_up_to_its_maximum_length(
    api: Service, gym: Gym, rules: dict[str, Any], field: str, sent: str
) -> None:
    operator, longest = Shop(api, gym).operator, int(rules["texts"][field]["high"])
    assert operator.post("/rewards", SHIRT | {sent: "x" * longest}).status_code == 201
    assert operator.post("/rewards", SHIRT | {sent: "x" * (longest + 1)}).status_code == 422


def test_redemption_expires_after_the_hours_in_the_rules(api: Service, gym: Gym, rules: dict[str, Any]) -> None:
    shop = Shop(api, gym)
    shop.member(SHIRT["cost"]).redeem(shop.reward())
    hours = "extract(epoch from expires_at - created_at) / 3600 as hours"
    row = gym.one(f"select {hours}, code from redemptions where club_id = :club", club=gym.id)
    assert float(row.hours) == rules["redemptions"]["collect_within_hours"]
    assert len(row.code) == rules["redemptions"]["code_length"]
