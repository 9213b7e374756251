"""The worker's queries. Each handles a whole batch, whose rows are passed as one JSON value."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, text

from fitburn import notifications
from fitburn.messages import ScoreRequest
from fitburn.predictions import MAX_ATTEMPTS, ErrorCode


class PendingWorkout(NamedTuple):
    """A workout to be scored, with a snapshot of the member's profile. IDs are text."""

    workout_id: str
    prediction_id: str
    club_id: str
    member_id: str
    accepted_at: datetime
    local_day: date
    ts: datetime
    workout_type: str
    duration_min: float
    distance_km: float | None
    avg_hr: float | None
    speed_kmh: float | None
    gender: str
    age: float
    height_cm: float
    weight_kg: float


class CreditedWorkout(NamedTuple):
    """A workout that is credited: it has earned points, or would have but for a cap."""

    workout_id: str
    member_id: str
    local_day: date
    ts: datetime
    duration_min: float
    points: int
    credited_min: float


class Batch(NamedTuple):
    """Locked workouts to be scored, and their members' credited workouts of the same and adjacent days."""

    pending: list[PendingWorkout]
    credited: list[CreditedWorkout]


TAKE = text("""
select pending::text, credited::text
from take_workouts(cast(string_to_array(:ids, ',') as uuid[]))
""")

FIND_EXISTING = text("""
select workout_id::text, id::text
from predictions
where workout_id = any (cast(string_to_array(:ids, ',') as uuid[]))
""")

FINISH = text("select finish_workouts(:results, :model_version, :points_rule, :channel, :notices)")

FAIL = text("""
update predictions as p
set status = 'failed', error_code = s.error_code, model_version = :model_version, processed_at = clock_timestamp()
from json_to_recordset(:rows) as s (workout_id uuid, error_code text)
where p.workout_id = s.workout_id and p.status = 'pending'
""")

NOTIFY = text("select pg_notify(:channel, notice) from json_array_elements_text(:notices) as notice")

# A claim is committed before the work starts, so that a row that crashes its worker is not claimed for ever.
CLAIM = text("""
with waiting as (
    select id
    from predictions
    where
        processed_at is null
        and attempts between :fewest and :most
        and created_at <= now() - make_interval(secs => :after_sec)
        and (claimed_at is null or claimed_at <= now() - make_interval(secs => :lease_sec))
    order by created_at
    limit :size
    for update skip locked
)
update predictions as p
set attempts = p.attempts + 1, claimed_at = now()
from waiting
where p.id = waiting.id
returning p.workout_id::text, p.id::text, p.attempts
""")


def take(connection: Connection, workout_ids: Iterable[str]) -> Batch:
    """Lock those of the workouts that are pending and that no other worker has locked.

    The workouts stay locked until the commit, and so do their members: one batch at a time decides on a member's
    points.
    """
    pending, credited = connection.execute(TAKE, {"ids": ",".join(workout_ids)}).one()
    return Batch(
        [PendingWorkout(**_with_times(row)) for row in orjson.loads(pending or "[]")],
        [CreditedWorkout(**_with_times(row)) for row in orjson.loads(credited or "[]")],
    )


def find_existing(connection: Connection, workout_ids: Iterable[str]) -> dict[str, str]:
    """Prediction IDs of those workouts that exist, by workout ID, in any status."""
    rows = connection.execute(FIND_EXISTING, {"ids": ",".join(workout_ids)})
    return {row[0]: row[1] for row in rows}


def finish(connection: Connection, rows: Sequence[Mapping[str, Any]], model_version: str, points_rule: str) -> int:
    """Mark locked predictions as done and book their points. Returns the number of challenges that this completed.

    Clients that wait for the results are notified on commit.
    """
    parameters = {
        "results": _json(rows),
        "model_version": model_version,
        "points_rule": points_rule,
        "channel": notifications.SCORED,
        "notices": _notices([row["workout_id"] for row in rows]),
    }
    bonuses: int = connection.execute(FINISH, parameters).scalar_one()
    return bonuses


def fail(connection: Connection, errors: Mapping[str, ErrorCode], model_version: str | None) -> None:
    """Mark predictions as failed, each with its error code. Clients that wait for them are notified on commit."""
    if errors:
        rows = _json({"workout_id": workout_id, "error_code": code} for workout_id, code in errors.items())
        connection.execute(FAIL, {"rows": rows, "model_version": model_version})
        connection.execute(NOTIFY, {"channel": notifications.SCORED, "notices": _notices(list(errors))})


def claim_pending(
    connection: Connection, batch_size: int, *, after_sec: float, lease_sec: float
) -> tuple[list[ScoreRequest], list[str]]:
    """Claim the oldest rows that have been pending for longer than `after_sec`.

    Returns requests to score, and IDs of workouts whose attempts are exhausted. A claim is a lease of `lease_sec`;
    after that its worker is taken for dead. A row that two workers have left behind may have crashed them: it is
    claimed alone, and only when no other row is pending, so that it takes no other rows with it.
    """

    def claim(fewest: int, most: int, size: int) -> Sequence[Any]:
        parameters = {"fewest": fewest, "most": most, "size": size, "after_sec": after_sec, "lease_sec": lease_sec}
        return connection.execute(CLAIM, parameters).all()

    requests, exhausted = [], []
    claimed = claim(0, 1, batch_size) or claim(2, MAX_ATTEMPTS, 1)
    for workout_id, prediction_id, attempts in claimed:
        if attempts > MAX_ATTEMPTS:
            exhausted.append(workout_id)
        else:
            requests.append(ScoreRequest(workout_id=workout_id, prediction_id=prediction_id))
    return requests, exhausted


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return orjson.dumps(list(rows)).decode()


def _notices(workout_ids: Sequence[str]) -> str:
    return orjson.dumps(notifications.payloads(workout_ids)).decode()


def _with_times(row: dict[str, Any]) -> dict[str, Any]:
    """Parse the row's dates and times, which JSON carries as text."""
    for name in ("accepted_at", "ts"):
        if name in row:
            row[name] = datetime.fromisoformat(row[name])
    row["local_day"] = date.fromisoformat(row["local_day"])
    return row
