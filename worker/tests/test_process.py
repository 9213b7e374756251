"""The service as an operator starts and stops it: `python -m app.worker`."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import MODELS, ROOT
from gym import Gym
from patience import until
from post import Post
from prometheus_client.parser import text_string_to_metric_families

START_SEC = 60
STOP_SEC = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without addresses and settings of a user's own servers, and with the changes."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("WORKER_", "FITBURN_"))}
    return {name: value for name, value in inherited.items() if name not in ("DATABASE_URL", "RABBITMQ_URL")} | changes


@dataclass
class Service:
    """A worker process. It logs to a file, since a pipe that is not read would block it."""

    process: subprocess.Popen[bytes]
    log: Path

    def end(self, number: signal.Signals, seconds: float = STOP_SEC) -> int:
        """Send the signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def refusal(self) -> str:
        """The output of a process that refuses to start."""
        assert self.process.wait(START_SEC) == 1
        assert "Traceback" not in self.log.read_text()
        return self.log.read_text()


Start = Callable[..., Service]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts workers, and kills those that still run at the end."""
    started: list[Service] = []

    def start(**changes: str) -> Service:
        log = tmp_path / f"worker-{len(started)}.log"
        command = [sys.executable, "-m", "app.worker"]
        with log.open("wb") as file:
            process = subprocess.Popen(command, cwd=ROOT / "worker", env=environment(changes), stderr=file)
        started.append(Service(process, log))
        return started[-1]

    yield start
    for service in started:
        service.process.kill()
        service.process.wait()


def metrics(port: int) -> dict[str, float]:
    """Samples by name, followed by the label's value if any; empty while the port does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as response:
            families = list(text_string_to_metric_families(response.read().decode()))
    except (urllib.error.URLError, ConnectionError):
        return {}
    samples = [sample for family in families for sample in family.samples if "le" not in sample.labels]
    return {":".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


def test_stop_amid_a_backlog_ends_within_ten_seconds_and_splits_no_batch(
    gym: Gym, post: Post, database_url: str, start: Start
) -> None:
    requests = gym.log_plain(3_000)
    post.send(requests)
    # No sweep: what it scores has a message left in the queue.
    addresses = {"DATABASE_URL": database_url, "RABBITMQ_URL": post.url, "WORKER_SWEEP_AFTER_SEC": "600"}
    addresses |= {"WORKER_BATCH_SIZE": "40"}
    worker = start(**addresses, WORKER_METRICS_PORT=str(free_port()))

    def done() -> int:
        return int(gym.ask("select count(*) from predictions where status = 'done'")[0])

    with gym.held_back(requests[1_500]):  # so that it does not reach the end of the backlog before the signal
        until(lambda: done() >= 40, seconds=START_SEC)
        worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(STOP_SEC) == 0
    assert 0 < done() < 3_000
    per_transaction = "select count(*) from predictions where status = 'done' group by xmin"
    assert set(gym.ask(per_transaction)) <= set(range(1, 41))
    gym.assert_books_balance()
    # Everything that was done is acknowledged, and everything else is back in the queue.
    until(lambda: post.waiting() == 3_000 - done())

    second = start(**addresses, WORKER_METRICS_PORT=str(free_port()))
    until(lambda: done() == 3_000, seconds=START_SEC)
    assert second.end(signal.SIGINT) == 0
    assert (post.waiting(), post.dead()) == (0, 0)
    gym.assert_books_balance()


def test_metrics_count_what_was_done(gym: Gym, database_url: str, start: Start) -> None:
    requests = gym.log({"workout_type": "chess" if n == 0 else "running"} for n in range(20))
    port = free_port()
    start(DATABASE_URL=database_url, WORKER_METRICS_PORT=str(port))
    until(lambda: metrics(port).get("worker_processed_total:done") == 19, seconds=START_SEC)
    samples = metrics(port)
    assert samples["worker_processed_total:failed"] == 1
    assert samples["worker_errors_total:processing_error"] == 1
    assert samples["worker_prediction_calories_count"] == 19
    assert samples["submit_to_done_seconds_count"] == 19
    assert 19 * 100 < samples["worker_prediction_calories_sum"] < 19 * 1_000
    assert samples["worker_inference_latency_seconds_count"] >= 1
    assert samples["worker_batch_size_sum"] == 20
    assert [name for name in samples if name.startswith("worker_model_info:")]
    assert set(gym.statuses(requests)) == {"failed", "done"}


def test_worker_waits_for_a_database_that_has_not_started_and_can_be_stopped(start: Start) -> None:
    port = free_port()
    nowhere = f"postgresql://nobody:secret-word@127.0.0.1:{free_port()}/none"
    worker = start(DATABASE_URL=nowhere, WORKER_METRICS_PORT=str(port))
    until(lambda: metrics(port).get("worker_errors_total:database_away", 0) >= 2, seconds=START_SEC)
    assert worker.end(signal.SIGTERM) == 0
    assert "Connection refused" in worker.log.read_text()
    assert "secret-word" not in worker.log.read_text()


def test_tampered_model_is_refused(start: Start, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(MODELS, models)
    with (models / "model.joblib").open("ab") as artefact:
        artefact.write(b"x")
    message = start(DATABASE_URL="postgresql://127.0.0.1/x", WORKER_MODELS_DIR=str(models)).refusal()
    assert "Refused to start: model.joblib is not the file that metrics.json describes" in message


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "DATABASE_URL: Field required"),
        ({"DATABASE_URL": "postgresql://127.0.0.1/x", "WORKER_BATCH_SIZE": "none"}, "BATCH_SIZE: Input should be"),
        (
            {"DATABASE_URL": "postgresql://fitburn:local-only-postgres@db/fitburn", "FITBURN_ENV": "production"},
            "Refused to start in production: DATABASE_URL still has its value for a local machine.",
        ),
        (
            {
                "DATABASE_URL": "postgresql://fitburn:of-our-own@db/fitburn",
                "RABBITMQ_URL": "amqp://fitburn:local-only-rabbitmq@mq/",
                "FITBURN_ENV": "production",
            },
            "Refused to start in production: RABBITMQ_URL still has its value for a local machine.",
        ),
    ],
)
def test_wrong_settings_are_refused_without_showing_their_values(
    start: Start, changes: dict[str, str], sentence: str
) -> None:
    message = start(**changes).refusal()
    assert sentence in message
    assert "local-only-" not in message


def test_taken_metrics_port_is_refused(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        message = start(DATABASE_URL="postgresql://127.0.0.1/x", WORKER_METRICS_PORT=str(port)).refusal()
    assert f"Port {port} for metrics cannot be used (Address already in use). Set WORKER_METRICS_PORT." in message
