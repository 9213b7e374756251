"""Prometheus metrics of the accepting hot path."""

from prometheus_client import Counter, Gauge, Histogram

GROUP_COMMIT_SIZE = Histogram(
    "group_commit_size",
    "Workouts written by one transaction.",
    buckets=(1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000),
)
PUBLISHED = Counter(
    "wake_up_calls_total",
    "Messages for the workers: confirmed, refused by the broker, or skipped as it is away.",
    ["outcome"],
)
BROKER_UP = Gauge("broker_up", "1 while messages can be published, else 0.")
