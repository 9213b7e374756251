from runs import read, record, rounds, waits

from tools.bench import figures
from tools.bench.figures import Requirement


def requirement(found: figures.Figures, beginning: str) -> Requirement:
    [one] = [r for r in found.requirements if r.what.startswith(beginning)]
    return one


def test_every_requirement_holds_for_a_run_that_is_good_enough() -> None:
    assert [r.what for r in figures.of(record()).requirements if not r.holds] == []


def test_a_ratio_is_within_one_round_so_that_a_slow_phase_of_the_machine_does_not_matter() -> None:
    found = figures.of(record(rounds=[rounds(1), rounds(0.3), rounds(0.9)]))
    assert round(requirement(found, "POST/s at 64 connections, × reference").measured or 0, 6) == 18


def test_reads_that_grow_with_the_history_miss_the_requirement() -> None:
    found = figures.of(record(reads=[read(10_000, 1.0), read(1_000_000, 1.6)]))
    assert requirement(found, "GET /predictions").holds is False


def test_what_was_not_measured_neither_holds_nor_fails() -> None:
    found = figures.of(record(post_to_done=[waits() | {"reference": []}] * 2))
    assert requirement(found, "POST to done").holds is None
    assert found.to_done["reference"] == {}


def test_latencies_are_compared_within_a_round_and_shown_by_their_median() -> None:
    found = figures.of(record(post_to_done=[waits(1), waits(5), waits(2)]))
    assert requirement(found, "POST to done").measured == 25 / 40
    assert found.to_done["fitburn"][200]["p99"] == 50


def test_memory_is_judged_by_the_process_that_grew_most() -> None:
    soak = {"workouts": 1_000, "samples": [], "growth": {"API": 0.01, "worker 1": 0.2}}
    assert requirement(figures.of(record(soak=soak)), "memory").holds is False


def test_rounds_without_a_side_do_not_count_for_it() -> None:
    close = {side: found for side, found in rounds(0.5).items() if side in ("ceiling", "fitburn")}
    found = figures.of(record(rounds=[rounds(1), close], post_to_done=[waits(1), waits(1) | {"celery": []}]))
    assert found.posts["reference"] == {64: 200}
    assert requirement(found, "POST/s at 64 connections, × reference").measured == 18
    assert found.to_done["celery"][50]["p50"] == 40
