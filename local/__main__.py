"""Commands of the local stack."""

import argparse
import logging
import os
import subprocess
import sys
import time

from local import accounts, airflow, interrupts, report, services, shell_env
from local.errors import RunnerAwayError, StackError
from local.runner import Process, Runner
from local.settings import ROOT, Settings
from local.stack import Stack

WATCH_EVERY_SEC = 1.0

INTERRUPTED = 130  # the exit code of a command that Ctrl-C ended


def main() -> int:
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # it logs every attempt while the broker boots
    arguments = _parse(sys.argv[1:])
    try:
        return int(arguments.command(Settings.read(), arguments) or 0)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up_ = commands.add_parser("up", help="start everything and stay until Ctrl-C")
    up_.add_argument("--detach", action="store_true", help="return when everything answers")
    up_.set_defaults(command=_up)
    for name, command, text in (
        ("down", _down, "stop everything that `up` started"),
        ("ps", _ps, "list the processes"),
        ("migrate", _migrate, "bring the database to the newest revision"),
    ):
        commands.add_parser(name, help=text).set_defaults(command=command)
    for name, command, text in (
        ("start", _start, "start one process and wait until it answers"),
        ("stop", _stop, "stop one process"),
        ("restart", _restart, "stop and start one process"),
        ("kill", _kill, "end one process as a crash would (SIGKILL); it is started again"),
    ):
        subparser = commands.add_parser(name, help=text)
        subparser.add_argument("name")
        subparser.set_defaults(command=command)
    run_ = commands.add_parser("run", help="run a command on the database: DATABASE_URL, or that of the stack")
    run_.add_argument("command_line", nargs=argparse.REMAINDER)
    run_.set_defaults(command=_run)
    manage_ = commands.add_parser("manage", help="partner keys and operators: passed on to the API's app.manage")
    manage_.add_argument("command_line", nargs=argparse.REMAINDER)
    manage_.set_defaults(command=_manage)
    return parser.parse_args(arguments)


def _up(settings: Settings, arguments: argparse.Namespace) -> int:
    stack = Stack(settings)
    if stack.runner.is_running():
        report.announce(f"It runs already (`make down` stops it).\n\n{report.table(stack.runner.processes())}")
        _show_addresses(settings)
        return 0
    interrupts.raise_once()
    try:
        _bring_up(stack)
        if not arguments.detach:
            report.announce("Ctrl-C stops it. `make ps` in another terminal lists the processes.")
            _watch(stack)
    except KeyboardInterrupt:
        try:
            report.announce("\nStopping …")
        finally:  # also when the terminal was closed
            stack.down()
        report.announce("Stopped; the data are kept for the next `make up`.")
        return INTERRUPTED if arguments.detach else 0
    return 0


def _bring_up(stack: Stack) -> None:
    started = time.monotonic()
    report.announce("Starting FitBurn Rewards:")
    stack.up()
    report.announce(f"\nFitBurn Rewards is up after {time.monotonic() - started:.0f} s.")
    _show_addresses(stack.settings)


def _watch(stack: Stack) -> None:
    """Reports restarted processes and Airflow's state until the stack is stopped from another terminal."""
    previous = {process.name: process for process in stack.runner.processes()}
    airflow_state = ""
    while not stack.runner.has_ended():
        time.sleep(WATCH_EVERY_SEC)
        previous = _announce_changes(stack.runner, previous)
        if stack.settings.airflow:
            airflow_state = _announce_airflow(stack.settings, airflow_state)
    report.announce("Stopped.")


def _announce_airflow(settings: Settings, previous: str) -> str:
    """Prints Airflow's state if it changed; returns it."""
    state = airflow.state(settings.folder)
    if state != previous:
        report.announce(f"Airflow {state}")
    return state


def _announce_changes(runner: Runner, previous: dict[str, Process]) -> dict[str, Process]:
    """Prints a line for each restarted process; returns the latest known state of all."""
    try:
        now = {process.name: process for process in runner.processes()}
    except RunnerAwayError:
        return previous
    for sentence in report.changes(previous, now):
        report.announce(sentence)
    return previous | {name: process for name, process in now.items() if process.pid}


def _show_addresses(settings: Settings) -> None:
    variables = shell_env.read(settings.folder)
    if variables:
        report.announce(report.addresses(variables, settings.folder, accounts.read(settings.folder)))


def _down(settings: Settings, arguments: argparse.Namespace) -> None:
    stack = Stack(settings)
    was_running = stack.runner.is_running()
    stack.down()
    report.announce("Stopped; the data are kept for the next `make up`." if was_running else "Nothing was running.")


def _ps(settings: Settings, arguments: argparse.Namespace) -> None:
    processes = _running(settings).runner.processes()
    report.announce(report.table(processes))
    if any(process.name == airflow.NAME and process.pid for process in processes):
        report.announce(f"\nAirflow {airflow.state(settings.folder)}")


def _start(settings: Settings, arguments: argparse.Namespace) -> None:
    _running(settings).start(arguments.name)


def _stop(settings: Settings, arguments: argparse.Namespace) -> None:
    runner = _running(settings).runner
    runner.stop([runner.process(arguments.name).name])


def _restart(settings: Settings, arguments: argparse.Namespace) -> None:
    _stop(settings, arguments)
    _start(settings, arguments)


def _kill(settings: Settings, arguments: argparse.Namespace) -> None:
    pid = _running(settings).runner.kill(arguments.name)
    report.announce(f"Killed {arguments.name} (pid {pid}); it will be started again.")


def _running(settings: Settings) -> Stack:
    stack = Stack(settings)
    if not stack.runner.is_running():
        raise StackError("Nothing is running. `make up` starts it.")
    return stack


def _migrate(settings: Settings, arguments: argparse.Namespace) -> None:
    services.migrate(services.database_environment(settings))
    report.announce("The database is at the newest revision.")


def _run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Replaces this process by the command, which then gets the signals and sets the exit code."""
    os.execvpe(arguments.command_line[0], arguments.command_line, services.database_environment(settings))


def _manage(settings: Settings, arguments: argparse.Namespace) -> int:
    command = [sys.executable, "-m", "app.manage", *arguments.command_line]
    environment = services.database_environment(settings)
    return subprocess.run(command, cwd=ROOT / "api", env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
