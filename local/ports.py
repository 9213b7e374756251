"""Ports of this machine: which are free, and which process listens on the others."""

import random
import socket
from collections.abc import Mapping
from itertools import islice

import psutil

from local.errors import StackError

LOOPBACK = "127.0.0.1"
SERVER_PORTS = (
    "API_PORT", "UI_PORT", "POSTGRES_PORT", "RABBITMQ_PORT", "RABBITMQ_DIST_PORT", "RABBITMQ_EPMD_PORT", "AIRFLOW_PORT",
)  # fmt: skip
"""Variables with the port of each server of a stack. Each worker has a port from WORKER_METRICS_PORT on."""
NOT_EPHEMERAL = range(12_000, 32_000)  # Linux: from 32768 on, macOS and Windows: from 49152 on


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def is_answering(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def ensure_free(wanted: Mapping[str, range]) -> None:
    """Raises StackError if a port is taken: names the port, the process that holds it and a free alternative.

    `wanted` maps a variable, such as `API_PORT`, to the ports that follow from its value.
    """
    everything = [port for ports in wanted.values() for port in ports]
    twice = sorted({port for port in everything if everything.count(port) > 1})
    if twice:
        names = [name for name, ports in wanted.items() if set(ports) & set(twice)]
        raise StackError(f"Port {twice[0]} is asked for twice: by {' and '.join(names)}. Choose different ones.")
    taken = {name: ports for name, ports in wanted.items() if not all(map(is_free, ports))}
    if taken:
        raise StackError(_describe_taken(taken, set(everything)))


def _describe_taken(taken: Mapping[str, range], reserved: set[int]) -> str:
    lines, advice = [], []
    for name, ports in taken.items():
        for port in ports:
            if not is_free(port):
                lines.append(f"Port {port} ({name}) is taken by {_holder_of(port) or 'another process'}.")
        other = free_range_after(ports, reserved)
        reserved |= set(other)
        advice.append(f"{name}={other.start}")
    return "\n".join([*lines, f"Stop what holds it, or choose another port: {' '.join(advice)} make up"])


def free_range_after(ports: range, reserved: set[int]) -> range:
    """The next consecutive ports that are free and not reserved; `ports` itself where there are none."""
    for start in range(ports.stop, 65536 - len(ports)):
        candidate = range(start, start + len(ports))
        if not reserved & set(candidate) and all(map(is_free, candidate)):
            return candidate
    return ports


def _holder_of(port: int) -> str | None:
    """Name and pid of the process that listens on this port, if this user may see it."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:  # macOS shows them to root alone
        return None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
            except psutil.NoSuchProcess:
                return None
    return None


def free_ports(count: int) -> list[int]:
    """Distinct ports that nothing listens on at the moment.

    Avoids the ephemeral range: a server takes seconds to start, and an outgoing connection may take its port first.
    """
    candidates = random.sample(NOT_EPHEMERAL, len(NOT_EPHEMERAL))
    return list(islice(filter(is_free, candidates), count))


def free_stack_ports(workers: int) -> dict[str, int]:
    """Free ports for every server of a stack, by variable. Those of the workers are consecutive."""
    ports = free_ports(len(SERVER_PORTS))
    metrics = free_range_after(range(max(ports), max(ports) + workers), set(ports))
    return dict(zip(SERVER_PORTS, ports, strict=True)) | {"WORKER_METRICS_PORT": metrics.start}
