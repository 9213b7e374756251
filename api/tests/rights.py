"""Who may do what: one table of every endpoint and every kind of caller."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from gym import PASSWORD, workout
from shop import SHIRT

NOWHERE = "01980000-0000-7000-8000-000000000001"
CHALLENGE = {
    "title_ru": "Месяц", "title_en": "A month", "metric": "workouts", "goal": 4, "bonus_points": 50,
    "starts_on": date.today().isoformat(), "ends_on": (date.today() + timedelta(days=30)).isoformat(),
}  # fmt: skip

CALLERS = (
    NOBODY, GARBAGE, REVOKED, EXPIRED, LOGGED_OUT, NO_SCOPE, PARTNER, OTHER_CLUB,
    MEMBER, OTHER_MEMBER, OPERATOR, OTHER_OPERATOR,
) = (
    "nobody", "garbage", "revoked key", "expired session", "session that was logged out", "key without the scope",
    "partner", "other club's partner", "member", "other member", "operator", "other club's operator",
)  # fmt: skip

OPEN = dict.fromkeys(CALLERS, 200)
CLOSED = dict.fromkeys((NOBODY, GARBAGE, REVOKED, EXPIRED, LOGGED_OUT), 401)
# Whoever has the scope, in their own club; the member is the one whose data is asked for.
OWN = CLOSED | {
    NO_SCOPE: 403, PARTNER: 200, OTHER_CLUB: 404, MEMBER: 200, OTHER_MEMBER: 404, OPERATOR: 200, OTHER_OPERATOR: 404
}  # fmt: skip
LISTED = OWN | {OTHER_CLUB: 200, OTHER_MEMBER: 200, OTHER_OPERATOR: 200}
"""As OWN, but what one may not see is left out of a list."""
MEMBERS_ONLY = CLOSED | {
    NO_SCOPE: 403, PARTNER: 403, OTHER_CLUB: 403, MEMBER: 200, OTHER_MEMBER: 200, OPERATOR: 200, OTHER_OPERATOR: 200
}  # fmt: skip
# A workout of the member: partners speak for their club (in which the name may be new), members for themselves.
WRITTEN = CLOSED | {
    NO_SCOPE: 403, PARTNER: 202, OTHER_CLUB: 202, MEMBER: 202, OTHER_MEMBER: 403, OPERATOR: 403, OTHER_OPERATOR: 403
}  # fmt: skip

OPERATORS_ONLY = MEMBERS_ONLY | dict.fromkeys((MEMBER, OTHER_MEMBER), 403)
"""On what is the operator's own club's; the other one finds nothing there, or their own."""
OPERATORS_OWN = OPERATORS_ONLY | {OTHER_OPERATOR: 404}
# What there is in the club may be seen by everybody in it.
OF_THE_CLUB = OWN | {OTHER_MEMBER: 200}

ANOTHER_MEMBER = (OTHER_MEMBER, OPERATOR, OTHER_OPERATOR)
"""They log in and are not the member whose workout it is."""


@dataclass(frozen=True)
class Place:
    """What the requests of the table are about: a member of a club, one workout and one redemption of theirs, a reward
    and a challenge of the club. By itself: what is not there."""

    club: str = "main"
    user_id: str = "nobody"
    workout_id: str = NOWHERE
    reward_id: str = NOWHERE
    redemption_id: str = NOWHERE
    challenge_id: str = NOWHERE


ACCOUNT = {"password": PASSWORD, "display_name": "Anna"}
WRITE, READ, STATS = SCOPES = ("workouts:write", "workouts:read", "stats:read")


@dataclass(frozen=True)
class Entry:
    """How to knock at a door, the scope that opens it, and how each caller is answered."""

    address: str
    expected: dict[str, int]
    scope: str | None = None
    body: Callable[[Place], Any] | None = None


def instead(expected: dict[str, int], status: int) -> dict[str, int]:
    """The same with another status for those who may."""
    return {who: status if told == 200 else told for who, told in expected.items()}


def in_bulk(single: int) -> int:
    return 207 if single == 202 else single


TABLE = {
    ("POST", "/workouts"): Entry("/workouts", WRITTEN, WRITE, lambda p: workout(user_id=p.user_id)),
    ("POST", "/workouts/bulk"): Entry(
        "/workouts/bulk",
        # Another member's workout is refused as an item.
        {who: in_bulk(told) for who, told in WRITTEN.items()} | dict.fromkeys(ANOTHER_MEMBER, 207),
        WRITE,
        lambda p: {"items": [workout(user_id=p.user_id)]},
    ),
    ("GET", "/workouts"): Entry("/workouts?user_id={user_id}", OWN, READ),
    ("GET", "/workouts/recent"): Entry("/workouts/recent?user_id={user_id}", OWN, READ),
    ("GET", "/predictions/{workout_id}"): Entry("/predictions/{workout_id}", OWN, READ),
    ("GET", "/predictions"): Entry("/predictions?workout_id={workout_id}", LISTED, READ),
    ("GET", "/members"): Entry("/members?q=an", OPERATORS_ONLY),
    ("GET", "/members/{user_id}/points"): Entry("/members/{user_id}/points", OWN, READ),
    ("GET", "/stats/club"): Entry("/stats/club", LISTED | {MEMBER: 403, OTHER_MEMBER: 403}, STATS),
    ("GET", "/stats/system"): Entry("/stats/system", OPERATORS_ONLY),
    ("GET", "/stats/daily"): Entry("/stats/daily", LISTED, STATS),
    ("GET", "/leaderboard/today"): Entry("/leaderboard/today", LISTED, STATS),
    ("GET", "/leaderboard/{day}"): Entry("/leaderboard/2026-01-01", LISTED, STATS),
    ("GET", "/me"): Entry("/me", MEMBERS_ONLY),
    ("PATCH", "/me"): Entry("/me", MEMBERS_ONLY, body=lambda _: {"weight_kg": 70}),
    ("GET", "/me/days"): Entry("/me/days", MEMBERS_ONLY),
    ("GET", "/me/bests"): Entry("/me/bests", MEMBERS_ONLY),
    ("GET", "/me/points"): Entry("/me/points", MEMBERS_ONLY),
    ("POST", "/auth/logout"): Entry("/auth/logout", instead(MEMBERS_ONLY, 204)),
    ("POST", "/auth/renew"): Entry("/auth/renew", MEMBERS_ONLY),
    ("POST", "/auth/password"): Entry(
        "/auth/password",
        instead(MEMBERS_ONLY, 204),
        body=lambda _: {"current_password": PASSWORD, "new_password": PASSWORD},
    ),
    ("POST", "/auth/register"): Entry(
        "/auth/register",
        dict.fromkeys(CALLERS, 201),
        body=lambda p: ACCOUNT | {"email": f"{uuid4().hex}@example.com", "club": p.club},
    ),
    ("POST", "/auth/login"): Entry(
        "/auth/login", OPEN, body=lambda p: {"email": "member@example.com", "password": PASSWORD, "club": p.club}
    ),
    ("GET", "/rewards"): Entry("/rewards", LISTED, READ),
    ("POST", "/rewards"): Entry("/rewards", instead(OPERATORS_ONLY, 201), body=lambda _: SHIRT),
    ("GET", "/rewards/{reward_id}"): Entry("/rewards/{reward_id}", OF_THE_CLUB, READ),
    ("PATCH", "/rewards/{reward_id}"): Entry("/rewards/{reward_id}", OPERATORS_OWN, body=lambda _: {"cost": 31}),
    ("GET", "/redemptions"): Entry("/redemptions", OPERATORS_ONLY),
    ("GET", "/me/redemptions"): Entry("/me/redemptions", MEMBERS_ONLY),
    # Nobody but the member has points.
    ("POST", "/redemptions"): Entry(
        "/redemptions",
        MEMBERS_ONLY | {MEMBER: 201, OTHER_MEMBER: 409, OPERATOR: 409, OTHER_OPERATOR: 404},
        body=lambda p: {"reward_id": p.reward_id},
    ),
    ("GET", "/redemptions/{redemption_id}"): Entry(
        "/redemptions/{redemption_id}", MEMBERS_ONLY | {OTHER_MEMBER: 404, OTHER_OPERATOR: 404}
    ),
    ("POST", "/redemptions/{redemption_id}/fulfil"): Entry("/redemptions/{redemption_id}/fulfil", OPERATORS_OWN),
    # The member was first.
    ("POST", "/redemptions/{redemption_id}/cancel"): Entry(
        "/redemptions/{redemption_id}/cancel", MEMBERS_ONLY | {OTHER_MEMBER: 404, OPERATOR: 409, OTHER_OPERATOR: 404}
    ),
    ("POST", "/redemptions/fulfil"): Entry(
        "/redemptions/fulfil", instead(OPERATORS_ONLY, 404), body=lambda _: {"code": "000000"}
    ),
    ("GET", "/review"): Entry("/review", OPERATORS_ONLY),
    # The workout is still to be scored.
    ("POST", "/review/{workout_id}/approve"): Entry(
        "/review/{workout_id}/approve", OPERATORS_OWN | {OPERATOR: 409}, body=lambda _: {}
    ),
    ("POST", "/review/{workout_id}/reject"): Entry(
        "/review/{workout_id}/reject", OPERATORS_OWN | {OPERATOR: 409}, body=lambda _: {"reason": "a test"}
    ),
    ("POST", "/workouts/{workout_id}/reject"): Entry(
        "/workouts/{workout_id}/reject", OPERATORS_OWN | {OPERATOR: 409}, body=lambda _: {"reason": "a test"}
    ),
    # Operators do without a reason here, and the workout is still to be scored.
    ("DELETE", "/workouts/{workout_id}"): Entry(
        "/workouts/{workout_id}", MEMBERS_ONLY | {MEMBER: 409, OTHER_MEMBER: 404, OPERATOR: 422, OTHER_OPERATOR: 422}
    ),
    ("POST", "/members/{user_id}/adjustments"): Entry(
        "/members/{user_id}/adjustments",
        instead(OPERATORS_OWN, 201),
        body=lambda _: {"points": 5, "reason": "a test"},
    ),
    ("GET", "/audit"): Entry("/audit", OPERATORS_ONLY),
    ("GET", "/challenges"): Entry("/challenges", LISTED, READ),
    ("POST", "/challenges"): Entry("/challenges", instead(OPERATORS_ONLY, 201), body=lambda _: CHALLENGE),
    ("GET", "/challenges/{challenge_id}"): Entry("/challenges/{challenge_id}", OF_THE_CLUB, READ),
    ("PATCH", "/challenges/{challenge_id}"): Entry(
        "/challenges/{challenge_id}", OPERATORS_OWN, body=lambda _: {"goal": 5}
    ),
    ("DELETE", "/challenges/{challenge_id}"): Entry("/challenges/{challenge_id}", instead(OPERATORS_OWN, 204)),
    ("GET", "/me/progress"): Entry("/me/progress", MEMBERS_ONLY),
    ("GET", "/members/{user_id}/progress"): Entry("/members/{user_id}/progress", OWN, READ),
    ("GET", "/levels"): Entry("/levels", LISTED, READ),
    ("GET", "/club/weekly-target"): Entry("/club/weekly-target", LISTED, READ),
    ("PUT", "/club/weekly-target"): Entry("/club/weekly-target", OPERATORS_ONLY, body=lambda _: {"workouts": 3}),
    ("GET", "/rules"): Entry("/rules", OPEN),
    ("GET", "/health"): Entry("/health", OPEN),
    ("GET", "/metrics"): Entry("/metrics", OPEN),
    ("GET", "/openapi.json"): Entry("/openapi.json", OPEN),
    ("GET", "/docs"): Entry("/docs", OPEN),
    ("GET", "/docs/oauth2-redirect"): Entry("/docs/oauth2-redirect", OPEN),
    ("GET", "/redoc"): Entry("/redoc", OPEN),
}
