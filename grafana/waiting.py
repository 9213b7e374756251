"""The backlog of unscored workouts: what the dashboards ML Monitoring and Service both show of it."""

from grafana.panels import RED, YELLOW, stat, steps
from grafana.sources import Json, promql

PENDING = "fitburn:pending_workouts:max"
OLDEST_PENDING = "fitburn:oldest_pending_seconds:max"


def oldest_waits_for() -> Json:
    return stat(
        "Oldest waits for",
        "Alert PendingTooOld above 2 minutes.",
        promql(oldest=OLDEST_PENDING),
        unit="s",
        thresholds=steps((30, YELLOW), (120, RED)),
    )
