"""For those who run a club and the service: the week in figures, and the health of it all."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a period and of the one right before; None where there is nothing to take it of."""

    value: float | None
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClubWeek:
    """The club in the seven days up to `day`, against the seven before; `active_28d` in 28 days against 28.

    `return_rate` is the share, 0 to 1, of the members of the week before who came again. Sums are as of `refreshed_at`.
    """

    day: date
    first_day: date
    active_7d: Figure
    active_28d: Figure
    return_rate: Figure
    new_members: Figure
    workouts_cnt: Figure
    points_awarded: Figure
    total_calories: Figure
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Seconds from acceptance to result, of the latest `n` workouts of the last hour."""

    n: int
    p50_sec: float | None = None
    p95_sec: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Errors of a model on `n` workouts."""

    n: int
    mae_kcal: float
    rmse_kcal: float
    mape_percent: float
    r2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RealData:
    """The error on `n` measurements of people; `gender` is Male, Female or all."""

    kind: str
    gender: str
    n: int
    bias_percent: float
    mape_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model of this release: `cross_validation` on its (`synthetic`) training set, `real_data` on people."""

    model_version: str
    set_at: datetime
    trained_on: int
    synthetic: bool
    cross_validation: Figures
    real_data: tuple[RealData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mart:
    """A mart, and when it was last brought up to date; None: never."""

    mart: str
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`kind` is rabbitmq or database; not `healthy`: workers find the jobs by themselves, later."""

    kind: str
    healthy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where to look further; None where the service was not told."""

    grafana: str | None = None
    airflow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The health of the service, of all clubs together. `oldest_pending_sec` is None when nothing waits."""

    pending_cnt: int
    failed_24h_cnt: int
    held_cnt: int
    latency: Latency
    models_24h: tuple[str, ...]
    marts: tuple[Mart, ...]
    queue: Queue
    links: Links
    oldest_pending_sec: float | None = None
    model: Model | None = None
