import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from local.errors import StackError
from local.runner import Program, Runner, marked

Launch = Callable[[Path, str], Runner]

SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Starts a runner in this folder with one Python program called `it`."""
    launched: list[Runner] = []

    def launch(folder: Path, code: str) -> Runner:
        runner = Runner(folder)
        launched.append(runner)
        runner.launch([Program("it", [sys.executable, "-c", code], folder)], os.environ)
        runner.start("it")
        return runner

    yield launch
    for runner in launched:
        runner.shut_down()


def test_a_folder_too_long_for_a_socket_works_all_the_same(tmp_path: Path, launch: Launch) -> None:
    folder = tmp_path / ("a-long-name" * 10)
    folder.mkdir()
    assert launch(folder, SLEEP).process("it").pid
    assert Runner(folder).is_running()  # as another terminal finds it


def test_a_path_and_a_command_with_odd_characters_arrive_unchanged(tmp_path: Path, launch: Launch) -> None:
    folder = tmp_path / "it's 'my'; place"
    folder.mkdir()
    runner = launch(folder, f"open('100%.txt', 'w').write('it\\'s \"me\"'); {SLEEP}")
    runner.wait("it", (folder / "100%.txt").exists, seconds=10)
    assert (folder / "100%.txt").read_text() == 'it\'s "me"'


def test_a_program_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path, launch: Launch) -> None:
    runner = launch(tmp_path, "raise SystemExit('no such thing as a free lunch')")
    with pytest.raises(StackError, match=r"it did not start(.|\n)*free lunch"):
        runner.wait("it", lambda: False, seconds=10)


def test_a_program_that_does_not_answer_in_time_is_reported(tmp_path: Path, launch: Launch) -> None:
    with pytest.raises(StackError, match="gave no answer within"):
        launch(tmp_path, SLEEP).wait("it", lambda: False, seconds=0.2)


def test_killing_what_does_not_run_says_so(tmp_path: Path, launch: Launch) -> None:
    runner = launch(tmp_path, SLEEP)
    runner.stop(["it"])
    with pytest.raises(StackError, match="does not run"):
        runner.kill("it")


def test_what_a_killed_runner_left_behind_is_stopped(tmp_path: Path, launch: Launch) -> None:
    runner = launch(tmp_path, SLEEP)
    program = runner.process("it").pid
    daemon = psutil.Process(runner.pid)
    daemon.kill()
    daemon.wait(timeout=10)
    assert [process.pid for process in marked(tmp_path)] == [program]
    Runner(tmp_path).shut_down()
    assert marked(tmp_path) == []
