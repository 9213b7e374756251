"""The upper bound for FastAPI: validates the same body and does nothing else."""

from fastapi import FastAPI

from tools.bench.rivals.body import Accepted, WorkoutIn

app = FastAPI()


@app.post("/workouts", status_code=202)
async def submit(workout: WorkoutIn) -> Accepted:
    return Accepted(workout_id=workout.user_id, prediction_id=workout.user_id)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
