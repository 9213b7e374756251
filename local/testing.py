"""Runs every test suite against a private PostgreSQL and a private RabbitMQ that live as long as the run.

    python -m local.testing [suite …] [-- pytest options]

Each suite is a pytest process of its own (two services call their package `app`) and finds the servers through
TEST_DATABASE_URL (a superuser's, to the database `postgres`) and TEST_RABBITMQ_URL (absent without RabbitMQ).
With FITBURN_REQUIRE_RABBITMQ=1 a missing RabbitMQ is a failure.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

from local import bootstrap, interrupts, postgres, rabbitmq
from local.errors import StackError
from local.ports import free_ports, is_answering
from local.report import say, step
from local.runner import Runner
from local.settings import ROOT, Settings

START_SECONDS = 60

# A crash of the machine would lose test data only; a crash of the server itself is survived all the same.
TEST_DATABASE_OPTIONS = {"fsync": "off", "full_page_writes": "off"}

# A user's own servers must never be touched by a test.
NOT_FOR_TESTS = ("DATABASE_URL", "RABBITMQ_URL", "FITBURN_LOCAL_DIR", "FITBURN_API_URL", "FITBURN_API_KEY")

# What a stack that a test starts does without, unless the test asks for it.
UNLESS_ASKED_FOR = {"AIRFLOW": "0"}


@dataclass(frozen=True)
class Suite:
    """Tests in `tests`, run from `folder`; both relative to the repository, or to the folder. `group` is what is to be
    installed for them, where they have a virtual environment of their own."""

    folder: str
    tests: str = "tests"
    group: str = "tests"


SUITES = {
    "core": Suite(".", "core/tests"),
    "client": Suite(".", "client/tests"),
    "db": Suite(".", "db/tests"),
    "trainer": Suite(".", "trainer/tests"),
    "api": Suite("api"),
    "worker": Suite("worker"),
    "local": Suite(".", "local/tests"),
    "prometheus": Suite(".", "prometheus/tests"),
    "grafana": Suite(".", "grafana/tests"),
    "airflow": Suite(".", "airflow/tests", group="airflow-tests"),
    "system": Suite("."),
}


@dataclass(frozen=True)
class Result:
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped in {self.seconds:.0f} s"


def main(words: list[str]) -> int:
    names, options = split(words)
    interrupts.raise_once()
    results: dict[str, Result] = {}
    try:
        with servers() as variables:
            for name in names:
                say(f"\n--- {name}")
                results[name] = run(SUITES[name], options, variables)
    except StackError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("\nInterrupted; the servers are stopped.")
        return 130
    return summarise(results)


def split(words: list[str]) -> tuple[list[str], list[str]]:
    """Names of suites (all, if none is given) and options for pytest."""
    cut = words.index("--") if "--" in words else len(words)
    names, options = words[:cut], words[cut + 1 :]
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        sys.exit(f"There is no suite {', '.join(unknown)}. There are: {', '.join(SUITES)}.")
    return names or list(SUITES), options


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Starts the private servers in a temporary folder, gives the variables that lead to them, and stops them."""
    broker = find_broker()
    folder = Path(tempfile.mkdtemp(prefix="fitburn-test-"))
    settings = settings_on_free_ports(folder)
    runner = Runner(settings.folder)
    try:
        with step("a PostgreSQL for the tests"):
            start_servers(settings, runner, broker)
        variables = {"TEST_DATABASE_URL": settings.private_postgres_url("postgres")}
        if broker:
            with step("a RabbitMQ for the tests"):
                await_broker(settings, runner)
            variables["TEST_RABBITMQ_URL"] = settings.private_rabbitmq_url
        yield variables
    finally:
        runner.shut_down()
        shutil.rmtree(folder, ignore_errors=True)


def settings_on_free_ports(folder: Path) -> Settings:
    port, amqp, distribution, mapper = free_ports(4)
    return Settings.read().model_copy(
        update={
            "fitburn_local_dir": folder,
            "postgres_port": port,
            "rabbitmq_port": amqp,
            "rabbitmq_dist_port": distribution,
            "rabbitmq_epmd_port": mapper,
            "rabbitmq_metrics_port": 0,
        }
    )


def start_servers(settings: Settings, runner: Runner, broker: Path | None) -> None:
    """Starts both; PostgreSQL answers on return, the broker still boots."""
    programs = [postgres.program(settings, TEST_DATABASE_OPTIONS)]
    if broker:
        rabbitmq.prepare(settings)
        # Nobody reads its data again, so it need not be asked politely to stop.
        programs += [replace(program, stop_signal="KILL") for program in rabbitmq.programs(settings, broker)]
    runner.launch(programs, os.environ, outlives_us=False)
    if broker:
        runner.start("epmd")
        runner.wait("epmd", lambda: is_answering(settings.rabbitmq_epmd_port), seconds=START_SECONDS)
        runner.start("rabbitmq")
    postgres.prepare(settings)
    runner.start("postgres")
    url = settings.private_postgres_url("postgres")
    runner.wait("postgres", lambda: postgres.is_ready(url), seconds=START_SECONDS)


def await_broker(settings: Settings, runner: Runner) -> None:
    url = settings.private_rabbitmq_url
    runner.wait("rabbitmq", lambda: rabbitmq.is_ready(url), seconds=START_SECONDS)


def find_broker() -> Path | None:
    """The installed RabbitMQ, installing it where we may; None, and a line that says so, where there is none."""
    if not rabbitmq.find_server() and os.geteuid() == 0 and shutil.which("apt-get"):
        install_broker()
    found = rabbitmq.find_server()
    if not found and os.environ.get("FITBURN_REQUIRE_RABBITMQ") == "1":
        raise StackError(
            "FITBURN_REQUIRE_RABBITMQ=1, but there is no rabbitmq-server. Install it, then run this again."
        )
    if not found:
        say("No rabbitmq-server is installed: tests that need RabbitMQ are skipped.")
    return found


def install_broker() -> None:
    """From Debian's packages; with RUNLEVEL=1 no system service is started."""
    say("Installing rabbitmq-server with apt (no service is started) …")
    environment = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "rabbitmq-server"]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            say(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
            return


def run(suite: Suite, options: list[str], variables: dict[str, str]) -> Result:
    """Runs one suite with its output on the terminal."""
    started = time.monotonic()
    python = python_for(suite)
    if not python:
        say("Skipped: what these tests need could not be installed, see above.")
        return Result(0, 0, 1, time.monotonic() - started)
    kept = {name: value for name, value in os.environ.items() if name not in NOT_FOR_TESTS}
    with tempfile.TemporaryDirectory() as temporary:
        record = Path(temporary) / "result.xml"
        command = [str(python), "-m", "pytest", suite.tests, f"--junitxml={record}", *options]
        code = run_to_its_end(command, ROOT / suite.folder, {**kept, **variables, **UNLESS_ASKED_FOR})
        return read_result(record, code, narrowed=is_narrowed(options), seconds=time.monotonic() - started)


def python_for(suite: Suite) -> Path | None:
    """The Python of the suite's virtual environment; None where that cannot be made. Ours is there: we run in it."""
    if bootstrap.venv_of(suite.group) == bootstrap.VENV:
        return Path(sys.executable)
    made = subprocess.run([sys.executable, str(ROOT / "local" / "bootstrap.py"), suite.group], check=False)
    return bootstrap.python_of(suite.group) if made.returncode == 0 else None


def run_to_its_end(command: list[str], folder: Path, environment: dict[str, str]) -> int:
    """The exit code. When we are interrupted, pytest still stops what its fixtures started."""
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt as interrupt:
            if interrupt.args != (signal.SIGINT,):  # Ctrl-C goes to pytest as well, other signals to us alone
                process.send_signal(signal.SIGINT)
            process.wait()
            raise


def is_narrowed(options: list[str]) -> bool:
    """Whether these options of pytest pick some tests, so that a suite may well have none of them."""
    return any(option.startswith(("-k", "-m", "--lf", "--last-failed", "--sw", "--stepwise")) for option in options)


def read_result(record: Path, code: int, *, narrowed: bool, seconds: float) -> Result:
    """Counts from pytest's own record. A run that broke off, or found no test unasked, counts as a failure."""
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    if record.exists():
        for suite in ElementTree.parse(record).getroot().iter("testsuite"):
            counts = {name: count + int(suite.get(name, 0)) for name, count in counts.items()}
    failed = counts["failures"] + counts["errors"]
    found_none_as_asked = narrowed and code == NO_TESTS_COLLECTED
    if code != 0 and not failed and not found_none_as_asked:
        failed, counts["tests"] = 1, counts["tests"] + 1
    return Result(counts["tests"] - failed - counts["skipped"], failed, counts["skipped"], seconds)


NO_TESTS_COLLECTED = 5  # pytest.ExitCode.NO_TESTS_COLLECTED


def summarise(results: dict[str, Result]) -> int:
    say("")
    for name, result in results.items():
        say(f"{name:10} {result}")
    columns = ((r.passed, r.failed, r.skipped, r.seconds) for r in results.values())
    total = Result(*(sum(column) for column in zip(*columns, strict=True)))
    say(f"{'total':10} {total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
