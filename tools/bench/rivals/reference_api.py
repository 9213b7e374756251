"""The job as it is usually built: for each request an ORM session and a connection to RabbitMQ."""

import json
import os
import uuid

import pika
from fastapi import FastAPI

from tools.bench.rivals.accepting import SessionOfRequest, accept
from tools.bench.rivals.body import Accepted, WorkoutIn

QUEUE = "reference"

app = FastAPI()


@app.post("/workouts", status_code=202)
def submit(workout: WorkoutIn, session: SessionOfRequest) -> Accepted:
    prediction = accept(session, workout)
    session.commit()
    publish(prediction.id)
    return Accepted(workout_id=str(prediction.workout_id), prediction_id=str(prediction.id))


def publish(prediction_id: uuid.UUID) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["RABBITMQ_URL"]))
    try:
        channel = connection.channel()
        channel.queue_declare(QUEUE, durable=True)
        body = json.dumps({"prediction_id": str(prediction_id)})
        channel.basic_publish("", QUEUE, body, pika.BasicProperties(delivery_mode=pika.DeliveryMode.Persistent))
    finally:
        connection.close()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
