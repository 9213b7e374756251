"""Medians and ratios of a run, and whether they meet the requirements."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from tools.bench.names import CEILING, CELERY, FITBURN, REFERENCE, SCORING, SIDES

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A bound that must hold within one run. `measured` is None if the run did not measure it."""

    what: str
    target: float
    measured: float | None
    at_least: bool = True

    @property
    def holds(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.target if self.at_least else self.measured <= self.target


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians over the rounds of a run, by side."""

    posts: dict[str, dict[int, float]]
    """Accepted per second by connections, workers stopped."""
    bulk: float
    drain: dict[str, dict[int, float]]
    """Predictions per second by number of workers."""
    scored: dict[str, float]
    """Accepted and scored per second, with all processes running."""
    cpu: dict[str, dict[str, float]]
    """Processor seconds per 1,000 workouts end to end, by process."""
    to_done: dict[str, dict[int, dict[str, float]]]
    """Milliseconds from POST to done by rate: p50, p95, p99."""
    reads: dict[str, dict[int, float]]
    """Milliseconds (p50) by kind and length of the history."""
    memory: dict[str, dict[str, tuple[float, float]]]
    """MiB of each process at rest and afterwards."""
    growth: float
    """Growth of the process that grew most during the second half of the soak."""
    requirements: list[Requirement]


def of(record: Record) -> Figures:
    rounds, everything, reads = record["rounds"], record["everything"], _reads(record["reads"])
    posts = {side: _medians(sides[side]["posts"] for sides in rounds if side in sides) for side in SIDES}
    rates = {side: {n: value["per_second"] for n, value in by.items()} for side, by in posts.items()}
    drains = {side: _medians(sides[side]["drain"] for sides in rounds if side in sides) for side in SCORING}
    drain = {side: {n: value["per_second"] for n, value in by.items()} for side, by in drains.items()}
    waits = [
        {side: {int(run["rate"]): run for run in sides.get(side, ())} for side in SCORING}
        for sides in record["post_to_done"]
    ]
    to_done = {side: _middle_waits([sides[side] for sides in waits]) for side in SCORING}
    growth = max(record["soak"]["growth"].values())
    return Figures(
        posts=rates,
        bulk=median(sides[FITBURN]["bulk"]["per_second"] for sides in rounds),
        drain=drain,
        scored={side: _median(everything[side]["scored"], "scored_per_second") for side in SCORING},
        cpu={side: _cpu(everything[side]["scored"]) for side in SCORING},
        to_done=to_done,
        reads=reads,
        memory={side: _memory(everything[side]) for side in SCORING},
        growth=growth,
        requirements=_requirements(rounds, drain, waits, reads, growth),
    )


def _requirements(
    rounds: list[Record],
    drain: dict[str, dict[int, float]],
    waits: list[dict[str, dict[int, Record]]],
    reads: dict[str, dict[int, float]],
    growth: float,
) -> list[Requirement]:
    def posts(other: str) -> float:
        """Ratios within a round, because a disturbance of the machine affects neighbouring measurements alike."""
        both = [sides for sides in rounds if other in sides]
        at64 = [{side: sides[side]["posts"]["64"]["per_second"] for side in (FITBURN, other)} for sides in both]
        return float(median(rate[FITBURN] / max(rate[other], 1e-9) for rate in at64))

    def one_worker(other: str) -> float:
        return drain[FITBURN][1] / drain[other][1]

    def wait() -> float | None:
        pairs = [(sides[FITBURN].get(200), sides[REFERENCE].get(50)) for sides in waits]
        ratios = [ours["p99"] / theirs["p50"] for ours, theirs in pairs if ours and theirs]
        return float(median(ratios)) if ratios else None

    requirements = [
        Requirement("POST/s at 64 connections, × reference", 15, posts(REFERENCE)),
        Requirement("POST/s at 64 connections, × Celery", 10, posts(CELERY)),
        Requirement("POST/s at 64 connections, × ceiling", 0.5, posts(CEILING)),
        Requirement("drain by one worker, × reference", 40, one_worker(REFERENCE)),
        Requirement("drain by one worker, × Celery", 40, one_worker(CELERY)),
        Requirement(
            "POST to done: p99 at 200/s ÷ the reference's p50 at 50/s",
            1,
            wait(),
            at_least=False,
        ),
        Requirement("memory: growth over the second half of the soak", 0.1, growth, at_least=False),
    ]
    for kind, times in reads.items():
        shortest, longest = min(times), max(times)
        what = f"{READS[kind]}: {longest:,} workouts ÷ {shortest:,}"
        requirements.append(Requirement(what, 1.5, times[longest] / times[shortest], at_least=False))
    return requirements


READS = {
    "predictions": "GET /predictions/{id}",
    "recent_of_club": "GET /workouts/recent of a club",
    "recent_of_member": "GET /workouts/recent of a member",
}


def _medians(rounds: Iterable[dict[str, Record]]) -> dict[int, Record]:
    """Median over the runs with the same key."""
    by_key: dict[int, list[Record]] = {}
    for sides in rounds:
        for key, value in sides.items():
            by_key.setdefault(int(key), []).append(value)
    return {key: {"per_second": _median(values, "per_second")} for key, values in sorted(by_key.items())}


def _middle_waits(rounds: list[dict[int, Record]]) -> dict[int, dict[str, float]]:
    """Median of each quantile, by measured rate."""
    rates = {rate for sides in rounds for rate in sides}
    return {
        rate: {cut: _median([sides[rate] for sides in rounds if rate in sides], cut) for cut in ("p50", "p95", "p99")}
        for rate in sorted(rates)
    }


def _median(values: Iterable[Record], name: str) -> float:
    return float(median(value[name] for value in values))


def _cpu(runs: list[Record]) -> dict[str, float]:
    parts = [run["cpu_seconds_per_1000"] for run in runs]

    def middle(name: str) -> float:
        return float(median(part[name] for part in parts))

    workers = [name for name in parts[0] if name.startswith("worker")]
    return {
        "API": middle("API"),
        "workers": sum(middle(name) for name in workers),
        "PostgreSQL": middle("PostgreSQL"),
        "RabbitMQ": middle("RabbitMQ"),
    }


def _memory(everything: Record) -> dict[str, tuple[float, float]]:
    return {name: (mib, everything["memory"][name]) for name, mib in everything["memory_at_rest"].items()}


def _reads(runs: list[Record]) -> dict[str, dict[int, float]]:
    kinds: dict[str, dict[int, list[float]]] = {}
    for run in runs:
        kinds.setdefault(run["kind"], {}).setdefault(run["workouts"], []).append(run["p50"])
    return {kind: {size: median(times) for size, times in sizes.items()} for kind, sizes in kinds.items()}
