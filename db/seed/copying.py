"""Rows of the history in the text format of PostgreSQL's COPY."""

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np

from db.seed.members import Roster
from db.seed.scoring import Outcome, Visit
from fitburn.points import RULE_VERSION
from fitburn.predictions import ErrorCode, PredictionStatus

SOURCE = "partner:seed"
FAILED_SHARE = 0.002

COLUMNS = {
    "users": "id, club_id, user_id, gender, birth_year, height_cm, weight_kg, role, display_name, leaderboard_opt_out, "
    "created_at",
    "workouts": "id, club_id, member_id, source, request_hash, ts, local_day, workout_type, duration_min, distance_km, "
    "avg_hr, speed_kmh, gender, age, height_cm, weight_kg, created_at",
    "predictions": "id, workout_id, status, calories_pred, model_version, points, points_rule, points_reasons, "
    "hold_reasons, credited_kcal, credited_min, held_points, error_code, created_at, processed_at",
    "point_transfers": "id, kind, source_id, from_account, to_account, amount, created_at",
}
Lines = dict[str, list[str]]
"""Table to lines for COPY. Tables are written in the order of COLUMNS, which follows the foreign keys."""


class Cursor(Protocol):
    def copy_expert(self, sql: str, file: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of the club, its members and their accounts."""

    club: str
    members: list[str]
    club_account: str = ""
    member_accounts: list[str] = field(default_factory=list)


def copy(cursor: Cursor, lines: Lines) -> None:
    for table, columns in COLUMNS.items():
        if lines.get(table):
            cursor.copy_expert(f"copy {table} ({columns}) from stdin (null 'None')", io.StringIO("".join(lines[table])))


def member_lines(roster: Roster, names: Names, prefix: str, today: datetime, days: int) -> Lines:
    lines = [
        _line(
            names.members[n],
            names.club,
            user_id(prefix, n),
            roster.genders[n],
            today.year - int(roster.age[n]),
            roster.height_cm[n],
            roster.weight_kg[n],
            "member",
            roster.names[n],
            bool(roster.opted_out[n]),
            today - timedelta(days=days - float(roster.joined[n])),
        )
        for n in range(len(roster))
    ]
    return {"users": lines}


def user_id(prefix: str, n: int) -> str:
    return f"{prefix}-{n + 1:05d}"


def history_lines(
    rng: np.random.Generator, names: Names, version: str, visits: Sequence[Visit], outcomes: Iterable[Outcome]
) -> Lines:
    """Lines of workouts, predictions and transfers."""
    lines: Lines = {"workouts": [], "predictions": [], "point_transfers": []}
    n = len(visits)
    waits = rng.lognormal(np.log(0.035), 0.55, n) * np.where(rng.random(n) < 0.01, 25.0, 1.0)
    fails = rng.random(n) < FAILED_SHARE
    ids = zip(*(new_ids(rng, [visit.accepted_at for visit in visits]) for _ in range(3)), strict=True)
    for visit, outcome, wait, failed, (workout, prediction, transfer) in zip(
        visits, outcomes, waits.tolist(), fails.tolist(), ids, strict=True
    ):
        done_at = visit.accepted_at + timedelta(seconds=wait)
        lines["workouts"].append(_workout_line(workout, names, visit))
        scored = _failed(version) if failed else _done(version, outcome)
        lines["predictions"].append(_line(prediction, workout, *scored, visit.accepted_at, done_at))
        points = outcome.decision.award.points
        if points and not failed:
            accounts = names.club_account, names.member_accounts[visit.member]
            lines["point_transfers"].append(_line(transfer, "workout_award", workout, *accounts, points, done_at))
    return lines


def new_ids(rng: np.random.Generator, moments: Sequence[datetime]) -> Iterator[str]:
    """A UUIDv7 for each of these moments."""
    noise = rng.bytes(9 * len(moments)).hex()
    for n, moment in enumerate(moments):
        rest = noise[18 * n : 18 * n + 18]
        yield f"{int(moment.timestamp() * 1000):012x}7{rest[:3]}8{rest[3:]}"


def _workout_line(workout_id: str, names: Names, visit: Visit) -> str:
    content = _line(
        visit.ts,
        visit.local_day,
        visit.workout_type,
        visit.duration_min,
        visit.distance_km,
        visit.avg_hr,
        visit.speed_kmh,
        visit.gender,
        visit.age,
        visit.height_cm,
        visit.weight_kg,
        visit.accepted_at,
    )
    member = names.members[visit.member]
    request_hash = hashlib.sha256(f"{member}{content}".encode()).hexdigest()
    return f"{workout_id}\t{names.club}\t{member}\t{SOURCE}\t\\\\x{request_hash}\t{content}"


def _done(version: str, outcome: Outcome) -> tuple[object, ...]:
    award, holds, held_points = outcome.decision.award, outcome.decision.hold_reasons, outcome.decision.held_points
    arrays = "{" + ",".join(award.reasons) + "}", "{" + ",".join(holds) + "}"
    result = (PredictionStatus.DONE, outcome.calories, version, award.points, RULE_VERSION, *arrays)
    return (*result, award.credited_kcal, award.credited_min, held_points, None)


def _failed(version: str) -> tuple[object, ...]:
    return PredictionStatus.FAILED, None, version, None, None, "{}", "{}", None, None, None, ErrorCode.MODEL_ERROR


def _line(*values: object) -> str:
    """No value contains a tab, a newline, a backslash or the word None, which represents null."""
    return "\t".join(map(str, values)) + "\n"
