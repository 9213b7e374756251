"""The worker service: `python -m app.worker` from this folder, any number of them side by side."""

import logging
import math
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from prometheus_client import start_http_server
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from threadpoolctl import threadpool_limits

from app import metrics
from app.inbox import PATIENCE_SEC, BrokerAwayError, DatabaseInbox, Delivery, Inbox, RabbitInbox
from app.model_loader import Model, load_model
from app.scoring import Report, score
from app.settings import WorkerSettings
from app.sweeping import IMPATIENT_AFTER_SEC, Sweeper
from fitburn import garbage, logs, notifications
from fitburn.backoff import Backoff
from fitburn.database import is_passing, make_engine, reason
from fitburn.errors import ModelRefusedError
from fitburn.messages import ScoreRequest
from fitburn.notifications import Listener
from fitburn.settings import BrokerSettings, DatabaseSettings, read_settings

log = logging.getLogger(__name__)

SERVICE = "fitburn-worker"
FIRST_RETRY_SEC = 0.2
LONGEST_RETRY_SEC = 5.0


class Worker:
    """Takes batches and scores them until it is told to stop; then it finishes the batch in hand."""

    def __init__(self, engine: Engine, model: Model, inbox: Inbox, sweeper: Sweeper, sweep_every_sec: float) -> None:
        self._engine = engine
        self._model = model
        self._inbox = inbox
        self._sweeper = sweeper
        self._sweep_every_sec = sweep_every_sec
        self._next_sweep = time.monotonic()
        self._next_take = time.monotonic()
        self._broker_backoff = Backoff(FIRST_RETRY_SEC, LONGEST_RETRY_SEC)
        self._database_backoff = Backoff(FIRST_RETRY_SEC, LONGEST_RETRY_SEC)
        self._broker_missed_at = -math.inf
        # No threading.Event: a signal handler that sets one can lock up the thread that waits for it.
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True

    def run(self) -> None:
        while not self._stopping:
            self._pause(min(self._next_take, self._next_sweep) - time.monotonic())
            busy = self._work_on_messages()
            if time.monotonic() >= self._next_sweep:
                found = self._sweep()
                # While messages flow, most of what waits has a message that will come.
                again_at_once = found and not busy
                self._next_sweep = time.monotonic() + (0 if again_at_once else self._sweep_pause_sec)
        self._inbox.close()

    @property
    def _misses_calls(self) -> bool:
        """Whether the broker is or was away, so that workouts were accepted that it was never told of."""
        return time.monotonic() - self._broker_missed_at < self._sweeper.after_sec

    @property
    def _sweep_pause_sec(self) -> float:
        return min(self._sweep_every_sec, IMPATIENT_AFTER_SEC) if self._misses_calls else self._sweep_every_sec

    def _work_on_messages(self) -> bool:
        """Whether there were any. While the broker is away nothing is tried before its time, so that sweeps go on."""
        if time.monotonic() < self._next_take:
            return False
        try:
            deliveries = self._inbox.take()
            self._broker_backoff.reset()
            if deliveries:
                self._work_on(deliveries)
            return bool(deliveries)
        except BrokerAwayError as error:
            log.warning("broker away", extra={"reason": str(error)[:200]})
            metrics.ERRORS.labels("broker_away").inc()
            now = time.monotonic()
            self._broker_missed_at = now
            self._next_sweep = min(self._next_sweep, now + IMPATIENT_AFTER_SEC)
            self._next_take = now + self._broker_backoff.next()
        except SQLAlchemyError as error:
            self._wait_for_database(error)
        return False

    def _work_on(self, deliveries: Sequence[Delivery]) -> None:
        """Score and settle. Without a stop in between, it takes as long as the database needs to come back."""
        report = self._score_patiently([delivery.request for delivery in deliveries])
        if report is None:
            return
        dead = [delivery for delivery in deliveries if delivery.request in report.unknown]
        self._inbox.settle(deliveries, dead)

    def _sweep(self) -> bool:
        """Score a batch of rows that nobody called for; whether there were any."""
        try:
            requests = self._sweeper.claim(impatient=self._misses_calls)
        except SQLAlchemyError as error:
            self._wait_for_database(error)
            return False
        self._database_backoff.reset()
        if requests:
            log.info("swept", extra={"workout_ids": [str(request.workout_id) for request in requests]})
            self._score_patiently(requests)
        return bool(requests)

    def _score_patiently(self, requests: Sequence[ScoreRequest]) -> Report | None:
        """The report, once the database takes it; None when told to stop before."""
        while True:
            try:
                report = score(self._engine, self._model, requests)
            except SQLAlchemyError as error:
                self._wait_for_database(error)
                if self._stopping:
                    return None
            else:
                self._database_backoff.reset()
                _account(report)
                return report

    def _wait_for_database(self, error: SQLAlchemyError) -> None:
        if not is_passing(error):
            raise error
        log.warning("database away", extra={"reason": reason(error)})
        metrics.ERRORS.labels("database_away").inc()
        self._pause(self._database_backoff.next())

    def _pause(self, seconds: float) -> None:
        """Wait, but not through a stop."""
        deadline = time.monotonic() + seconds
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            self._inbox.idle(min(left, PATIENCE_SEC))


def _account(report: Report) -> None:
    """Metrics and one log line for a batch."""
    now = datetime.now(UTC)
    for workout, calories in zip(report.done, report.calories, strict=True):
        metrics.CALORIES.observe(calories)
        metrics.SUBMIT_TO_DONE.observe(max(0.0, (now - workout.accepted_at).total_seconds()))
    metrics.PROCESSED.labels("done").inc(len(report.done))
    metrics.PROCESSED.labels("failed").inc(len(report.failed))
    metrics.BONUSES.inc(report.bonuses)
    metrics.BATCH_SIZE.observe(len(report.done) + len(report.failed))
    for code in report.failed.values():
        metrics.ERRORS.labels(code).inc()
    if report.unknown:
        metrics.ERRORS.labels("unknown_workout").inc(len(report.unknown))
        log.warning("unknown workouts", extra={"workout_ids": [str(r.workout_id) for r in report.unknown]})
    if report.done or report.failed:
        log.info("scored", extra={"workout_ids": [w.workout_id for w in report.done], "failed": report.failed})


def _make_inbox(
    broker: BrokerSettings, database: DatabaseSettings, settings: WorkerSettings, engine: Engine, model: Model
) -> Inbox:
    if broker.rabbitmq_url is not None:
        return RabbitInbox(broker.rabbitmq_url.get_secret_value(), settings)
    at_once = Sweeper(engine, model, batch_size=settings.batch_size, after_sec=0.0, lease_sec=settings.sweep_after_sec)
    return DatabaseInbox(at_once, Listener(database, SERVICE, (notifications.PENDING,)))


def main() -> None:
    database, broker = read_settings(DatabaseSettings), read_settings(BrokerSettings)
    settings = read_settings(WorkerSettings)
    logs.configure(SERVICE, settings.log_level)
    # Matrices are small, and workers side by side are how this scales: threads would only fight over the cores.
    threadpool_limits(limits=1)
    try:
        model = load_model(settings.models_dir)
    except ModelRefusedError as error:
        sys.exit(f"Refused to start: {error}")
    metrics.MODEL.labels(model.version).set(1)
    engine = make_engine(database, SERVICE)
    sweeper = Sweeper(
        engine,
        model,
        batch_size=settings.batch_size,
        after_sec=settings.sweep_after_sec,
        lease_sec=settings.sweep_after_sec,
    )
    inbox = _make_inbox(broker, database, settings, engine, model)
    worker = Worker(engine, model, inbox, sweeper, settings.sweep_every_sec)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    try:
        start_http_server(settings.metrics_port, settings.metrics_host)
    except OSError as error:
        sys.exit(
            f"Port {settings.metrics_port} for metrics cannot be used ({error.strerror}). Set WORKER_METRICS_PORT."
        )
    garbage.leave_in_peace()
    log.info("started", extra={"model_version": model.version})
    worker.run()
    log.info("stopped")


if __name__ == "__main__":
    main()
