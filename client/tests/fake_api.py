"""A small HTTP server that follows the API's contract in memory, with faults on demand.

The client's tests talk to it over a real connection: refusals, silence and cut connections cannot be provoked on
demand with the real API, which the system tests use.
"""

import json
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "fbk_test"


@dataclass
class Fault:
    """The response to the next request: a status with headers; or `late`: processed, but answered after the client
    gave up; or `cut`: processed, but the connection is closed without an answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    late: bool = False
    cut: bool = False


@dataclass
class FakeApi:
    """The server's state, which tests may read and change."""

    url: str = ""
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[tuple[str, str, Any, dict[str, str]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    workouts: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, tuple[dict[str, Any], str]] = field(default_factory=dict)
    looks_until_done: int = 1
    time_zone: str = "UTC"
    deleted: set[str] = field(default_factory=set)
    body_limit: int = 10_000_000
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> list[str]:
        return [f"{method} {path.split('?')[0]}" for method, path, _, _ in self.requests]

    def take(self, workout: dict[str, Any], key: str | None) -> tuple[int, dict[str, Any]]:
        """Accept a workout once per key. It checks only what a test needs."""
        if not 1 <= workout["duration_min"] <= 600:
            return 422, problem(422, "invalid_fields", errors=[("/duration_min", "range", "should be 1 to 600")])
        if key in self.by_key:
            known, workout_id = self.by_key[key]
            if known != workout:
                return 422, problem(422, "idempotency_mismatch", "This key was used for a different body.")
            return 202, self._ticket(workout_id) | {"replayed": True}
        workout_id = str(uuid.uuid4())
        self.workouts[workout_id] = {"workout": workout, "looks": 0}
        if key:
            self.by_key[key] = (workout, workout_id)
        return 202, self._ticket(workout_id) | {"replayed": False}

    def look(self, workout_id: str) -> dict[str, Any] | None:
        """The prediction, done after `looks_until_done` looks: 10 kcal per minute."""
        if workout_id not in self.workouts or workout_id in self.deleted:
            return None
        entry = self.workouts[workout_id]
        entry["looks"] += 1
        done = entry["looks"] >= self.looks_until_done
        workout = entry["workout"]
        return {
            "workout_id": workout_id,
            "prediction_id": workout_id,
            "user_id": workout["user_id"],
            "status": "done" if done else "pending",
            "calories_pred": workout["duration_min"] * 10.0 if done else None,
            "points": int(workout["duration_min"]) if done else None,
            "points_reasons": [],
            "hold_reasons": [],
            "credited_kcal": None,
            "model_version": "test",
            "error_code": None,
            "created_at": "2026-01-01T00:00:00Z",
            "processed_at": "2026-01-01T00:00:01.5Z" if done else None,
            "a_field_of_a_later_version": 1,
        }

    @staticmethod
    def _ticket(workout_id: str) -> dict[str, Any]:
        return {"workout_id": workout_id, "prediction_id": workout_id, "status": "pending"}


def problem(status: int, code: str, detail: str = "no", errors: list[tuple[str, str, str]] | None = None) -> Any:
    document = {
        "type": "about:blank",
        "title": code,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": "r1",
    }
    if errors:
        document["errors"] = [{"pointer": p, "code": c, "detail": d} for p, c, d in errors]
    return document


def serve(port: int = 0) -> tuple[FakeApi, ThreadingHTTPServer]:
    """A running server, on a free port by default; the caller shuts it down."""
    api = FakeApi()

    class Handler(_Handler):
        state = api

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return api, server


class _Handler(BaseHTTPRequestHandler):
    state: FakeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_PATCH(self) -> None:
        self._handle("PATCH")

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _handle(self, method: str) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        body = json.loads(raw) if raw else None
        with self.state.lock:
            self.state.requests.append((method, self.path, body, dict(self.headers)))
            self.state.times.append(time.monotonic())
            fault = self.state.faults.popleft() if self.state.faults else Fault()
            if fault.status:
                self._answer(fault.status, fault.body or json.dumps(problem(fault.status, "fault")), fault.headers)
                return
            status, data, headers = self._route(method, body, size)
        if fault.cut:
            self.close_connection = True
            return
        if fault.late:
            self.connection.recv(1)  # blocks until the client hangs up
        self._answer(status, "" if data is None else json.dumps(data), headers)

    def _route(self, method: str, body: Any, size: int) -> tuple[int, Any, dict[str, str]]:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        state = self.state
        if parts.path == "/health":
            return 200, {"status": "ok", "queue": "database"}, {}
        if self.headers.get("Authorization") != f"Bearer {KEY}" and not parts.path.startswith("/auth"):
            return 401, problem(401, "unauthenticated", "Give a key."), {}
        if size > state.body_limit:
            return 413, problem(413, "body_too_large"), {}
        return self._served(method, parts.path.strip("/").split("/"), query, body)

    def _served(self, method: str, path: list[str], query: dict[str, list[str]], body: Any) -> tuple[int, Any, Any]:
        state, answer, headers = self.state, None, {}
        match method, path:
            case "POST", ["workouts"]:
                status, answer = state.take(body, self.headers.get("Idempotency-Key"))
                headers = {"Idempotency-Replayed": "true"} if answer.pop("replayed", False) else {}
            case "POST", ["workouts", "bulk"]:
                status, answer = 207, {"items": [self._bulk_item(at, item) for at, item in enumerate(body["items"])]}
            case "GET", ["predictions"]:
                found = [state.look(workout_id) for workout_id in query["workout_id"]]
                status, answer = 200, {"items": [prediction for prediction in found if prediction], "next_cursor": None}
            case "GET", ["predictions", workout_id]:
                answer = state.look(workout_id)
                status = 200 if answer else 404
            case "GET", ["members", user_id, "points"]:
                status, answer = 200, _page(user_id, query)
            case "GET", ["club"]:
                status, answer = 200, {"slug": "main", "name": "A gym", "time_zone": state.time_zone}
            case "GET", ["me"]:
                status, answer = 200, {"user_id": "m-1"}
            case "POST", ["auth", "logout"]:
                status = 204
            case "POST", ["auth", _]:
                answer = {"access_token": KEY, "token_type": "bearer", "expires_at": "2026-01-01T00:00:00Z"}
                status, answer = 200, answer | {"user_id": "m-1"}
            case _:
                status = 404
        return status, problem(404, "not_found") if status == 404 else answer, headers

    def _bulk_item(self, at: int, item: dict[str, Any]) -> dict[str, Any]:
        key = item.pop("idempotency_key", None)
        status, answer = self.state.take(item, key)
        return {**(answer if status == 202 else {"error": answer, "replayed": None}), "index": at, "status": status}

    def _answer(self, status: int, body: str, headers: dict[str, str]) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _page(user_id: str, query: dict[str, list[str]]) -> dict[str, Any]:
    """Transfers 5, 4, 3, 2, 1 in pages."""
    limit, before = int(query["limit"][0]), int(query.get("cursor", ["6"])[0])
    amounts = list(range(before - 1, 0, -1))[:limit]
    at = "2026-01-01T00:00:00Z"
    items = [{"transfer_id": str(n), "kind": "award", "amount": n, "source_id": "w", "created_at": at} for n in amounts]
    more = amounts[-1] > 1
    return {"user_id": user_id, "balance": 15, "items": items, "next_cursor": str(amounts[-1]) if more else None}
