"""Prometheus metrics of a worker, served on a separate port."""

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

from fitburn.predictions import ErrorCode

PROCESSED = Counter("worker_processed_total", "Predictions that left pending, by their final status.", ["status"])
ERRORS = Counter("worker_errors_total", "What went wrong, by kind.", ["kind"])
INFERENCE = Histogram(
    "worker_inference_latency_seconds",
    "Time of one predict() call for a whole batch.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
BATCH_SIZE = Histogram("worker_batch_size", "Workouts in a batch.", buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000))
CALORIES = Histogram(
    "worker_prediction_calories",
    "Predicted gross kcal.",
    buckets=(25, 50, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000, 3000),
)
SUBMIT_TO_DONE = Histogram(
    "submit_to_done_seconds",
    "Time from the acceptance of a workout to its committed result.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)
BONUSES = Counter(
    "worker_challenge_bonuses_total", "Bonuses of challenges that were paid with the workout that earned them."
)
BROKER_UP = Gauge("broker_up", "1 while this worker receives messages, else 0.")
MODEL = Gauge("worker_model_info", "1, with the version of the model in use.", ["version"])


def count_failed(failed: Mapping[str, ErrorCode]) -> None:
    """Count predictions that were marked as failed; `failed` has the error code of each workout."""
    PROCESSED.labels("failed").inc(len(failed))
    for code in failed.values():
        ERRORS.labels(code).inc()
