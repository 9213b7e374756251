"""Levels and streaks of members, and the club's weekly target."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app import db
from app.audit import queries as audit
from app.http.fields import UserIdInPath
from app.http.problems import error_responses
from app.http.routing import noun_router
from app.progress import queries
from app.progress.schemas import LevelList, ProgressOut, WeeklyTargetIn, WeeklyTargetOut
from app.resources import Res
from app.rights import MemberCaller, Operator, Reader
from fitburn.audit import Action
from fitburn.levels import LADDER, standing
from fitburn.streaks import WEEK, monday_of, streak, target_of

router = noun_router("progress")


@router.get("/me/progress", response_model=ProgressOut, summary="Get your level and streak")
def get_my_progress(resources: Res, caller: MemberCaller) -> Any:
    """Level, streak and this week of the member who is logged in."""
    with resources.reading() as connection:
        return _progress(connection, caller.club_id, caller.member_id, caller.user_id)


@router.get(
    "/members/{user_id}/progress",
    response_model=ProgressOut,
    summary="Get a member's level and streak",
    responses=error_responses(404),
)
def get_progress(
    resources: Res,
    caller: Reader,
    user_id: UserIdInPath,
) -> Any:
    """Level, streak and this week of a member of the club."""
    with resources.reading() as connection:
        member_id = db.member_of_club(connection, caller.club_id, user_id, sees_only=caller.sees_only)
        return _progress(connection, caller.club_id, member_id, user_id)


@router.get("/levels", response_model=LevelList, summary="List the levels")
def list_levels(caller: Reader) -> Any:
    """All levels with the lifetime points that each requires."""
    return {"items": LADDER}


@router.get("/club/weekly-target", response_model=WeeklyTargetOut, summary="Get the weekly target")
def get_weekly_target(resources: Res, caller: Reader) -> Any:
    """How many workouts a week requires to count for a streak, now and from the next week on."""
    with resources.reading() as connection:
        return _weekly_target(connection, caller.club_id)


@router.put("/club/weekly-target", response_model=WeeklyTargetOut, summary="Set the weekly target")
def set_weekly_target(resources: Res, caller: Operator, body: WeeklyTargetIn) -> Any:
    """The target applies from the next week on; past weeks and the present one keep theirs."""
    with resources.writing() as connection:
        next_week = monday_of(db.club_today(connection, caller.club_id)) + WEEK
        if queries.set_target(connection, caller.club_id, next_week, body.workouts):
            details = {"workouts": body.workouts, "from_week": next_week}
            audit.record(
                connection, caller, Action.WEEKLY_TARGET_SET, subject_id=caller.club_id, details=details, key=None
            )
        return _weekly_target(connection, caller.club_id)


def _weekly_target(connection: Connection, club_id: UUID) -> dict[str, Any]:
    targets = queries.read_targets(connection, club_id)
    this_week = monday_of(db.club_today(connection, club_id))
    return {
        "workouts": target_of(this_week, targets),
        "next_workouts": target_of(this_week + WEEK, targets),
        "next_week_starts_on": this_week + WEEK,
    }


def _progress(connection: Connection, club_id: UUID, member_id: UUID, user_id: str) -> dict[str, Any]:
    history = queries.read_history(connection, member_id)
    targets = queries.read_targets(connection, club_id)
    today = db.club_today(connection, club_id)
    return {
        "user_id": user_id,
        "lifetime_points": history.lifetime_points,
        **_level(history.lifetime_points),
        **_weeks(history.workouts, targets, today),
    }


def _level(lifetime_points: int) -> dict[str, Any]:
    current = standing(lifetime_points)
    return {"level": current.level, "next_level": current.next, "points_to_next_level": current.points_to_next}


def _weeks(workouts: Mapping[date, int], targets: dict[date, int], today: date) -> dict[str, Any]:
    current, this_week = streak(workouts, targets, today), monday_of(today)
    return {
        "streak_weeks": current.weeks,
        "longest_streak_weeks": current.longest,
        "week_starts_on": this_week,
        "week_workouts": workouts.get(this_week, 0),
        "week_target": target_of(this_week, targets),
        "freezes_left": current.freezes_left,
        "breaks_on": current.breaks_on,
        "days_until_break": (current.breaks_on - today).days if current.breaks_on else None,
    }
