"""Submitting workouts, one or many per request."""

from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from app.accepting.submissions import AcceptedJob, Outcome, Submission
from app.access.caller import Caller
from app.http import problems
from app.http.checked_json import JSON, CheckedJsonRoute
from app.http.errors import FieldError, ForbiddenError, InvalidFieldsError
from app.http.fields import IdempotencyKey
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.resources import Res, resources_of
from app.rights import Writer
from app.workouts.schemas import (
    Accepted,
    BulkIn,
    BulkItemIn,
    BulkOut,
    WorkoutIn,
)
from fitburn.predictions import PredictionStatus

checked_router = APIRouter(prefix="/workouts", tags=["workouts"], route_class=CheckedJsonRoute)
router = noun_router("workouts", "/workouts")

_KEY = TypeAdapter(IdempotencyKey)
# Documented here but read by hand: a header parameter of FastAPI doubles the cost of validation.
_KEY_PARAMETER = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Makes a retry safe: the same key and body get the same response and store one workout.",
            "schema": _KEY.json_schema(),
            "example": "visit-77",
        }
    ]
}


def _read_key(request: Request) -> str | None:
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    try:
        return _KEY.validate_python(header)
    except ValidationError:
        problem = FieldError("/Idempotency-Key", "invalid_key", "Send 1 to 128 printable ASCII characters.")
        raise InvalidFieldsError([problem]) from None


@checked_router.post(
    "",
    status_code=202,
    response_model=Accepted,
    summary="Submit a workout",
    openapi_extra=_KEY_PARAMETER,
    responses=error_responses(404)
    | {
        202: {
            "description": "Stored durably; scored within about a second.",
            "headers": {
                "Location": {"description": "Address of the prediction.", "schema": {"type": "string"}},
                "Idempotency-Replayed": {"description": "true for a retry.", "schema": {"type": "string"}},
            },
        }
    },
)
async def submit_workout(request: Request, caller: Writer, workout: WorkoutIn) -> Response:
    """Store a finished workout. Its calories and points appear at `Location`."""
    [outcome] = await resources_of(request).commit.submit([_submission(caller, workout, _read_key(request))])
    if not isinstance(outcome, AcceptedJob):
        raise outcome
    headers = {"Location": f"/predictions/{outcome.workout_id}"}
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(orjson.dumps(_ids(outcome) | {"status": PredictionStatus.PENDING}), 202, headers, JSON)


@router.post(
    "/bulk", status_code=207, response_model=BulkOut, summary="Submit many workouts", openapi_extra=_KEY_PARAMETER
)
async def submit_workouts(request: Request, resources: Res, caller: Writer, body: BulkIn) -> Response:
    """Store up to 1,000 workouts. Each item gets its own result; an invalid one does not affect the others.

    An Idempotency-Key header applies to every item without a key: the item's key is the header's plus its index.
    """
    key = _read_key(request)
    result_by_index: dict[int, dict[str, Any]] = {}
    submissions: dict[int, Submission] = {}
    for index, raw in enumerate(body.items):
        try:
            item = BulkItemIn.model_validate(raw)
            item_key = item.idempotency_key or (f"{key}:{index}" if key else None)
            submissions[index] = _submission(caller, item, item_key)
        except ValidationError as error:
            result_by_index[index] = _bulk_result(problems.invalid_fields(error.errors(include_url=False)))
        except (InvalidFieldsError, ForbiddenError) as error:
            result_by_index[index] = _bulk_result(error)
    if submissions:
        outcomes = await resources.commit.submit(list(submissions.values()))
        result_by_index |= {index: _bulk_result(outcome) for index, outcome in zip(submissions, outcomes, strict=True)}
    return Response(orjson.dumps(_bulk_body(result_by_index)), 207, media_type=JSON)


def _submission(caller: Caller, workout: WorkoutIn, key: str | None) -> Submission:
    """The workout as a submission of the caller. Members can submit only their own workouts."""
    user_id = workout.user_id or caller.user_id
    if user_id is None:
        raise InvalidFieldsError([FieldError("/user_id", "missing", "Required with a partner's key.")])
    if caller.user_id is not None and user_id != caller.user_id:
        raise ForbiddenError("A member can submit only their own workouts; leave user_id out.")
    return Submission.of(workout, club_id=caller.club_id, user_id=user_id, source=caller.source, key=key)


def _ids(accepted: AcceptedJob) -> dict[str, Any]:
    return {"workout_id": accepted.workout_id, "prediction_id": accepted.prediction_id}


def _bulk_result(outcome: Outcome | ForbiddenError | InvalidFieldsError) -> dict[str, Any]:
    if isinstance(outcome, AcceptedJob):
        return {"status": 202, **_ids(outcome), "replayed": outcome.replayed}
    body = problems.problem(outcome)
    return {"status": body["status"], "error": body}


def _bulk_body(result_by_index: dict[int, dict[str, Any]]) -> dict[str, Any]:
    items: Sequence[dict[str, Any]] = [{"index": index, **result_by_index[index]} for index in sorted(result_by_index)]
    accepted = sum(item["status"] == 202 for item in items)
    return {"items": items, "accepted": accepted, "rejected": len(items) - accepted}
