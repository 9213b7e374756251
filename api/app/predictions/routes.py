"""Predictions: calories and points of workouts, with a long poll."""

import asyncio
import contextlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from app import db
from app.access.caller import Caller
from app.http.errors import require_found
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.predictions import queries
from app.predictions.schemas import PredictionList, PredictionOut
from app.resources import Res, Resources
from app.rights import Reader
from fitburn.database import Row
from fitburn.predictions import PredictionStatus

router = noun_router("predictions", "/predictions")

MAX_WAIT_SEC = 30
POLL_SEC = 5.0
"""A notification is lost if its connection breaks, so a waiting request also polls the row at this interval."""


@router.get(
    "/{workout_id}",
    response_model=PredictionOut,
    summary="Get calories and points of a workout",
    responses=error_responses(404),
)
async def get_prediction(
    resources: Res,
    caller: Reader,
    workout_id: UUID,
    wait: Annotated[
        float, Query(ge=0, le=MAX_WAIT_SEC, description="Seconds to wait for a result.", examples=[10])
    ] = 0,
) -> Any:
    """The prediction as it is now. With `wait` (long poll), the response is sent as soon as the workout is scored."""
    if not wait:
        return await _prediction(resources, caller, workout_id)
    deadline = asyncio.get_running_loop().time() + wait
    with resources.waiters.waiting_for(str(workout_id)) as scored:
        # The event exists before the row is read, so no result in between is missed.
        while (prediction := await _prediction(resources, caller, workout_id)).status == PredictionStatus.PENDING:
            remaining = deadline - asyncio.get_running_loop().time()
            if remaining <= 0:
                break
            scored.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(scored.wait(), min(remaining, POLL_SEC))
    return prediction


@router.get("", response_model=PredictionList, summary="Get calories and points of several workouts")
def list_predictions(
    resources: Res,
    caller: Reader,
    workout_id: Annotated[list[UUID], Query(min_length=1, max_length=100, description="Repeat for each workout.")],
) -> Any:
    """Predictions of up to 100 workouts; unknown ones are left out."""
    with resources.reading() as connection:
        rows = queries.find_predictions(connection, workout_id, caller.club_id, caller.sees_only)
    return {"items": [row._asdict() for row in rows], "next_cursor": None}


async def _prediction(resources: Resources, caller: Caller, workout_id: UUID) -> Row:
    """Read one prediction; the connection is held only during the query."""
    rows = await db.read(resources.engine, queries.find_predictions, [workout_id], caller.club_id, caller.sees_only)
    return require_found(next(iter(rows), None), "workout")
