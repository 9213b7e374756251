"""Rewards: the catalogue that members spend points on and operators manage."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.access.caller import Caller
from app.audit import queries as audit
from app.http.errors import FieldError, ForbiddenError, InvalidFieldsError, NotFoundError, require_found
from app.http.idempotency import REPLAYED, Key, body_hash, mark_replayed
from app.http.paging import ID_CURSORS, Cursor, Limit
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.resources import Res
from app.rewards import queries
from app.rewards.schemas import RewardIn, RewardList, RewardOut, RewardPatch
from app.rights import Operator, Reader
from fitburn.audit import Action

router = noun_router("rewards", "/rewards")


@router.get("", response_model=RewardList, summary="List rewards")
def list_rewards(
    resources: Res,
    caller: Reader,
    include_hidden: Annotated[
        bool, Query(alias="all", description="true: include hidden and ended rewards; operators only.")
    ] = False,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Any:
    """The club's rewards, latest first. For a member, each shows whether they can redeem it now, or why not."""
    if include_hidden and caller.role != "operator":
        raise ForbiddenError("Only operators of the club can see hidden rewards; leave `all` out.")
    before = ID_CURSORS.read(cursor)
    with resources.reading() as connection:
        rows = queries.read_rewards(
            connection, caller.club_id, caller.member_id, include_hidden=include_hidden, before=before, limit=limit + 1
        )
    return ID_CURSORS.page(rows, limit, lambda row: row.reward_id, queries.with_can_redeem)


@router.get("/{reward_id}", response_model=RewardOut, summary="Get a reward", responses=error_responses(404))
def get_reward(resources: Res, caller: Reader, reward_id: UUID) -> Any:
    """One reward; only operators can see hidden ones."""
    with resources.reading() as connection:
        return _reward(connection, caller, reward_id)


@router.post(
    "",
    status_code=201,
    response_model=RewardOut,
    summary="Create a reward",
    responses={
        201: {
            "description": "Created.",
            "headers": REPLAYED | {"Location": {"description": "The reward.", "schema": {"type": "string"}}},
        }
    },
)
def add_reward(resources: Res, response: Response, caller: Operator, body: RewardIn, key: Key = None) -> Any:
    """Members see the reward immediately, unless it is not active."""
    with resources.writing() as connection:
        entry = audit.record(
            connection,
            caller,
            Action.REWARD_CREATED,
            subject_id=None,
            details=body.model_dump(mode="json", exclude_none=True),
            key=key,
            request_hash=body_hash(body),
        )
        if not entry.replayed:
            queries.add_reward(connection, caller.club_id, entry.subject_id, body.model_dump())
        reward = _reward(connection, caller, entry.subject_id)
    response.headers["Location"] = f"/rewards/{entry.subject_id}"
    mark_replayed(response, replayed=entry.replayed)
    return reward


@router.patch("/{reward_id}", response_model=RewardOut, summary="Change a reward", responses=error_responses(404))
def change_reward(resources: Res, caller: Operator, reward_id: UUID, body: RewardPatch) -> Any:
    """Change the given fields. Existing redemptions keep their cost."""
    changes = body.changes()
    details = body.model_dump(mode="json", include=set(changes))
    try:
        with resources.writing() as connection:
            if not queries.change_reward(connection, caller.club_id, reward_id, changes):
                raise NotFoundError("No such reward.")
            audit.record(connection, caller, Action.REWARD_CHANGED, subject_id=reward_id, details=details, key=None)
            return _reward(connection, caller, reward_id)
    except IntegrityError:
        # The schema has validated everything else; only these can be invalid in combination with stored values.
        problem = FieldError("/valid_to", "not_after", "Should be after valid_from.")
        raise InvalidFieldsError([problem]) from None


def _reward(connection: Connection, caller: Caller, reward_id: UUID) -> dict[str, Any]:
    rows = queries.read_rewards(
        connection, caller.club_id, caller.member_id, include_hidden=caller.role == "operator", reward_id=reward_id
    )
    return queries.with_can_redeem(require_found(next(iter(rows), None), "reward"))
