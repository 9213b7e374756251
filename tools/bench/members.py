"""Members of a club and their requests: many different bodies, the same for every design."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

MEMBERS = 20_000
DAYS, STARTS_A_DAY = 6, 3
"""Later workouts of a member fall on other days and hours, so that nearly all of them earn points."""
HOURS_APART = 3

# Typical minutes and km/h (None: no distance) of some workout types.
HABITS = {
    "running": ((20, 70), (7.0, 13.0)),
    "walking": ((30, 90), (4.0, 6.5)),
    "cycling": ((30, 120), (15.0, 32.0)),
    "rowing": ((15, 45), (7.0, 11.0)),
    "strength": ((30, 75), None),
    "hiit": ((15, 40), None),
    "yoga": ((40, 75), None),
    "dance": ((40, 60), None),
}
BEATS = {"walking": 105, "yoga": 95, "strength": 118, "dance": 125}
USUAL_BEATS = 142
STRAP_SHARE = 0.7


def draw_members(count: int = MEMBERS, seed: int = 6) -> list[dict[str, Any]]:
    """A body without its start for each member. Deterministic."""
    chance = random.Random(seed)
    return [_draw(chance, f"m-{number:05d}") for number in range(count)]


def _draw(chance: random.Random, user_id: str) -> dict[str, Any]:
    gender = chance.choice(("Male", "Female"))
    age = chance.randint(18, 75)
    height = round(chance.gauss(178 if gender == "Male" else 165, 7))
    workout_type = chance.choice(list(HABITS))
    minutes_range, speed_range = HABITS[workout_type]
    minutes = chance.randint(*minutes_range)
    body: dict[str, Any] = {"user_id": user_id, "gender": gender, "age": age, "height_cm": height}
    body |= {"weight_kg": round((height / 100) ** 2 * chance.uniform(20, 29), 1), "duration_min": minutes}
    if speed_range:
        speed = round(chance.uniform(*speed_range), 1)
        body |= {"distance_km": round(speed * minutes / 60, 2), "speed_kmh": speed}
    if chance.random() < STRAP_SHARE:
        body["avg_hr"] = round(chance.gauss(BEATS.get(workout_type, USUAL_BEATS), 9) * (1 - (age - 30) / 400))
    return body | {"workout_type": workout_type}


def bodies(members: Sequence[dict[str, Any]], offset: int) -> Iterator[bytes]:
    """Bodies of POST /workouts from the `offset`-th on; no two have the same member and start."""
    now = datetime.now(UTC).replace(microsecond=0)
    while True:
        turn, number = divmod(offset, len(members))
        start = now - timedelta(days=turn % DAYS, hours=2 + turn // DAYS % STARTS_A_DAY * HOURS_APART)
        yield json.dumps(members[number] | {"ts": start.isoformat()}).encode()
        offset += 1


def write_bodies(members: Sequence[dict[str, Any]], file: Path) -> None:
    """Writes a line for each member for `post.lua`, which replaces the last `@` by the start."""
    lines = (json.dumps(member | {"ts": "@"}, separators=(",", ":")) for member in members)
    file.write_text("".join(f"{line}\n" for line in lines))
