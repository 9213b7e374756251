"""Every code that the API can send has a text on the pages."""

from typing import Any

import pytest
import requests
from running import RunningStack

from app import rules
from app.text import explanations
from app.views import log
from fitburn_client import FitBurn


@pytest.fixture
def codes(stack: RunningStack) -> dict[str, Any]:
    """The enums of the API's OpenAPI document."""
    schemas = requests.get(f"{stack.api_url}/openapi.json", timeout=60).json()["components"]["schemas"]
    return {name: schema["enum"] for name, schema in schemas.items() if "enum" in schema}


@pytest.fixture(autouse=True)
def applied(api: FitBurn, monkeypatch: pytest.MonkeyPatch) -> None:
    current = api.rules.get()
    monkeypatch.setattr(rules, "current", lambda: current)


def test_every_cap_has_a_text(codes: dict[str, Any]) -> None:
    assert [code for code in codes["Reason"] if explanations.of_cap(code, "1") == code] == []


def test_every_hold_reason_has_a_text(codes: dict[str, Any]) -> None:
    assert [code for code in codes["HoldReason"] if explanations.of_hold(code) == code] == []


def test_every_action_of_the_audit_log_has_a_text(codes: dict[str, Any]) -> None:
    assert set(codes["Action"]) == set(log.ACTIONS)
