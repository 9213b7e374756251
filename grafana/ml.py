"""FitBurn – ML Monitoring: predictions, latency, outcomes and drift of the model's inputs."""

from grafana import layout
from grafana.panels import RED, YELLOW, by_name, heatmap, history, lines, over, stat, steps, table
from grafana.sources import Json, promql, promql_buckets, promql_now, promql_quantiles, sql_over_time, sql_table
from grafana.waiting import PENDING, oldest_waits_for

DAYS = "30d"
CLUBS = "club in (${club:sqlstring}) and $__timeFilter(day)"

PSI = steps((0.1, YELLOW), (0.25, RED))
PSI_READING = "Customary reading: below 0.1 stable, above 0.25 drifted"

CALORIES_BY_DAY = f"""
select day::timestamp as time, club as metric, median_calories as median
from daily_metrics
where {CLUBS} and done_cnt > 0
order by day
"""
MEAN_CALORIES_BY_DAY = f"""
select day::timestamp as time, sum(total_calories) / sum(done_cnt) as "mean of all"
from daily_metrics
where {CLUBS} and done_cnt > 0
group by day
order by day
"""
LATENCY_BY_DAY = f"""
select day::timestamp as time, club as metric, avg_latency_sec as mean, p95_latency_sec as p95
from daily_metrics
where {CLUBS} and done_cnt > 0
order by day
"""
OUTCOMES_BY_DAY = f"""
select
    day::timestamp as time, sum(done_cnt) as done, sum(failed_cnt) as failed, sum(pending_cnt) as pending
from daily_metrics
where {CLUBS}
group by day
order by day
"""
DRIFT_BY_DAY = """
select day::timestamp as time, feature as metric, psi
from feature_drift_daily
where $__timeFilter(day)
order by day, feature
"""
LATEST_DRIFT = """
select feature, psi, n as workouts, day::text as day, model_version as "reference of model"
from feature_drift_daily
where day = (select max(day) from feature_drift_daily where $__timeFilter(day))
order by psi desc
"""


def dashboard() -> Json:
    return layout.dashboard(
        uid="fitburn-ml",
        title="FitBurn – ML Monitoring",
        description="What the model predicts, how fast, with what outcome, and whether its inputs drift.",
        since="now-6h",
        refresh="30s",
        variables=[layout.club_variable(several=True)],
        rows={
            "Now": _now(),
            "Calories": _calories(),
            "Latency": _latency(),
            "Outcome": _outcome(),
            "Model and drift": _model(),
        },
    )


def _now() -> list[Json]:
    return [
        stat(
            "Waiting",
            "Workouts that are accepted and not scored yet.",
            promql(waiting=PENDING),
            thresholds=steps((500, YELLOW), (1000, RED)),
        ),
        oldest_waits_for(),
        *_outcomes_now(),
        stat("Held for review", "Workouts whose points wait for a person.", promql(held="max(fitburn_held_workouts)")),
        stat(
            "Workers by model",
            "Version of the model and how many workers use it. Two versions are right only during a change.",
            promql_now("count by (version) (worker_model_info)", "{{version}}"),
            text="value_and_name",
            empty="no worker",
        ),
    ]


def _outcomes_now() -> list[Json]:
    return [
        stat(
            "Scored",
            "Workouts that became done, per second, all workers together.",
            promql(done=_processed("done")),
            unit="suffix:/s",
        ),
        stat(
            "Failed in this range",
            "Workouts that could not be scored, for good.",
            promql_now('sum(increase(worker_processed_total{status="failed"}[$__range])) or vector(0)'),
            thresholds=steps((1, YELLOW), (100, RED)),
            decimals=0,
        ),
    ]


def _processed(status: str) -> str:
    """Workouts per second that reached this status."""
    return f'sum(rate(worker_processed_total{{status="{status}"}}[$__rate_interval])) or vector(0)'


def _calories() -> list[Json]:
    return [
        heatmap(
            "Predicted calories, distribution",
            "Workouts by predicted gross kcal, as workers scored them.",
            promql_buckets("sum by (le) (increase(worker_prediction_calories_bucket[$__rate_interval]))"),
            unit="suffix: kcal",
        ),
        over(
            DAYS,
            lines(
                "Median calories of a workout, by day and club",
                "daily_metrics.median_calories: gross kcal of scored workouts, days of the club.",
                sql_over_time(CALORIES_BY_DAY),
                unit="suffix: kcal",
                width=6,
            ),
        ),
        over(
            DAYS,
            lines(
                "Mean calories of a workout, by day",
                "Of all chosen clubs together, from daily_metrics.",
                sql_over_time(MEAN_CALORIES_BY_DAY),
                unit="suffix: kcal",
                width=6,
            ),
        ),
    ]


def _latency() -> list[Json]:
    return [
        lines(
            "Inference of a batch",
            "Time of one predict() call, whatever the size of the batch.",
            promql_quantiles("worker_inference_latency_seconds_bucket"),
            unit="s",
        ),
        lines(
            "From submission to result",
            "From the acceptance of a workout to its committed calories and points. Red above 1 s: members notice.",
            promql_quantiles("submit_to_done_seconds_bucket"),
            unit="s",
            limit=1,
        ),
        over(
            DAYS,
            lines(
                "From submission to result, by day and club",
                "daily_metrics.avg_latency_sec and p95_latency_sec.",
                sql_over_time(LATENCY_BY_DAY),
                unit="s",
            ),
        ),
    ]


def _outcome() -> list[Json]:
    return [
        lines(
            "Scored, failed and waiting",
            "Per second: workouts that left pending, by outcome. Waiting: how many there are, on the right axis.",
            promql(done=_processed("done"), failed=_processed("failed"), waiting=PENDING),
            unit="suffix:/s",
            width=12,
            overrides=[by_name("waiting", unit="short", custom__axisPlacement="right")],
        ),
        over(
            DAYS,
            lines(
                "Scored, failed and waiting, by day",
                "daily_metrics: workouts of the day by what became of them, chosen clubs together.",
                sql_over_time(OUTCOMES_BY_DAY),
                bars=True,
                stacked=True,
                width=12,
                calcs=("sum",),
                decimals=0,
            ),
        ),
    ]


def _model() -> list[Json]:
    return [
        over(
            DAYS,
            history(
                "Drift: distance of each input from the training set (PSI)",
                f"feature_drift_daily, all clubs together, one column a day. {PSI_READING}; "
                "the alert FeatureDrift looks for a change, since no club is like the training set.",
                sql_over_time(DRIFT_BY_DAY),
                thresholds=PSI,
            ),
        ),
        over(
            DAYS,
            table(
                "Drift on the latest day",
                PSI_READING + ".",
                sql_table(LATEST_DRIFT),
                empty="no day with 500 scored workouts yet",
                overrides=[
                    by_name("psi", decimals=3, thresholds=PSI, custom__cellOptions={"type": "color-text"}),
                ],
            ),
        ),
        lines(
            "Workers by model version",
            "A change of the model shows as one colour replacing the other.",
            promql(label_version="count by (version) (worker_model_info)"),
            stacked=True,
            width=24,
            decimals=0,
        ),
    ]
