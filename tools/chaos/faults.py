"""The faults: what breaks, how, and for how long. The order is drawn from the seed of the run."""

import signal
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from random import Random

import pika
import psutil

from local.errors import StackError
from tools.chaos.stack import MISFIT_WORKER, OLD_WORKER, WORKERS, ShakyStack

SLOW_SEC = 0.15
EXCHANGE, QUEUE = "fitburn", "predictions"
PRIVATE_SERVERS = ("rabbitmq", "postgres")


@dataclass(frozen=True)
class Fault:
    """Entering `broken` injects the fault; leaving it repairs what an operator or the network would repair."""

    name: str
    broken: Callable[[ShakyStack], AbstractContextManager[object]]
    seconds: float = 0.0


@dataclass(frozen=True)
class Length:
    """How often each fault occurs, and the duration of those that have one."""

    times: int
    frozen_sec: float
    network_sec: float
    disk_full_sec: float


LONG = Length(times=2, frozen_sec=20.0, network_sec=10.0, disk_full_sec=12.0)
SHORT = Length(times=1, frozen_sec=1.5, network_sec=1.0, disk_full_sec=1.5)


def plan(random: Random, stack: ShakyStack, length: Length, *, everywhere: bool = True) -> list[Fault]:
    """Every fault that this machine allows, in random order. Without `everywhere`, each link gets one kind."""
    servers = [name for name in PRIVATE_SERVERS if name != "rabbitmq" or stack.has_rabbitmq]
    workers = list(WORKERS if everywhere else WORKERS[:1])
    faults = [_kill(name) for name in ["api", *workers, *servers]] * (length.times + everywhere)
    faults += [_freeze(name, length.frozen_sec) for name in ["api", WORKERS[0], *servers]] * length.times
    for number, link in enumerate(stack.links):
        kinds = NETWORK if everywhere else [NETWORK[number % len(NETWORK)]]
        faults += [kind(link, length.network_sec) for kind in kinds]
    faults += [Fault("full disk of postgres", lambda stack: stack.disk_is_full(), length.disk_full_sec)] * (
        length.times if stack.own_disk else 0
    )
    if stack.has_rabbitmq:
        faults += [
            Fault("poisoned messages", _poison(random.getrandbits(32))) for _ in range(length.times + everywhere)
        ]
    faults += [Fault("worker with an old model", _old_worker, length.network_sec)] * length.times
    faults += [Fault("worker with files that do not fit", _misfit_worker)] * length.times
    random.shuffle(faults)
    return faults


def _kill(name: str) -> Fault:
    """The process runner restarts it."""

    @contextmanager
    def broken(stack: ShakyStack) -> Iterator[None]:
        stack.runner.kill(name)
        yield

    return Fault(f"kill -9 {name}", broken)


def _freeze(name: str, seconds: float) -> Fault:
    @contextmanager
    def broken(stack: ShakyStack) -> Iterator[None]:
        frozen = stack.tree(name)
        _send(frozen, signal.SIGSTOP)
        try:
            yield
        finally:
            _send(reversed(frozen), signal.SIGCONT)

    return Fault(f"stop {name} for {seconds:g} s", broken, seconds)


def _send(processes: Iterator[psutil.Process] | list[psutil.Process], number: int) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue  # a connection of PostgreSQL may end at any moment


def _cut(link: str, seconds: float) -> Fault:
    return Fault(f"cut {link} for {seconds:g} s", lambda stack: stack.links[link].is_cut(), seconds)


def _silence(link: str, seconds: float) -> Fault:
    return Fault(f"silent {link} for {seconds:g} s", lambda stack: stack.links[link].is_silent(), seconds)


def _slow_down(link: str, seconds: float) -> Fault:
    return Fault(f"slow {link} for {seconds:g} s", lambda stack: stack.links[link].is_slow(SLOW_SEC), seconds)


NETWORK = (_cut, _silence, _slow_down)
POISONED_AT_ONCE = 40


def _poison(seed: int) -> Callable[[ShakyStack], AbstractContextManager[object]]:
    """Malformed messages among those of the clients."""

    @contextmanager
    def broken(stack: ShakyStack) -> Iterator[None]:
        random = Random(seed)
        connection = pika.BlockingConnection(pika.URLParameters(stack.plan.rabbitmq_url))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            for _ in range(POISONED_AT_ONCE):
                properties = pika.BasicProperties(
                    delivery_mode=2,
                    content_type=random.choice((None, "application/json", "text/html")),
                    headers=random.choice((None, {"x-death": "never", "n": random.randint(-9, 9)})),
                )
                channel.basic_publish(EXCHANGE, QUEUE, _poisoned_body(random), properties)
        finally:
            connection.close()
        yield

    return broken


def _poisoned_body(random: Random) -> bytes:
    ids = [str(uuid.UUID(int=random.getrandbits(128), version=4)) for _ in range(2)]
    return random.choice(
        (
            random.randbytes(random.randint(0, 5_000)),
            b"",
            b"null",
            b"[" * 2_000,
            b'{"workout_id": 1, "prediction_id": 2}',
            f'{{"workout_id": "{ids[0]}"}}'.encode(),
            f'{{"workout_id": "{ids[0]}", "prediction_id": "{ids[1]}"}}'.encode(),
        )
    )


@contextmanager
def _old_worker(stack: ShakyStack) -> Iterator[None]:
    """As during a release: one worker with another model version beside the others."""
    stack.runner.start(OLD_WORKER)
    stack.runner.wait(OLD_WORKER, lambda: bool(stack.runner.process(OLD_WORKER).listening_ports()), timeout_sec=30)
    try:
        yield
    finally:
        stack.runner.stop([OLD_WORKER])


@contextmanager
def _misfit_worker(stack: ShakyStack) -> Iterator[None]:
    """A worker whose model files come from two trainings. It must refuse to start, with a reason."""
    log = stack.runner.logs / f"{MISFIT_WORKER}.log"
    refused_before = _count_refusals(log.read_text() if log.exists() else "")
    stack.runner.start(MISFIT_WORKER)
    try:
        give_up = time.monotonic() + 30
        while not log.exists() or _count_refusals(log.read_text()) == refused_before:
            if time.monotonic() > give_up:
                raise StackError(f"A worker took files that do not fit:\n{stack.runner.last_lines(MISFIT_WORKER)}")
            time.sleep(0.1)
        yield
    finally:
        stack.runner.stop([MISFIT_WORKER])


def _count_refusals(log: str) -> int:
    return log.count("Refused to start: features.json is not the file")
