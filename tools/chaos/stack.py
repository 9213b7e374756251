"""The local stack, with a breakable link between all of its processes and a small disk for PostgreSQL."""

import errno
import json
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from io import RawIOBase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg2
import requests

from local import postgres, services, shell_env
from local.ports import LOOPBACK, free_ports
from local.programs import Program
from local.settings import ROOT, Settings
from local.stack import Stack
from tools.chaos.network import Link, Network

WORKERS = ("worker-1", "worker-2")
PAGES = "ui"
OLD_WORKER, MISFIT_WORKER = "worker-old", "worker-misfit"
OLD_VERSION = "2025.1-chaos"
DISK_BYTES = 600_000_000
"""Size of PostgreSQL's disk, where we may mount one."""
# A write-ahead log that fits on the small disk.
SMALL_LOG = {"max_wal_size": "192MB", "min_wal_size": "48MB"}


class ShakyStack(Stack):
    """Every service reaches PostgreSQL and RabbitMQ, and clients the API, through links of `network`."""

    def __init__(self, settings: Settings, network: Network, haste: Mapping[str, str], *, own_disk: bool) -> None:
        super().__init__(settings)
        self.own_disk = own_disk
        self.environment |= haste
        self.links = {"clients-api": network.link("clients-api", settings.api_port)}
        self.programs = [self._rewired(program, network) for program in self.programs if program.name != PAGES]
        self.programs += [self._worker_with_models(name) for name in (OLD_WORKER, MISFIT_WORKER)]

    @property
    def url_for_clients(self) -> str:
        return f"http://{LOOPBACK}:{self.links['clients-api'].port}"

    @property
    def api_key(self) -> str:
        return shell_env.read(self.settings.folder)["FITBURN_API_KEY"]

    @property
    def has_rabbitmq(self) -> bool:
        return "rabbitmq" in self.plan.private_names

    def checks(self) -> dict[str, Callable[[], bool]]:
        """Without the pages: they hold no data that could be lost."""
        return {name: answers for name, answers in super().checks().items() if name != PAGES}

    def prepare_folders(self) -> None:
        super().prepare_folders()
        for name in (OLD_WORKER, MISFIT_WORKER):
            _make_models(self._models_of(name), fits=name == OLD_WORKER)
        if self.own_disk:
            _mount_disk(postgres.data_folder(self.settings), DISK_BYTES)

    def _models_of(self, worker: str) -> Path:
        return self.settings.folder / f"models-{worker}"

    def sql(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Rows of a query, over a separate connection that bypasses the links."""
        connection = psycopg2.connect(self.plan.database_url, connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return list(cursor.fetchall())
        finally:
            connection.close()

    def tree(self, name: str) -> list[psutil.Process]:
        """A program's process and its descendants."""
        root = psutil.Process(self.runner.process(name).pid)
        return [root, *root.children(recursive=True)]

    def is_whole(self) -> bool:
        """Whether every process answers, and the API reaches both servers."""
        try:
            healthy = requests.get(f"{self.settings.api_url}/health", timeout=2).json().get("status") == "ok"
        except requests.RequestException:
            return False
        return healthy and all(answers() for answers in self.checks().values())

    def unmount(self) -> None:
        """Unmounts the disk, once no process uses it."""
        data = postgres.data_folder(self.settings)
        if data.is_mount():
            subprocess.run(["umount", data], check=True)

    @contextmanager
    def disk_is_full(self) -> Iterator[None]:
        """Fills PostgreSQL's disk to the last byte."""
        filler = postgres.data_folder(self.settings) / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                for piece in (1_000_000, 1_000, 1):
                    _write_until_full(file, piece)
            yield
        finally:
            filler.unlink()

    def _rewired(self, program: Program, network: Network) -> Program:
        """Services reach the servers through links; PostgreSQL gets a small log; others stay as they are."""
        if program.name == "postgres":
            return postgres.program(self.settings, SMALL_LOG)
        if program.name not in ("api", *WORKERS):
            return program
        side = "api" if program.name == "api" else "workers"
        return replace(program, environment={**program.environment, **self._addresses(side, network)})

    def _addresses(self, side: str, network: Network) -> dict[str, str]:
        servers = {"postgres": ("DATABASE_URL", self.plan.database_url)}
        if self.has_rabbitmq:
            servers["rabbitmq"] = ("RABBITMQ_URL", self.plan.rabbitmq_url)
        return {
            variable: through(self._link(f"{side}-{server}", url, network), url)
            for server, (variable, url) in servers.items()
        }

    def _link(self, name: str, url: str, network: Network) -> Link:
        if name not in self.links:
            self.links[name] = network.link(name, urlsplit(url).port or 0)
        return self.links[name]

    def _worker_with_models(self, name: str) -> Program:
        [port] = free_ports(1)
        [like, *_] = services.workers(self.settings)
        variables = {"WORKER_METRICS_PORT": str(port), "WORKER_MODELS_DIR": str(self._models_of(name))}
        return replace(like, name=name, environment={**like.environment, **variables})


def _write_until_full(file: RawIOBase, piece: int) -> None:
    try:
        while file.write(bytes(piece)):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


def through(link: Link, url: str) -> str:
    return url.replace(f":{urlsplit(url).port}/", f":{link.port}/", 1)


def _make_models(folder: Path, *, fits: bool) -> None:
    """Copies the model under another version; unless it `fits`, with features that do not match it."""
    shutil.copytree(ROOT / "models", folder, dirs_exist_ok=True)
    metrics = folder / "metrics.json"
    metrics.write_text(json.dumps(json.loads(metrics.read_text()) | {"model_version": OLD_VERSION}))
    if not fits:
        features = folder / "features.json"
        features.write_text(features.read_text() + "\n")


def _mount_disk(data: Path, size: int) -> None:
    """Moves a data folder onto a separate disk, in memory."""
    made = data.with_name("postgres.made")
    data.rename(made)
    data.mkdir()
    owner = pwd.getpwuid(made.stat().st_uid)
    options = f"size={size},mode=0700,uid={owner.pw_uid},gid={owner.pw_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", data], check=True)
    subprocess.run(["cp", "-a", f"{made}/.", data], check=True)
    shutil.rmtree(made)
