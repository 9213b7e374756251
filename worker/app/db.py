"""The worker's queries. Each handles a whole batch; rows travel as one JSON parameter."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, text

from fitburn import notifications
from fitburn.messages import ScoreRequest
from fitburn.predictions import MAX_ATTEMPTS, ErrorCode


class PendingWorkout(NamedTuple):
    """A workout that waits to be scored, with the profile as it was. Ids are text."""

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
    """A workout that has earned, or could have but for a cap."""

    workout_id: str
    member_id: str
    local_day: date
    ts: datetime
    duration_min: float
    points: int
    credited_min: float


class Credit(NamedTuple):
    """Points that a club gives to a member, more than 0."""

    kind: str
    source_id: str
    club_id: str
    member_id: str
    points: int


# Rows that another worker holds are skipped: they are its business, and the sweeper's if it dies.
LOCK_PENDING = text("""
select
    w.id::text, p.id::text, w.club_id::text, w.member_id::text, p.created_at, w.local_day, w.ts, w.workout_type,
    w.duration_min, w.distance_km, w.avg_hr, w.speed_kmh, w.gender, w.age, w.height_cm, w.weight_kg
from predictions as p
join workouts as w on w.id = p.workout_id
where p.workout_id = any (cast(string_to_array(:ids, ',') as uuid[])) and p.status = 'pending'
for no key update of p skip locked
""")

FIND_KNOWN = text("""
select workout_id::text, id::text
from predictions
where workout_id = any (cast(string_to_array(:ids, ',') as uuid[]))
""")

# In one order everywhere, so that two batches with the same members cannot lock each other out. It does not stand
# in the way of new workouts, which only need the member to exist. Whether a club has challenges at all is seen on the
# way, so that those without any pay nothing for them.
LOCK_MEMBERS = text("""
select exists (
    select from challenges as c
    where c.club_id = u.club_id and c.cancelled_at is null and c.ends_on >= cast(:first_day as date)
)
from users as u
where u.id = any (cast(string_to_array(:ids, ',') as uuid[]))
order by u.id
for no key update of u
""")

FIND_CREDITED = text("""
with wanted as (
    select member_id, day from json_to_recordset(:rows) as x (member_id uuid, day date)
)
select w.id::text, w.member_id::text, w.local_day, w.ts, w.duration_min, p.points, p.credited_min
from wanted
-- A workout of the day before may last into this one, and one of this day into the next.
join workouts as w on w.member_id = wanted.member_id and w.local_day between wanted.day - 1 and wanted.day + 1
join predictions as p on p.workout_id = w.id
where p.standing = 'credited'
""")

FINISH = text("""
with scored as materialized (
    select *
    from json_to_recordset(:rows) as x (
        prediction_id uuid, workout_id uuid, club_id uuid, member_id uuid, calories float8, points integer,
        points_reasons text, hold_reasons text, credited_kcal float8, credited_min float8, held_points integer
    )
)
update predictions as p
set
    status = 'done',
    calories_pred = s.calories,
    model_version = :model_version,
    points = s.points,
    points_rule = :points_rule,
    points_reasons = s.points_reasons::text[],
    hold_reasons = s.hold_reasons::text[],
    credited_kcal = s.credited_kcal,
    credited_min = s.credited_min,
    held_points = s.held_points,
    processed_at = clock_timestamp()
from scored as s
where p.id = s.prediction_id and p.status = 'pending'
returning p.workout_id::text
""")

COMPLETE_CHALLENGES = text("""
select completion_id::text, member_id::text, club_id::text, points
from complete_challenges(cast(string_to_array(:ids, ',') as uuid[]), :first_day, :last_day)
""")

# All that a batch books is one statement: accounts are locked once, in order, with nothing left to lock after them.
BOOK = text("""
insert into point_transfers (kind, source_id, from_account, to_account, amount)
select x.kind, x.source_id, club.id, member.id, x.points
from json_to_recordset(:rows) as x (kind text, source_id uuid, club_id uuid, member_id uuid, points integer)
join point_accounts as member on member.member_id = x.member_id and member.kind = 'member'
join point_accounts as club on club.club_id = x.club_id and club.member_id is null and club.kind = 'issued'
on conflict (kind, source_id) do nothing
""")

FAIL = text("""
update predictions as p
set status = 'failed', error_code = s.error_code, model_version = :model_version, processed_at = clock_timestamp()
from json_to_recordset(:rows) as s (workout_id uuid, error_code text)
where p.workout_id = s.workout_id and p.status = 'pending'
""")

NOTIFY = text("select pg_notify(:channel, payload) from json_array_elements_text(:payloads) as payload")

# A claim is committed before the work starts, so that a row that kills its worker is not claimed for ever.
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


def lock_pending(connection: Connection, workout_ids: Iterable[str]) -> list[PendingWorkout]:
    """Those of the workouts that wait to be scored and that nobody else is scoring; held until the commit."""
    rows = connection.execute(LOCK_PENDING, {"ids": ",".join(workout_ids)})
    return [PendingWorkout._make(row) for row in rows]


def find_known(connection: Connection, workout_ids: Iterable[str]) -> dict[str, str]:
    """The prediction of each of these workouts that exists, whatever its status."""
    rows = connection.execute(FIND_KNOWN, {"ids": ",".join(workout_ids)})
    return {row[0]: row[1] for row in rows}


def lock_members(connection: Connection, member_ids: Iterable[str], first_day: date) -> bool:
    """One batch at a time decides on a member's points. Whether any of them may reach a challenge, from that day on."""
    locked = connection.execute(LOCK_MEMBERS, {"ids": ",".join(member_ids), "first_day": first_day})
    return any(locked.scalars().all())


def find_credited(connection: Connection, days: Iterable[tuple[str, date]]) -> dict[str, CreditedWorkout]:
    """Workouts that have earned, on these days of these members and the days next to them, by workout."""
    rows = _json({"member_id": member_id, "day": day} for member_id, day in days)
    credited = (CreditedWorkout._make(row) for row in connection.execute(FIND_CREDITED, {"rows": rows}))
    return {workout.workout_id: workout for workout in credited}


def finish(connection: Connection, rows: Sequence[Mapping[str, Any]], model_version: str, points_rule: str) -> set[str]:
    """Predictions that were pending become done; their workouts."""
    parameters = {"rows": _json(rows), "model_version": model_version, "points_rule": points_rule}
    return set(connection.execute(FINISH, parameters).scalars())


def complete_challenges(
    connection: Connection, member_ids: Iterable[str], first_day: date, last_day: date
) -> list[Credit]:
    """What these members, who are locked, have reached with workouts of these days (both included) and is to be booked.

    Nobody completes a challenge twice.
    """
    parameters = {"ids": ",".join(member_ids), "first_day": first_day, "last_day": last_day}
    found = connection.execute(COMPLETE_CHALLENGES, parameters)
    return [Credit("challenge_bonus", row.completion_id, row.club_id, row.member_id, row.points) for row in found]


def book(connection: Connection, credits: Sequence[Credit]) -> None:
    """Points go from clubs to members. A kind is booked once for a source: twice equals once."""
    if credits:
        connection.execute(BOOK, {"rows": _json(credit._asdict() for credit in credits)})


def fail(connection: Connection, errors: Mapping[str, ErrorCode], model_version: str | None) -> None:
    """Predictions become failed, each with its code."""
    if errors:
        rows = _json({"workout_id": workout_id, "error_code": code} for workout_id, code in errors.items())
        connection.execute(FAIL, {"rows": rows, "model_version": model_version})


def notify_scored(connection: Connection, workout_ids: Sequence[str]) -> None:
    """Tell whoever waits, once this transaction is committed."""
    if workout_ids:
        payloads = orjson.dumps(notifications.payloads(workout_ids)).decode()
        connection.execute(NOTIFY, {"channel": notifications.SCORED, "payloads": payloads})


def claim_pending(
    connection: Connection, batch_size: int, *, after_sec: float, lease_sec: float
) -> tuple[list[ScoreRequest], list[str]]:
    """Rows that wait for longer than `after_sec`, oldest first: those to score, and workouts to give up.

    A claim holds for `lease_sec`; then the claimer is taken for dead. A row that two claimers left behind may be what
    killed them: it is claimed alone, when no other waits, so that it takes no neighbours with it.
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
