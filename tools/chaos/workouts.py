"""The workouts of a run, drawn from its seed, and the requests that carry them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from fitburn_client import Workout

TYPES = ("running", "rowing", "strength", "yoga", "cycling")
WORKOUTS_OF_A_MEMBER = 5
SHARE_IN_BULK = 0.5
LARGEST_BULK = 200
SHARE_SENT_TWICE = 0.02


@dataclass(frozen=True)
class Parcel:
    """Workouts of one request with their idempotency keys. `twice`: two clients send it at the same time."""

    items: tuple[tuple[Workout, str], ...]
    twice: bool = False

    @property
    def is_bulk(self) -> bool:
        return len(self.items) > 1


def parcels(random: Random, count: int) -> Iterator[Parcel]:
    """`count` workouts, single and in bulk, in random order."""
    left, number = count, 0
    while left:
        bulk = random.random() < _bulk_parcels_share()
        size = min(left, random.randint(2, LARGEST_BULK) if bulk else 1)
        items = tuple((workout(random, count), f"chaos-{number + n}") for n in range(size))
        yield Parcel(items, twice=random.random() < SHARE_SENT_TWICE)
        left, number = left - size, number + size


def _bulk_parcels_share() -> float:
    """The share of parcels that must be bulks, so that SHARE_IN_BULK of the workouts are in one."""
    mean = (2 + LARGEST_BULK) / 2
    return SHARE_IN_BULK / (SHARE_IN_BULK + (1 - SHARE_IN_BULK) * mean)


def workout(random: Random, count: int) -> Workout:
    member = random.randrange(max(1, count // WORKOUTS_OF_A_MEMBER))
    return Workout(
        user_id=f"chaos-{member}",
        ts=datetime.now(UTC) - timedelta(minutes=random.randint(60, 6 * 24 * 60)),
        duration_min=random.randint(20, 90),
        workout_type=random.choice(TYPES),
        gender=("Female", "Male")[member % 2],
        age=20 + member % 50,
        height_cm=155 + member % 40,
        weight_kg=50 + member % 60,
        avg_hr=random.choice((None, random.randint(100, 165))),
    )
