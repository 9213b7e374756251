"""A stack of the test's own, started, broken and stopped as its owner would: with `python -m local`."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pika
import psycopg2

from local.ports import free_ports, free_range_after
from local.shell_env import read

ROOT = Path(__file__).resolve().parent.parent
QUEUE, DEAD_QUEUE = "predictions", "predictions.dead"
WORKERS = ("worker-1", "worker-2")
COMMAND_SEC = 300

# Small batches, so that there is a middle to break; impatient sweepers, so that nobody waits half a minute for them.
HASTE = {"WORKER_BATCH_SIZE": "50", "WORKER_SWEEP_AFTER_SEC": "2", "WORKER_SWEEP_EVERY_SEC": "0.5"}

# Tests register and ask more in a minute than anybody should.
UNLIMITED = dict.fromkeys(("RATE_LIMIT_PER_MEMBER", "RATE_LIMIT_PER_ADDRESS", "RATE_LIMIT_PER_ACCOUNT"), "off")


class RunningStack:
    """Addresses of a running stack, and the hands to break it."""

    def __init__(self, home: Path, **changes: str) -> None:
        self.home = home
        ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "RABBITMQ_URL")}
        self._environment = (
            ours | _ports() | HASTE | UNLIMITED | {"FITBURN_LOCAL_DIR": str(home), "WORKERS": "2"} | changes
        )
        self._addresses: Mapping[str, str] = {}

    def up(self) -> None:
        self._local("up", "--detach")
        self._addresses = read(self.home)

    def down(self) -> None:
        self._local("down")

    @property
    def api_url(self) -> str:
        return self._addresses["FITBURN_API_URL"]

    @property
    def ui_url(self) -> str:
        return self._addresses["FITBURN_UI_URL"]

    @property
    def api_key(self) -> str:
        return self._addresses["FITBURN_API_KEY"]

    @property
    def database_url(self) -> str:
        return self._addresses["DATABASE_URL"]

    @property
    def rabbitmq_url(self) -> str:
        """Empty when the stack has no RabbitMQ."""
        return self._addresses["RABBITMQ_URL"]

    def kill(self, name: str) -> None:
        """kill -9; the stack's runner starts it again."""
        self._local("kill", name)

    def stop(self, name: str) -> None:
        self._local("stop", name)

    def start(self, name: str) -> None:
        """Returns when it answers, also when it was being started already."""
        self._local("start", name)

    def pid(self, name: str) -> int:
        rows = (line.split() for line in self._local("ps").splitlines())
        return next(int(row[1]) for row in rows if row[0] == name)

    def sql(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, over a connection of its own: the server may have been killed since the last one."""
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, values or None)
                return cursor.fetchall()
        finally:
            connection.close()

    def publish(self, *bodies: bytes) -> None:
        """Puts messages on the workers' queue, as anybody with access to the broker could."""
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))
        try:
            channel = connection.channel()
            channel.confirm_delivery()
            for body in bodies:
                channel.basic_publish("fitburn", QUEUE, body, pika.BasicProperties(delivery_mode=2))
        finally:
            connection.close()

    def waiting(self, queue: str = QUEUE) -> int:
        """Messages that nobody has taken."""
        connection = pika.BlockingConnection(pika.URLParameters(self.rabbitmq_url))
        try:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
        finally:
            connection.close()

    def _local(self, *words: str) -> str:
        command = [sys.executable, "-m", "local", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, timeout=COMMAND_SEC, check=False
        )
        assert done.returncode == 0, f"{' '.join(words)}:\n{done.stdout}{done.stderr}"
        return done.stdout


def _ports() -> dict[str, str]:
    """Free ports for everything; those of the workers are in a row."""
    names = ("API_PORT", "UI_PORT", "POSTGRES_PORT", "RABBITMQ_PORT", "RABBITMQ_DIST_PORT", "RABBITMQ_EPMD_PORT")
    ports = free_ports(len(names))
    highest = max(ports)
    workers = free_range_after(range(highest, highest + len(WORKERS)), set(ports))
    return {name: str(port) for name, port in zip(names, ports, strict=True)} | {
        "WORKER_METRICS_PORT": str(workers.start)
    }
