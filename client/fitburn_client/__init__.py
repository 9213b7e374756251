"""Python client of FitBurn Rewards.

>>> from fitburn_client import FitBurn, Workout
>>> api = FitBurn("http://localhost:8000", "fbk_…")                                # doctest: +SKIP
>>> ticket = api.submit(Workout(user_id="u1", ts=start, duration_min=35, ...))     # doctest: +SKIP
>>> api.wait(ticket.workout_id).points                                             # doctest: +SKIP
"""

from fitburn_client.client import BulkItem, FitBurn
from fitburn_client.errors import (
    ApiError,
    Conflict,
    FieldError,
    FitBurnError,
    Forbidden,
    Invalid,
    NotFound,
    Overloaded,
    Problem,
    StillPending,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from fitburn_client.paging import Page
from fitburn_client.resources.challenges import Challenge, ChallengeProgress
from fitburn_client.resources.me import Best, Bests, BestTime, OwnDay, OwnDays, TypeBests
from fitburn_client.resources.members import FoundMember, Login, Profile, Transfer
from fitburn_client.resources.operations import ClubWeek, Figure, Model, System
from fitburn_client.resources.progress import Level, Progress, WeeklyTarget
from fitburn_client.resources.rewards import (
    Adjustment,
    AuditEntry,
    NextExpiry,
    Points,
    Redemption,
    ReviewedWorkout,
    Reward,
)
from fitburn_client.resources.stats import DailyStats, Day, Leaderboard, Place
from fitburn_client.resources.workouts import BulkResult, Prediction, RecentWorkout, Submission, Workout

__all__ = [
    "Adjustment",
    "ApiError",
    "AuditEntry",
    "Best",
    "BestTime",
    "Bests",
    "BulkItem",
    "BulkResult",
    "Challenge",
    "ChallengeProgress",
    "ClubWeek",
    "Conflict",
    "DailyStats",
    "Day",
    "FieldError",
    "Figure",
    "FitBurn",
    "FitBurnError",
    "Forbidden",
    "FoundMember",
    "Invalid",
    "Leaderboard",
    "Level",
    "Login",
    "Model",
    "NextExpiry",
    "NotFound",
    "Overloaded",
    "OwnDay",
    "OwnDays",
    "Page",
    "Place",
    "Points",
    "Prediction",
    "Problem",
    "Profile",
    "Progress",
    "RecentWorkout",
    "Redemption",
    "ReviewedWorkout",
    "Reward",
    "StillPending",
    "Submission",
    "System",
    "Transfer",
    "TypeBests",
    "Unauthorized",
    "UnexpectedAnswer",
    "Unreachable",
    "WeeklyTarget",
    "Workout",
]
