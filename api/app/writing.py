"""Writes a batch of submissions in one transaction: a few statements, however many there are."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

from sqlalchemy import Connection

from app import db
from app.errors import IdempotencyMismatchError, NotWritableError, ProfileIncompleteError
from app.submissions import (
    PROFILE,
    Accepted,
    Member,
    Outcome,
    Profile,
    Submission,
    sent_profile,
    sent_snapshot,
    snapshot,
    workout_row,
)

Members = dict[tuple[str, str], Member]
Outcomes = dict[int, Outcome]


def write_submissions(connection: Connection, submissions: Sequence[Submission], channel: str | None) -> list[Outcome]:
    """Members, workouts and jobs for all submissions, committed; the outcome of each in the same order.

    A retry gets what its first try got. The connection commits each statement by itself; what has to be true at once
    is made so here. Whoever listens to the channel is told.
    """
    outcomes: Outcomes = {}
    # Nearly all bring a whole profile and are new workouts of members who are known: one statement.
    whole = {n: sent for n, item in enumerate(submissions) if (sent := sent_snapshot(item.content)) is not None}
    _accept(connection, submissions, whole, channel, outcomes)
    left = [n for n in range(len(submissions)) if n not in outcomes]
    if left:
        _write_the_others(connection, submissions, left, whole.keys(), channel, outcomes)
    return [outcomes[n] for n in range(len(submissions))]


def _write_the_others(
    connection: Connection,
    submissions: Sequence[Submission],
    left: Sequence[int],
    tried: Collection[int],
    channel: str | None,
    outcomes: Outcomes,
) -> None:
    """Those whose member is new or is to tell the profile, and retries."""
    members = _read_members(connection, [submissions[n] for n in left])
    # Whoever uses a key again must not change a member on the way; where none is to be changed, acceptance tells.
    may_repeat = [n for n in left if n in tried or None in members[submissions[n].member].profile.values()]
    _find_earlier(connection, submissions, may_repeat, outcomes)
    taken = _take_profiles(submissions, left, members, outcomes)
    # In one order everywhere, so that two batches with the same members cannot lock each other out.
    changed = sorted(key for key, member in members.items() if member.gaps_filled)
    with _one_transaction(connection) if changed else nullcontext():
        db.upsert_members(
            connection, [{"club_id": club, "user_id": user, **members[club, user].profile} for club, user in changed]
        )
        _accept(connection, submissions, taken, channel, outcomes)
    _find_earlier(connection, submissions, [n for n in left if n not in outcomes], outcomes)
    for n in left:
        # Only a member who was erased a moment ago comes so far.
        outcomes.setdefault(n, NotWritableError("The member is being removed."))


def _one_transaction(connection: Connection) -> AbstractContextManager[Any]:
    """On a connection that commits each statement by itself. Psycopg's own context manager begins and ends it."""
    return cast(AbstractContextManager[Any], connection.connection.driver_connection)


def _read_members(connection: Connection, submissions: Sequence[Submission]) -> Members:
    members: Members = {item.member: Member(dict.fromkeys(PROFILE)) for item in submissions}
    for row in db.find_members(connection, members):
        members[row.club_id, row.user_id] = Member({name: getattr(row, name) for name in PROFILE})
    return members


def _take_profiles(
    submissions: Sequence[Submission], left: Sequence[int], members: Members, outcomes: Outcomes
) -> dict[int, Profile]:
    """The snapshot for each submission to write, in order, so that one may rely on what an earlier one brought.

    A submission without a complete profile gets its error and leaves nothing behind. One that repeats the idempotency
    key of another in the batch is left out: the other will be found.
    """
    taken: dict[int, Profile] = {}
    seen: set[tuple[str, str, str] | None] = set()
    for n in left:
        item = submissions[n]
        if n in outcomes or item.identity in seen:
            continue
        member = members[item.member]
        try:
            taken[n] = snapshot(item.content, member.profile)
        except ProfileIncompleteError as error:
            outcomes[n] = error
            continue
        member.fill_gaps(sent_profile(item.content))
        if item.identity is not None:
            seen.add(item.identity)
    return taken


def _accept(
    connection: Connection,
    submissions: Sequence[Submission],
    profiles: Mapping[int, Profile],
    channel: str | None,
    outcomes: Outcomes,
) -> None:
    """Those that are new, of members who are known, get their outcome."""
    rows = [workout_row(n, submissions[n], profile) for n, profile in profiles.items()]
    for n, workout_id, prediction_id in db.accept_workouts(connection, rows, channel):
        outcomes[n] = Accepted(workout_id, prediction_id)


def _find_earlier(
    connection: Connection, submissions: Sequence[Submission], wanted: Sequence[int], outcomes: Outcomes
) -> None:
    """Those of the wanted whose key is known get their outcome: the same request, or another one under the key."""
    keys: list[dict[str, Any]] = [
        {"n": n, "club_id": item.club_id, "source": item.source, "idempotency_key": item.idempotency_key}
        for n, item in ((n, submissions[n]) for n in wanted)
    ]
    for n, workout_id, prediction_id, request_hash in db.find_by_key(connection, keys):
        same = request_hash == submissions[n].request_hash
        outcomes[n] = Accepted(workout_id, prediction_id, replayed=True) if same else IdempotencyMismatchError()
