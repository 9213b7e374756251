"""Levels and streaks: one's own, those of the club's members, and what the club asks of a week."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from sqlalchemy import Connection

from app import db
from app.access.rights import MemberCaller, Operator, Reader
from app.http.errors import NotFoundError
from app.http.fields import UserId
from app.http.problems import answers
from app.progress import queries
from app.progress.schemas import LevelList, ProgressOut, WeeklyTargetIn, WeeklyTargetOut
from fitburn.levels import LADDER, standing
from fitburn.streaks import WEEK, monday_of, streak, target_of

router = APIRouter(tags=["progress"])


@router.get(
    "/me/progress",
    response_model=ProgressOut,
    summary="Get one's own level and streak",
    responses=answers(401, 403, 503),
)
def get_my_progress(request: Request, caller: MemberCaller) -> Any:
    """Level, streak and this week of whoever is logged in."""
    with request.app.state.engine.connect() as connection:
        return _progress(connection, caller.club_id, UUID(caller.member_id), str(caller.user_id))


@router.get(
    "/members/{user_id}/progress",
    response_model=ProgressOut,
    summary="Get a member's level and streak",
    responses=answers(401, 403, 404, 422, 503),
)
def get_progress(
    request: Request,
    caller: Reader,
    user_id: Annotated[UserId, Path(description="The club's or partner's id of the member.")],
) -> Any:
    """Level, streak and this week of a member of the club."""
    with request.app.state.engine.connect() as connection:
        member_id = db.visible_member(connection, caller.club_id, caller.sees_only, user_id)
        if member_id is None:
            raise NotFoundError("There is no such member.")
        return _progress(connection, caller.club_id, UUID(member_id), user_id)


@router.get("/levels", response_model=LevelList, summary="Get the ladder of levels", responses=answers(401, 403, 503))
def list_levels(caller: Reader) -> Any:
    """What each level takes."""
    return {"items": LADDER}


@router.get(
    "/club/weekly-target",
    response_model=WeeklyTargetOut,
    summary="Get what a week takes",
    responses=answers(401, 403, 503),
)
def get_weekly_target(request: Request, caller: Reader) -> Any:
    """How many workouts a week takes to count for a streak, now and from the next week on."""
    with request.app.state.engine.connect() as connection:
        return _weekly_target(connection, caller.club_id)


@router.put(
    "/club/weekly-target",
    response_model=WeeklyTargetOut,
    summary="Set what a week takes",
    responses=answers(400, 401, 403, 413, 415, 422, 503),
)
def set_weekly_target(request: Request, caller: Operator, body: WeeklyTargetIn) -> Any:
    """From the next week on; weeks that are over, and the present one, keep what they are judged by."""
    with request.app.state.engine.begin() as connection:
        next_week = monday_of(queries.read_today(connection, caller.club_id)) + WEEK
        queries.set_target(connection, caller.club_id, next_week, body.workouts)
        return _weekly_target(connection, caller.club_id)


def _weekly_target(connection: Connection, club_id: str) -> dict[str, Any]:
    targets = queries.read_targets(connection, club_id)
    this_week = monday_of(queries.read_today(connection, club_id))
    return {
        "workouts": target_of(this_week, targets),
        "next_workouts": target_of(this_week + WEEK, targets),
        "next_week_starts_on": this_week + WEEK,
    }


def _progress(connection: Connection, club_id: str, member_id: UUID, user_id: str) -> dict[str, Any]:
    history = queries.read_history(connection, member_id)
    targets = queries.read_targets(connection, club_id)
    today = queries.read_today(connection, club_id)
    return {
        "user_id": user_id,
        "lifetime_points": history.lifetime_points,
        **_level(history.lifetime_points),
        **_weeks(history.workouts, targets, today),
    }


def _level(lifetime_points: int) -> dict[str, Any]:
    now = standing(lifetime_points)
    return {"level": now.level, "next_level": now.next, "points_to_next_level": now.points_to_next}


def _weeks(workouts: Mapping[date, int], targets: dict[date, int], today: date) -> dict[str, Any]:
    now, this_week = streak(workouts, targets, today), monday_of(today)
    return {
        "streak_weeks": now.weeks,
        "longest_streak_weeks": now.longest,
        "week_starts_on": this_week,
        "week_workouts": workouts.get(this_week, 0),
        "week_target": target_of(this_week, targets),
        "freezes_left": now.freezes_left,
        "breaks_on": now.breaks_on,
        "days_until_break": (now.breaks_on - today).days if now.breaks_on else None,
    }
