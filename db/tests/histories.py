"""Workouts of a club over some days, and the marts built from them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from servers import migrated_database
from sqlalchemy import Connection, Engine, Row, create_engine, make_url, text

from fitburn.database import DRIVER

ADD_CLUB = text("insert into clubs (slug, name, time_zone) values (:slug, 'A club', :zone) returning id")
ADD_MEMBER = text("insert into users (club_id, user_id) values (:club, :user_id) returning id")
# In one statement, with the pending prediction, as the API does.
ADD_WORKOUT = text("""
with added as (
    insert into workouts (
        club_id, member_id, source, request_hash, ts, local_day, workout_type, duration_min, distance_km, avg_hr,
        speed_kmh, gender, age, height_cm, weight_kg
    )
    select
        c.id, :member, 'partner:p', '', :ts, (cast(:ts as timestamptz) at time zone c.time_zone)::date, :workout_type,
        :duration_min, :distance_km, :avg_hr, :speed_kmh, :gender, :age, :height_cm, :weight_kg
    from clubs as c
    where c.id = :club
    returning id, created_at
)
insert into predictions (workout_id, created_at)
select id, created_at from added
returning workout_id
""")
PLAIN: dict[str, Any] = {
    "workout_type": "running", "duration_min": 35.0, "distance_km": 5.2, "avg_hr": 145.0, "speed_kmh": None,
    "gender": "Male", "age": 30, "height_cm": 180.0, "weight_kg": 80.0,
}  # fmt: skip
SCORE = text("""
update predictions
set status = 'done', calories_pred = :calories, points = :points, hold_reasons = :holds, model_version = 'test',
    processed_at = created_at + make_interval(secs => :latency_sec)
where workout_id = :workout
""")
FAIL = text("""
update predictions set status = 'failed', error_code = 'model_error', processed_at = now() where workout_id = :workout
""")


def moment(day: date, hour: float = 12.0) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


class History:
    """A club and its members in a database; each step is a separate transaction."""

    def __init__(self, engine: Engine, zone: str = "UTC") -> None:
        self.engine = engine
        self.slug = f"c-{uuid4()}"
        with engine.begin() as connection:
            self.club: UUID = connection.execute(ADD_CLUB, {"slug": self.slug, "zone": zone}).scalar_one()
        self.members: dict[str, UUID] = {}

    def member(self, user_id: str) -> UUID:
        if user_id not in self.members:
            with self.engine.begin() as connection:
                values = {"club": self.club, "user_id": user_id}
                self.members[user_id] = connection.execute(ADD_MEMBER, values).scalar_one()
        return self.members[user_id]

    def submit(self, user_id: str, ts: datetime, connection: Connection | None = None, **changes: Any) -> UUID:
        """A pending workout."""
        values = PLAIN | changes | {"club": self.club, "member": self.member(user_id), "ts": ts}
        if connection is not None:
            added: UUID = connection.execute(ADD_WORKOUT, values).scalar_one()
            return added
        with self.engine.begin() as own:
            return self.submit(user_id, ts, own, **changes)

    def score(
        self, workout: UUID, calories: float = 300.0, points: int = 30, latency_sec: float = 0.05, *, holds: str = ""
    ) -> None:
        values = {
            "workout": workout, "calories": calories, "points": points, "latency_sec": latency_sec,
            "holds": [holds] if holds else [],
        }  # fmt: skip
        self.run(SCORE, **values)

    def done(self, user_id: str, ts: datetime, calories: float = 300.0, **scored: Any) -> UUID:
        workout = self.submit(user_id, ts)
        self.score(workout, calories, **scored)
        return workout

    def fail(self, workout: UUID) -> None:
        self.run(FAIL, workout=workout)

    def run(self, statement: Any, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement) if isinstance(statement, str) else statement, values)


@contextmanager
def fresh_database() -> Iterator[Engine]:
    """A migrated database for one test or module."""
    with migrated_database() as url:
        engine = create_engine(make_url(url).set(drivername=DRIVER))
        yield engine
        engine.dispose()


def refresh(engine: Engine, mart: str, first: date, last: date | None = None) -> int:
    with engine.begin() as connection:
        days = {"first": first, "last": last or first}
        return int(connection.execute(text(f"select refresh_{mart}(:first, :last)"), days).scalar_one())


def changed_days(engine: Engine, mart: str) -> list[date]:
    with engine.connect() as connection:
        return list(connection.execute(text("select changed_days(:mart)"), {"mart": mart}).scalars())


def rows(engine: Engine, mart: str, *, leave_out: Iterable[str] = ("created_at",)) -> list[dict[str, Any]]:
    """The mart as readers see it, in the order of its columns."""
    left_out = set(leave_out)
    found = read(engine, f"select * from {mart}")
    dicts = [{name: value for name, value in row._mapping.items() if name not in left_out} for row in found]
    return sorted(dicts, key=lambda row: [str(value) for value in row.values()])


def read(engine: Engine, query: str, **values: Any) -> Sequence[Row[Any]]:
    with engine.connect() as connection:
        return connection.execute(text(query), values).all()
