"""The tables of a run, as Markdown: for the terminal and for docs/performance.md."""

from collections.abc import Iterable, Sequence
from typing import Any

from tools.bench.figures import READS, Figures, Requirement
from tools.bench.names import FITBURN, SCORING, SIDES, TITLES


def show(record: dict[str, Any], figures: Figures) -> None:
    for title, text in _sections(record, figures).items():
        print(f"\n## {title}\n\n{text}")


def _sections(record: dict[str, Any], figures: Figures) -> dict[str, str]:
    """Texts of a run, by title."""
    return {
        "What must hold, and what was found": requirements(figures.requirements),
        "Accepting": accepting(figures),
        "Scoring": scoring(figures),
        "From POST to done": to_done(figures),
        "Reading": reading(figures),
        "Processor and memory": cost(record, figures),
    }


def machine(record: dict[str, Any]) -> str:
    """One paragraph: date, versions, machine."""
    on = record["machine"]
    libraries = ", ".join(f"{name} {version}" for name, version in on["libraries"].items())
    return (
        f"Measured on {on['at'][:10]} at commit {on['commit']} in {record['seconds'] / 60:.0f} minutes, on "
        f"{on['cores']} cores ({on['processor']}) with {on['memory_gib']} GiB, {on['system']}, Python {on['python']}, "
        f"PostgreSQL {on['postgresql']}, RabbitMQ {on['rabbitmq']}, {libraries}. The machine's load before the run was "
        f"{on['load_before']:.1f}."
    )


def requirements(required: Iterable[Requirement]) -> str:
    verdicts = {True: "holds", False: "**missed**", None: "not measured"}
    rows = [
        [
            r.what,
            f"{'≥' if r.at_least else '≤'} {r.target:g}",
            "-" if r.measured is None else f"{r.measured:.2f}",
            verdicts[r.holds],
        ]
        for r in required
    ]
    return table(["within one run", "wanted", "found", ""], rows)


def accepting(figures: Figures) -> str:
    counts = list(figures.posts[FITBURN])
    rows = [[TITLES[side], *(_whole(figures.posts[side].get(count)) for count in counts)] for side in SIDES]
    head = ["accepted POST/s, workers stopped", *(f"{count} connections" for count in counts)]
    return f"{table(head, rows)}\n\nIn bulk, 500 to a request over 4 connections: {_whole(figures.bulk)} workouts/s."


def scoring(figures: Figures) -> str:
    rows = [
        [
            TITLES[side],
            _whole(figures.scored[side]),
            _whole(figures.drain[side].get(1)),
            _whole(figures.drain[side].get(2)),
        ]
        for side in SCORING
    ]
    head = ["workouts/s", "accepted and scored, two workers", "backlog, one worker", "backlog, two workers"]
    return table(head, rows)


def to_done(figures: Figures) -> str:
    rates = sorted({rate for by_rate in figures.to_done.values() for rate in by_rate})
    rows = []
    for side in SCORING:
        runs = (figures.to_done[side].get(rate) for rate in rates)
        rows.append([TITLES[side], *("cannot keep up" if run is None else _cuts(run) for run in runs)])
    return table(["ms: p50 / p95 / p99", *(f"at {rate}/s" for rate in rates)], rows)


def reading(figures: Figures) -> str:
    sizes = sorted(next(iter(figures.reads.values())))
    rows = [[READS[kind], *(f"{times[size]:.2f}" for size in sizes)] for kind, times in figures.reads.items()]
    return table(["ms (p50)", *(f"{size:,} workouts" for size in sizes)], rows)


def cost(record: dict[str, Any], figures: Figures) -> str:
    parts = list(figures.cpu[FITBURN])
    rows = [
        [TITLES[side], *(f"{figures.cpu[side][part]:.2f}" for part in parts), f"{sum(figures.cpu[side].values()):.2f}"]
        for side in SCORING
    ]
    seconds = table(["processor seconds for 1,000 workouts", *parts, "all"], rows)
    names = list(figures.memory[FITBURN])
    rows = [
        [TITLES[side], *(f"{rest:.0f} / {after:.0f}" for rest, after in figures.memory[side].values())]
        for side in SCORING
    ]
    mib = table(["MiB at rest / afterwards", *names], rows)
    workouts = record["soak"]["workouts"]
    return f"{seconds}\n\n{mib}\n\nOver {workouts:,} workouts, the second half made FitBurn's processes " + (
        f"{100 * figures.growth:.1f} % larger at most."
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *map(line, rows)])


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _cuts(run: dict[str, float]) -> str:
    return f"{run['p50']:.0f} / {run['p95']:.0f} / {run['p99']:.0f}"
