"""A club with rewards and members who have points, over the doors of the API."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from gym import Gym
from service import Service, bearer

SHIRT = {"title_ru": "Футболка", "title_en": "Shirt", "cost": 30}


@dataclass
class Somebody:
    """Whoever is logged in."""

    api: Service
    token: str
    user_id: str

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.api.get(self.token, path, **query)

    def post(self, path: str, body: object = None, key: str | None = None) -> httpx.Response:
        headers = bearer(self.token) | ({"Idempotency-Key": key} if key else {})
        return self.api.http.post(path, json=body, headers=headers)

    def patch(self, path: str, body: object) -> httpx.Response:
        return self.api.http.patch(path, json=body, headers=bearer(self.token))

    def redeem(self, reward_id: str, key: str | None = None) -> httpx.Response:
        return self.post("/redemptions", {"reward_id": reward_id}, key)

    def points(self) -> dict[str, Any]:
        answer = self.get("/me/points")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


class Shop:
    """A gym with an operator; members join with points."""

    def __init__(self, api: Service, gym: Gym) -> None:
        self.api = api
        self.gym = gym
        self.operator = Somebody(api, *gym.register(api, role="operator"))

    def reward(self, **changes: Any) -> str:
        answer = self.operator.post("/rewards", SHIRT | changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["reward_id"])

    def member(self, points: int = 0) -> Somebody:
        somebody = Somebody(self.api, *self.gym.register(self.api))
        if points:
            self.give(somebody, points)
        return somebody

    def give(self, somebody: Somebody, points: int) -> None:
        answer = self.operator.post(
            f"/members/{somebody.user_id}/adjustments", {"points": points, "reason": "for a test"}, uuid4().hex
        )
        assert answer.status_code == 201, answer.text

    def hold(self, workout_id: str, calories: float = 400.0, reason: str = "too_old", would_be: int = 40) -> None:
        """What a worker does with a workout that it does not believe."""
        self.gym.run(
            """
            update predictions set
                status = 'done', calories_pred = :calories, points = 0, held_points = :would_be, credited_kcal = 0,
                credited_min = 0, hold_reasons = array[:reason], model_version = 'test', points_rule = 'test',
                processed_at = clock_timestamp()
            where workout_id = :id and status = 'pending'
            """,
            id=workout_id, calories=calories, would_be=would_be, reason=reason,
        )  # fmt: skip

    def stock(self, reward_id: str) -> int | None:
        left: int | None = self.operator.get(f"/rewards/{reward_id}").json()["stock"]
        return left
