"""Response bodies for operators of a club and of the service."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class CountOut(BaseModel):
    """A number for the period and for the preceding one."""

    value: int = Field(examples=[812])
    before: int = Field(examples=[790])


class AmountOut(BaseModel):
    value: float = Field(examples=[146801.6])
    before: float = Field(examples=[139204.3])


class RateOut(BaseModel):
    """A share from 0 to 1; null if it would be of zero members."""

    value: float | None = Field(examples=[0.62])
    before: float | None = Field(examples=[0.58])


class ClubOut(BaseModel):
    """The club's week up to a day, compared to the week before; days in the club's time zone."""

    day: date = Field(description="Last day of the week.", examples=["2026-01-07"])
    first_day: date = Field(description="First day of the week.", examples=["2026-01-01"])
    active_7d: CountOut = Field(description="Members with a workout in the 7 days.")
    active_28d: CountOut = Field(description="Members with a workout in the 28 days up to the day, and the 28 before.")
    return_rate: RateOut = Field(description="Share of the previous week's members who trained again in this week.")
    new_members: CountOut = Field(description="Members created in the 7 days.")
    workouts_cnt: CountOut = Field(description="Workouts of the 7 days, from daily_metrics.")
    points_awarded: CountOut = Field(description="Points awarded for these workouts, from daily_metrics.")
    total_calories: AmountOut = Field(description="Gross kcal of the scored ones, from daily_metrics.")
    refreshed_at: datetime | None = Field(
        description="When daily_metrics was last refreshed; null: never. Members are counted as of now.",
        examples=["2026-01-08T00:10:04Z"],
    )


class LatencyOut(BaseModel):
    """Time from acceptance to result, over the latest workouts scored in the last hour (at most 10,000)."""

    n: int = Field(examples=[412])
    p50_sec: float | None = Field(examples=[0.031])
    p95_sec: float | None = Field(examples=[0.094])


class FiguresOut(BaseModel):
    n: int = Field(examples=[400000])
    mae_kcal: float = Field(description="Mean absolute error.", examples=[54.01])
    rmse_kcal: float = Field(description="Root of the mean square error.", examples=[107.0])
    mape_percent: float = Field(description="Mean absolute percentage error.", examples=[15.7])
    r2: float = Field(description="Share of the variance that is explained.", examples=[0.9388])


class RealDataOut(BaseModel):
    """The model's error on people whose calories were measured."""

    kind: str = Field(examples=["whole_session"])
    gender: str = Field(description="Male, Female or all.", examples=["all"])
    n: int = Field(examples=[11])
    bias_percent: float = Field(description="Above 0: predicted too high.", examples=[20.0])
    mape_percent: float = Field(examples=[25.5])


class ModelOut(BaseModel):
    """The model of this release, with its training data and evaluation."""

    model_version: str = Field(examples=["2026.1-3425779b"])
    set_at: datetime = Field(description="When this model became the latest.", examples=["2026-01-01T00:00:00Z"])
    trained_on: int = Field(description="Number of workouts in the training set.", examples=[400000])
    synthetic: bool = Field(
        description="True: the training set was simulated from published physiology.", examples=[True]
    )
    cross_validation: FiguresOut = Field(
        description="Error on held-out parts of the training set; not the error on real people."
    )
    real_data: list[RealDataOut] = Field(description="Error on real people.")


class MartOut(BaseModel):
    mart: str = Field(examples=["daily_metrics"])
    refreshed_at: datetime | None = Field(description="Null: never.", examples=["2026-01-08T00:10:04Z"])


class QueueOut(BaseModel):
    kind: Literal["rabbitmq", "database"] = Field(description="Transport of wake-up messages.", examples=["rabbitmq"])
    healthy: bool = Field(
        description="False: wake-up messages are lost; workers find the jobs later, by polling.", examples=[True]
    )


class LinksOut(BaseModel):
    """Addresses of related tools; null if not configured."""

    grafana: str | None = Field(description="FITBURN_GRAFANA_URL.", examples=["https://grafana.example.com/"])
    airflow: str | None = Field(description="FITBURN_AIRFLOW_URL.", examples=["https://airflow.example.com/"])


class SystemOut(BaseModel):
    """The health of the service, over all clubs: they share workers, queue and model."""

    pending_cnt: int = Field(description="Workouts that wait to be scored.", examples=[3])
    oldest_pending_sec: float | None = Field(
        description="How long the oldest has waited; null if none waits.", examples=[0.4]
    )
    failed_24h_cnt: int = Field(description="Workouts that failed for good in the last 24 hours.", examples=[0])
    held_cnt: int = Field(description="Workouts whose award is held for review.", examples=[7])
    latency: LatencyOut = Field(description="Time from acceptance to result.")
    models_24h: list[str] = Field(
        description="Versions that scored in the last 24 hours, latest first.", examples=[["2026.1-3425779b"]]
    )
    model: ModelOut | None = Field(description="Null until `make migrate` has stored a model card.")
    marts: list[MartOut] = Field(description="Last refresh of each mart.")
    queue: QueueOut = Field(description="The queue of wake-up messages to the workers.")
    links: LinksOut = Field(description="Grafana and Airflow.")


class HealthOut(BaseModel):
    status: Literal["ok", "degraded"] = Field(examples=["ok"])
    database: Literal["ok"] = Field(examples=["ok"])
    queue: Literal["rabbitmq", "database", "away"] = Field(
        description="Transport of wake-up messages; away: the broker is down, workers find the jobs by polling.",
        examples=["rabbitmq"],
    )
