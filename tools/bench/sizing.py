"""By arithmetic from what was measured: what one would run for a given number of workouts an hour."""

from math import ceil

from tools.bench.figures import Figures
from tools.bench.names import FITBURN
from tools.bench.report import table

HOURLY = (1_000, 100_000, 10_000_000)
PEAK = 3.0
"""The busiest minutes of a club's day have so many times the mean."""
BUSY_SHARE = 0.6
"""How full a process or a core may be at such a time."""


def of(figures: Figures) -> str:
    """A row for each volume, and where each part ends."""
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
        # A process of Python's fills one core at most.
        f"{ceil(cores['API']):,}",
        f"{ceil(cores['workers']):,}",
        f"{cores['PostgreSQL']:,.2f}",
        f"{sum(cores.values()):,.2f}",
    ]


def _limits(cpu: dict[str, float]) -> str:
    """What one process or core of each part bears; the least of these gives way first."""
    bearable = {name: 1000 * BUSY_SHARE / seconds for name, seconds in cpu.items()}
    parts = ", ".join(f"{WORDS[name]} {rate:,.0f}/s" for name, rate in sorted(bearable.items(), key=lambda p: p[1]))
    return f"At {100 * BUSY_SHARE:.0f} % of a core, this many workouts are borne by: {parts}."


WORDS = {
    "API": "one API process",
    "workers": "one worker",
    "PostgreSQL": "one core of PostgreSQL",
    "RabbitMQ": "one core of RabbitMQ",
}
