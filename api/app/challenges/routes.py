"""Challenges: members see them with their own progress, operators manage them."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Connection

from app import db
from app.access.caller import Caller
from app.audit import queries as audit
from app.challenges import queries
from app.challenges.queries import CURSORS, RULES
from app.challenges.schemas import ChallengeIn, ChallengeList, ChallengeOut, ChallengePatch
from app.http.errors import ChallengeCancelledError, ChallengePaidError, FieldError, InvalidFieldsError, require_found
from app.http.fields import UserId
from app.http.idempotency import REPLAYED, Key, body_hash, mark_replayed
from app.http.paging import Cursor, Limit
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.resources import Res
from app.rights import Operator, Reader, visible_member
from fitburn.audit import Action
from fitburn.challenges import ChallengeStatus, Metric, faults
from fitburn.database import Row

router = noun_router("challenges", "/challenges")

ProgressOf = Annotated[UserId | None, Query(description="Member whose progress to show; a member sees only their own.")]


@router.get("", response_model=ChallengeList, summary="List challenges", responses=error_responses(404))
def list_challenges(
    resources: Res,
    caller: Reader,
    status: Annotated[ChallengeStatus | None, Query(description="Only with this status.", examples=["active"])] = None,
    user_id: ProgressOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The club's challenges with the member's progress. Members do not see cancelled ones."""
    before = CURSORS.read(cursor)
    with resources.reading() as connection:
        member_id = visible_member(connection, caller, user_id)
        rows = queries.read_challenges(
            connection,
            caller.club_id,
            member_id,
            status=status,
            include_cancelled=caller.sees_only is None,
            before=before,
            limit=limit + 1,
        )
    return CURSORS.page(
        rows, limit, lambda row: (row.ends_on, row.challenge_id), lambda row: _challenge_out(row, caller, member_id)
    )


@router.get("/{challenge_id}", response_model=ChallengeOut, summary="Get a challenge", responses=error_responses(404))
def get_challenge(resources: Res, caller: Reader, challenge_id: UUID, user_id: ProgressOf = None) -> Any:
    """A challenge of the club with the member's progress."""
    with resources.reading() as connection:
        return _read(connection, caller, challenge_id, visible_member(connection, caller, user_id))


@router.post(
    "",
    status_code=201,
    response_model=ChallengeOut,
    summary="Create a challenge",
    responses={
        201: {
            "description": "Created. Workouts that members have already done are counted within a few minutes.",
            "headers": REPLAYED | {"Location": {"description": "The challenge.", "schema": {"type": "string"}}},
        }
    },
)
def add_challenge(resources: Res, response: Response, caller: Operator, body: ChallengeIn, key: Key = None) -> Any:
    """A bonus for each member who reaches the goal between two days. All members take part."""
    with resources.writing() as connection:
        entry = audit.record(
            connection,
            caller,
            Action.CHALLENGE_CREATED,
            subject_id=None,
            details=body.model_dump(mode="json", exclude_none=True),
            key=key,
            request_hash=body_hash(body),
        )
        if not entry.replayed:
            _validate(connection, caller, body.metric, body.goal, body.starts_on, body.ends_on)
            queries.add_challenge(connection, caller, entry.subject_id, body.model_dump())
        challenge = _read(connection, caller, entry.subject_id, None)
    response.headers["Location"] = f"/challenges/{entry.subject_id}"
    mark_replayed(response, replayed=entry.replayed)
    return challenge


@router.patch(
    "/{challenge_id}", response_model=ChallengeOut, summary="Change a challenge", responses=error_responses(404, 409)
)
def change_challenge(resources: Res, caller: Operator, challenge_id: UUID, body: ChallengePatch) -> Any:
    """Change the given fields. Once a bonus is paid (409 `challenge_paid`), only the titles can change."""
    with resources.writing() as connection:
        challenge = _lock(connection, caller, challenge_id)
        if challenge.cancelled_at is not None:
            raise ChallengeCancelledError("This challenge was cancelled. Set up a new one.")
        changes = body.changes(challenge._asdict())
        if changes.keys() & set(RULES):
            _refuse_if_paid(connection, challenge_id, "only its titles can change")
            terms = challenge._asdict() | changes
            _validate(connection, caller, Metric(terms["metric"]), terms["goal"], terms["starts_on"], terms["ends_on"])
        if changes:
            queries.change_challenge(connection, challenge_id, changes)
            details = body.model_dump(mode="json", include=set(changes))
            audit.record(
                connection, caller, Action.CHALLENGE_CHANGED, subject_id=challenge_id, details=details, key=None
            )
        return _read(connection, caller, challenge_id, None)


@router.delete("/{challenge_id}", status_code=204, summary="Cancel a challenge", responses=error_responses(404, 409))
def cancel_challenge(resources: Res, caller: Operator, challenge_id: UUID) -> Response:
    """Cancel a challenge that has paid no bonus yet (else 409 `challenge_paid`). Operators still see it. Idempotent."""
    with resources.writing() as connection:
        challenge = _lock(connection, caller, challenge_id)
        if challenge.cancelled_at is None:
            _refuse_if_paid(connection, challenge_id, "it cannot be cancelled")
            queries.cancel_challenge(connection, challenge_id)
            audit.record(connection, caller, Action.CHALLENGE_CANCELLED, subject_id=challenge_id, details={}, key=None)
    return Response(status_code=204)


def _lock(connection: Connection, caller: Caller, challenge_id: UUID) -> Row:
    return require_found(queries.lock_challenge(connection, caller.club_id, challenge_id), "challenge")


def _read(connection: Connection, caller: Caller, challenge_id: UUID, member_id: UUID | None) -> dict[str, Any]:
    rows = queries.read_challenges(
        connection,
        caller.club_id,
        member_id,
        include_cancelled=caller.sees_only is None,
        limit=1,
        challenge_id=challenge_id,
    )
    return _challenge_out(require_found(next(iter(rows), None), "challenge"), caller, member_id)


def _refuse_if_paid(connection: Connection, challenge_id: UUID, consequence: str) -> None:
    if queries.has_paid(connection, challenge_id):
        raise ChallengePaidError(f"This challenge has already paid a bonus: {consequence}.")


def _validate(
    connection: Connection, caller: Caller, metric: Metric, goal: int, starts_on: date, ends_on: date
) -> None:
    """Raises InvalidFieldsError for a challenge that no member could complete."""
    errors = [
        FieldError(f"/{fault.field}", fault.code, fault.detail) for fault in faults(metric, goal, starts_on, ends_on)
    ]
    if not errors and ends_on < db.club_today(connection, caller.club_id):
        errors = [FieldError("/ends_on", "in_the_past", "The last day is in the past.")]
    if errors:
        raise InvalidFieldsError(errors)


def _challenge_out(row: Row, caller: Caller, member_id: UUID | None) -> dict[str, Any]:
    """The challenge as the caller may see it: members do not see the counts."""
    own = {"value": round(row.value, 1), "reached_at": row.reached_at} if member_id is not None else None
    challenge = row._asdict() | {"progress": own}
    if caller.sees_only is not None:
        challenge |= {"participants_cnt": None, "counted_at": None, "completions_cnt": None}
    return challenge
