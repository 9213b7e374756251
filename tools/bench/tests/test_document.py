import pytest
from runs import record

from tools.bench import document, figures, report, sizing

PLACES = "# Title\n\n<!-- bench: one -->\nold\n<!-- end -->\nprose\n<!-- bench: two -->\n<!-- end -->\n"


def test_figures_take_their_places_and_prose_stays() -> None:
    filled = document.filled(PLACES, {"one": "new", "two": "| a |"})
    assert filled == PLACES.replace("old", "new").replace("two -->\n", "two -->\n| a |\n")


def test_filling_is_idempotent() -> None:
    once = document.filled(PLACES, {"one": "new", "two": "x"})
    assert document.filled(once, {"one": "new", "two": "x"}) == once


def test_a_place_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="three"):
        document.filled(PLACES, {"one": "", "two": "", "three": ""})


def test_prose_is_wrapped_and_tables_are_not() -> None:
    prose, row = "word " * 40, f"| {'cell ' * 40}|"
    lines = document.wrapped(f"{prose}\n\n{row}").splitlines()
    assert lines[-1] == row and len(lines) == 4
    assert all(len(line) <= document.PROSE_COLUMNS for line in lines[:-1])


def test_a_table_of_another_run_takes_its_own_place_and_no_other() -> None:
    before = f"{PLACES}<!-- other -->\nold\n<!-- end -->\n"
    assert document.placed(before, "other", "new") == f"{PLACES}<!-- other -->\nnew\n<!-- end -->\n"
    with pytest.raises(ValueError, match="no such"):
        document.placed(before, "no such", "")


def test_the_page_has_a_place_for_the_load_times() -> None:
    assert "what was measured" in document.placed(document.DOCUMENT.read_text(), "screens", "what was measured")


def test_the_page_has_a_place_for_every_text_of_a_run() -> None:
    texts = document.texts(record(), figures.of(record()))
    assert document.filled(document.DOCUMENT.read_text(), texts)


def test_a_side_that_cannot_keep_up_with_a_rate_is_marked() -> None:
    lines = report.to_done(figures.of(record())).splitlines()
    assert "cannot keep up" in next(line for line in lines if line.startswith("| reference"))


def test_processes_grow_with_the_volume_and_there_is_always_one() -> None:
    rows = [line.split("|") for line in sizing.of(figures.of(record())).splitlines()[2:5]]
    processes = [(int(row[3].replace(",", "")), int(row[4].replace(",", ""))) for row in rows]
    assert processes == [(1, 1), (1, 1), (4, 3)]
