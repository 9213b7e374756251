"""FastAPI in front of Celery: for each request an ORM session and a task."""

from fastapi import FastAPI

from tools.bench.rivals.accepting import SessionOfRequest, accept
from tools.bench.rivals.body import Accepted, WorkoutIn
from tools.bench.rivals.celery_tasks import score_workout

app = FastAPI()


@app.post("/workouts", status_code=202)
def submit(workout: WorkoutIn, session: SessionOfRequest) -> Accepted:
    prediction = accept(session, workout)
    session.commit()
    score_workout.delay(str(prediction.id))
    return Accepted(workout_id=str(prediction.workout_id), prediction_id=str(prediction.id))


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
