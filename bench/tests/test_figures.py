from runs import read, record, rounds

from bench import figures
from bench.figures import Requirement


def requirement(found: figures.Figures, beginning: str) -> Requirement:
    [one] = [r for r in found.requirements if r.what.startswith(beginning)]
    return one


def test_every_requirement_holds_for_a_run_that_is_good_enough() -> None:
    assert [r.what for r in figures.of(record()).requirements if not r.holds] == []


def test_a_ratio_is_of_one_round_so_that_a_slow_spell_of_the_machine_does_not_show() -> None:
    found = figures.of(record(rounds=[rounds(1), rounds(0.3), rounds(0.9)]))
    assert round(requirement(found, "POST/s at 64 connections, × reference").found or 0, 6) == 18


def test_reads_that_grow_with_the_history_are_a_miss() -> None:
    found = figures.of(record(reads=[read(10_000, 1.0), read(1_000_000, 1.6)]))
    assert requirement(found, "GET /predictions").holds is False


def test_what_was_not_measured_neither_holds_nor_fails() -> None:
    slow = record()
    slow["everything"]["reference"]["post_to_done"] = []
    assert requirement(figures.of(slow), "POST to done").holds is None


def test_memory_is_judged_by_the_process_that_grew_most() -> None:
    soak = {"workouts": 1_000, "samples": [], "growth": {"API": 0.01, "worker 1": 0.2}}
    assert requirement(figures.of(record(soak=soak)), "memory").holds is False
