"""For those who run a club and the service: the week in figures, and the health of it all."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app import db
from app.access.rights import ClubReader, Operator
from app.http.errors import FieldError, InvalidFieldsError
from app.http.problems import answers
from app.operations import club, system
from app.operations.schemas import ClubOut, SystemOut
from app.stats import queries as stats

router = APIRouter(prefix="/stats", tags=["statistics"])

EARLIEST_DAY = date(2000, 1, 1)


@router.get(
    "/club", response_model=ClubOut, summary="Get the club's week in figures", responses=answers(401, 403, 422, 503)
)
def get_club(
    request: Request,
    caller: ClubReader,
    day: Annotated[
        date | None, Query(description="Last day of the week; today when left out.", examples=["2026-01-07"])
    ] = None,
) -> Any:
    """Members, workouts, points and calories of seven days, each against the seven before."""
    if day is not None and not EARLIEST_DAY <= day < date.max:
        raise InvalidFieldsError([FieldError("/day", "out_of_range", "Should be a day after 1999.")])
    with request.app.state.engine.connect() as connection:
        last = day or db.club_today(connection, caller.club_id)
        figures = club.read_club(connection, caller.club_id, last)
        refreshed_at = stats.refreshed_at(connection, stats.DAILY_METRICS)
    return figures | {"day": last, "first_day": last - timedelta(days=6), "refreshed_at": refreshed_at}


@router.get("/system", response_model=SystemOut, summary="Get the service's health", responses=answers(401, 403, 503))
def get_system(request: Request, caller: Operator) -> Any:
    """Backlog, speed, model, marts and queue, of all clubs together; for operators."""
    with request.app.state.engine.connect() as connection:
        health = system.read_system(connection)
    state = request.app.state.queue.state
    queue = {"kind": "database" if state == "database" else "rabbitmq", "healthy": state != "away"}
    return health | {"queue": queue, "links": request.app.state.links}
