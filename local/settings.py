"""Settings of the local stack, from the environment or else from `.env` at the root of the repository."""

from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import quote

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from local.errors import StackError
from local.ports import free_stack_ports

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"


class Settings(BaseSettings):
    """Defaults live in `.env` alone. `DATABASE_URL` and `RABBITMQ_URL` name servers of the user, which replace the
    private ones; an empty `RABBITMQ_URL` selects the queue in the database."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True)

    fitburn_local_dir: Path = Path(".local")
    fitburn_env: str
    fitburn_token_secret: str

    database_url: str | None = None
    postgres_user: str
    postgres_password: str
    postgres_db: str
    postgres_port: int = Field(gt=0, lt=65536)

    rabbitmq_url: str | None = None
    rabbitmq_default_user: str
    rabbitmq_default_pass: str
    rabbitmq_port: int = Field(gt=0, lt=65536)
    rabbitmq_dist_port: int = Field(gt=0, lt=65536)
    rabbitmq_epmd_port: int = Field(gt=0, lt=65536)
    rabbitmq_metrics_port: int = Field(ge=0, lt=65536)

    api_port: int = Field(gt=0, lt=65536)
    workers: int = Field(ge=1, le=64)
    worker_metrics_port: int = Field(gt=0, lt=65536)

    ui_port: int = Field(gt=0, lt=65536)

    airflow: bool
    airflow_port: int = Field(gt=0, lt=65536)

    runbook_url: str

    @classmethod
    def read(cls) -> Self:
        """Raises StackError that lists each missing or invalid variable."""
        try:
            return cls()
        except ValidationError as error:
            wrong = "\n".join(f"  {str(e['loc'][0]).upper()}: {e['msg']} (is {e['input']!r})" for e in error.errors())
            raise StackError(f"These variables (environment, or {ENV_FILE}) make no sense:\n{wrong}") from None

    def separate(self, folder: Path, *, workers: int = 1) -> Self:
        """A copy for a stack in another folder: on free ports, on private servers, without Airflow."""
        ports = {name.lower(): port for name, port in free_stack_ports(workers).items()}
        private = {"database_url": None, "rabbitmq_url": None, "rabbitmq_metrics_port": 0, "airflow": False}
        changes = {**ports, **private, "fitburn_local_dir": folder, "workers": workers}
        return self.model_validate({**self.model_dump(), **changes})

    @cached_property
    def folder(self) -> Path:
        """Holds data, logs and state of this stack."""
        return (ROOT / self.fitburn_local_dir).resolve()

    @cached_property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @cached_property
    def ui_url(self) -> str:
        return f"http://127.0.0.1:{self.ui_port}"

    @cached_property
    def airflow_url(self) -> str:
        return f"http://127.0.0.1:{self.airflow_port}"

    @cached_property
    def private_database_url(self) -> str:
        return self.private_postgres_url(self.postgres_db)

    @cached_property
    def private_rabbitmq_url(self) -> str:
        login = f"{quote(self.rabbitmq_default_user, safe='')}:{quote(self.rabbitmq_default_pass, safe='')}"
        return f"amqp://{login}@127.0.0.1:{self.rabbitmq_port}/%2F"

    @cached_property
    def has_own_database(self) -> bool:
        """Whether DATABASE_URL is a server of the user. In a shell that read `.local/env` it is the private one."""
        return bool(self.database_url) and self.database_url != self.private_database_url

    @cached_property
    def has_own_rabbitmq(self) -> bool:
        """Whether RABBITMQ_URL is a server of the user, or empty."""
        return self.rabbitmq_url is not None and self.rabbitmq_url != self.private_rabbitmq_url

    @cached_property
    def worker_ports(self) -> dict[str, int]:
        """Metrics port of each worker, by process name."""
        return {f"worker-{n}": self.worker_metrics_port + n - 1 for n in range(1, self.workers + 1)}

    def private_postgres_url(self, database: str) -> str:
        login = f"{quote(self.postgres_user, safe='')}:{quote(self.postgres_password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{self.postgres_port}/{database}"
