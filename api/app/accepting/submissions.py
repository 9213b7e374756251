"""From a request's workout to the rows that are written: profile, snapshot and identity. No database here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from app.http.errors import IdempotencyMismatchError, NotWritableError, ProfileIncompleteError
from app.workouts.schemas import WorkoutIn

PROFILE = ("gender", "birth_year", "height_cm", "weight_kg")
SNAPSHOT = ("gender", "age", "height_cm", "weight_kg")
WORKOUT_FIELDS = {
    "ts", "workout_type", "duration_min", "distance_km", "avg_hr", "speed_kmh", "calories_measured",
}  # fmt: skip

Profile = dict[str, Any]
"""PROFILE of a member, None where it is not known; or the SNAPSHOT of it that a workout is scored with."""


@dataclass(slots=True)
class Submission:
    """One workout on its way to the database. `content` is what was sent, checked and in one form."""

    club_id: str
    user_id: str
    source: str
    content: Mapping[str, Any]
    request_hash: str
    idempotency_key: str | None = None

    @classmethod
    def of(cls, workout: WorkoutIn, *, club_id: str, user_id: str, source: str, key: str | None) -> "Submission":
        content = vars(workout) | {"user_id": user_id, "idempotency_key": None}
        digest = hashlib.sha256(orjson.dumps(content)).hexdigest()
        return cls(club_id, user_id, source, content, digest, key)

    @property
    def member(self) -> tuple[str, str]:
        return self.club_id, self.user_id

    @property
    def identity(self) -> tuple[str, str, str] | None:
        """What a retry has in common with its first try; None where each try is a new workout."""
        if self.idempotency_key is None:
            return None
        return self.club_id, self.source, self.idempotency_key


@dataclass(frozen=True, slots=True)
class Accepted:
    """The workout and its job are committed; `replayed` when they had been before."""

    workout_id: str
    prediction_id: str
    replayed: bool = False


Outcome = Accepted | ProfileIncompleteError | IdempotencyMismatchError | NotWritableError


@dataclass(slots=True)
class Member:
    """A member as the batch knows them."""

    profile: Profile
    gaps_filled: bool = field(default=False)

    def fill_gaps(self, sent: Profile) -> None:
        """Take what was not known from what was sent; what is known stays."""
        for name in PROFILE:
            if self.profile[name] is None and sent[name] is not None:
                self.profile[name] = sent[name]
                self.gaps_filled = True


def sent_profile(content: Mapping[str, Any]) -> Profile:
    """What a submission says of the member, with the age as a year of birth."""
    start: datetime = content["ts"]
    age = content["age"]
    return {
        "gender": content["gender"],
        "birth_year": None if age is None else start.year - age,
        "height_cm": content["height_cm"],
        "weight_kg": content["weight_kg"],
    }


def sent_snapshot(content: Mapping[str, Any]) -> Profile | None:
    """The profile that this workout is scored with, if the submission brings all of it."""
    sent = {name: content[name] for name in SNAPSHOT}
    return None if None in sent.values() else sent


def snapshot(content: Mapping[str, Any], profile: Profile) -> Profile:
    """The profile that this workout is scored with: as sent, else as known.

    Raises ProfileIncompleteError with the names of the fields that neither has.
    """
    birth_year = profile["birth_year"]
    # A year of birth alone can be a year off either way; the limits of an age still hold.
    known_age = None if birth_year is None else min(100, max(10, content["ts"].year - birth_year))
    known = {"gender": profile["gender"], "age": known_age} | {n: profile[n] for n in ("height_cm", "weight_kg")}
    taken = {name: known[name] if content[name] is None else content[name] for name in known}
    missing = [name for name, value in taken.items() if value is None]
    if missing:
        raise ProfileIncompleteError(missing)
    return taken


def workout_row(number: int, submission: Submission, taken: Profile) -> dict[str, Any]:
    """The row for `workouts`, with the number of the item in its batch and the member's own name in the club."""
    return {
        "n": number,
        "club_id": submission.club_id,
        "user_id": submission.user_id,
        "source": submission.source,
        "idempotency_key": submission.idempotency_key,
        "request_hash": submission.request_hash,
        **{name: submission.content[name] for name in WORKOUT_FIELDS},
        **taken,
    }
