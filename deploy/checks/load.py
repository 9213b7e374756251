"""Partners that send workouts without a break and retry each until it is accepted, through every fault."""

import threading
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

SENDERS = 4
PATIENCE_SEC = 120


def workout(user_id: str) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "gender": "Female",
        "age": 34,
        "height_cm": 168,
        "weight_kg": 61,
        "ts": (datetime.now(UTC) - timedelta(minutes=40)).isoformat(),
        "duration_min": 35,
        "distance_km": 5.2,
        "avg_hr": 148,
        "workout_type": "running",
    }


class Load:
    """`with Load(url, key) as load:` sends in the background; `accepted` maps idempotency keys to workout ids."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {key}"}
        self.accepted: dict[str, str] = {}
        self.errors: list[str] = []
        self._stopping = threading.Event()
        self._senders = [threading.Thread(target=self._send) for _ in range(SENDERS)]

    def __enter__(self) -> "Load":
        for sender in self._senders:
            sender.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for sender in self._senders:
            sender.join()

    def _send(self) -> None:
        while not self._stopping.is_set():
            key = str(uuid.uuid4())
            body = workout(f"load-{key}")
            deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_SEC)
            while not self._is_taken(key, body):
                if datetime.now(UTC) > deadline:
                    self.errors.append(f"{key} was not accepted within {PATIENCE_SEC} s")
                    return
            self._stopping.wait(0.02)

    def _is_taken(self, key: str, body: dict[str, Any]) -> bool:
        try:
            headers = {**self.headers, "Idempotency-Key": key}
            answer = requests.post(f"{self.url}/workouts", json=body, headers=headers, timeout=20)
        except requests.RequestException:
            self._stopping.wait(0.2)
            return False
        if answer.status_code == 202:
            self.accepted[key] = answer.json()["workout_id"]
            return True
        if answer.status_code < 500:
            self.errors.append(f"{answer.status_code}: {answer.text[:200]}")
        self._stopping.wait(0.2)
        return False
