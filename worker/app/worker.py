"""The worker service: `python -m app.worker` from the folder `worker`. Any number of workers share the load."""

import logging
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
from app.sweeping import Sweeper, SweepSchedule
from fitburn import gc_tuning, logs, notifications
from fitburn.backoff import Backoff
from fitburn.database import is_transient, make_engine, reason
from fitburn.errors import ModelRefusedError
from fitburn.messages import ScoreRequest
from fitburn.notifications import Listener
from fitburn.settings import BrokerSettings, DatabaseSettings, read_settings

log = logging.getLogger(__name__)

SERVICE = "fitburn-worker"
FIRST_RETRY_SEC = 0.2
LONGEST_RETRY_SEC = 5.0


class Worker:
    """Scores batch after batch until `stop` is called; then it finishes the current batch."""

    def __init__(self, engine: Engine, model: Model, inbox: Inbox, sweeper: Sweeper, schedule: SweepSchedule) -> None:
        self._engine = engine
        self._model = model
        self._inbox = inbox
        self._sweeper = sweeper
        self._schedule = schedule
        self._next_take_at = time.monotonic()
        self._broker_backoff = Backoff(FIRST_RETRY_SEC, LONGEST_RETRY_SEC)
        self._database_backoff = Backoff(FIRST_RETRY_SEC, LONGEST_RETRY_SEC)
        # No threading.Event: a signal handler that sets one can deadlock with the thread that waits for it.
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True

    def run(self) -> None:
        while not self._stopping:
            self._pause(min(self._next_take_at, self._schedule.next_at) - time.monotonic())
            busy = self._work_on_messages()
            if self._schedule.due:
                found_rows = self._sweep()
                self._schedule.swept(found_rows=found_rows, busy=busy)
        self._inbox.close()

    def _work_on_messages(self) -> bool:
        """Whether a batch arrived. While the broker is away, returns early between retries so that sweeps go on."""
        if time.monotonic() < self._next_take_at:
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
            self._schedule.broker_away()
            self._next_take_at = time.monotonic() + self._broker_backoff.next()
        except SQLAlchemyError as error:
            self._wait_for_database(error)
        return False

    def _work_on(self, deliveries: Sequence[Delivery]) -> None:
        """Score and settle a batch. While the database is away, retries until it is back or `stop` is called."""
        report = self._score_patiently([delivery.request for delivery in deliveries])
        if report is None:
            return
        dead = [delivery for delivery in deliveries if delivery.request in report.unknown]
        self._inbox.settle(deliveries, dead)

    def _sweep(self) -> bool:
        """Score a batch of rows whose wake-up message was lost. Whether any were found."""
        try:
            requests = self._sweeper.claim(after_sec=self._schedule.after_sec)
        except SQLAlchemyError as error:
            self._wait_for_database(error)
            return False
        self._database_backoff.reset()
        if requests:
            log.info("swept", extra={"workout_ids": [str(request.workout_id) for request in requests]})
            self._score_patiently(requests)
        return bool(requests)

    def _score_patiently(self, requests: Sequence[ScoreRequest]) -> Report | None:
        """Score, and retry while the database is away. None if `stop` was called before it succeeded."""
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
        if not is_transient(error):
            raise error
        log.warning("database away", extra={"reason": reason(error)})
        metrics.ERRORS.labels("database_away").inc()
        self._pause(self._database_backoff.next())

    def _pause(self, seconds: float) -> None:
        """Wait, but no longer than until a stop."""
        deadline = time.monotonic() + seconds
        while not self._stopping and (remaining := deadline - time.monotonic()) > 0:
            self._inbox.idle(min(remaining, PATIENCE_SEC))


def _account(report: Report) -> None:
    """Metrics and one log line for a batch."""
    now = datetime.now(UTC)
    for workout, calories in report.scored:
        metrics.CALORIES.observe(calories)
        metrics.SUBMIT_TO_DONE.observe(max(0.0, (now - workout.accepted_at).total_seconds()))
    metrics.PROCESSED.labels("done").inc(len(report.scored))
    metrics.count_failed(report.failed)
    metrics.BONUSES.inc(report.bonuses)
    metrics.BATCH_SIZE.observe(len(report.scored) + len(report.failed))
    if report.unknown:
        metrics.ERRORS.labels("unknown_workout").inc(len(report.unknown))
        log.warning("unknown workouts", extra={"workout_ids": [str(request.workout_id) for request in report.unknown]})
    if report.scored or report.failed:
        workout_ids = [workout.workout_id for workout, _ in report.scored]
        log.info("scored", extra={"workout_ids": workout_ids, "failed": report.failed})


def _make_inbox(
    broker: BrokerSettings, database: DatabaseSettings, settings: WorkerSettings, sweeper: Sweeper
) -> Inbox:
    if broker.rabbitmq_url is not None:
        return RabbitInbox(broker.rabbitmq_url.get_secret_value(), settings)
    return DatabaseInbox(sweeper, Listener(database, SERVICE, (notifications.PENDING,)))


def main() -> None:
    database, broker = read_settings(DatabaseSettings), read_settings(BrokerSettings)
    settings = read_settings(WorkerSettings)
    logs.configure(SERVICE, settings.log_level)
    # Matrices are small, and the service scales by more workers: BLAS threads would only compete for the cores.
    threadpool_limits(limits=1)
    try:
        model = load_model(settings.models_dir)
    except ModelRefusedError as error:
        sys.exit(f"Refused to start: {error}")
    metrics.MODEL.labels(model.version).set(1)
    engine = make_engine(database, SERVICE)
    sweeper = Sweeper(engine, model.version, batch_size=settings.batch_size, lease_sec=settings.sweep_after_sec)
    schedule = SweepSchedule(settings.sweep_every_sec, settings.sweep_after_sec)
    worker = Worker(engine, model, _make_inbox(broker, database, settings, sweeper), sweeper, schedule)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    try:
        start_http_server(settings.metrics_port, settings.metrics_host)
    except OSError as error:
        sys.exit(
            f"Port {settings.metrics_port} for metrics cannot be used ({error.strerror}). Set WORKER_METRICS_PORT."
        )
    gc_tuning.freeze_startup_objects()
    log.info("started", extra={"model_version": model.version})
    worker.run()
    log.info("stopped")


if __name__ == "__main__":
    main()
