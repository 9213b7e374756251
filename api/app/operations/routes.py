"""For operators: the club's week in figures, and the health of the service."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Query

from app import db
from app.http.errors import FieldError, InvalidFieldsError
from app.http.routing import noun_router
from app.operations import club, system
from app.operations.schemas import ClubOut, SystemOut
from app.resources import Res
from app.rights import ClubReader, Operator
from app.stats import queries as stats

router = noun_router("statistics", "/stats")

EARLIEST_DAY = date(2000, 1, 1)


@router.get("/club", response_model=ClubOut, summary="Get the club's week in figures")
def get_club(
    resources: Res,
    caller: ClubReader,
    day: Annotated[
        date | None, Query(description="Last day of the week; by default today.", examples=["2026-01-07"])
    ] = None,
) -> Any:
    """Members, workouts, points and calories of seven days, each compared to the seven days before."""
    if day is not None and not EARLIEST_DAY <= day < date.max:
        raise InvalidFieldsError([FieldError("/day", "out_of_range", "Should be a day after 1999.")])
    with resources.reading() as connection:
        last = day or db.club_today(connection, caller.club_id)
        figures = club.read_club(connection, caller.club_id, last)
        refreshed_at = stats.refreshed_at(connection, stats.DAILY_METRICS)
    return figures | {"day": last, "first_day": last - timedelta(days=6), "refreshed_at": refreshed_at}


@router.get("/system", response_model=SystemOut, summary="Get the service's health")
def get_system(resources: Res, caller: Operator) -> Any:
    """Backlog, latency, model, marts and queue, over all clubs. For operators."""
    with resources.reading() as connection:
        health = system.read_system(connection)
    state = resources.queue.state
    queue = {"kind": "database" if state == "database" else "rabbitmq", "healthy": state != "away"}
    return health | {"queue": queue, "links": resources.links}
