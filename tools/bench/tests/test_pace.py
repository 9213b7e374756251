"""The open-loop client counts the accepted requests, also of a service that refuses or dies."""

import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import psutil
import pytest
import requests
from patience import until

from local.ports import free_ports
from tools.bench.members import bodies, draw_members
from tools.bench.pace import post_paced
from tools.bench.processes import Program

ROOT = Path(__file__).parents[3]
UNKNOWN_TYPE = b'{"user_id": "m-1", "workout_type": "flying"}'


class Ceiling:
    """The fastest of the services that are compared."""

    def __init__(self, log: Path) -> None:
        [port] = free_ports(1)
        command = [sys.executable, "-m", "uvicorn", "tools.bench.rivals.ceiling:app", "--port", str(port)]
        self.url = f"http://127.0.0.1:{port}"
        self.program = Program("ceiling", command, ROOT, {}, log)

    def answers(self) -> bool:
        self.program.check()
        return requests.get(f"{self.url}/health", timeout=2).ok


@pytest.fixture
def ceiling(tmp_path: Path) -> Iterator[Ceiling]:
    service = Ceiling(tmp_path / "ceiling.log")
    service.program.start()
    try:
        until(service.answers, passing=(requests.ConnectionError,))
        yield service
    finally:
        service.program.stop()


def test_an_accepted_workout_counts_once_with_its_scheduled_time(ceiling: Ceiling) -> None:
    members = draw_members(100)
    paced = post_paced(ceiling.url, "", bodies(members, 0), rate=200, seconds=0.5)
    assert sorted(sent.workout_id for sent in paced.accepted) == [member["user_id"] for member in members]
    assert (paced.refused, len(paced.late_ms)) == (0, 100)
    beats = sorted(sent.beat for sent in paced.accepted)
    assert all(round(later - sooner, 4) == 0.005 for sooner, later in pairwise(beats))


def test_what_is_refused_is_not_accepted(ceiling: Ceiling) -> None:
    good = list(islice(bodies(draw_members(), 0), 10))
    both = iter([body for pair in zip(good, [UNKNOWN_TYPE] * 10, strict=True) for body in pair])
    paced = post_paced(ceiling.url, "", both, rate=200, seconds=0.1)
    assert (len(paced.accepted), paced.refused) == (10, 10)


def test_a_service_that_dies_refuses_what_comes_after(ceiling: Ceiling) -> None:
    def dies_on_the_way() -> Iterator[bytes]:
        yield from islice(bodies(draw_members(), 0), 50)
        psutil.Process(ceiling.program.pid).kill()
        yield from islice(bodies(draw_members(), 50), 50)

    paced = post_paced(ceiling.url, "", dies_on_the_way(), rate=200, seconds=0.5)
    assert len(paced.accepted) + paced.refused == 100
    assert paced.refused >= 50
