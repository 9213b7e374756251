"""Measures FitBurn against other designs on one PostgreSQL and one RabbitMQ.

    python -m tools.bench [--sizes full] [--docs]

A run takes about ten minutes on two cores; the first run also creates the long histories. All systems and the load
generator share the machine, so only figures of the same run are comparable.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from local import interrupts
from local.errors import StackError
from tools.bench import document, figures, histories, load, machine, measure, plots, report, soak
from tools.bench.members import draw_members, write_bodies
from tools.bench.names import CEILING, CELERY, FITBURN, REFERENCE, SCORING
from tools.bench.sides import Side, make_sides
from tools.bench.stack import FOLDER, Stack, running_stack

RESULTS = Path(__file__).parent / "results"
ROUNDS = 5
BOTH_DRAINS = 2
"""Rounds with all sides, which drain backlogs with one worker and with two. Further rounds are for close figures."""


def main() -> int:
    options = _parse(sys.argv[1:])
    load.find_wrk()
    if options.again:
        record = json.loads(options.again.read_text())
    else:
        interrupts.raise_once()
        try:
            record = _run(options)
        except StackError as error:
            sys.exit(str(error))
        except KeyboardInterrupt:
            print("\nInterrupted; everything is stopped.")
            return 130
        _save(record)
    results = figures.of(record)
    report.show(record, results)
    if options.docs:
        document.write(record, results)
        plots.draw(record, document.PICTURES)
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--sizes", choices=("usual", "full"), default="usual", help="full: five million workouts, too")
    parser.add_argument("--docs", action="store_true", help="write docs/performance.md and its pictures")
    parser.add_argument("--seconds", type=int, default=3, help="for each run of load")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of the comparisons")
    parser.add_argument("--soak", type=int, default=200_000, help="workouts over which memory is watched")
    parser.add_argument("--again", type=Path, metavar="RESULT.json", help="tables and pictures of an earlier run")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> dict[str, Any]:
    started = time.monotonic()
    with running_stack() as stack:
        measured = Run(stack, options, started)
        try:
            return measured.all()
        except BaseException:
            _save(measured.record, "-unfinished")
            raise


def _save(record: dict[str, Any], mark: str = "") -> None:
    RESULTS.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}{mark}"
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1))
    print(f"\nEverything that was measured: {(RESULTS / name).relative_to(Path.cwd())}.json")


class Run:
    """One run: the measurements and their order."""

    def __init__(self, stack: Stack, options: argparse.Namespace, started: float) -> None:
        self.stack = stack
        self.options = options
        self.started = started
        self.bodies = FOLDER / "bodies.txt"
        self.record: dict[str, Any] = {"machine": machine.describe(stack), "seconds_each": options.seconds}
        self.servers = {"PostgreSQL": stack.pid("postgres"), "RabbitMQ": stack.pid("rabbitmq")}

    def all(self) -> dict[str, Any]:
        write_bodies(draw_members(), self.bodies)
        with make_sides(self.stack) as sides:
            rounds = self.record["rounds"] = []
            for number in range(1, self.options.rounds + 1):
                rounds.append(self.round(sides, number))
            everything = self.record["everything"] = {}
            for name in SCORING:
                everything[name] = self._everything(sides[name])
            waits = self.record["post_to_done"] = []
            for number in range(1, self.options.rounds + 1):
                waits.append(self._waits(sides, number))
            self.record["soak"] = self._soak(sides[FITBURN])
        self.record["reads"] = self.reads()
        self.record["seconds"] = time.monotonic() - self.started
        return self.record

    def round(self, sides: dict[str, Side], number: int) -> dict[str, Any]:
        """Each side in turn: POSTs with its workers stopped, then the backlog that these left."""
        measured: dict[str, Any] = {}
        # Sides with close figures are measured next to each other; those far behind need only two rounds.
        names = (REFERENCE, CELERY, CEILING, FITBURN) if number <= BOTH_DRAINS else (CEILING, FITBURN)
        for name in names:
            connections = measure.CONNECTIONS if number == 1 else (64,)
            with self.step(f"round {number}: {name}"):
                measured[name] = self._posts_and_drain(sides[name], connections, workers=2 - number % 2)
        return measured

    def _posts_and_drain(self, side: Side, connections: Sequence[int], workers: int) -> dict[str, Any]:
        measured: dict[str, Any] = {"posts": {}}
        side.start_api()
        measure.posts(side, self.bodies, connections=16, seconds=1)  # warms caches and connections
        for count in connections:
            measured["posts"][str(count)] = measure.posts(
                side, self.bodies, connections=count, seconds=self.options.seconds
            )
        if side.name == FITBURN:
            measured["bulk"] = measure.posts(
                side,
                self.bodies,
                connections=measure.BULK_CONNECTIONS,
                seconds=self.options.seconds,
                items=measure.BULK_ITEMS,
            )
        if side.workers:
            backlog = side.unfinished()
            measured["drain"] = {str(workers): measure.drain(side, workers, backlog)}
        side.api.stop()
        return measured

    def _everything(self, side: Side) -> dict[str, Any]:
        """API and workers together: throughput, processor time, memory."""
        with self.step(f"{side.name}: API and workers together"):
            side.start_api()
            side.start_workers(len(side.workers))
            measured: dict[str, Any] = {"memory_at_rest": soak.memory(side)}
            measure.posts(side, self.bodies, connections=16, seconds=1)
            side.wait_until_finished(measure.PATIENCE_SEC)
            measured["scored"] = [
                measure.scored_while_posting(side, self.bodies, self.servers, seconds=2 * self.options.seconds)
                for _ in range(2)
            ]
            measured["memory"] = soak.memory(side)
            side.stop()
        return measured

    def _waits(self, sides: dict[str, Side], number: int) -> dict[str, Any]:
        """Latency from POST to done: once at every rate that a side can bear, then at those that are compared."""
        all_rates = dict.fromkeys((CELERY, REFERENCE, FITBURN), measure.RATES)
        rates = all_rates if number == 1 else {REFERENCE: (50,), FITBURN: (200,)}
        return {name: self._post_to_done(sides[name], of_side, number) for name, of_side in rates.items()}

    def _post_to_done(self, side: Side, rates: Sequence[float], number: int) -> list[dict[str, Any]]:
        # The lowest rate is compared, so it is always measured.
        bearable = 0.9 * min(run["scored_per_second"] for run in self.record["everything"][side.name]["scored"])
        with self.step(f"{side.name}: from POST to done, round {number}"):
            side.start_api()
            side.start_workers(len(side.workers))
            side.settle()
            measure.post_to_done(side, rate=rates[0], seconds=2)  # warms caches and query plans
            measured = [
                measure.post_to_done(side, rate=rate, seconds=2 * self.options.seconds)
                for rate in rates
                if rate == rates[0] or rate < bearable
            ]
            side.stop()
        return measured

    def _soak(self, side: Side) -> dict[str, Any]:
        with self.step(f"memory over {self.options.soak:,} workouts"):
            side.start_api()
            side.start_workers(len(side.workers))
            measured = soak.soak(side, self.bodies, self.options.soak)
            side.stop()
        return measured

    def reads(self) -> list[dict[str, Any]]:
        """The same reads on histories of different lengths, alternating."""
        sizes = histories.FULL_SIZES if self.options.sizes == "full" else histories.SIZES
        measured: list[dict[str, Any]] = []
        with histories.served_histories(self.stack, sizes) as served, self.step("reads"):
            for history in served:
                histories.warm_up(history)
            for _, kind, history in product(range(self.options.rounds), histories.KINDS, served):
                answers = histories.read(history, kind, connections=1, seconds=max(1, self.options.seconds // 3))
                measured.append({"workouts": history.workouts, "kind": kind, **measure.of_answers(answers)})
        return measured

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        print(f"  {time.monotonic() - self.started:5.0f} s  {what} …", flush=True)
        yield


if __name__ == "__main__":
    sys.exit(main())
