"""The table of rights: the expected status of every endpoint for every kind of caller."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from gym import PASSWORD, workout
from shop import SHIRT

MISSING_ID = "01980000-0000-7000-8000-000000000001"
CHALLENGE = {
    "title_ru": "Месяц", "title_en": "A month", "metric": "workouts", "goal": 4, "bonus_points": 50,
    "starts_on": date.today().isoformat(), "ends_on": (date.today() + timedelta(days=30)).isoformat(),
}  # fmt: skip

CALLERS = (
    ANONYMOUS, GARBAGE, REVOKED, EXPIRED, LOGGED_OUT, NO_SCOPE, PARTNER, OTHER_CLUB,
    MEMBER, OTHER_MEMBER, OPERATOR, OTHER_OPERATOR,
) = (
    "anonymous", "garbage", "revoked key", "expired session", "session that was logged out", "key without the scope",
    "partner", "other club's partner", "member", "other member", "operator", "other club's operator",
)  # fmt: skip

PUBLIC = dict.fromkeys(CALLERS, 200)
UNAUTHENTICATED = dict.fromkeys((ANONYMOUS, GARBAGE, REVOKED, EXPIRED, LOGGED_OUT), 401)
# Callers with the scope see members of their own club; MEMBER is the member whose data is requested.
MEMBER_DATA = UNAUTHENTICATED | {
    NO_SCOPE: 403, PARTNER: 200, OTHER_CLUB: 404, MEMBER: 200, OTHER_MEMBER: 404, OPERATOR: 200, OTHER_OPERATOR: 404
}  # fmt: skip
FILTERED_LIST = MEMBER_DATA | {OTHER_CLUB: 200, OTHER_MEMBER: 200, OTHER_OPERATOR: 200}
"""As MEMBER_DATA, but a list leaves out what the caller may not see."""
MEMBERS_ONLY = UNAUTHENTICATED | {
    NO_SCOPE: 403, PARTNER: 403, OTHER_CLUB: 403, MEMBER: 200, OTHER_MEMBER: 200, OPERATOR: 200, OTHER_OPERATOR: 200
}  # fmt: skip
# A workout of MEMBER: partners submit for their club (where the user_id may be new), members for themselves.
SUBMISSION = UNAUTHENTICATED | {
    NO_SCOPE: 403, PARTNER: 202, OTHER_CLUB: 202, MEMBER: 202, OTHER_MEMBER: 403, OPERATOR: 403, OTHER_OPERATOR: 403
}  # fmt: skip

OPERATORS_ONLY = MEMBERS_ONLY | dict.fromkeys((MEMBER, OTHER_MEMBER), 403)
"""Data of the operator's own club; another club's operator sees their own club's, or nothing."""
OPERATORS_OF_THE_CLUB = OPERATORS_ONLY | {OTHER_OPERATOR: 404}
# Visible to every caller of the club.
CLUB_DATA = MEMBER_DATA | {OTHER_MEMBER: 200}

NOT_THE_MEMBER = (OTHER_MEMBER, OPERATOR, OTHER_OPERATOR)
"""Logged-in callers other than the member whose workout it is."""


@dataclass(frozen=True)
class Subject:
    """The subject of the table's requests: a member with a workout and a redemption, a reward and a challenge.

    By default, all of them are missing.
    """

    club: str = "main"
    user_id: str = "missing"
    workout_id: str = MISSING_ID
    reward_id: str = MISSING_ID
    redemption_id: str = MISSING_ID
    challenge_id: str = MISSING_ID


ACCOUNT = {"password": PASSWORD, "display_name": "Anna"}
WRITE, READ, STATS = SCOPES = ("workouts:write", "workouts:read", "stats:read")


@dataclass(frozen=True)
class Endpoint:
    """An endpoint's path, the expected status per caller, its scope and a valid body."""

    path: str
    expected: dict[str, int]
    scope: str | None = None
    body: Callable[[Subject], Any] | None = None


def with_success(expected: dict[str, int], status: int) -> dict[str, int]:
    """The same with another status of success."""
    return {caller: status if code == 200 else code for caller, code in expected.items()}


def in_bulk(single: int) -> int:
    return 207 if single == 202 else single


TABLE = {
    ("POST", "/workouts"): Endpoint("/workouts", SUBMISSION, WRITE, lambda subject: workout(user_id=subject.user_id)),
    ("POST", "/workouts/bulk"): Endpoint(
        "/workouts/bulk",
        # Another member's workout is rejected as an item.
        {caller: in_bulk(code) for caller, code in SUBMISSION.items()} | dict.fromkeys(NOT_THE_MEMBER, 207),
        WRITE,
        lambda subject: {"items": [workout(user_id=subject.user_id)]},
    ),
    ("GET", "/workouts"): Endpoint("/workouts?user_id={user_id}", MEMBER_DATA, READ),
    ("GET", "/workouts/recent"): Endpoint("/workouts/recent?user_id={user_id}", MEMBER_DATA, READ),
    ("GET", "/predictions/{workout_id}"): Endpoint("/predictions/{workout_id}", MEMBER_DATA, READ),
    ("GET", "/predictions"): Endpoint("/predictions?workout_id={workout_id}", FILTERED_LIST, READ),
    ("GET", "/members"): Endpoint("/members?q=an", OPERATORS_ONLY),
    ("GET", "/members/{user_id}/points"): Endpoint("/members/{user_id}/points", MEMBER_DATA, READ),
    ("GET", "/stats/club"): Endpoint("/stats/club", FILTERED_LIST | {MEMBER: 403, OTHER_MEMBER: 403}, STATS),
    ("GET", "/stats/system"): Endpoint("/stats/system", OPERATORS_ONLY),
    ("GET", "/stats/daily"): Endpoint("/stats/daily", FILTERED_LIST, STATS),
    ("GET", "/leaderboard/today"): Endpoint("/leaderboard/today", FILTERED_LIST, STATS),
    ("GET", "/leaderboard/{day}"): Endpoint("/leaderboard/2026-01-01", FILTERED_LIST, STATS),
    ("GET", "/me"): Endpoint("/me", MEMBERS_ONLY),
    ("PATCH", "/me"): Endpoint("/me", MEMBERS_ONLY, body=lambda _: {"weight_kg": 70}),
    ("GET", "/me/days"): Endpoint("/me/days", MEMBERS_ONLY),
    ("GET", "/me/bests"): Endpoint("/me/bests", MEMBERS_ONLY),
    ("GET", "/me/points"): Endpoint("/me/points", MEMBERS_ONLY),
    ("POST", "/auth/logout"): Endpoint("/auth/logout", with_success(MEMBERS_ONLY, 204)),
    ("POST", "/auth/renew"): Endpoint("/auth/renew", MEMBERS_ONLY),
    ("POST", "/auth/password"): Endpoint(
        "/auth/password",
        with_success(MEMBERS_ONLY, 204),
        body=lambda _: {"current_password": PASSWORD, "new_password": PASSWORD},
    ),
    ("POST", "/auth/register"): Endpoint(
        "/auth/register",
        dict.fromkeys(CALLERS, 201),
        body=lambda subject: ACCOUNT | {"email": f"{uuid4().hex}@example.com", "club": subject.club},
    ),
    ("POST", "/auth/login"): Endpoint(
        "/auth/login",
        PUBLIC,
        body=lambda subject: {"email": "member@example.com", "password": PASSWORD, "club": subject.club},
    ),
    ("GET", "/rewards"): Endpoint("/rewards", FILTERED_LIST, READ),
    ("POST", "/rewards"): Endpoint("/rewards", with_success(OPERATORS_ONLY, 201), body=lambda _: SHIRT),
    ("GET", "/rewards/{reward_id}"): Endpoint("/rewards/{reward_id}", CLUB_DATA, READ),
    ("PATCH", "/rewards/{reward_id}"): Endpoint(
        "/rewards/{reward_id}", OPERATORS_OF_THE_CLUB, body=lambda _: {"cost": 31}
    ),
    ("GET", "/redemptions"): Endpoint("/redemptions", OPERATORS_ONLY),
    ("GET", "/me/redemptions"): Endpoint("/me/redemptions", MEMBERS_ONLY),
    # Only MEMBER has points.
    ("POST", "/redemptions"): Endpoint(
        "/redemptions",
        MEMBERS_ONLY | {MEMBER: 201, OTHER_MEMBER: 409, OPERATOR: 409, OTHER_OPERATOR: 404},
        body=lambda subject: {"reward_id": subject.reward_id},
    ),
    ("GET", "/redemptions/{redemption_id}"): Endpoint(
        "/redemptions/{redemption_id}", MEMBERS_ONLY | {OTHER_MEMBER: 404, OTHER_OPERATOR: 404}
    ),
    ("POST", "/redemptions/{redemption_id}/fulfil"): Endpoint(
        "/redemptions/{redemption_id}/fulfil", OPERATORS_OF_THE_CLUB
    ),
    # MEMBER has cancelled it by then.
    ("POST", "/redemptions/{redemption_id}/cancel"): Endpoint(
        "/redemptions/{redemption_id}/cancel", MEMBERS_ONLY | {OTHER_MEMBER: 404, OPERATOR: 409, OTHER_OPERATOR: 404}
    ),
    ("POST", "/redemptions/fulfil"): Endpoint(
        "/redemptions/fulfil", with_success(OPERATORS_ONLY, 404), body=lambda _: {"code": "000000"}
    ),
    ("GET", "/review"): Endpoint("/review", OPERATORS_ONLY),
    # The workout is not scored yet.
    ("POST", "/review/{workout_id}/approve"): Endpoint(
        "/review/{workout_id}/approve", OPERATORS_OF_THE_CLUB | {OPERATOR: 409}, body=lambda _: {}
    ),
    ("POST", "/review/{workout_id}/reject"): Endpoint(
        "/review/{workout_id}/reject", OPERATORS_OF_THE_CLUB | {OPERATOR: 409}, body=lambda _: {"reason": "a test"}
    ),
    ("POST", "/workouts/{workout_id}/reject"): Endpoint(
        "/workouts/{workout_id}/reject", OPERATORS_OF_THE_CLUB | {OPERATOR: 409}, body=lambda _: {"reason": "a test"}
    ),
    # No reason is sent, which operators need, and the workout is not scored yet.
    ("DELETE", "/workouts/{workout_id}"): Endpoint(
        "/workouts/{workout_id}", MEMBERS_ONLY | {MEMBER: 409, OTHER_MEMBER: 404, OPERATOR: 422, OTHER_OPERATOR: 422}
    ),
    ("POST", "/members/{user_id}/adjustments"): Endpoint(
        "/members/{user_id}/adjustments",
        with_success(OPERATORS_OF_THE_CLUB, 201),
        body=lambda _: {"points": 5, "reason": "a test"},
    ),
    ("GET", "/audit"): Endpoint("/audit", OPERATORS_ONLY),
    ("GET", "/challenges"): Endpoint("/challenges", FILTERED_LIST, READ),
    ("POST", "/challenges"): Endpoint("/challenges", with_success(OPERATORS_ONLY, 201), body=lambda _: CHALLENGE),
    ("GET", "/challenges/{challenge_id}"): Endpoint("/challenges/{challenge_id}", CLUB_DATA, READ),
    ("PATCH", "/challenges/{challenge_id}"): Endpoint(
        "/challenges/{challenge_id}", OPERATORS_OF_THE_CLUB, body=lambda _: {"goal": 5}
    ),
    ("DELETE", "/challenges/{challenge_id}"): Endpoint(
        "/challenges/{challenge_id}", with_success(OPERATORS_OF_THE_CLUB, 204)
    ),
    ("GET", "/me/progress"): Endpoint("/me/progress", MEMBERS_ONLY),
    ("GET", "/members/{user_id}/progress"): Endpoint("/members/{user_id}/progress", MEMBER_DATA, READ),
    ("GET", "/levels"): Endpoint("/levels", FILTERED_LIST, READ),
    ("GET", "/club"): Endpoint("/club", FILTERED_LIST | {NO_SCOPE: 200}),
    ("GET", "/club/weekly-target"): Endpoint("/club/weekly-target", FILTERED_LIST, READ),
    ("PUT", "/club/weekly-target"): Endpoint("/club/weekly-target", OPERATORS_ONLY, body=lambda _: {"workouts": 3}),
    ("GET", "/rules"): Endpoint("/rules", PUBLIC),
    ("GET", "/health"): Endpoint("/health", PUBLIC),
    ("GET", "/metrics"): Endpoint("/metrics", PUBLIC),
    ("GET", "/openapi.json"): Endpoint("/openapi.json", PUBLIC),
    ("GET", "/docs"): Endpoint("/docs", PUBLIC),
    ("GET", "/docs/oauth2-redirect"): Endpoint("/docs/oauth2-redirect", PUBLIC),
    ("GET", "/redoc"): Endpoint("/redoc", PUBLIC),
}
