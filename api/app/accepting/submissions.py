"""From a request's workout to the rows that are written: profile, snapshot and identity. No database here."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from app.http.errors import IdempotencyMismatchError, NotWritableError, ProfileIncompleteError
from app.workouts.schemas import WorkoutIn
from fitburn.physiology import Gender
from fitburn.workouts import AGE, CONTENT_COLUMNS


class Profile(NamedTuple):
    """What is known of a member; None for what is not."""

    gender: Gender | None = None
    birth_year: int | None = None
    height_cm: float | None = None
    weight_kg: float | None = None

    def filled_from(self, sent: "Profile") -> "Profile":
        """The profile with its gaps filled; what is known stays."""
        return Profile(
            self.gender or sent.gender,
            sent.birth_year if self.birth_year is None else self.birth_year,
            sent.height_cm if self.height_cm is None else self.height_cm,
            sent.weight_kg if self.weight_kg is None else self.weight_kg,
        )


class Snapshot(NamedTuple):
    """The profile as it was at the workout: the one that the workout is scored with."""

    gender: Gender
    age: int
    height_cm: float
    weight_kg: float


@dataclass(frozen=True, slots=True)
class AcceptedJob:
    """A workout and its prediction row are committed; `replayed` if they were before this request."""

    workout_id: str
    prediction_id: str
    replayed: bool = False


Outcome = AcceptedJob | ProfileIncompleteError | IdempotencyMismatchError | NotWritableError

WorkoutRow = dict[str, UUID | str | int | float | datetime | None]
"""A row for `workouts`, by column."""


@dataclass(slots=True)
class Submission:
    """One workout on its way to the database."""

    club_id: UUID
    user_id: str
    source: str
    workout: WorkoutIn
    request_hash: str
    idempotency_key: str | None = None

    @classmethod
    def of(cls, workout: WorkoutIn, *, club_id: UUID, user_id: str, source: str, key: str | None) -> "Submission":
        content = vars(workout) | {"user_id": user_id, "idempotency_key": None}
        digest = hashlib.sha256(orjson.dumps(content)).hexdigest()
        return cls(club_id, user_id, source, workout, digest, key)

    @property
    def member(self) -> tuple[UUID, str]:
        return self.club_id, self.user_id

    @property
    def identity(self) -> tuple[UUID, str, str] | None:
        """What a retry has in common with its first try; None where each try is a new workout."""
        if self.idempotency_key is None:
            return None
        return self.club_id, self.source, self.idempotency_key

    @property
    def profile(self) -> Profile:
        """The member's profile as sent, with the age as a year of birth."""
        workout = self.workout
        birth_year = None if workout.age is None else workout.ts.year - workout.age
        return Profile(workout.gender, birth_year, workout.height_cm, workout.weight_kg)

    @property
    def sent_snapshot(self) -> Snapshot | None:
        """The snapshot, if the submission carries all of it."""
        workout = self.workout
        gender, age, height_cm, weight_kg = workout.gender, workout.age, workout.height_cm, workout.weight_kg
        if gender is None or age is None or height_cm is None or weight_kg is None:
            return None
        return Snapshot(gender, age, height_cm, weight_kg)

    def snapshot(self, stored: Profile) -> Snapshot:
        """The snapshot as sent, with its gaps filled from the member's profile.

        Raises ProfileIncompleteError with the names of the fields that neither has.
        """
        workout = self.workout
        gender = stored.gender if workout.gender is None else workout.gender
        age = _age(stored.birth_year, workout.ts) if workout.age is None else workout.age
        height_cm = stored.height_cm if workout.height_cm is None else workout.height_cm
        weight_kg = stored.weight_kg if workout.weight_kg is None else workout.weight_kg
        if gender is None or age is None or height_cm is None or weight_kg is None:
            values = zip(Snapshot._fields, (gender, age, height_cm, weight_kg), strict=True)
            raise ProfileIncompleteError([name for name, value in values if value is None])
        return Snapshot(gender, age, height_cm, weight_kg)

    def row(self, number: int, snapshot: Snapshot) -> WorkoutRow:
        """The row for `workouts`, with the number of the submission in its batch and the member's id in the club."""
        workout = vars(self.workout)
        return {
            "n": number,
            "club_id": self.club_id,
            "user_id": self.user_id,
            "source": self.source,
            "idempotency_key": self.idempotency_key,
            "request_hash": self.request_hash,
            **{name: workout[name] for name in CONTENT_COLUMNS},
            **snapshot._asdict(),
        }


def _age(birth_year: int | None, at: datetime) -> int | None:
    """The age in the year of the workout; None if the birth year is unknown or makes no age that is scored.

    A birth year alone leaves the age a year off, so an age one year outside the limits becomes the limit.
    """
    if birth_year is None:
        return None
    youngest, oldest, age = int(AGE.low), int(AGE.high), at.year - birth_year
    return min(oldest, max(youngest, age)) if youngest - 1 <= age <= oldest + 1 else None
