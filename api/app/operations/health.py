"""Health for load balancers and metrics for Prometheus. Both are public: they contain no personal data."""

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.http.problems import error_responses
from app.operations.schemas import HealthOut
from app.resources import Res

router = APIRouter(tags=["operation"])


@router.get("/health", response_model=HealthOut, summary="Check the service's health", responses=error_responses(503))
def get_health(resources: Res) -> Any:
    """`ok`; `degraded` if RabbitMQ is down (workouts are accepted and scored later); 503 if the database is down."""
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
