"""The rules of the books: the statements of db/checks, with the numbers of fitburn.points filled in."""

import re
from dataclasses import dataclass
from pathlib import Path

from fitburn import points

CHECKS = Path(__file__).with_name("checks")

NUMBERS = {
    "shown": 5,
    "daily_points": points.DAILY_POINTS,
    "daily_workouts": points.DAILY_WORKOUTS,
    "daily_minutes": points.DAILY_MINUTES,
}
"""What the statements write as `:name`. `shown` is how many examples of a broken rule they return."""

PLACEHOLDER = re.compile(rf"(?<!:):({'|'.join(NUMBERS)})\b")


@dataclass(frozen=True, slots=True)
class Check:
    """A statement with one row: rows examined, rows that break the rule, and an array of examples (null: none)."""

    rule: str
    statement: str


def read_checks() -> list[Check]:
    """In the order of their numbers. The first line of a file states the rule."""
    return [_read(path) for path in sorted(CHECKS.glob("*.sql"))]


def _read(path: Path) -> Check:
    statement = path.read_text(encoding="utf-8")
    rule = statement.partition("\n")[0].removeprefix("-- ")
    return Check(rule, PLACEHOLDER.sub(lambda found: str(NUMBERS[found[1]]), statement))


def broken_rules() -> str:
    """All checks as one statement: a row (rule, examples) for each rule that is broken, none if the books balance.

    The rules hold at any time, also with a backlog: an award is committed together with its prediction.
    """
    return "\nunion all\n".join(
        f"select $rule${check.rule}$rule$ as rule, array_to_string(examples, '; ') as examples\n"
        f"from ({check.statement}) as checked (examined, broken, examples)\nwhere broken > 0"
        for check in read_checks()
    )
