"""The job for Celery: celery -A tools.bench.rivals.celery_tasks worker"""

import os
import uuid
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init

from tools.bench.rivals.scoring import model, score
from tools.bench.rivals.tables import Session, engine

app = Celery("bench", broker=os.environ["RABBITMQ_URL"])
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    # Celery's advice for many short tasks; with 1, the worker waits for the broker between any two.
    worker_prefetch_multiplier=64,
    # One per FastAPI thread, so that none waits for a connection.
    broker_pool_limit=40,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def load(**_: Any) -> None:
    model()  # before the pool forks, so that its processes share it


@worker_process_init.connect  # type: ignore[untyped-decorator]
def begin(**_: Any) -> None:
    engine.dispose(close=False)  # a forked process must not use connections of its parent


@app.task(name="score")  # type: ignore[untyped-decorator]
def score_workout(prediction_id: str) -> None:
    with Session() as session:
        score(session, uuid.UUID(prediction_id))
        session.commit()
