"""The test suites. Each runs in a separate pytest process, two at a time where there are two cores.

When several run at a time, the output of a suite is shown as a whole when it ends.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from local import bootstrap
from local.report import announce
from local.settings import ROOT

# Tests must never touch the servers of the user.
USERS_OWN = ("DATABASE_URL", "RABBITMQ_URL", "FITBURN_LOCAL_DIR", "FITBURN_API_URL", "FITBURN_API_KEY")

# Tests start hundreds of Python processes: without cached bytecode, half of their time is compilation.
NOT_FOR_TESTS = (*USERS_OWN, "PYTHONDONTWRITEBYTECODE")

# Stacks that tests start leave this out unless the test asks for it.
UNLESS_ASKED_FOR = {"AIRFLOW": "0"}

NO_TESTS_COLLECTED = 5  # pytest.ExitCode.NO_TESTS_COLLECTED


@dataclass(frozen=True)
class Suite:
    """Tests in `tests`, a path relative to `folder`, from which they run. `group` names the requirements to install if
    the suite has a separate virtual environment. Suites with `shares_broker` empty the queues of the shared broker, so
    they never run at the same time."""

    folder: str
    tests: str = "tests"
    group: str = "tests"
    shares_broker: bool = False


# The longest first, so that the run does not end with a single long suite.
SUITES = {
    "system": Suite("."),
    "airflow": Suite(".", "airflow/tests", group="airflow-tests"),
    "ui": Suite(".", "ui/tests"),
    "api": Suite("api", shares_broker=True),
    "local": Suite(".", "local/tests"),
    "db": Suite(".", "db/tests"),
    "worker": Suite("worker", shares_broker=True),
    "prometheus": Suite(".", "deploy/prometheus/tests"),
    "trainer": Suite(".", "trainer/tests"),
    "client": Suite(".", "client/tests"),
    "grafana": Suite(".", "grafana/tests"),
    "deploy": Suite(".", "deploy/tests"),
    "one-pager": Suite(".", "one-pager/tests"),
    "core": Suite(".", "core/tests"),
    "tools": Suite(".", "tools/tests"),
    "bench": Suite(".", "tools/bench/tests"),
}


@dataclass(frozen=True)
class Result:
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped in {self.seconds:.0f} s"


class Run:
    """One run of some suites, with the same pytest options and servers."""

    def __init__(self, options: Sequence[str], variables: Mapping[str, str], *, at_once: int) -> None:
        self.options = options
        self.variables = variables
        self.at_once = at_once
        self.running: set[subprocess.Popen[bytes]] = set()
        self.broker = threading.Lock()
        self.installing = threading.Lock()
        self.stopping = False

    def all(self, names: Sequence[str]) -> dict[str, Result]:
        """Results in the order of `names`. On an interrupt, pytest still tears its fixtures down."""
        results: dict[str, Result] = {}
        with ThreadPoolExecutor(self.at_once) as lanes:
            suites = {lanes.submit(self._run, name): name for name in names}
            try:
                for done in as_completed(suites):
                    results[suites[done]] = done.result()
            except KeyboardInterrupt as interrupt:
                self.stop(interrupt)
                raise
        return {name: results[name] for name in names}

    def stop(self, interrupt: KeyboardInterrupt) -> None:
        self.stopping = True
        if interrupt.args != (signal.SIGINT,):  # the terminal sends Ctrl-C to pytest too, other signals reach us alone
            for process in tuple(self.running):
                process.send_signal(signal.SIGINT)

    def _run(self, name: str) -> Result:
        suite = SUITES[name]
        with self.broker if suite.shares_broker else nullcontext():
            if self.stopping:
                return Result(0, 0, 0, 0)
            started = time.monotonic()
            with self.output(name) as output:
                python = self._python_for(suite)
                if not python:
                    announce(f"{name} is skipped: what these tests need could not be installed, see above.")
                    return Result(0, 0, 1, time.monotonic() - started)
                return self._pytest(suite, python, output, started)

    @contextmanager
    def output(self, name: str) -> Iterator[IO[bytes] | None]:
        """Output of the suite: the terminal if it runs alone, else a file that is shown when the suite ends."""
        if self.at_once == 1:
            announce(f"\n--- {name}")
            yield None
            return
        announce(f"... {name} has begun")
        with tempfile.TemporaryFile() as kept:
            yield kept
            kept.seek(0)
            announce(f"\n--- {name}\n{kept.read().decode(errors='replace')}")

    def _python_for(self, suite: Suite) -> Path | None:
        """Python of the suite's virtual environment; None if it cannot be created. Ours exists: it runs this."""
        if bootstrap.venv_of(suite.group) == bootstrap.VENV:
            return Path(sys.executable)
        with self.installing:
            made = subprocess.run([sys.executable, str(ROOT / "local" / "bootstrap.py"), suite.group], check=False)
        return bootstrap.python_of(suite.group) if made.returncode == 0 else None

    def _pytest(self, suite: Suite, python: Path, output: IO[bytes] | None, started: float) -> Result:
        kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}
        environment = {**kept, **self.variables, **UNLESS_ASKED_FOR}
        with tempfile.TemporaryDirectory() as temporary:
            record = Path(temporary) / "result.xml"
            command = [str(python), "-m", "pytest", suite.tests, f"--junitxml={record}", *self.options]
            code = self._run_to_its_end(command, ROOT / suite.folder, environment, output)
            seconds = time.monotonic() - started
            return read_result(record, code, narrowed=is_narrowed(self.options), seconds=seconds)

    def _run_to_its_end(
        self, command: list[str], folder: Path, environment: dict[str, str], output: IO[bytes] | None
    ) -> int:
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output) as process:
            self.running.add(process)
            try:
                return process.wait()
            finally:
                self.running.discard(process)


def is_narrowed(options: Sequence[str]) -> bool:
    """Whether these pytest options select some tests, so that a suite may have none of them."""
    return any(option.startswith(("-k", "-m", "--lf", "--last-failed", "--sw", "--stepwise")) for option in options)


def read_result(record: Path, code: int, *, narrowed: bool, seconds: float) -> Result:
    """Counts from pytest's JUnit file. A run that crashed, or found no test without a selection, is a failure."""
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    if record.exists():
        for suite in ElementTree.parse(record).getroot().iter("testsuite"):
            counts = {name: count + int(suite.get(name, 0)) for name, count in counts.items()}
    failed = counts["failures"] + counts["errors"]
    has_no_selected_test = narrowed and code == NO_TESTS_COLLECTED
    if code != 0 and not failed and not has_no_selected_test:
        failed, counts["tests"] = 1, counts["tests"] + 1
    return Result(counts["tests"] - failed - counts["skipped"], failed, counts["skipped"], seconds)
