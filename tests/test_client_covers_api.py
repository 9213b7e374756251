"""The client has a method for each operation of the API, and calls nothing else."""

import inspect
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
import requests
from running import RunningStack

from fitburn_client import BulkItem, FitBurn, Paginator, Workout
from fitburn_client.resource import Resource
from fitburn_client.transport import Transport

Operation = tuple[str, str]

NOT_IN_CLIENT: dict[Operation, str] = {
    ("GET", "/metrics"): "It is Prometheus text, not JSON.",
    ("POST", "/review/{workout_id}/reject"): "POST /workouts/{workout_id}/reject takes held workouts too.",
}
WORKOUT = Workout(ts=datetime(2026, 1, 1, tzinfo=UTC), duration_min=30)
SAMPLES: dict[Any, Any] = {
    str: "x",
    int: 1,
    float: 1.0,
    bool: True,
    date: date(2026, 1, 1),
    Workout: WORKOUT,
    Iterable[str]: ["x"],
    Iterable[BulkItem]: [WORKOUT],
}
"""An argument for each type of parameter."""


class CallRecordedError(Exception):
    """Raised in place of a request."""


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> set[Operation]:
    """Method and path of every request that any method of the client makes."""
    operations: set[Operation] = set()

    def record(_: Transport, method: str, path: str, **options: object) -> None:
        operations.add((method, path))
        raise CallRecordedError

    monkeypatch.setattr(Transport, "call", record)
    client = FitBurn("http://localhost", "token")
    for resource in vars(client).values():
        if isinstance(resource, Resource):
            for name, method in inspect.getmembers(resource, inspect.ismethod):
                if not name.startswith("_"):
                    _request(method, only_required=True)
                    _request(method, only_required=False)
    return operations


def _request(method: Any, *, only_required: bool) -> None:
    hints = get_type_hints(method)
    arguments = {
        name: _sample(hints[name])
        for name, parameter in inspect.signature(method).parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
        and not (only_required and parameter.default is not parameter.empty)
    }
    with suppress(CallRecordedError):
        result = method(**arguments)
        if isinstance(result, Paginator):
            result.page()
        elif isinstance(result, Iterator):
            next(result)


def _sample(hint: Any) -> Any:
    options = [option for option in get_args(hint) if option is not NoneType] if NoneType in get_args(hint) else [hint]
    return SAMPLES[options[0]]


def _template_of(path: str, templates: Iterable[str]) -> str:
    """The path of the OpenAPI document that a request's path belongs to; the path itself if none does."""
    patterns = {template: re.sub(r"\{\w+\}", "[^/]+", template) for template in templates}
    matches = [template for template, pattern in patterns.items() if re.fullmatch(pattern, path)]
    return path if path in matches or not matches else matches[0]


def test_client_has_a_method_for_each_operation_and_no_other(stack: RunningStack, requested: set[Operation]) -> None:
    paths = requests.get(f"{stack.api_url}/openapi.json", timeout=60).json()["paths"]
    operations = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    covered = {(method, _template_of(path, paths)) for method, path in requested}
    assert covered == operations - NOT_IN_CLIENT.keys()
