"""Runs every test suite against a private PostgreSQL and a private RabbitMQ that live as long as the run.

    python -m tools.checks.testing [suite …] [-- pytest options]

Two suites run at a time, or TEST_JOBS of them. They find the servers in TEST_DATABASE_URL (a superuser's log-in to the
database `postgres`) and TEST_RABBITMQ_URL (absent without RabbitMQ).
With FITBURN_REQUIRE_RABBITMQ=1 a missing RabbitMQ is a failure.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from local import debian, interrupts, postgres, rabbitmq
from local.errors import StackError
from local.ports import is_answering
from local.report import announce, step
from local.runner import Runner
from local.settings import Settings
from tools.checks.suites import SUITES, Result, Run

START_TIMEOUT_SEC = 180

# A crash of the machine would lose test data alone; a crash of the server loses nothing even so.
TEST_DATABASE_OPTIONS = {"fsync": "off", "full_page_writes": "off"}


def main(arguments: list[str]) -> int:
    names, options = split(arguments)
    interrupts.raise_once()
    at_once = int(os.environ.get("TEST_JOBS") or min(2, os.cpu_count() or 1, len(names)))
    started = time.monotonic()
    try:
        with _servers() as variables:
            results = Run(options, variables, at_once=at_once).all(names)
    except StackError as error:
        announce(str(error))
        return 1
    except KeyboardInterrupt:
        announce("\nInterrupted; the servers are stopped.")
        return 130
    return summarise(results, time.monotonic() - started)


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Names of suites (all, if none is given) and options for pytest."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, options = arguments[:cut], arguments[cut + 1 :]
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        sys.exit(f"There is no suite {', '.join(unknown)}. There are: {', '.join(SUITES)}.")
    return names or list(SUITES), options


@contextmanager
def _servers() -> Iterator[dict[str, str]]:
    """Runs the private servers in a temporary folder; yields the variables with their URLs."""
    broker = find_broker()
    folder = Path(tempfile.mkdtemp(prefix="fitburn-test-"))
    settings = Settings.read().separate(folder)
    runner = Runner(settings.folder)
    try:
        with step("a PostgreSQL for the tests"):
            _start_servers(settings, runner, broker)
        variables = {"TEST_DATABASE_URL": settings.private_postgres_url("postgres")}
        if broker:
            with step("a RabbitMQ for the tests"):
                _await_broker(settings, runner)
            variables["TEST_RABBITMQ_URL"] = settings.private_rabbitmq_url
        yield variables
    finally:
        runner.shut_down()
        shutil.rmtree(folder, ignore_errors=True)


def _start_servers(settings: Settings, runner: Runner, broker: Path | None) -> None:
    """Starts both. On return PostgreSQL answers, while the broker still boots."""
    programs = [postgres.program(settings, TEST_DATABASE_OPTIONS)]
    if broker:
        rabbitmq.prepare(settings)
        # Its data are thrown away, so it need not shut down in order.
        programs += [replace(program, stop_signal="KILL") for program in rabbitmq.programs(settings, broker)]
    runner.launch(programs, os.environ, outlives_us=False)
    if broker:
        runner.start("epmd")
        runner.wait("epmd", lambda: is_answering(settings.rabbitmq_epmd_port), timeout_sec=START_TIMEOUT_SEC)
        runner.start("rabbitmq")
    postgres.prepare(settings)
    runner.start("postgres")
    url = settings.private_postgres_url("postgres")
    runner.wait("postgres", lambda: postgres.is_ready(url), timeout_sec=START_TIMEOUT_SEC)


def _await_broker(settings: Settings, runner: Runner) -> None:
    url = settings.private_rabbitmq_url
    runner.wait("rabbitmq", lambda: rabbitmq.is_ready(url), timeout_sec=START_TIMEOUT_SEC)


def find_broker() -> Path | None:
    """RabbitMQ, installed where we may. None, with a line that explains it, where that is impossible."""
    if not rabbitmq.find_server():
        debian.install("rabbitmq-server")
    found = rabbitmq.find_server()
    if not found and os.environ.get("FITBURN_REQUIRE_RABBITMQ") == "1":
        raise StackError(
            "FITBURN_REQUIRE_RABBITMQ=1, but there is no rabbitmq-server. Install it, then run this again."
        )
    if not found:
        announce("No rabbitmq-server is installed: tests that need RabbitMQ are skipped.")
    return found


def summarise(results: dict[str, Result], seconds: float) -> int:
    """Prints a line for each suite and a total; returns the exit code."""
    announce("")
    for name, result in results.items():
        announce(f"{name:10} {result}")
    passed, failed, skipped = (
        sum(getattr(result, count) for result in results.values()) for count in ("passed", "failed", "skipped")
    )
    total = Result(passed, failed, skipped, seconds)
    announce(f"{'total':10} {total}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
