"""Queries that write a batch of submissions.

Rows travel as one JSON parameter, so a statement is parsed once for any number of rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from fitburn.database import Rows

JsonRow = Mapping[str, object]
"""A row by column, of what JSON can hold."""

# `limit 1`: see predictions in db/init/001_init.sql. Without it a batch of one reads a whole club of 20,000.
FIND_MEMBERS = text("""
select u.club_id, u.user_id, u.gender, u.birth_year, u.height_cm, u.weight_kg
from json_to_recordset(:rows) as sent (club_id uuid, user_id text)
cross join lateral (
    select club_id, user_id, gender, birth_year, height_cm, weight_kg
    from users
    where club_id = sent.club_id and user_id = sent.user_id
    limit 1
) as u
""")

# A member may have been added or changed by another process meanwhile: what is known stays here as well.
UPSERT_MEMBERS = text("""
insert into users as known (club_id, user_id, gender, birth_year, height_cm, weight_kg)
select club_id, user_id, gender, birth_year, height_cm, weight_kg
from json_to_recordset(:rows) as sent (
    club_id uuid, user_id text, gender text, birth_year smallint, height_cm float8, weight_kg float8
)
on conflict (club_id, user_id) do update set
    gender = coalesce(known.gender, excluded.gender),
    birth_year = coalesce(known.birth_year, excluded.birth_year),
    height_cm = coalesce(known.height_cm, excluded.height_cm),
    weight_kg = coalesce(known.weight_kg, excluded.weight_kg)
""")

ACCEPT_WORKOUTS = text("select n, workout_id, prediction_id from accept_workouts(:rows, :channel)")

FIND_BY_KEY = text("""
select s.n, w.id::text, p.id::text, encode(w.request_hash, 'hex')
from json_to_recordset(:rows) as s (n integer, club_id uuid, source text, idempotency_key text)
join workouts as w
    on w.club_id = s.club_id and w.source = s.source and w.idempotency_key = s.idempotency_key
join predictions as p on p.workout_id = w.id
""")


def find_members(connection: Connection, keys: Iterable[tuple[UUID, str]]) -> Rows:
    """club_id, user_id and profile of those members that exist, by (club_id, user_id)."""
    rows = ({"club_id": club_id, "user_id": user_id} for club_id, user_id in keys)
    return connection.execute(FIND_MEMBERS, _json(rows)).all()


def upsert_members(connection: Connection, rows: Sequence[JsonRow]) -> None:
    """Add members or fill the gaps in their profiles."""
    if rows:
        connection.execute(UPSERT_MEMBERS, _json(rows))


def accept_workouts(connection: Connection, rows: Sequence[JsonRow], channel: str | None) -> Rows:
    """Add workouts with their pending predictions; returns (n, workout_id, prediction_id) of those that were added.

    Left out are those whose idempotency key was used before or whose member does not exist. Listeners of `channel`
    are notified at the commit.
    """
    return connection.execute(ACCEPT_WORKOUTS, _json(rows) | {"channel": channel}).all() if rows else []


def find_by_key(connection: Connection, keys: Sequence[JsonRow]) -> Rows:
    """(n, workout_id, prediction_id, request_hash as hex) of workouts that came with these idempotency keys."""
    return connection.execute(FIND_BY_KEY, _json(keys)).all() if keys else []


def _json(rows: Iterable[JsonRow]) -> dict[str, str | None]:
    return {"rows": orjson.dumps(list(rows)).decode()}
