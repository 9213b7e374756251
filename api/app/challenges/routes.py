"""Challenges: everybody sees them with their progress, operators set them up."""

import hashlib
import json
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from sqlalchemy import Connection

from app import db
from app.access.caller import Caller
from app.access.rights import Operator, Reader
from app.challenges import queries
from app.challenges.queries import BEYOND_THE_LAST, RULES, Place
from app.challenges.schemas import ChallengeIn, ChallengeList, ChallengeOut, ChallengePatch
from app.db import Row
from app.http.errors import (
    ChallengeCancelledError,
    ChallengePaidError,
    FieldError,
    IdempotencyMismatchError,
    InvalidFieldsError,
    NotFoundError,
)
from app.http.fields import IdempotencyKey, UserId
from app.http.paging import Limit, WideCursor, invalid_cursor, read_place, write_place
from app.http.problems import answers
from app.progress import queries as progress
from fitburn.challenges import Metric, Status, faults

router = APIRouter(prefix="/challenges", tags=["challenges"])

Key = Annotated[
    IdempotencyKey | None,
    Header(alias="Idempotency-Key", description="Makes a retry safe: the same key and body are one challenge."),
]
OfMember = Annotated[UserId | None, Query(description="Whose progress to show; a member's own is theirs.")]


@router.get("", response_model=ChallengeList, summary="List challenges", responses=answers(401, 403, 404, 422, 503))
def list_challenges(
    request: Request,
    caller: Reader,
    status: Annotated[Status | None, Query(description="Only with this status.", examples=["active"])] = None,
    user_id: OfMember = None,
    limit: Limit = 50,
    cursor: WideCursor = None,
) -> Any:
    """The club's challenges with the member's progress. Members do not see those that were cancelled."""
    before = _read_place(cursor)
    with request.app.state.engine.connect() as connection:
        member_id = _member(connection, caller, user_id)
        rows = queries.read_challenges(
            connection,
            caller.club_id,
            member_id,
            status=status,
            cancelled_too=caller.sees_only is None,
            before=before,
            limit=limit + 1,
        )
    page = rows[:limit]
    last = json.dumps([page[-1].ends_on.isoformat(), str(page[-1].challenge_id)]) if len(rows) > limit else None
    return {
        "items": [_shown(row, caller, member_id) for row in page],
        "next_cursor": None if last is None else write_place(last),
    }


@router.get(
    "/{challenge_id}",
    response_model=ChallengeOut,
    summary="Get a challenge",
    responses=answers(401, 403, 404, 422, 503),
)
def get_challenge(request: Request, caller: Reader, challenge_id: UUID, user_id: OfMember = None) -> Any:
    """A challenge of the club with the member's progress."""
    with request.app.state.engine.connect() as connection:
        return _read(connection, caller, challenge_id, _member(connection, caller, user_id))


@router.post(
    "",
    status_code=201,
    response_model=ChallengeOut,
    summary="Set up a challenge",
    responses=answers(400, 401, 403, 413, 415, 422, 503)
    | {
        201: {
            "description": "Set up. What members have done already counts, within some minutes.",
            "headers": {
                "Location": {"description": "The challenge.", "schema": {"type": "string"}},
                "Idempotency-Replayed": {"description": "true for a retry.", "schema": {"type": "string"}},
            },
        }
    },
)
def add_challenge(
    request: Request, response: Response, caller: Operator, body: ChallengeIn, idempotency_key: Key = None
) -> Any:
    """A bonus for who does so much between two days of the club. All members take part."""
    digest = hashlib.sha256(orjson.dumps(body.model_dump(mode="json"))).digest()
    with request.app.state.engine.begin() as connection:
        challenge_id = _find_earlier(connection, caller, idempotency_key, digest)
        replayed = challenge_id is not None
        if challenge_id is None:
            _refuse(connection, caller, body.metric, body.goal, body.starts_on, body.ends_on)
            challenge_id = _add(connection, caller, body, idempotency_key, digest)
        if challenge_id is None:
            # Another request with the same key came in between.
            challenge_id, replayed = _find_earlier(connection, caller, idempotency_key, digest), True
        assert challenge_id is not None, "without a key nothing can be in the way"
        response.headers["Location"] = f"/challenges/{challenge_id}"
        if replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return _read(connection, caller, challenge_id, None)


@router.patch(
    "/{challenge_id}",
    response_model=ChallengeOut,
    summary="Change a challenge",
    responses=answers(400, 401, 403, 404, 409, 413, 415, 422, 503),
)
def change_challenge(request: Request, caller: Operator, challenge_id: UUID, body: ChallengePatch) -> Any:
    """Change the given fields. Once somebody was paid (409 `challenge_paid`) only the titles can change."""
    sent = body.model_dump(exclude_unset=True)
    with request.app.state.engine.begin() as connection:
        known = _lock(connection, caller, challenge_id)._mapping
        if known["cancelled_at"] is not None:
            raise ChallengeCancelledError("This challenge was cancelled. Set up a new one.")
        # null means a value for the type alone: any of them.
        changes = {
            name: value
            for name, value in sent.items()
            if (value is not None or name == "workout_type") and value != known[name]
        }
        if changes.keys() & set(RULES):
            if queries.has_paid(connection, challenge_id):
                raise ChallengePaidError("Somebody was paid for this challenge already: only its titles can change.")
            wanted = dict(known) | changes
            _refuse(
                connection, caller, Metric(wanted["metric"]), wanted["goal"], wanted["starts_on"], wanted["ends_on"]
            )
        queries.change_challenge(connection, challenge_id, changes)
        return _read(connection, caller, challenge_id, None)


@router.delete(
    "/{challenge_id}",
    status_code=204,
    summary="Cancel a challenge",
    responses=answers(401, 403, 404, 409, 422, 503),
)
def cancel_challenge(request: Request, caller: Operator, challenge_id: UUID) -> Response:
    """Call it off, as long as nobody was paid (409 `challenge_paid`). Operators still see it; twice is once."""
    with request.app.state.engine.begin() as connection:
        known = _lock(connection, caller, challenge_id)
        if known.cancelled_at is None:
            if queries.has_paid(connection, challenge_id):
                raise ChallengePaidError("Somebody was paid for this challenge already: it cannot be cancelled.")
            queries.cancel_challenge(connection, challenge_id)
    return Response(status_code=204)


def _member(connection: Connection, caller: Caller, user_id: str | None) -> UUID | None:
    """Whose progress is shown: the one asked for, else a member's own."""
    found = db.visible_member(connection, caller.club_id, caller.sees_only, user_id)
    return None if found is None else UUID(found)


def _find_earlier(connection: Connection, caller: Caller, key: str | None, digest: bytes) -> UUID | None:
    """What this request made before. Raises IdempotencyMismatchError when its key was used for another one."""
    earlier = queries.find_by_key(connection, UUID(caller.member_id), key) if key is not None else None
    if earlier is None:
        return None
    if bytes(earlier.request_hash) != digest:
        raise IdempotencyMismatchError
    found: UUID = earlier.id
    return found


def _add(connection: Connection, caller: Caller, body: ChallengeIn, key: str | None, digest: bytes) -> UUID | None:
    values = {
        "club_id": UUID(caller.club_id),
        "created_by": UUID(caller.member_id),
        "idempotency_key": key,
        "request_hash": digest if key else None,
    }
    return queries.add_challenge(connection, body.model_dump(mode="json") | values)


def _lock(connection: Connection, caller: Caller, challenge_id: UUID) -> Row:
    known = queries.lock_challenge(connection, caller.club_id, challenge_id)
    if known is None:
        raise NotFoundError("There is no such challenge.")
    return known


def _read(connection: Connection, caller: Caller, challenge_id: UUID, member_id: UUID | None) -> dict[str, Any]:
    rows = queries.read_challenges(
        connection,
        caller.club_id,
        member_id,
        cancelled_too=caller.sees_only is None,
        limit=1,
        challenge_id=challenge_id,
    )
    if not rows:
        raise NotFoundError("There is no such challenge.")
    return _shown(rows[0], caller, member_id)


def _refuse(connection: Connection, caller: Caller, metric: Metric, goal: int, starts_on: date, ends_on: date) -> None:
    """Raises InvalidFieldsError for a challenge that nobody can take part in."""
    found = [FieldError(f"/{one.field}", one.code, one.detail) for one in faults(metric, goal, starts_on, ends_on)]
    if not found and ends_on < progress.read_today(connection, caller.club_id):
        found = [FieldError("/ends_on", "in_the_past", "The last day is over: nobody could take part any more.")]
    if found:
        raise InvalidFieldsError(found)


def _shown(row: Row, caller: Caller, member_id: UUID | None) -> dict[str, Any]:
    """As the caller may see it: how many take part is the club's business."""
    own = {"value": round(row.value, 1), "reached_at": row.reached_at} if member_id is not None else None
    shown = row._asdict() | {"progress": own}
    if caller.sees_only is not None:
        shown |= {"participants_cnt": None, "counted_at": None, "completions_cnt": None}
    return shown


def _read_place(cursor: str | None) -> Place:
    place = read_place(cursor)
    if place is None:
        return BEYOND_THE_LAST
    try:
        day, challenge_id = json.loads(place)
        return date.fromisoformat(day), UUID(challenge_id)
    except (TypeError, ValueError, AttributeError):
        raise invalid_cursor() from None
