"""FitBurn – Service: requests, queue and processes, for the operator on call."""

from grafana import layout
from grafana.panels import GREEN, RED, YELLOW, lines, stat, steps, table
from grafana.sources import Json, promql, promql_now, promql_quantiles
from grafana.waiting import OLDEST_PENDING, PENDING, oldest_waits_for

REQUESTS = 'http_requests_total{job="api", route!~"/health|/metrics"}'
ERRORS = 'http_requests_total{job="api", route!~"/health|/metrics", status=~"5.."}'
DURATIONS = 'http_request_duration_seconds_bucket{job="api", route!~"/health|/metrics"}'
SLO_ERRORS = 0.005
"""Share of requests that may fail, the same as in the recording rules."""

NONE_IS_BAD = steps((1, GREEN), base=RED)
ANY_IS_BAD = steps((1, RED))


def dashboard() -> Json:
    return layout.dashboard(
        uid="fitburn-service",
        title="FitBurn – Service",
        description="Does it answer, does the queue flow, what do the processes need? What to do: docs/runbook.md.",
        since="now-3h",
        refresh="15s",
        rows={
            "Now": _now(),
            "Requests": _requests(),
            "Queue": _queue(),
            "Work": _work(),
            "Processes": _processes(),
        },
    )


def _now() -> list[Json]:
    return [
        stat(
            "Alerts that fire",
            "Each has a heading in docs/runbook.md.",
            promql_now('count(ALERTS{alertstate="firing"}) or vector(0)'),
            thresholds=ANY_IS_BAD,
        ),
        _processes_up("API processes", job="api"),
        _processes_up("Workers", job="worker"),
        _database(),
        oldest_waits_for(),
        _error_budget(),
    ]


def _processes_up(title: str, *, job: str) -> Json:
    query = promql_now(f'count(up{{job="{job}"}} == 1) or vector(0)')
    return stat(title, "That answer Prometheus.", query, thresholds=NONE_IS_BAD)


def _database() -> Json:
    texts = {"0": {"text": "away", "index": 0}, "1": {"text": "answers", "index": 1}}
    return stat(
        "Database",
        "Whether the API can read from PostgreSQL.",
        promql_now("max(fitburn_database_up)"),
        thresholds=NONE_IS_BAD,
        mappings=[{"type": "value", "options": texts}],
        empty="unknown",
    )


def _error_budget() -> Json:
    failed = f"(sum(increase({ERRORS}[30d])) or vector(0)) / sum(increase({REQUESTS}[30d]))"
    return stat(
        "Error budget left, 30 days",
        "Of the 0.5 % of requests that may fail in 30 days (or as long as Prometheus remembers).",
        promql_now(f"1 - {failed} / {SLO_ERRORS}"),
        unit="percentunit",
        thresholds=steps((0, YELLOW), (0.5, GREEN), base=RED),
        empty="no request yet",
        decimals=0,
    )


def _requests() -> list[Json]:
    return [
        lines(
            "Requests, by route",
            "Answered per second; health checks and scrapes left out.",
            promql(label_route=f"sum by (route) (rate({REQUESTS}[$__rate_interval]))"),
            unit="reqps",
            stacked=True,
        ),
        lines(
            "Errors",
            "Share of requests answered with 5xx (the service's fault) and with 4xx (the caller's). "
            "Red: twice the 0.5 % that are promised at most.",
            promql(
                server="fitburn:http_errors:ratio_rate5m",
                caller='sum(rate(http_requests_total{job="api", status=~"4.."}[5m])) '
                "/ (fitburn:http_requests:rate5m > 0) or vector(0)",
            ),
            unit="percentunit",
            limit=2 * SLO_ERRORS,
        ),
        lines(
            "Duration",
            "First byte of a request to last byte of its answer. Long polls (?wait=) take as long as they wait.",
            promql_quantiles(DURATIONS),
            unit="s",
        ),
    ]


def _by(label: str, counter: str) -> str:
    """Events per second by label. `or` adds a zero series: a label value is exported only after its first event."""
    nothing = f'label_replace(vector(0), "{label}", "none", "", "")'
    return f"sum by ({label}) (rate({counter}[$__rate_interval])) or {nothing}"


def _queue() -> list[Json]:
    return [
        _messages(),
        *_waiting(),
        _consumers(),
        lines(
            "Wake-up calls",
            "Messages that the broker confirmed or refused, and calls skipped while it was away.",
            promql(label_outcome=_by("outcome", "wake_up_calls_total")),
            unit="suffix:/s",
        ),
        lines(
            "What went wrong in workers, by kind",
            "Errors per second.",
            promql(label_kind=_by("kind", "worker_errors_total")),
            unit="ops",
        ),
    ]


def _messages() -> Json:
    return lines(
        "Queue predictions",
        "Wake-up calls: ready for a worker, and in a worker's hands. Empty where the database is the queue.",
        promql(
            ready='sum(rabbitmq_queue_messages_ready{queue="predictions"})',
            unacknowledged='sum(rabbitmq_queue_messages_unacked{queue="predictions"})',
        ),
        decimals=0,
    )


def _waiting() -> list[Json]:
    return [
        lines(
            "Waiting workouts",
            "Counted in the table: the truth, with and without RabbitMQ.",
            promql(waiting=PENDING),
            limit=1000,
            decimals=0,
        ),
        lines(
            "Oldest waiting workout",
            "Alert PendingTooOld above 2 minutes.",
            promql(oldest=OLDEST_PENDING),
            unit="s",
            limit=120,
        ),
    ]


def _consumers() -> Json:
    return lines(
        "Consumers and dead letters",
        "Workers that listen to predictions, and messages in predictions.dead that wait for a person.",
        promql(
            consumers='sum(rabbitmq_queue_consumers{queue="predictions"})',
            dead_letters='sum(rabbitmq_queue_messages{queue="predictions.dead"})',
        ),
        decimals=0,
    )


def _mean(histogram: str) -> str:
    return f"sum(rate({histogram}_sum[$__rate_interval])) / sum(rate({histogram}_count[$__rate_interval]))"


def _work() -> list[Json]:
    return [
        lines(
            "Batch size",
            "Workouts written by one transaction of the API, and scored by one of a worker. Larger under load.",
            promql(accepted=_mean("group_commit_size"), scored=_mean("worker_batch_size")),
        ),
        lines(
            "Age of the marts",
            "Since each was last brought up to date. Airflow does it every 10 minutes.",
            promql(label_mart="mart:fitburn_mart_age_seconds:max"),
            unit="s",
            limit=1800,
            calcs=("lastNotNull",),
        ),
        table(
            "Alerts",
            "Pending ones will fire if they last. Each has a heading in docs/runbook.md.",
            promql_now("ALERTS", table=True),
            height=8,
            empty="no alert",
            transformations=[
                {"id": "organize", "options": {"excludeByName": dict.fromkeys(("Time", "Value", "__name__"), True)}}
            ],
        ),
    ]


def _processes() -> list[Json]:
    return [
        lines(
            "Memory",
            "Resident memory of each process. Expected: API up to 200 MB, worker up to 300 MB.",
            promql(label_instance='process_resident_memory_bytes{job=~"api|worker"}'),
            unit="bytes",
            width=12,
        ),
        lines(
            "Processor",
            "Cores in use by each process. One core is all that a process can use.",
            promql(label_instance='rate(process_cpu_seconds_total{job=~"api|worker"}[$__rate_interval])'),
            unit="percentunit",
            limit=0.9,
            width=12,
        ),
    ]
