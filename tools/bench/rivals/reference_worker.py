"""A worker that takes one message, scores one row, commits and acknowledges.

python -m tools.bench.rivals.reference_worker
"""

import json
import os
import uuid
from typing import Any

import pika

from tools.bench.rivals.reference_api import QUEUE
from tools.bench.rivals.scoring import model, score
from tools.bench.rivals.tables import Session


def on_message(channel: Any, method: Any, _properties: Any, body: bytes) -> None:
    with Session() as session:
        score(session, uuid.UUID(json.loads(body)["prediction_id"]))
        session.commit()
    channel.basic_ack(method.delivery_tag)


def main() -> None:
    model()
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["RABBITMQ_URL"]))
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True)
    channel.basic_qos(prefetch_count=1)
    channel.basic_consume(QUEUE, on_message)
    channel.start_consuming()


if __name__ == "__main__":
    main()
