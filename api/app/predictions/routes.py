"""Predictions: what became of a workout."""

import asyncio
import contextlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from app.access.caller import Caller
from app.access.rights import Reader
from app.http.errors import NotFoundError
from app.http.problems import answers
from app.predictions import queries
from app.predictions.schemas import PredictionList, PredictionOut
from app.predictions.waiters import Waiters
from fitburn.predictions import Status

router = APIRouter(prefix="/predictions", tags=["predictions"])

LONGEST_WAIT_SEC = 30
LOOK_AGAIN_SEC = 5.0
"""A notice can get lost with the connection that carries it; then a waiting request looks for itself."""


@router.get(
    "/{workout_id}",
    response_model=PredictionOut,
    summary="Get calories and points of a workout",
    responses=answers(401, 403, 404, 422, 503),
)
async def get_prediction(
    request: Request,
    caller: Reader,
    workout_id: UUID,
    wait: Annotated[
        float, Query(ge=0, le=LONGEST_WAIT_SEC, description="Seconds to wait for a result.", examples=[10])
    ] = 0,
) -> Any:
    """The prediction as it is, or as soon as it is there: with `wait` the answer comes when the workout is scored."""
    read = _Reading(request, caller, workout_id)
    if not wait:
        return await read.now()
    waiters: Waiters = request.app.state.waiters
    deadline = asyncio.get_running_loop().time() + wait
    with waiters.waiting_for(str(workout_id)) as scored:
        # Read after the event is there, so that nothing falls in between.
        while (row := await read.now())["status"] == Status.PENDING:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            scored.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(scored.wait(), min(left, LOOK_AGAIN_SEC))
    return row


@router.get(
    "",
    response_model=PredictionList,
    summary="Get calories and points of several workouts",
    responses=answers(401, 403, 422, 503),
)
def list_predictions(
    request: Request,
    caller: Reader,
    workout_id: Annotated[list[UUID], Query(min_length=1, max_length=100, description="Repeat for each workout.")],
) -> Any:
    """Predictions of up to 100 workouts; those that are unknown are left out."""
    with request.app.state.engine.connect() as connection:
        rows = queries.find_predictions(connection, workout_id, caller.club_id, caller.sees_only)
    return {"items": [row._asdict() for row in rows], "next_cursor": None}


class _Reading:
    """Reads one prediction for one caller; a connection is held only while it does."""

    def __init__(self, request: Request, caller: Caller, workout_id: UUID) -> None:
        self._engine = request.app.state.engine
        self._caller = caller
        self._workout_id = workout_id

    async def now(self) -> dict[str, Any]:
        return await run_in_threadpool(self._read)

    def _read(self) -> dict[str, Any]:
        with self._engine.connect() as connection:
            rows = queries.find_predictions(
                connection, [self._workout_id], self._caller.club_id, self._caller.sees_only
            )
        if not rows:
            raise NotFoundError("There is no such workout.")
        return dict(rows[0]._mapping)
