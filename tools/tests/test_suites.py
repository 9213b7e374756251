from pathlib import Path

import pytest

from tools.checks import suites
from tools.checks.suites import SUITES, Run, Suite

LEAVES_ITS_TIMES = """
import time
from pathlib import Path

def test_it():
    began = time.monotonic()
    time.sleep(0.3)
    Path(__file__).with_suffix(".times").write_text(f"{began} {time.monotonic()}")
"""


@pytest.fixture
def two_suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Suites `one` and `two`, which share the broker; the files in which each writes its start and end times."""
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"test_{name}.py").write_text(LEAVES_ITS_TIMES)
        monkeypatch.setitem(SUITES, name, Suite(str(folder), ".", shares_broker=True))
    return [tmp_path / name / f"test_{name}.times" for name in ("one", "two")]


def test_suites_that_share_the_broker_run_one_after_the_other(two_suites: list[Path]) -> None:
    results = Run(["-p", "no:cacheprovider"], {}, at_once=2).all(["one", "two"])
    assert [(result.passed, result.failed) for result in results.values()] == [(1, 0), (1, 0)]
    first, second = sorted(tuple(map(float, times.read_text().split())) for times in two_suites)
    assert first[1] <= second[0]


def test_what_suites_print_is_not_mixed(two_suites: list[Path], capfd: pytest.CaptureFixture[str]) -> None:
    for name, times in zip(("one", "two"), two_suites, strict=True):
        times.with_suffix(".py").write_text(f"def test_it(): assert not '{name} fails'")
    results = Run(["-q"], {}, at_once=2).all(["one", "two"])
    assert [result.failed for result in results.values()] == [1, 1]
    shown = capfd.readouterr().out.split("\n--- ")[1:]
    assert sorted((part.split("\n")[0], "one fails" in part, "two fails" in part) for part in shown) == [
        ("one", True, False),
        ("two", False, True),
    ]


def test_an_interrupt_ends_the_suites_that_run_and_begins_no_other(
    two_suites: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run([], {}, at_once=2)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt(15)

    monkeypatch.setattr(suites, "as_completed", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.all(["one", "two"])
    assert not run.running
    assert not all(times.exists() for times in two_suites)
