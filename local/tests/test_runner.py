import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from local.errors import StackError
from local.programs import Program
from local.runner import MARK, Runner, carries_mark, marked
from local.settings import ROOT

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
    elsewhere = (folder / "runner.socket").readlink().parent
    Runner(folder).shut_down()
    assert not elsewhere.exists()


def test_a_path_and_a_command_with_odd_characters_arrive_unchanged(tmp_path: Path, launch: Launch) -> None:
    folder = tmp_path / "it's 'my'; place"
    folder.mkdir()
    runner = launch(folder, f"open('100%.txt', 'w').write('it\\'s \"me\"'); {SLEEP}")
    runner.wait("it", (folder / "100%.txt").exists, timeout_sec=60)
    assert (folder / "100%.txt").read_text() == 'it\'s "me"'


def test_a_program_that_exits_immediately_is_reported_with_the_end_of_its_log(tmp_path: Path, launch: Launch) -> None:
    runner = launch(tmp_path, "raise SystemExit('no such thing as a free lunch')")
    with pytest.raises(StackError, match=r"it did not start(.|\n)*free lunch"):
        runner.wait("it", lambda: False, timeout_sec=10)


def test_a_program_that_does_not_answer_in_time_is_reported(tmp_path: Path, launch: Launch) -> None:
    with pytest.raises(StackError, match="gave no answer within"):
        launch(tmp_path, SLEEP).wait("it", lambda: False, timeout_sec=0.2)


def test_killing_a_stopped_program_is_an_error(tmp_path: Path, launch: Launch) -> None:
    runner = launch(tmp_path, f"open('begun', 'w'); {SLEEP}")
    runner.wait("it", (tmp_path / "begun").exists, timeout_sec=60)
    runner.stop(["it"])
    with pytest.raises(StackError, match="does not run"):
        runner.kill("it")


def test_what_a_killed_runner_left_behind_is_stopped(tmp_path: Path, launch: Launch) -> None:
    runner = launch(tmp_path, SLEEP)
    program = runner.process("it").pid
    daemon = psutil.Process(runner.pid)
    daemon.kill()
    daemon.wait(timeout=60)
    assert [process.pid for process in marked(tmp_path)] == [program]
    Runner(tmp_path).shut_down()
    assert marked(tmp_path) == []


def test_a_process_during_execve_is_not_overlooked(tmp_path: Path) -> None:
    for _ in range(20):  # each is polled while it calls execve
        with subprocess.Popen(["sh", "-c", "exec sleep 600"], env={**os.environ, MARK: str(tmp_path)}) as turning:
            process = psutil.Process(turning.pid)
            seen = [carries_mark(process, tmp_path)]
            while process.cmdline()[:1] != ["sleep"]:
                seen.append(carries_mark(process, tmp_path))
            turning.kill()
        assert all(seen)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has ended")
def test_a_runner_for_tests_ends_with_a_test_run_that_was_killed(tmp_path: Path) -> None:
    owner = f"""
import os, sys, time
from pathlib import Path
from local.programs import Program
from local.runner import Runner
folder = Path({str(tmp_path)!r})
program = Program("it", [sys.executable, "-c", {SLEEP!r}], folder)
runner = Runner(folder).launch([program], os.environ, outlives_us=False)
runner.start("it")
print("up", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", owner], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"up\n"
        left = marked(tmp_path)
        assert len(left) == 2
        process.kill()
    _, alive = psutil.wait_procs(left, timeout=60)
    assert alive == []
