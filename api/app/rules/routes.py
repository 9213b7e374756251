"""The rules that pages, clients and documents show, read from the code that applies them."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from app.accounts.schemas import RegisterIn
from app.challenges.schemas import ChallengeIn
from app.http.middleware import MAX_BODY_BYTES
from app.members import birth_years
from app.members.schemas import ProfilePatch
from app.points.schemas import AdjustmentIn
from app.predictions.routes import MAX_WAIT_SEC
from app.progress.schemas import WeeklyTargetIn
from app.rewards.schemas import RewardIn
from app.rules.schemas import (
    ChallengeRules,
    PointsRules,
    RangeOut,
    RedemptionRules,
    RequestRules,
    ReviewRules,
    RulesOut,
    StreakRules,
)
from app.workouts.schemas import MAX_BULK_ITEMS, WorkoutIn
from fitburn import challenges, plausibility, points, redemptions, streaks
from fitburn.workouts import MEASURES

router = APIRouter(tags=["rules"])

CACHE_SEC = 300
"""How long clients may cache the rules; they change with the service's version, and birth years with the year."""

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)

# Each range is read from the model that applies it. By name in the response: model and field.
NUMBERS: dict[str, tuple[type[BaseModel], str]] = {
    **{name: (WorkoutIn, name) for name in (*MEASURES, "age")},
    **{name: (ProfilePatch, name) for name in ("height_cm", "weight_kg")},
    **{name: (RewardIn, name) for name in ("cost", "stock", "per_member_limit")},
    **{name: (ChallengeIn, name) for name in ("goal", "bonus_points")},
    "weekly_workouts": (WeeklyTargetIn, "workouts"),
    "adjusted_points": (AdjustmentIn, "points"),
}
TEXTS: dict[str, tuple[type[BaseModel], str]] = {
    "display_name": (ProfilePatch, "display_name"),
    "password": (RegisterIn, "password"),
    "email": (RegisterIn, "email"),
    "title": (RewardIn, "title_en"),
    "description": (RewardIn, "description_en"),
    "reason": (AdjustmentIn, "reason"),
}


def _range(model: type[BaseModel], field: str, low: str, high: str) -> RangeOut:
    """The range in the field's JSON schema; `low` and `high` are the schema keywords of its bounds."""
    schema = model.model_json_schema()["properties"][field]
    [branch] = [branch for branch in (schema, *schema.get("anyOf", ())) if high in branch]
    return RangeOut(low=branch.get(low, 0), high=branch[high])


RULES = RulesOut(
    points=PointsRules(
        version=points.RULE_VERSION,
        kcal_per_point=points.KCAL_PER_POINT,
        share_without_heart_rate=points.SHARE_WITHOUT_HEART_RATE,
        daily_points=points.DAILY_POINTS,
        daily_workouts=points.DAILY_WORKOUTS,
        daily_minutes=points.DAILY_MINUTES,
    ),
    review=ReviewRules(
        oldest_days=plausibility.OLDEST / DAY,
        clock_skew_min=plausibility.CLOCK_SKEW / MINUTE,
        hr_above_max=plausibility.HR_ABOVE_MAX,
        speed_tolerance=plausibility.SPEED_TOLERANCE,
    ),
    redemptions=RedemptionRules(
        collect_within_hours=redemptions.COLLECT_WITHIN / HOUR, code_length=redemptions.CODE_LENGTH
    ),
    challenges=ChallengeRules(max_days=challenges.MAX_DAYS),
    streaks=StreakRules(
        default_weekly_workouts=streaks.DEFAULT_WEEKLY_WORKOUTS, freezes_a_month=streaks.FREEZES_A_MONTH
    ),
    requests=RequestRules(max_bulk_items=MAX_BULK_ITEMS, max_body_bytes=MAX_BODY_BYTES, longest_wait_sec=MAX_WAIT_SEC),
    fields={name: _range(*field, "minimum", "maximum") for name, field in NUMBERS.items()},
    texts={name: _range(*field, "minLength", "maxLength") for name, field in TEXTS.items()},
)


@router.get("/rules", response_model=RulesOut, summary="Get the rules")
async def get_rules(response: Response) -> Any:
    """Limits, caps, hours and field ranges, the same for all clubs and callers. Public; may be cached."""
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SEC}"
    # The only range that changes while the service runs.
    years = birth_years.accepted()
    ranges = RULES.fields | {"birth_year": RangeOut(low=years.low, high=years.high)}
    return RULES.model_copy(update={"fields": ranges})
