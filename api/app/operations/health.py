"""Health for load balancers, metrics for Prometheus. Public: neither contains personal data."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.http.problems import error_responses
from app.operations.schemas import HealthOut
from app.resources import Res

router = APIRouter(tags=["operation"])


@router.get("/health", response_model=HealthOut, summary="Is the service able to work?", responses=error_responses(503))
def get_health(resources: Res) -> Any:
    """ok, or degraded without RabbitMQ (workouts are accepted and scored later); 503 without the database."""
    with resources.reading() as connection:
        connection.exec_driver_sql("select 1")
    queue = resources.queue.state
    return {"status": "degraded" if queue == "away" else "ok", "database": "ok", "queue": queue}


@router.get(
    "/metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={200: {"description": "Prometheus text format.", "content": {"text/plain": {}}}},
)
async def get_metrics() -> Response:
    """Counters and histograms of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
