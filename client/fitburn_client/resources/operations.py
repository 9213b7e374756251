"""Operations: the health of the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fitburn_client.resource import Resource
from fitburn_client.transport import json_of

__all__ = ["Model", "System"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Seconds from acceptance to result, over the latest `n` workouts of the last hour."""

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
    """A model's error on `n` measurements of people; `gender` is Male, Female or all."""

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
    """A mart and when it was last refreshed; None: never."""

    mart: str
    refreshed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`kind` is rabbitmq or database. When it is not `healthy`, workers find the jobs later, by sweeping."""

    kind: str
    healthy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses of the service's other pages; None where none is configured."""

    grafana: str | None = None
    airflow: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The health of the service, over all clubs. `oldest_pending_sec` is None when no workout is pending."""

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


class OperationsResource(Resource):
    """Calls under `client.operations`."""

    def health(self) -> Mapping[str, Any]:
        """The JSON of `GET /health`. Not retried; needs no token."""
        return json_of(self._transport.call("GET", "/health", retry_for=0.0), "status")

    def system(self) -> System:
        """Backlog, latency, model, marts and queue of the service. For operators."""
        return self._get(System, "/stats/system")
