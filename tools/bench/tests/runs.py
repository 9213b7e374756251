"""Records of invented runs, with figures that are easy to check by hand."""

from typing import Any

from tools.bench.names import CEILING, CELERY, FITBURN, REFERENCE, SCORING

MACHINE = {"at": "2026-01-01T10:00:00+00:00", "commit": "abc", "cores": 2, "processor": "P", "memory_gib": 4}
MACHINE |= {
    "system": "Linux",
    "python": "3.11",
    "postgresql": "18",
    "rabbitmq": "3",
    "libraries": {},
    "load_before": 0.0,
}

POSTS = {CEILING: 6_000, REFERENCE: 200, CELERY: 300, FITBURN: 3_600}
DRAINS = {REFERENCE: 200, CELERY: 180, FITBURN: 9_000}


def record(**changes: Any) -> dict[str, Any]:
    """FitBurn accepts 18 times the rate of the reference, and so on; every requirement is met."""
    whole = {
        "machine": MACHINE,
        "seconds": 300,
        "rounds": [rounds(1), rounds(1)],
        "everything": {side: everything(side) for side in SCORING},
        "post_to_done": [waits(), waits()],
        "soak": {"workouts": 1_000, "samples": [], "growth": {"API": 0.01, "worker 1": 0.02}},
        "reads": [read(10_000, 1.0), read(1_000_000, 1.2)],
    }
    return whole | changes


def rounds(speed: float) -> dict[str, Any]:
    """One round on a machine that is `speed` times faster."""
    found: dict[str, Any] = {side: {"posts": {"64": {"per_second": rate * speed}}} for side, rate in POSTS.items()}
    for side, rate in DRAINS.items():
        found[side]["drain"] = {"1": {"per_second": rate * speed}}
    found[FITBURN]["bulk"] = {"per_second": 8_000 * speed}
    return found


def everything(side: str) -> dict[str, Any]:
    cpu = {"API": 0.25, "worker 1": 0.1, "worker 2": 0.1, "PostgreSQL": 0.15, "RabbitMQ": 0.05}
    memory = {"API": 90.0, "worker 1": 170.0, "worker 2": 170.0}
    return {
        "memory_at_rest": memory,
        "memory": memory,
        "scored": [{"scored_per_second": 1_800, "cpu_seconds_per_1000": cpu}],
    }


def waits(slowness: float = 1) -> dict[str, list[dict[str, Any]]]:
    """One round of waiting for results on a machine that is `slowness` times slower."""
    return {
        side: [
            wait(rate, slowness * (1 if side == FITBURN else 2)) for rate in ((50, 200) if side == FITBURN else (50,))
        ]
        for side in SCORING
    }


def wait(rate: int, slowness: float) -> dict[str, Any]:
    cuts = {"p50": 20.0, "p95": 24.0, "p99": 25.0}
    return {"rate": rate, "n": 100, "refused": 0} | {cut: slowness * ms for cut, ms in cuts.items()}


def read(workouts: int, milliseconds: float) -> dict[str, Any]:
    return {"kind": "predictions", "workouts": workouts, "p50": milliseconds}
