"""A separate club for each test: keys, members, and access to its rows."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from service import Service
from sqlalchemy import Engine, Row, text

ALL_SCOPES = "workouts:write,workouts:read,stats:read"
PASSWORD = "correct horse battery"

WORKOUT: dict[str, Any] = {
    "user_id": "u1", "gender": "Male", "age": 30, "height_cm": 180, "weight_kg": 80, "ts": "2026-01-01T10:00:00Z",
    "duration_min": 35, "distance_km": 5.2, "avg_hr": 145, "speed_kmh": 8.9, "workout_type": "running",
}  # fmt: skip
PROFILE_FIELDS = ("gender", "age", "height_cm", "weight_kg")


def workout(**changes: Any) -> dict[str, Any]:
    return WORKOUT | changes


def without_profile(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in workout(**changes).items() if name not in PROFILE_FIELDS}


class Gym:
    """A club in the database, and shortcuts to its rows."""

    def __init__(self, owner: Engine, time_zone: str = "UTC") -> None:
        self._owner = owner
        self.slug = f"gym-{uuid4().hex[:12]}"
        add = "insert into clubs (slug, name, time_zone) values (:slug, 'A gym', :zone) returning id"
        self.id = str(self.one(add, slug=self.slug, zone=time_zone).id)
        self.key = self.add_key()

    def rows(self, query: str, **values: Any) -> Sequence[Row[Any]]:
        with self._owner.connect() as connection:
            return connection.execute(text(query), values).all()

    def one(self, query: str, **values: Any) -> Row[Any]:
        [row] = self.rows(query, **values)
        return row

    def run(self, statement: str, **values: Any) -> None:
        with self._owner.connect() as connection:
            connection.execute(text(statement), values)

    def add_key(self, scopes: str = ALL_SCOPES, name: str = "partner") -> str:
        key = f"fbk_{secrets.token_urlsafe(32)}"
        add = "insert into api_keys (club_id, name, key_hash, scopes) values (:club, :name, :hash, :scopes)"
        digest = hashlib.sha256(key.encode()).digest()
        self.run(add, club=self.id, name=name, hash=digest, scopes=scopes.split(","))
        return key

    def register(self, api: Service, email: str | None = None, role: str = "member") -> tuple[str, str]:
        """Register a member; return token and user_id."""
        account = {"email": email or f"{uuid4().hex}@example.com", "password": PASSWORD, "display_name": "Anna"}
        response = api.http.post("/auth/register", json=account | {"club": self.slug})
        assert response.status_code == 201, response.text
        user_id = response.json()["user_id"]
        self.run("update users set role = :role where user_id = :user_id", role=role, user_id=user_id)
        return response.json()["access_token"], user_id

    def members(self) -> Sequence[Row[Any]]:
        return self.rows("select * from users where club_id = :club order by id", club=self.id)

    def workouts(self) -> Sequence[Row[Any]]:
        return self.rows("select * from workouts where club_id = :club order by id", club=self.id)

    def predictions(self) -> Sequence[Row[Any]]:
        query = "select p.* from predictions as p join workouts as w on w.id = p.workout_id where w.club_id = :club"
        return self.rows(query, club=self.id)

    def transactions(self) -> list[int]:
        """Number of workouts per transaction, ascending, from the transaction id that each row carries."""
        query = "select count(*) as rows from workouts where club_id = :club group by xmin::text order by 1"
        return [row.rows for row in self.rows(query, club=self.id)]

    @contextmanager
    def writes_blocked(self) -> Iterator[None]:
        """Block writes to `workouts` inside the block."""
        with self._owner.connect().execution_options(isolation_level="READ COMMITTED") as connection:
            connection.execute(text("lock table workouts in share row exclusive mode"))
            yield
            connection.rollback()

    def blocked_writers(self) -> int:
        """Number of transactions that wait in `writes_blocked`."""
        query = "select count(*) from pg_locks where relation = 'workouts'::regclass and not granted"
        return int(self.one(query).count)

    def finish(self, workout_id: str, calories: float = 300.0, points: int = 30, *, notify: bool = True) -> None:
        """Score a workout, award its points and notify long polls, as a worker does."""
        statement = """
            with done as (
                update predictions set
                    status = 'done', calories_pred = :calories, points = :points, model_version = 'test',
                    points_rule = 'test', credited_kcal = :calories, credited_min = 30, processed_at = clock_timestamp()
                where workout_id = :id and status = 'pending'
                returning workout_id, points
            )
            select book_transfer('workout_award', w.id, w.member_id, done.points)
            from done
            join workouts as w on w.id = done.workout_id
            where done.points > 0
        """
        self.run(statement, id=workout_id, calories=calories, points=points)
        if notify:
            self.run("select pg_notify('fitburn_scored', :id)", id=workout_id)
