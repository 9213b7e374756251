"""`make chaos` in a minute, with every fault once; and its checks find planted differences."""

import subprocess
import sys
from pathlib import Path

import pytest
from members import workout

from fitburn_client import InvalidRequestError, Problem, UnreachableError
from tools.chaos.checks import differences_of
from tools.chaos.records import Records

ROOT = Path(__file__).resolve().parent.parent


def test_everything_breaks_once_and_every_workout_is_scored_and_awarded_once() -> None:
    command = [sys.executable, "-m", "tools.chaos", "--short", "--seed=1", "--workouts=1500"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


DONE = (1, "done", None, 1, 30)
PLANTED = {
    "nothing": ([], {}, "answered with"),
    "another workout": (["b"], {"b": DONE}, "answered with"),
    "two workouts": (["a", "b"], {"a": DONE, "b": DONE}, "answered with"),
    "no prediction": (["a"], {"a": (0, None, None, 0, None)}, "0 predictions"),
    "pending": (["a"], {"a": (1, "pending", None, 0, None)}, "pending"),
    "failed": (["a"], {"a": (1, "failed", "model_error", 0, None)}, "failed model_error"),
    "no award": (["a"], {"a": (1, "done", None, 0, 30)}, "0 awards for 30 points"),
    "two awards": (["a"], {"a": (1, "done", None, 2, 30)}, "2 awards for 30 points"),
    "an award of nothing": (["a"], {"a": (1, "done", None, 1, 0)}, "1 awards for 0 points"),
}


@pytest.fixture
def records() -> Records:
    """One workout, accepted as `a` after an attempt without an answer."""
    records = Records()
    records.add("key", workout("member"))
    records.refused("key", UnreachableError("no answer", sent=True))
    records.accepted("key", "a", replayed=True)
    return records


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_difference_is_found(records: Records, planted: str) -> None:
    found, outcomes, told = PLANTED[planted]
    [difference] = differences_of(records["key"], found, outcomes)
    assert told in difference.what
    assert difference.key == "key"


def test_a_workout_that_came_through_is_no_difference(records: Records) -> None:
    assert list(differences_of(records["key"], ["a"], {"a": DONE})) == []
    assert list(differences_of(records["key"], ["a"], {"a": (1, "done", None, 0, 0)})) == []


def test_a_valid_workout_that_was_refused_or_answered_as_two_is_a_difference(records: Records) -> None:
    records.refused("key", InvalidRequestError(Problem(422, "invalid_fields")))
    records.accepted("key", "b", replayed=False)
    told = [difference.what for difference in differences_of(records["key"], ["a"], {"a": DONE})]
    assert "must not get" in told[0]
    assert "answered with ['a', 'b']" in told[1]
