"""What the API tells Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("http_requests_total", "HTTP requests answered.", ["method", "route", "status"])
DURATION = Histogram(
    "http_request_duration_seconds",
    "Time from the first byte of a request to the last byte of its answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
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
