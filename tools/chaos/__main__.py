"""`make chaos`: sends workouts while one fault after the other is injected, then checks the books.

The seed determines the workouts, the faults and their order; timing differs between machines. As root, PostgreSQL gets
a small separate disk that can be filled. Exit code 1: something was lost, doubled or left behind.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

from local import interrupts
from local.errors import StackError
from local.report import announce
from local.settings import Settings
from tools.chaos import checks, faults
from tools.chaos.clients import Clients
from tools.chaos.history import history
from tools.chaos.network import Network
from tools.chaos.records import Records
from tools.chaos.recovery import Healer, Recovery
from tools.chaos.stack import WORKERS, ShakyStack
from tools.chaos.workouts import parcels

IN_OWN_NAMESPACE = "FITBURN_CHAOS_MAY_MOUNT"
RECOVERY_SEC = 4.0
"""Average overhead of a fault beyond its duration, to spread the workouts over the run."""
LONGEST_PAUSE_SEC = 2.0
SHOWN_DIFFERENCES = 10
COLUMNS = ("accepts", "scores", "caught up", "all back")
# Sweepers that do not wait for half a minute.
HASTE = {"WORKER_SWEEP_AFTER_SEC": "2", "WORKER_SWEEP_EVERY_SEC": "0.5"}


@dataclass
class Outcome:
    """Whether a run has passed."""

    good: bool = False


def main() -> int:
    arguments = _parse()
    if os.geteuid() == 0 and IN_OWN_NAMESPACE not in os.environ and shutil.which("unshare"):
        # A private mount namespace: mounts are invisible outside and vanish with the last of our processes.
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "tools.chaos", *sys.argv[1:]]
        os.execvpe(command[0], command, {**os.environ, IN_OWN_NAMESPACE: "1"})
    interrupts.raise_once()
    try:
        return _run(arguments)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="repeats a run; else a new one")
    parser.add_argument("--workouts", type=int, default=None, help="20,000, or 2,000 with --short")
    parser.add_argument("--short", action="store_true", help="each fault once and for moments: half a minute")
    return parser.parse_args()


def _run(arguments: argparse.Namespace) -> int:
    seed = SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    count = arguments.workouts or (2_000 if arguments.short else 20_000)
    announce(f"chaos: seed {seed}, {count:,} workouts{', short' if arguments.short else ''}\n")
    with _running_stack(short=arguments.short) as (stack, outcome):
        records = Records()
        started = time.monotonic()
        recoveries = _break_everything(stack, records, seed, count, short=arguments.short)
        announce(
            f"\n{len(records):,} workouts through {len(recoveries)} faults in {time.monotonic() - started:.0f} s\n"
        )
        outcome.good = _report(stack, records, recoveries)
    return 0 if outcome.good else 1


def _tidy(stack: ShakyStack, *, keep_logs: bool) -> None:
    """Deletes the stack's folder, except the logs of a failed run."""
    stack.unmount()
    for path in stack.settings.folder.iterdir():
        if keep_logs and path == stack.runner.logs:
            announce(f"The logs are in {path}")
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    if not keep_logs:
        stack.settings.folder.rmdir()


@contextmanager
def _running_stack(*, short: bool) -> Iterator[tuple[ShakyStack, Outcome]]:
    folder = Path(tempfile.mkdtemp(prefix="fitburn-chaos-")).resolve()
    with Network() as network:
        settings = Settings.read().separate(folder, workers=len(WORKERS))
        stack = ShakyStack(settings, network, HASTE if short else {}, own_disk=IN_OWN_NAMESPACE in os.environ)
        if not stack.own_disk:
            announce("SKIPPED: a full disk of PostgreSQL, since only root may give it a small one.")
        if not stack.has_rabbitmq:
            announce("SKIPPED: faults of RabbitMQ, since no rabbitmq-server is installed.")
        outcome = Outcome()
        try:
            stack.up()
            yield stack, outcome
        finally:
            stack.down()
            _tidy(stack, keep_logs=not outcome.good)


def _break_everything(stack: ShakyStack, records: Records, seed: int, count: int, *, short: bool) -> list[Recovery]:
    """Sends the workouts on a thread while faults are injected."""
    length = faults.SHORT if short else faults.LONG
    plan = faults.plan(Random(f"{seed}/faults"), stack, length, everywhere=not short)
    pauses = Random(f"{seed}/pauses")
    healer = Healer(stack, records, Random(f"{seed}/probes"))
    pause_sec = LONGEST_PAUSE_SEC / (4 if short else 1)
    expected_sec = sum(fault.seconds + (1.0 if short else RECOVERY_SEC) + pause_sec / 2 for fault in plan)
    clients = Clients(stack.url_for_clients, stack.api_key, records)
    sending = threading.Thread(
        target=clients.send, args=(parcels(Random(f"{seed}/workouts"), count), count / expected_sec), name="clients"
    )
    sending.start()
    recoveries = []
    announce(f"\n{'':>7}{'fault, then seconds after its end until':42}" + "".join(f"{what:>11}" for what in COLUMNS))
    try:
        for number, fault in enumerate(plan, 1):
            time.sleep(pauses.uniform(0, pause_sec))  # faults begin at random moments
            recoveries.append(healer.suffer(fault))
            announce(f"{number:>3}/{len(plan):<3}{_line(recoveries[-1])}")
    finally:
        clients.hurry()
        sending.join()
    return recoveries


def _line(recovery: Recovery) -> str:
    seconds = [f"{value:.1f}" if value is not None else "never" for value in recovery.seconds]
    return f"{recovery.fault:42}" + "".join(f"{value:>11}" for value in seconds)


def _report(stack: ShakyStack, records: Records, recoveries: list[Recovery]) -> bool:
    """Checks the books and prints the differences; whether there was none."""
    failed = sum(len(record.answers) > 1 for record in records)
    given_up = sum(not record.is_accepted for record in records)
    found = [*checks.settle(stack, records), *checks.differences(stack, records)]
    incomplete = [recovery for recovery in recoveries if not recovery.is_complete]
    found += [checks.Difference(f"not as before 120 s after: {recovery.fault}") for recovery in incomplete]
    announce(f"answered with an error or not at all at least once: {failed:,}; given up by their clients: {given_up:,}")
    if stack.has_rabbitmq:
        announce(f"dead letters: {checks.messages(stack, checks.DEAD_QUEUE)}")
    announce(
        "predictions by model: " + ", ".join(f"{name} {count:,}" for name, count in checks.versions(stack).items())
    )
    for difference in found[:SHOWN_DIFFERENCES]:
        announce(f"\nDIFFERENCE: {difference.what}")
        for line in history(stack, records, difference):
            announce(line)
    if found:
        announce(f"\nchaos: {len(found)} differences")
    else:
        announce("\nchaos: every 202 has one workout, one prediction, one award; the books balance; nothing is left")
    return not found


if __name__ == "__main__":
    sys.exit(main())
