"""The pages take limits and caps from the API, and none of these numbers is written again in their code or texts."""

import ast
import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import messages
from app.rules import Cached
from fitburn_client import FitBurn, Rules, UnreachableError

APP = Path(__file__).resolve().parents[1] / "app"

MIN_LITERAL = 40
"""Smaller literals are page sizes, seconds and columns too often; texts are checked for every number."""

ALLOWED_LITERALS = {
    ("charts.py", 240): "pixels",
    ("club.py", 100): "per cent",
    ("club.py", 150): "pixels",
    ("club_challenges.py", 100): "the goal that a new challenge starts with",
    ("club_rewards.py", 100): "the cost that a new reward starts with",
    ("club_rewards.py", 200): "rewards on the page",
    ("member_search.py", 120): "characters of a search",
    ("meters.py", 100): "per cent",
    ("points.py", 100): "redemptions that are looked up",
    ("rules.py", 300): "seconds between two requests for the rules",
    ("system.py", 150): "pixels",
    ("today.py", 300): "seconds between two choices of a start",
}
ALLOWED_TEXTS = {
    "Active members, 7 days": "a window of the club's figures",
    "Five minutes": "a kind of the measured sessions",
    "It is built every ten minutes. Come back in a little while.": "Airflow's schedule",
    "Log it in ten seconds. See calories and points at once. Come back for more tomorrow.": "a promise",
    "Result after, 95 of 100": "a percentile",
    "The last half year": "the calendar's weeks",
    "They appear here once the daily tables were built: every ten minutes with Airflow, or by `make marts`.": (
        "Airflow's schedule"
    ),
}

DIGITS = re.compile(r"(?<![\w{])\d[\d\s]*(?:\.\d+)?")
NUMBER_WORDS = {
    r"half|половин\w+": 0.5,
    r"three|тр[иё]х?": 3,
    r"five|пят[ьи]": 5,
    r"six|шест[ьи]": 6,
    r"seven|сем[ьи]": 7,
    r"ten|десят[ьи]": 10,
}


def numbers_of(rules: object) -> Iterator[float]:
    """Every number of the rules, at any depth."""
    if dataclasses.is_dataclass(rules):
        for field in dataclasses.fields(rules):
            yield from numbers_of(getattr(rules, field.name))
    elif isinstance(rules, Mapping):
        for item in rules.values():
            yield from numbers_of(item)
    elif isinstance(rules, int | float):
        yield rules


def literals(file: Path) -> Iterator[float]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield node.value


def numbers_in(text: str) -> set[float]:
    """Numbers of a text, as digits or as words."""
    written = {float(re.sub(r"\s", "", number)) for number in DIGITS.findall(text)}
    return written | {value for word, value in NUMBER_WORDS.items() if re.search(rf"\b(?:{word})\b", text, re.I)}


@pytest.fixture
def rule_numbers(api: FitBurn) -> set[float]:
    return set(numbers_of(api.rules.get()))


def test_no_rule_is_written_again_in_the_code(rule_numbers: set[float]) -> None:
    found = {(file.name, value) for file in APP.rglob("*.py") for value in literals(file) if value >= MIN_LITERAL}
    written_again = {(name, value) for name, value in found if value in rule_numbers}
    assert written_again - ALLOWED_LITERALS.keys() == set(), "ask app.rules for it"
    assert ALLOWED_LITERALS.keys() - written_again == set(), "no longer there"


def test_no_rule_is_written_again_in_a_text(rule_numbers: set[float]) -> None:
    written_again = set()
    for message in (message for message in messages.read("ru") if message.id):
        key, *plural = [message.id] if isinstance(message.id, str) else message.id
        translations = [message.string] if isinstance(message.string, str) else message.string
        if any(numbers_in(text) & rule_numbers for text in [key, *plural, *translations]):
            written_again.add(key)
    assert written_again - ALLOWED_TEXTS.keys() == set(), "ask app.rules for it"
    assert ALLOWED_TEXTS.keys() - written_again == set(), "no longer there"


@pytest.mark.parametrize(
    "text", ["240 minutes a day", "Три тренировки", "больше семи дней", "up to 10\xa0000", "earns half the points"]
)
def test_a_number_in_a_text_is_found(text: str) -> None:
    assert numbers_in(text) & {240, 3, 7, 10_000, 0.5}


def test_rules_are_cached_and_stay_valid_while_the_api_is_away(api: FitBurn) -> None:
    rules = api.rules.get()
    answers: list[Rules | Exception] = [rules, UnreachableError("away", sent=False)]

    def fetch() -> Rules:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cached = Cached(fetch, ttl_sec=0)
    assert cached.get() == rules
    assert cached.get() == rules
    assert answers == []
    with pytest.raises(IndexError):
        cached.get()


def test_without_any_rules_the_error_is_raised() -> None:
    def away() -> Rules:
        raise UnreachableError("away", sent=False)

    with pytest.raises(UnreachableError):
        Cached(away).get()
