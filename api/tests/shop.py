"""A club with rewards and members who have points, created through the API."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from gym import Gym
from service import Service, bearer

SHIRT = {"title_ru": "Футболка", "title_en": "Shirt", "cost": 30}


@dataclass
class LoggedIn:
    """A logged-in member or operator."""

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
        response = self.get("/me/points")
        assert response.status_code == 200, response.text
        return dict(response.json())


class Shop:
    """A gym with an operator; members join with points."""

    def __init__(self, api: Service, gym: Gym) -> None:
        self.api = api
        self.gym = gym
        self.operator = LoggedIn(api, *gym.register(api, role="operator"))

    def reward(self, **changes: Any) -> str:
        response = self.operator.post("/rewards", SHIRT | changes)
        assert response.status_code == 201, response.text
        return str(response.json()["reward_id"])

    def member(self, points: int = 0) -> LoggedIn:
        member = LoggedIn(self.api, *self.gym.register(self.api))
        if points:
            self.adjust(member, points)
        return member

    def adjust(self, member: LoggedIn, points: int) -> None:
        response = self.operator.post(
            f"/members/{member.user_id}/adjustments", {"points": points, "reason": "for a test"}, uuid4().hex
        )
        assert response.status_code == 201, response.text

    def hold(self, workout_id: str, calories: float = 400.0, reason: str = "too_old", held_points: int = 40) -> None:
        """Score a workout and hold it for review, as a worker does."""
        self.gym.run(
            """
            update predictions set
                status = 'done', calories_pred = :calories, points = 0, held_points = :held_points, credited_kcal = 0,
                credited_min = 0, hold_reasons = array[:reason], model_version = 'test', points_rule = 'test',
                processed_at = clock_timestamp()
            where workout_id = :id and status = 'pending'
            """,
            id=workout_id, calories=calories, held_points=held_points, reason=reason,
        )  # fmt: skip

    def stock(self, reward_id: str) -> int | None:
        stock: int | None = self.operator.get(f"/rewards/{reward_id}").json()["stock"]
        return stock
