"""Prometheus gauges from the database: the backlog, the age of the marts, drift of the model's inputs.

A dedicated thread and connection run one cheap query every few seconds, regardless of how often metrics are scraped.
"""

import logging
import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.operations.system import BACKLOG, MARTS
from fitburn.database import reason

log = logging.getLogger(__name__)

MAX_STALENESS_SEC = 20.0
"""How far a reading may be overdue before it is no longer exported."""
STOP_TIMEOUT_SEC = 2.0
"""A hung query must not block shutdown."""

# One row per sample: gauge, label, value. Counts scan small partial indexes. Drift is of whole days only, because the
# present day has its mornings and no evenings yet. A feature's usual PSI is the median of the four weeks before, if at
# least seven of their days were measured.
READ = text(f"""
with {BACKLOG},
{MARTS},
drift as (
    select feature, day, psi, row_number() over (partition by feature order by day desc) as place
    from feature_drift_daily
    where day between current_date - 35 and current_date - 1
),
latest as (
    select feature, psi from drift where place = 1 and day >= current_date - 7
),
usual as (
    select feature, percentile_cont(0.5) within group (order by psi) as psi
    from drift
    where place between 2 and 29
    group by feature
    having count(*) >= 7
)
select 'pending' as gauge, '' as label, pending_cnt::float8 as value from backlog
union all
select 'oldest_pending', '', coalesce(oldest_pending_sec, 0) from backlog
union all
select 'failed', '', count(*) from predictions where status = 'failed'
union all
select 'held', '', held_cnt from backlog
union all
select 'mart_age', mart, coalesce(extract(epoch from clock_timestamp() - refreshed_at)::float8, 'infinity') from marts
union all
select 'psi', feature, psi from latest
union all
select 'psi_usual', feature, psi from usual
""")

_EVERYWHERE = " Read from the database, so every API process exports the same value: take the maximum, never a sum."

# Gauge in the query: name for Prometheus, help, name of the label.
_GAUGES = {
    "pending": ("fitburn_pending_workouts", "Workouts that wait to be scored.", None),
    "oldest_pending": (
        "fitburn_oldest_pending_seconds",
        "How long the oldest of them has waited; 0 if none waits.",
        None,
    ),
    "failed": ("fitburn_failed_workouts", "Workouts that could not be scored, of all time.", None),
    "held": ("fitburn_held_workouts", "Workouts whose award is held for review.", None),
    "mart_age": ("fitburn_mart_age_seconds", "Time since the mart was last refreshed; +Inf: never.", "mart"),
    "psi": (
        "fitburn_feature_psi",
        "Population stability index of a model input, or of calories_pred, on the latest whole day.",
        "feature",
    ),
    "psi_usual": (
        "fitburn_feature_psi_usual",
        "Median of that index over up to 28 measured days before; absent while fewer than 7 are known.",
        "feature",
    ),
}

Reading = Mapping[str, Mapping[str, float]]


class DatabaseGauges(Collector):
    """Reads the gauges on a thread. Exports the last reading until it is older than MAX_STALENESS_SEC allows."""

    def __init__(self, engine: Engine, every_sec: float) -> None:
        self._engine = engine
        self._every_sec = every_sec
        self._reading: Reading = {}
        self._read_at = -math.inf
        self._failing = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gauges", daemon=True)

    def start(self) -> None:
        REGISTRY.register(self)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(STOP_TIMEOUT_SEC)
        REGISTRY.unregister(self)
        self._engine.dispose()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Called for each request to /metrics; runs no query."""
        fresh = time.monotonic() - self._read_at < self._every_sec + MAX_STALENESS_SEC
        up = fresh and not self._failing
        yield GaugeMetricFamily(
            "fitburn_database_up", "1 while the gauges can be read from the database, else 0.", value=up
        )
        if fresh:
            yield from map(self._family, _GAUGES)

    def _family(self, gauge: str) -> GaugeMetricFamily:
        name, documentation, label = _GAUGES[gauge]
        family = GaugeMetricFamily(name, documentation + _EVERYWHERE, labels=[label] if label else [])
        for label_value, value in self._reading.get(gauge, {}).items():
            family.add_metric([label_value] if label else [], value)
        return family

    def _run(self) -> None:
        while True:
            self._read()
            if self._stopping.wait(self._every_sec):
                return

    def _read(self) -> None:
        try:
            reading = read(self._engine)
        except SQLAlchemyError as error:
            if not self._failing:
                log.warning("cannot read gauges", extra={"reason": reason(error)})
            self._failing = True
        else:
            self._reading, self._read_at, self._failing = reading, time.monotonic(), False


def read(engine: Engine) -> Reading:
    """Values by gauge and label value (empty for a gauge without a label)."""
    reading: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with engine.connect() as connection:
        for gauge, label, value in connection.execute(READ):
            reading[gauge][label] = float(value)
    return reading
