"""Sizing: the processes that a number of workouts per hour needs, computed from the measurements."""

from math import ceil

from tools.bench.figures import Figures
from tools.bench.names import FITBURN
from tools.bench.report import table

HOURLY = (1_000, 100_000, 10_000_000)
PEAK = 3.0
"""Load of a club's busiest minutes relative to the mean."""
BUSY_SHARE = 0.6
"""Maximal utilisation of a process or a core at that load."""


def of(figures: Figures) -> str:
    """A row for each volume, and the capacity of each part."""
    cpu = figures.cpu[FITBURN]
    rows = [_row(cpu, hourly) for hourly in HOURLY]
    head = ["workouts an hour", "at the peak", "API processes", "workers", "cores of PostgreSQL", "cores for all"]
    return f"{table(head, rows)}\n\n{_limits(cpu)}"


def _row(cpu: dict[str, float], hourly: int) -> list[str]:
    peak = PEAK * hourly / 3600
    cores = {name: seconds / 1000 * peak / BUSY_SHARE for name, seconds in cpu.items()}
    return [
        f"{hourly:,}",
        f"{peak:,.1f}/s",
        # A Python process uses one core at most.
        f"{ceil(cores['API']):,}",
        f"{ceil(cores['workers']):,}",
        f"{cores['PostgreSQL']:,.2f}",
        f"{sum(cores.values()):,.2f}",
    ]


def _limits(cpu: dict[str, float]) -> str:
    """Capacity of one process or core of each part; the smallest is the bottleneck."""
    bearable = {name: 1000 * BUSY_SHARE / seconds for name, seconds in cpu.items()}
    parts = ", ".join(f"{WORDS[name]} {rate:,.0f}/s" for name, rate in sorted(bearable.items(), key=lambda p: p[1]))
    return f"At {100 * BUSY_SHARE:.0f} % of a core, this many workouts are borne by: {parts}."


WORDS = {
    "API": "one API process",
    "workers": "one worker",
    "PostgreSQL": "one core of PostgreSQL",
    "RabbitMQ": "one core of RabbitMQ",
}
