"""Names and icons of workout types, and texts that explain a workout's points."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.text.language import N_, _, n_, number
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

POINTS_REASONS = {
    "type_ceiling": N_("More kcal than the hardest form of this type burns, so only {kcal} kcal counted."),
    "aerobic_ceiling": N_(
        "More kcal than a very fit person of your age, sex and weight can burn, so only {kcal} kcal counted."
    ),
    "no_heart_rate": N_("Half the points, because there was no heart rate. With a strap or watch it is the whole."),
    "daily_minutes": N_("240 minutes a day count; the minutes beyond that did not."),
    "daily_points": N_("150 points a day are the most; this workout filled them up."),
    "daily_workouts": N_("Three workouts a day earn points; this was one more."),
}

HOLD_REASONS = {
    "overlap": N_("It was at the same time as another workout."),
    "in_future": N_("It starts in the future. Is the clock or the time zone right?"),
    "too_old": N_("It is more than seven days old."),
    "heart_rate_too_high": N_("The heart rate is higher than hearts of that age beat."),
    "heart_rate_too_low": N_("The heart rate is too low for this type. Did the strap slip?"),
    "speed_mismatch": N_("Speed, distance and time do not fit together."),
}

FAILURES = {
    "implausible_output": N_("No sensible number of calories came out for what was sent."),
}
FAILURE = N_("The calories could not be worked out. The club can see it and will look into it.")

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


def reason_in_words(code: str) -> str:
    """The text for the API's code of a hold or an error."""
    return _({**HOLD_REASONS, **FAILURES}.get(code, FAILURE))


def moves(workout_type: str) -> bool:
    return workout_type in TYPES and TYPES[workout_type].moves


def most_used_first(done: Iterable[str]) -> list[str]:
    """All types: first those of the member's workouts by frequency, then the rest in the order of `TYPES`."""
    often = [name for name, _count in Counter(done).most_common() if name in TYPES]
    return [*often, *(name for name in TYPES if name not in often)]


def state_of(prediction: Prediction) -> str:
    """The status; for a scored workout that is held or rejected, its standing."""
    return prediction.standing if prediction.standing in (HELD, REJECTED) else prediction.status


def points_in_words(prediction: Prediction) -> list[str]:
    """Why the workout earned its points, one sentence per reason."""
    state = state_of(prediction)
    if state == FAILED:
        return [_(FAILURES.get(prediction.error_code or "", FAILURE))]
    if state == REJECTED:
        return [_("The club looked at it, and it does not count: {reason}", reason=prediction.review_reason or "–")]
    if state == HELD:
        held = [_(HOLD_REASONS[reason]) if reason in HOLD_REASONS else reason for reason in prediction.hold_reasons]
        return [*held, _("Points are held until the club has looked at it; you need not do anything.")]
    kcal = number(prediction.credited_kcal or 0)
    counted = _("{kcal} kcal counted, and every full 10 kcal are a point.", kcal=kcal)
    shaped = [_(POINTS_REASONS.get(code, code), kcal=kcal) for code in prediction.points_reasons]
    return [counted, *shaped] if prediction.credited_kcal else shaped or [counted]


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
