import os
import re
import socket

import pytest

from local.errors import StackError
from local.ports import LOOPBACK, ensure_free, free_ports, is_answering, is_free


def test_a_port_with_a_listener_is_not_free_and_answers() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
        assert is_answering(port)


def test_free_ports_are_free_and_all_different() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(is_free(port) and not is_answering(port) for port in ports)


def test_a_taken_port_is_named_with_its_variable_its_holder_and_a_free_one() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(StackError) as raised:
            ensure_free({"API_PORT": range(port, port + 1), "POSTGRES_PORT": one_free_port()})
    message = str(raised.value)
    assert f"Port {port} (API_PORT) is taken" in message
    assert "API_PORT=" in message and "POSTGRES_PORT" not in message
    assert str(os.getpid()) in message


def test_one_port_for_two_purposes_is_refused() -> None:
    ports = one_free_port()
    with pytest.raises(StackError, match="asked for twice: by API_PORT and WORKER_METRICS_PORT"):
        ensure_free({"API_PORT": ports, "WORKER_METRICS_PORT": range(ports.start - 1, ports.stop)})


def test_the_ports_advised_are_free_and_keep_clear_of_each_other() -> None:
    with socket.create_server((LOOPBACK, 0)) as first, socket.create_server((LOOPBACK, 0)) as second:
        one, other = first.getsockname()[1], second.getsockname()[1]
        with pytest.raises(StackError) as raised:
            ensure_free({"API_PORT": range(one, one + 1), "WORKER_METRICS_PORT": range(other, other + 3)})
        advised = dict(re.findall(r"(API_PORT|WORKER_METRICS_PORT)=(\d+)", str(raised.value)))
        api, workers = int(advised["API_PORT"]), int(advised["WORKER_METRICS_PORT"])
        ensure_free({"API_PORT": range(api, api + 1), "WORKER_METRICS_PORT": range(workers, workers + 3)})


def one_free_port() -> range:
    port = free_ports(1)[0]
    return range(port, port + 1)
