"""Pictures of a run."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.ticker import LogLocator

from tools.bench.figures import READS, Figures, of
from tools.bench.names import FITBURN, SCORING, SIDES, TITLES

COLOURS = {"ceiling": "#9aa5b1", "reference": "#c2703d", "celery": "#6b8e5a", "fitburn": "#1f5fa8"}
SIZE = (7.2, 3.4)


def draw(record: dict[str, Any], folder: Path) -> None:
    mpl.use("Agg")
    plt.rcParams.update({"figure.figsize": SIZE, "figure.dpi": 110, "axes.spines.top": False, "font.size": 9})
    plt.rcParams.update({"axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25, "legend.frameon": False})
    folder.mkdir(parents=True, exist_ok=True)
    figures = of(record)
    for name, picture in (
        ("accepting", _accepting),
        ("scoring", _scoring),
        ("to_done", _to_done),
        ("reading", _reading),
    ):
        plt.figure()
        picture(figures)
        _save(folder / f"{name}.png")
    plt.figure()
    _memory(record["soak"])
    _save(folder / "memory.png")


def _accepting(figures: Figures) -> None:
    for side in SIDES:
        by_count = figures.posts[side]
        plt.plot(list(by_count), list(by_count.values()), "o-", color=COLOURS[side], label=TITLES[side])
    plt.xscale("log", base=4)
    plt.xticks(list(figures.posts[FITBURN]), [str(count) for count in figures.posts[FITBURN]])
    plt.yscale("log")
    plt.xlabel("connections")
    plt.ylabel("accepted POST/s (log)")
    plt.title("Accepting workouts, workers stopped")
    plt.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _scoring(figures: Figures) -> None:
    kinds = {
        "accepted and scored,\ntwo workers": figures.scored,
        "backlog,\none worker": {side: figures.drain[side].get(1, 0.0) for side in SCORING},
        "backlog,\ntwo workers": {side: figures.drain[side].get(2, 0.0) for side in SCORING},
    }
    for place, side in enumerate(SCORING):
        values = [by_side[side] for by_side in kinds.values()]
        bars = plt.bar(
            [n + 0.27 * (place - 1) for n in range(3)], values, 0.25, color=COLOURS[side], label=TITLES[side]
        )
        plt.bar_label(bars, fmt="{:,.0f}", fontsize=7)
    plt.xticks(range(3), list(kinds))
    plt.yscale("log")
    plt.ylabel("workouts/s (log)")
    plt.title("Scoring")
    plt.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _to_done(figures: Figures) -> None:
    for side in SCORING:
        runs = figures.to_done[side]
        for cut, style in (("p50", "o-"), ("p99", "o:")):
            times = [run[cut] for run in runs.values()]
            plt.plot(list(runs), times, style, color=COLOURS[side], label=f"{TITLES[side]} {cut}")
    plt.xscale("log")
    plt.yscale("log")
    rates = sorted({rate for runs in figures.to_done.values() for rate in runs})
    plt.xticks(rates, [f"{rate:g}" for rate in rates])
    plt.minorticks_off()
    # The axis spans less than two powers of ten, so label the values between them.
    plt.gca().yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    plt.gca().yaxis.set_major_formatter("{x:g}")
    plt.xlabel("POST/s")
    plt.ylabel("ms (log)")
    plt.title("From POST to done")
    plt.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _reading(figures: Figures) -> None:
    for kind, times in figures.reads.items():
        plt.plot(list(times), list(times.values()), "o-", label=READS[kind])
    plt.xscale("log")
    plt.ylim(bottom=0)
    plt.xlabel("workouts in the database")
    plt.ylabel("ms (p50)")
    plt.title("Reading from a history that grows")
    plt.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _memory(soak: dict[str, Any]) -> None:
    samples = soak["samples"]
    for name in (name for name in samples[0] if name not in ("workouts", "seconds")):
        plt.plot([sample["workouts"] for sample in samples], [sample[name] for sample in samples], label=name)
    plt.ylim(bottom=0)
    plt.xlabel("workouts scored")
    plt.ylabel("MiB")
    plt.title("Memory of FitBurn's processes")
    plt.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _save(file: Path) -> None:
    plt.tight_layout()
    plt.savefig(file)
    plt.close()
