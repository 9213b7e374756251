"""Response body of the rules that pages, clients and documents show."""

from pydantic import BaseModel, Field


class RangeOut(BaseModel):
    """A closed interval: of a number in the unit of the field's name, or of the characters of a text."""

    low: float = Field(examples=[1])
    high: float = Field(examples=[600])


class PointsRules(BaseModel):
    """How calories become points, and the daily limits."""

    version: str = Field(description="Recorded with every award.", examples=["2026.1"])
    kcal_per_point: float = Field(description="Credited kcal per point.", examples=[10])
    share_without_heart_rate: float = Field(
        description="Share of the points that a workout without heart rate earns.", examples=[0.5]
    )
    daily_points: int = Field(description="Maximum points of a member per day.", examples=[150])
    daily_workouts: int = Field(description="Maximum workouts of a member per day that earn points.", examples=[3])
    daily_minutes: float = Field(description="Maximum minutes of a member per day that earn points.", examples=[240])


class ReviewRules(BaseModel):
    """What holds a workout's points until an operator has reviewed it."""

    oldest_days: float = Field(
        description="A workout that started earlier than this many days ago is held.", examples=[7]
    )
    clock_skew_min: float = Field(
        description="A workout that starts further in the future than this is held.", examples=[5]
    )
    hr_above_max: float = Field(description="Beats above 220 - age from which a heart rate is held.", examples=[20])
    speed_tolerance: float = Field(
        description="Share by which a speed may differ from distance and time.", examples=[0.25]
    )


class RedemptionRules(BaseModel):
    collect_within_hours: float = Field(
        description="Hours to collect a reward; then its points are returned.", examples=[72]
    )
    code_length: int = Field(description="Number of letters and digits in a code.", examples=[6])


class ChallengeRules(BaseModel):
    max_days: int = Field(description="Maximum days from the first day to the last.", examples=[366])


class StreakRules(BaseModel):
    default_weekly_workouts: int = Field(description="Weekly target until the club sets its own.", examples=[2])
    freezes_a_month: int = Field(description="Weeks per month that may miss the target.", examples=[1])


class RequestRules(BaseModel):
    max_bulk_items: int = Field(description="Maximum workouts in one bulk request.", examples=[1000])
    max_body_bytes: int = Field(description="Maximum size of a request body.", examples=[1_500_000])
    longest_wait_sec: float = Field(description="Maximum `wait` of a long poll.", examples=[30])


class RulesOut(BaseModel):
    """Limits, caps and field ranges as this version of the service applies them."""

    points: PointsRules = Field(description="From calories to points.")
    review: ReviewRules = Field(description="What is held for review.")
    redemptions: RedemptionRules = Field(description="Collecting redeemed rewards.")
    challenges: ChallengeRules = Field(description="Limits of a challenge.")
    streaks: StreakRules = Field(description="Conditions of a streak.")
    requests: RequestRules = Field(description="Limits of a request.")
    fields: dict[str, RangeOut] = Field(
        description="Accepted numbers by field, in the unit of its name.",
        examples=[{"duration_min": {"low": 1, "high": 600}}],
    )
    texts: dict[str, RangeOut] = Field(
        description="Accepted lengths in characters by field.", examples=[{"display_name": {"low": 1, "high": 80}}]
    )
