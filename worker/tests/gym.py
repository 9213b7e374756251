"""A club in the test's database: members, their pending workouts, and the outcomes of these."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row, insert, select, text

from db.rules import broken_rules
from fitburn.messages import ScoreRequest
from fitburn.tables import clubs, point_accounts, predictions, users, workouts

PLAIN = {
    "workout_type": "running",
    "duration_min": 35.0,
    "distance_km": 5.2,
    "avg_hr": 145.0,
    "speed_kmh": 8.9,
    "gender": "Male",
    "age": 30,
    "height_cm": 180.0,
    "weight_kg": 80.0,
    "source": "partner:test",
    "request_hash": b"\0" * 32,
}


class Gym:
    """Writes as the owner of the database, as the API would: one member and one workout for each entry."""

    def __init__(self, owner: Engine, slug: str = "test", time_zone: str = "UTC") -> None:
        self.owner = owner
        self._zone = ZoneInfo(time_zone)
        with owner.begin() as connection:
            row = {"slug": slug, "name": slug, "time_zone": time_zone}
            self.club_id = connection.execute(insert(clubs).values(row).returning(clubs.c.id)).scalar_one()

    def join(self, count: int = 1) -> list[Any]:
        """Ids of new members."""
        with self.owner.begin() as connection:
            ids = _new_ids(connection, count)
            rows = [
                {"id": member_id, "club_id": self.club_id, "user_id": f"u-{member_id}", "role": "member"}
                for member_id in ids
            ]
            if rows:
                connection.execute(insert(users), [row | {"leaderboard_opt_out": False} for row in rows])
        return ids

    def log(self, entries: Iterable[Mapping[str, Any]]) -> list[ScoreRequest]:
        """Pending workouts in the order of acceptance: each an ordinary run of a new member, changed by its entry.

        `accepted_ago` and `claimed_ago` (timedelta) move the job into the past, `attempts` is its number of claims.
        """
        rows = [dict(entry) for entry in entries]
        of_new_members = [row for row in rows if "member_id" not in row]
        for row, member_id in zip(of_new_members, self.join(len(of_new_members)), strict=True):
            row["member_id"] = member_id
        with self.owner.begin() as connection:
            ids = _new_ids(connection, len(rows))
            connection.execute(insert(workouts), [self._workout(*pair) for pair in zip(ids, rows, strict=True)])
            jobs = [_job(*pair) for pair in zip(ids, rows, strict=True)]
            connection.execute(insert(predictions), jobs)
            inserted = connection.execute(
                select(predictions.c.workout_id, predictions.c.id).where(predictions.c.workout_id.in_(ids))
            )
            prediction_of = {row.workout_id: row.id for row in inserted}
        return [ScoreRequest(workout_id=workout_id, prediction_id=prediction_of[workout_id]) for workout_id in ids]

    def log_plain(self, count: int, **changes: Any) -> list[ScoreRequest]:
        """`count` workouts, each of a new member."""
        return self.log([changes] * count)

    def outcomes(self, requests: Sequence[ScoreRequest]) -> list[Row[Any]]:
        """The predictions of the requests, in the same order."""
        ids = [request.workout_id for request in requests]
        with self.owner.connect() as connection:
            rows = connection.execute(select(predictions).where(predictions.c.workout_id.in_(ids))).all()
        by_id = {row.workout_id: row for row in rows}
        return [by_id[workout_id] for workout_id in ids]

    def statuses(self, requests: Sequence[ScoreRequest]) -> list[str]:
        return [row.status for row in self.outcomes(requests)]

    def all_done(self, requests: Sequence[ScoreRequest]) -> bool:
        return set(self.statuses(requests)) == {"done"}

    def balance(self, member_id: Any) -> int:
        with self.owner.connect() as connection:
            query = select(point_accounts.c.balance).where(
                point_accounts.c.member_id == member_id, point_accounts.c.kind == "member"
            )
            return int(connection.execute(query).scalar_one())

    def ask(self, query: str) -> list[Any]:
        """The first column of the query's result."""
        with self.owner.connect() as connection:
            return [row[0] for row in connection.execute(text(query))]

    def do(self, statement: str) -> None:
        """Execute a statement with all triggers off."""
        with self.owner.begin() as connection:
            connection.exec_driver_sql("set local session_replication_role = replica")
            connection.exec_driver_sql(statement)

    @contextmanager
    def held_back(self, request: ScoreRequest) -> Iterator[None]:
        """Block workers that score a batch with this workout, until the end of the block."""
        member = select(workouts.c.member_id).where(workouts.c.id == request.workout_id).scalar_subquery()
        with self.owner.begin() as connection:
            connection.execute(select(users.c.id).where(users.c.id == member).with_for_update(key_share=True))
            yield

    def assert_books_balance(self) -> None:
        with self.owner.connect() as connection:
            assert connection.execute(text(broken_rules())).all() == []

    def _workout(self, workout_id: Any, entry: Mapping[str, Any]) -> dict[str, Any]:
        row = PLAIN | {"ts": datetime.now(UTC) - timedelta(hours=2)}
        row |= {name: value for name, value in entry.items() if name in workouts.c}
        return row | {
            "id": workout_id,
            "club_id": self.club_id,
            "local_day": row["ts"].astimezone(self._zone).date(),
            "created_at": _accepted_at(entry),
        }


def _job(workout_id: Any, entry: Mapping[str, Any]) -> dict[str, Any]:
    claimed_ago = entry.get("claimed_ago")
    return {
        "workout_id": workout_id,
        "status": "pending",
        "created_at": _accepted_at(entry),
        "attempts": entry.get("attempts", 0),
        "claimed_at": None if claimed_ago is None else datetime.now(UTC) - claimed_ago,
    }


def _accepted_at(entry: Mapping[str, Any]) -> datetime:
    accepted_ago: timedelta = entry.get("accepted_ago", timedelta(0))
    return datetime.now(UTC) - accepted_ago


def _new_ids(connection: Any, count: int) -> list[Any]:
    """UUIDv7s from the database, ascending."""
    made = connection.execute(text("select uuidv7() from generate_series(1, :count)"), {"count": count}).scalars()
    return sorted(made)
