"""The compared sides: API, workers, database and queue of each design."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from local.ports import free_ports
from local.settings import ROOT
from tools.bench import processes
from tools.bench.members import draw_members
from tools.bench.names import CEILING, CELERY, FITBURN, REFERENCE
from tools.bench.processes import Program, Service
from tools.bench.stack import FOLDER, WORKERS, Stack, add_members

RIVALS = "tools.bench.rivals"

UNFINISHED = "select count(*) from predictions where processed_at is null"
FINISHED = "select count(*) from predictions where processed_at is not null"


@dataclass
class Side:
    """One design, on a separate database. `offset` counts the members' requests that it has received."""

    name: str
    stack: Stack
    url: str
    api: Service
    database_url: str = ""
    key: str = ""
    queue: str = ""
    workers: Sequence[Service] = ()
    offset: int = field(default=0)

    def start_api(self) -> None:
        self.api.start()
        processes.wait_until(self._answers, f"the API of {self.name} answers")

    def start_workers(self, count: int) -> None:
        """Returns when `count` of them consume messages."""
        for worker in self.workers[:count]:
            worker.start()
        processes.wait_until(lambda: self.stack.consumers(self.queue) == count, f"workers of {self.name}")

    def stop_workers(self) -> None:
        for worker in self.workers:
            worker.stop()

    def stop(self) -> None:
        self.stop_workers()
        self.api.stop()

    def unfinished(self) -> int:
        return self._count(UNFINISHED)

    def finished(self) -> int:
        return self._count(FINISHED)

    def wait_until_finished(self, seconds: float) -> None:
        processes.wait_until(lambda: self.unfinished() == 0, f"{self.name} scores its backlog", seconds)

    def settle(self) -> None:
        """Vacuums now, so that autovacuum does not disturb the next measurement."""
        self.stack.sql("vacuum analyze", url=self.database_url)
        self.stack.sql("checkpoint", url=self.database_url)

    def pids(self) -> dict[str, int]:
        """Pids of the side's processes, by role."""
        return {"API": self.api.pid} | {f"worker {n}": worker.pid for n, worker in enumerate(self.workers, start=1)}

    def _count(self, query: str) -> int:
        return int(self.stack.sql(query, url=self.database_url)[0][0])

    def _answers(self) -> bool:
        if isinstance(self.api, Program):
            self.api.check()
        try:
            return requests.get(f"{self.url}/health", timeout=2).ok
        except requests.RequestException:
            return False


@dataclass
class StackService:
    """A FitBurn process under the runner of `make up`."""

    stack: Stack
    name: str
    _pid: int = 0

    @property
    def pid(self) -> int:
        return self._pid

    def start(self) -> None:
        self.stack.start(self.name)
        self._pid = self.stack.pid(self.name)

    def stop(self) -> None:
        self.stack.stop(self.name)


@contextmanager
def make_sides(stack: Stack) -> Iterator[dict[str, Side]]:
    """All sides, none of them running."""
    with ExitStack() as cleanup:
        sides = [_ceiling(stack), _reference(stack), _celery(stack), _fitburn(stack)]
        for side in sides:
            cleanup.callback(side.stop)
            side.stop()
            if side.database_url:
                add_members(side.database_url, draw_members(), datetime.now(UTC).year)
        yield {side.name: side for side in sides}


def _fitburn(stack: Stack) -> Side:
    workers = [StackService(stack, name) for name in stack.worker_names]
    api = StackService(stack, "api")
    return Side(FITBURN, stack, stack.api_url, api, stack.database_url, stack.api_key, "predictions", workers)


def _ceiling(stack: Stack) -> Side:
    url, api = _api(CEILING, "ceiling", {})
    return Side(CEILING, stack, url, api)


def _reference(stack: Stack) -> Side:
    variables = _variables(stack, REFERENCE)
    url, api = _api(REFERENCE, "reference_api", variables)
    command = [sys.executable, "-m", f"{RIVALS}.reference_worker"]
    workers = [_program(f"{REFERENCE}-worker-{n}", command, variables) for n in range(1, WORKERS + 1)]
    return Side(REFERENCE, stack, url, api, variables["DATABASE_URL"], queue="reference", workers=workers)


def _celery(stack: Stack) -> Side:
    variables = _variables(stack, CELERY)
    url, api = _api(CELERY, "celery_api", variables)
    command = [sys.executable, "-m", "celery", "--app", f"{RIVALS}.celery_tasks", "worker", "--loglevel", "WARNING"]
    quiet = ["--concurrency", "1", "--without-gossip", "--without-mingle"]
    workers = [
        _program(f"{CELERY}-worker-{n}", [*command, *quiet, "--hostname", f"{n}@%h"], variables)
        for n in range(1, WORKERS + 1)
    ]
    return Side(CELERY, stack, url, api, variables["DATABASE_URL"], queue="celery", workers=workers)


def _variables(stack: Stack, name: str) -> dict[str, str]:
    database_url = stack.make_database(f"{stack.prefix}_{name}")
    return {"DATABASE_URL": database_url, "RABBITMQ_URL": stack.rabbitmq_url, "OMP_NUM_THREADS": "1"}


def _api(name: str, module: str, variables: dict[str, str]) -> tuple[str, Program]:
    [port] = free_ports(1)
    command = [sys.executable, "-m", "uvicorn", f"{RIVALS}.{module}:app", "--port", str(port), "--no-access-log"]
    return f"http://127.0.0.1:{port}", _program(f"{name}-api", command, variables)


def _program(name: str, command: Sequence[str], variables: dict[str, str]) -> Program:
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    return Program(name, command, ROOT, variables | {"PATH": path}, FOLDER / "logs" / f"{name}.log")
