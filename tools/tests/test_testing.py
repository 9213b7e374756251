from pathlib import Path

import pytest

from local import rabbitmq
from local.errors import StackError
from tools.checks.suites import SUITES, Result, is_narrowed, read_result
from tools.checks.testing import find_broker, split, summarise

RECORD = '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"></testsuite></testsuites>'


def counts(result: Result) -> tuple[int, int, int]:
    return result.passed, result.failed, result.skipped


def test_counts_come_from_the_record(tmp_path: Path) -> None:
    record = tmp_path / "result.xml"
    record.write_text(RECORD)
    assert counts(read_result(record, 1, narrowed=False, seconds=0)) == (2, 2, 1)


@pytest.mark.parametrize("code", [2, 3, 4, -9])
def test_a_run_that_broke_off_is_a_failure(tmp_path: Path, code: int) -> None:
    assert counts(read_result(tmp_path / "none.xml", code, narrowed=False, seconds=0)) == (0, 1, 0)


@pytest.mark.parametrize(("narrowed", "failed"), [(False, 1), (True, 0)])
def test_finding_no_test_is_a_failure_unless_the_search_was_narrowed(
    tmp_path: Path, narrowed: bool, failed: int
) -> None:
    assert read_result(tmp_path / "none.xml", 5, narrowed=narrowed, seconds=0).failed == failed


def test_only_options_that_pick_tests_count_as_narrowing() -> None:
    assert is_narrowed(["-x", "-k", "key"])
    assert not is_narrowed(["-q", "--durations=5"])


def test_one_failure_fails_the_run_and_the_total_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    code = summarise({"core": Result(3, 0, 1, 1.0), "api": Result(4, 1, 0, 2.0)}, seconds=2)
    assert code == 1
    assert "total      7 passed, 1 failed, 1 skipped in 2 s" in capsys.readouterr().out


def test_arguments_before_the_dashes_are_suites_and_the_rest_goes_to_pytest() -> None:
    assert split(["api", "--", "-k", "key"]) == (["api"], ["-k", "key"])
    assert split(["--"]) == (list(SUITES), [])
    with pytest.raises(SystemExit, match="no suite cheese"):
        split(["cheese"])


@pytest.fixture
def machine_without_rabbitmq(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed, and nothing can be."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(rabbitmq, "DEBIAN_SERVER", tmp_path / "rabbitmq-server")
    monkeypatch.delenv("FITBURN_REQUIRE_RABBITMQ", raising=False)


@pytest.mark.usefixtures("machine_without_rabbitmq")
def test_without_rabbitmq_one_line_explains_what_is_skipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert find_broker() is None
    assert capsys.readouterr().out == "No rabbitmq-server is installed: tests that need RabbitMQ are skipped.\n"


@pytest.mark.usefixtures("machine_without_rabbitmq")
def test_where_rabbitmq_is_required_its_absence_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITBURN_REQUIRE_RABBITMQ", "1")
    with pytest.raises(StackError, match="no rabbitmq-server"):
        find_broker()
