"""A private node of the installed `rabbitmq-server`, with separate ports, data and Erlang port mapper.

The port mapper (epmd) runs under the runner too instead of as a daemon, so no process outlives the stack.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pika
from pika.exceptions import AMQPConnectionError, ProbableAuthenticationError

from local.errors import StackError
from local.ports import LOOPBACK
from local.programs import Program
from local.settings import Settings

# Debian's command in /usr/sbin requires the system user rabbitmq; this script behind it does not.
DEBIAN_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

ERLANG_OPTIONS = (
    "-kernel inet_dist_use_interface {127,0,0,1}",
    "-start_epmd false",
    # No busy waiting: Erlang's schedulers would otherwise spin on cores that other processes need.
    "+sbwt none +sbwtdcpu none +sbwtdio none",
)


def find_server() -> Path | None:
    """The script that starts a RabbitMQ node; None where RabbitMQ is not installed."""
    if DEBIAN_SERVER.exists():
        return DEBIAN_SERVER
    found = shutil.which("rabbitmq-server")
    return Path(found) if found else None


def _find_port_mapper() -> Path:
    """Erlang's epmd: on the PATH, else in the folder of the Erlang installation."""
    found = shutil.which("epmd")
    if found:
        return Path(found)
    if shutil.which("erl"):
        ask = ["erl", "-noinput", "-eval", "io:put_chars(code:root_dir()), halt()."]
        erlang = Path(subprocess.run(ask, capture_output=True, text=True, check=False).stdout)
        for candidate in sorted(erlang.glob("erts-*/bin/epmd")):
            return candidate
    raise StackError(
        "RabbitMQ is installed, but Erlang's `epmd` is not found: put it on the PATH, or set RABBITMQ_URL."
    )


def programs(settings: Settings, server: Path) -> list[Program]:
    """The port mapper, then the node, which must start after the port mapper answers."""
    folder = _data_folder(settings)
    environment = _node_environment(settings)
    mapper: list[str | Path] = [_find_port_mapper(), "-port", str(settings.rabbitmq_epmd_port), "-address", LOOPBACK]
    return [
        Program("epmd", mapper, folder, environment),
        Program("rabbitmq", [server], folder, environment),
    ]


def _data_folder(settings: Settings) -> Path:
    return settings.folder / "rabbitmq"


def _node_environment(settings: Settings) -> dict[str, str]:
    folder = _data_folder(settings)
    return {
        "HOME": str(folder),  # where Erlang keeps the node's cookie
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(settings.rabbitmq_epmd_port),
        "RABBITMQ_NODENAME": "fitburn@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(settings.rabbitmq_port),
        "RABBITMQ_DIST_PORT": str(settings.rabbitmq_dist_port),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(ERLANG_OPTIONS),
    }


def prepare(settings: Settings) -> None:
    """Writes the node's configuration and keeps its data."""
    folder = _data_folder(settings)
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "logs").mkdir(exist_ok=True)
    metrics = settings.rabbitmq_metrics_port
    (folder / "enabled_plugins").write_text("[rabbitmq_prometheus].\n" if metrics else "[].\n")
    configuration = folder / "rabbitmq.conf"
    configuration.write_text(
        f"default_user = {settings.rabbitmq_default_user}\n"
        f"default_pass = {settings.rabbitmq_default_pass}\n"
        + (f"prometheus.tcp.ip = {LOOPBACK}\nprometheus.tcp.port = {metrics}\n" if metrics else "")
    )
    os.chmod(configuration, 0o600)


def is_ready(url: str) -> bool:
    """Whether the broker accepts connections. StackError if it refuses the login."""
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except ProbableAuthenticationError:
        raise StackError(
            "RabbitMQ refuses this login. A private node keeps the RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS it "
            "was made with: give the old ones, or delete its folder (workouts are safe: they live in PostgreSQL)."
        ) from None
    except (AMQPConnectionError, OSError):
        return False
    return True
