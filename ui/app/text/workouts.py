"""Names and icons of workout types, states, and counts with their nouns."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.text.language import N_, _, n_
from fitburn_client import Prediction


@dataclass(frozen=True, slots=True)
class Type:
    """A workout type as shown; `moves` if it covers a distance."""

    name: str
    icon: str
    moves: bool = False


TYPES = {
    "running": Type(N_("Running"), ":material/directions_run:", moves=True),
    "strength": Type(N_("Strength"), ":material/fitness_center:"),
    "cycling": Type(N_("Cycling"), ":material/directions_bike:", moves=True),
    "hiit": Type(N_("HIIT"), ":material/timer:"),
    "walking": Type(N_("Walking"), ":material/directions_walk:", moves=True),
    "swimming": Type(N_("Swimming"), ":material/pool:", moves=True),
    "yoga": Type(N_("Yoga"), ":material/self_improvement:"),
    "rowing": Type(N_("Rowing"), ":material/rowing:", moves=True),
    "spinning": Type(N_("Spinning"), ":material/pedal_bike:"),
    "boxing": Type(N_("Boxing"), ":material/sports_mma:"),
    "dance": Type(N_("Dance"), ":material/music_note:"),
    "elliptical": Type(N_("Elliptical"), ":material/sprint:"),
    "stairs": Type(N_("Stairs"), ":material/stairs:"),
    "circuit": Type(N_("Circuit"), ":material/autorenew:"),
    "kettlebell": Type(N_("Kettlebell"), ":material/exercise:"),
    "jump_rope": Type(N_("Jump rope"), ":material/steps:"),
    "pilates": Type(N_("Pilates"), ":material/sports_gymnastics:"),
}

PENDING, DONE, FAILED, HELD, REJECTED = "pending", "done", "failed", "held", "rejected"

STATES = {
    PENDING: N_("Being worked out"),
    DONE: N_("Done"),
    FAILED: N_("Failed"),
    HELD: N_("Held for review"),
    REJECTED: N_("Does not count"),
}


def name_of(workout_type: str) -> str:
    return _(TYPES[workout_type].name) if workout_type in TYPES else workout_type


def label_of(workout_type: str) -> str:
    """Icon and name in Streamlit's Markdown."""
    return f"{TYPES[workout_type].icon} {name_of(workout_type)}"


def symbol_of(workout_type: str) -> str:
    """Name of the icon in Material Symbols."""
    return TYPES[workout_type].icon.removeprefix(":material/").removesuffix(":") if workout_type in TYPES else "sports"


def moves(workout_type: str) -> bool:
    return workout_type in TYPES and TYPES[workout_type].moves


def most_used_first(done: Iterable[str]) -> list[str]:
    """All types: first those of the member's workouts by frequency, then the rest in the order of `TYPES`."""
    often = [name for name, _count in Counter(done).most_common() if name in TYPES]
    return [*often, *(name for name in TYPES if name not in often)]


def state_of(prediction: Prediction) -> str:
    """The status; for a scored workout that is held or rejected, its standing."""
    return prediction.standing if prediction.standing in (HELD, REJECTED) else prediction.status


def points(count: float) -> str:
    """The count with its noun."""
    return n_("{n} point", "{n} points", count)


def points_word(count: float) -> str:
    """The noun alone, for a figure above it."""
    return n_("point", "points", count)


def workouts(count: float) -> str:
    return n_("{n} workout", "{n} workouts", count)


def minutes(count: float) -> str:
    return n_("{n} minute", "{n} minutes", round(count))
