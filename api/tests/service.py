"""The API as a process, started as in production, with an HTTP client."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psutil
from patience import until
from sqlalchemy import make_url

API = Path(__file__).parents[1]
TOKEN_SECRET = "a secret of these tests, long enough to sign with"


class Service:
    """`uvicorn app.main:app` on a free port. Settings are environment variables, in lower case."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        variables = {"database_url": database_url, "fitburn_token_secret": TOKEN_SECRET, "rabbitmq_url": ""}
        # Tests register more members per minute than the rate limit per address allows.
        variables |= {"rate_limit_per_address": "off", "rate_limit_per_account": "off"} | settings
        self.environment = {**os.environ, **{name.upper(): str(value) for name, value in variables.items()}}
        self._log = tempfile.NamedTemporaryFile(prefix="api-", suffix=".log")  # noqa: SIM115  # closed in __exit__
        # Close idle connections before the server does, so that no request picks one that is being closed.
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=2)
        self.http = httpx.Client(base_url=self.url, timeout=60, limits=limits)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(self.port), "--no-access-log"]
        self.process = subprocess.Popen(command, cwd=API, env=self.environment, stderr=self._log)
        until(self._is_up)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.http.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        finally:
            self.process.kill()
            self.process.wait()
            self._log.close()

    def _is_up(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return self.http.get("/metrics").is_success
        except httpx.TransportError:
            return False

    def clients(self) -> int:
        """Number of open client connections."""
        return sum(connection.laddr.port == self.port for connection in self._connections())

    def database_connections(self) -> int:
        port = make_url(self.environment["DATABASE_URL"]).port
        remotes = [connection.raddr for connection in self._connections()]
        return sum(bool(remote) and remote.port == port for remote in remotes)

    def _connections(self) -> list[Any]:
        connections = psutil.Process(self.process.pid).net_connections("tcp")
        return [connection for connection in connections if connection.status == psutil.CONN_ESTABLISHED]

    def log(self) -> str:
        return Path(self._log.name).read_text(encoding="utf-8")

    def submit(self, key: str, workout: Any, **headers: str) -> httpx.Response:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post("/workouts", json=workout, headers=bearer(key) | extra)

    def bulk(self, key: str, items: list[Any], **headers: str) -> httpx.Response:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post("/workouts/bulk", json={"items": items}, headers=bearer(key) | extra)

    def get(self, key: str, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query or None, headers=bearer(key))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
