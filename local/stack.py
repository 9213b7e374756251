"""Starts and stops a stack: the order of its processes, and what each start waits for."""

from collections.abc import Callable
from dataclasses import dataclass

from local import airflow, postgres, rabbitmq, report, services, shell_env
from local.errors import StackError
from local.ports import ensure_free, is_answering
from local.programs import Program
from local.runner import Runner
from local.settings import Settings

DEMO_CLUB = "main"
DEMO_PARTNER = "demo"

START_TIMEOUT_SEC = 180


@dataclass(frozen=True)
class Plan:
    """The servers of a stack: private ones to start, and URLs of all."""

    database_url: str
    rabbitmq_url: str  # empty: the queue in the database
    private: tuple[Program, ...]
    queue: str  # which queue it is and why, for the terminal

    @property
    def private_names(self) -> set[str]:
        return {program.name for program in self.private}


def _make_plan(settings: Settings) -> Plan:
    database_url = settings.database_url if settings.has_own_database else settings.private_database_url
    database = [] if settings.has_own_database else [postgres.program(settings)]
    rabbitmq_url, broker, queue = _choose_queue(settings)
    return Plan(str(database_url), rabbitmq_url, (*database, *broker), queue)


def _choose_queue(settings: Settings) -> tuple[str, list[Program], str]:
    """URL, programs and description of the queue: the user's, else a private node, else the database."""
    if settings.has_own_rabbitmq:
        url = settings.rabbitmq_url or ""
        return url, [], "your RabbitMQ (RABBITMQ_URL)" if url else "the database's own queue (RABBITMQ_URL is empty)"
    server = rabbitmq.find_server()
    if server:
        return settings.private_rabbitmq_url, rabbitmq.programs(settings, server), "a private RabbitMQ node"
    return "", [], "the database's own queue (no rabbitmq-server is installed)"


class Stack:
    """The servers and services of one folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.runner = Runner(settings.folder)
        self.plan = _make_plan(settings)
        self.programs = [*self.plan.private, services.api(settings), *services.workers(settings), services.ui(settings)]
        if settings.airflow:
            self.programs.append(airflow.program())
        self.environment = services.environment(settings, self.plan.database_url, self.plan.rabbitmq_url)

    def up(self) -> None:
        """Starts everything and returns when all processes answer. Stops everything again on any error."""
        ensure_free(self.ports())
        try:
            self.start_servers()
            self._start_services()
            self._hand_out_key()
            if self.settings.airflow:
                airflow.note(self.settings.folder, airflow.STARTING)
                self.runner.start(airflow.NAME)  # without waiting: it takes long, and no service depends on it
        except BaseException:
            self.down()
            raise

    def start_servers(self) -> None:
        """Starts the private servers in parallel; the user's must answer. The broker boots while migrations run."""
        names = self.plan.private_names
        with report.step("the process runner and data folders"):
            self.runner.launch(self.programs, self.environment)
            self.prepare_folders()
        self.runner.start(*(names & {"postgres", "epmd"}))
        if "rabbitmq" in names:
            self.runner.wait("epmd", lambda: is_answering(self.settings.rabbitmq_epmd_port), timeout_sec=10)
            self.runner.start("rabbitmq")
        with report.step("PostgreSQL 18" if "postgres" in names else "your PostgreSQL (DATABASE_URL)"):
            self._await_database()
        with report.step("the database's schema"):
            services.migrate(self.environment)
        with report.step(self.plan.queue):
            self._await_queue()

    def prepare_folders(self) -> None:
        if "postgres" in self.plan.private_names:
            postgres.prepare(self.settings)
        if "rabbitmq" in self.plan.private_names:
            rabbitmq.prepare(self.settings)

    def _await_database(self) -> None:
        if "postgres" in self.plan.private_names:
            maintenance = self.settings.private_postgres_url("postgres")
            self.runner.wait("postgres", lambda: postgres.is_ready(maintenance), timeout_sec=START_TIMEOUT_SEC)
            postgres.ensure_database(maintenance, self.settings.postgres_db)
        elif not postgres.is_ready(self.plan.database_url):
            raise StackError(
                "The PostgreSQL of DATABASE_URL does not answer. Start it, or unset DATABASE_URL to get a private one."
            )

    def _await_queue(self) -> None:
        url = self.plan.rabbitmq_url
        if "rabbitmq" in self.plan.private_names:
            self.runner.wait("rabbitmq", lambda: rabbitmq.is_ready(url), timeout_sec=START_TIMEOUT_SEC)
        elif url and not rabbitmq.is_ready(url):
            raise StackError("The RabbitMQ of RABBITMQ_URL does not answer. Start it, or unset RABBITMQ_URL.")

    def _start_services(self) -> None:
        checks = self.checks()
        self.runner.start(*checks)
        for name, is_ready in checks.items():
            with report.step(name):
                self.runner.wait(name, is_ready, timeout_sec=START_TIMEOUT_SEC)

    def checks(self) -> dict[str, Callable[[], bool]]:
        """Readiness check of each service of this stack, by process name."""
        return services.readiness(self.settings)

    def _hand_out_key(self) -> None:
        """Writes `.local/env`. Keeps the demo partner's key while it is valid."""
        key = shell_env.read(self.settings.folder).get("FITBURN_API_KEY", "")
        if not (key and services.key_is_valid(self.settings.api_url, key)):
            key = services.make_key(self.environment, club=DEMO_CLUB, name=DEMO_PARTNER)
        variables = {
            "FITBURN_API_URL": self.settings.api_url,
            "FITBURN_API_KEY": key,
            "DATABASE_URL": self.plan.database_url,
            "RABBITMQ_URL": self.plan.rabbitmq_url,
            "FITBURN_UI_URL": self.settings.ui_url,
        }
        if self.settings.airflow:
            variables["AIRFLOW_URL"] = self.settings.airflow_url
        shell_env.write(self.settings.folder, variables)

    def down(self) -> None:
        """Stops the services, then the servers, then the runner."""
        self.runner.shut_down(
            [[airflow.NAME, "ui", "api", *self.settings.worker_ports], ["postgres", "rabbitmq"], ["epmd"]]
        )

    def start(self, name: str) -> None:
        """Starts one process and waits until it answers."""
        self.runner.start(name)
        self.runner.wait(name, self.readiness(name), timeout_sec=START_TIMEOUT_SEC)

    def readiness(self, name: str) -> Callable[[], bool]:
        """Readiness check of a process, at the address that `up` chose for it."""
        variables = shell_env.read(self.settings.folder)
        checks: dict[str, Callable[[], bool]] = {
            "postgres": lambda: postgres.is_ready(variables["DATABASE_URL"]),
            "rabbitmq": lambda: rabbitmq.is_ready(variables["RABBITMQ_URL"]),
            "api": services.answers(f"{variables.get('FITBURN_API_URL')}/health"),
            "ui": services.answers(f"{variables.get('FITBURN_UI_URL')}/_stcore/health"),
        }
        return checks.get(name, lambda: bool(self.runner.process(name).listening_ports()))

    def ports(self) -> dict[str, range]:
        """Every port that this stack will listen on, by the variable that sets it."""
        settings = self.settings
        first = {"API_PORT": settings.api_port, "UI_PORT": settings.ui_port}
        if settings.airflow:
            first["AIRFLOW_PORT"] = settings.airflow_port
        if "postgres" in self.plan.private_names:
            first["POSTGRES_PORT"] = settings.postgres_port
        if "rabbitmq" in self.plan.private_names:
            first["RABBITMQ_PORT"] = settings.rabbitmq_port
            first["RABBITMQ_DIST_PORT"] = settings.rabbitmq_dist_port
            first["RABBITMQ_EPMD_PORT"] = settings.rabbitmq_epmd_port
            if settings.rabbitmq_metrics_port:
                first["RABBITMQ_METRICS_PORT"] = settings.rabbitmq_metrics_port
        ports = {name: range(port, port + 1) for name, port in first.items()}
        first_worker = settings.worker_metrics_port
        return ports | {"WORKER_METRICS_PORT": range(first_worker, first_worker + settings.workers)}
