"""Writes a batch of submissions: one statement for nearly all of them, a few more for the others."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.accepting import queries
from app.accepting.submissions import (
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
from app.http.errors import IdempotencyMismatchError, NotWritableError, ProfileIncompleteError

Members = dict[tuple[str, str], Member]
Outcomes = dict[int, Outcome]


def accept_known(
    connection: Connection, submissions: Sequence[Submission], channel: str | None
) -> list[Outcome | None]:
    """Accept, with one statement, what is new, of members who are known, and brings a whole profile: nearly everything.

    None for the others. Whoever listens to the channel is told once it is committed.
    """
    outcomes: Outcomes = {}
    whole = {n: sent for n, item in enumerate(submissions) if (sent := sent_snapshot(item.content)) is not None}
    _accept(connection, submissions, whole, channel, outcomes)
    return [outcomes.get(n) for n in range(len(submissions))]


def write_others(connection: Connection, submissions: Sequence[Submission], channel: str | None) -> list[Outcome]:
    """What `accept_known` left: of members who are new or are to tell the profile, and retries.

    A retry gets what its first try got. The connection commits each statement by itself; a member who is added or
    changed is so together with the workouts.
    """
    outcomes: Outcomes = {}
    members = _read_members(connection, submissions)
    # Whoever uses a key again must not change a member on the way; where none is to be changed, acceptance tells.
    _find_earlier(connection, submissions, _may_repeat(submissions, members), outcomes)
    taken = _take_profiles(submissions, members, outcomes)
    # In one order everywhere, so that two batches with the same members cannot lock each other out.
    changed = sorted(key for key, member in members.items() if member.gaps_filled)
    with _one_transaction(connection) if changed else nullcontext():
        queries.upsert_members(
            connection, [{"club_id": club, "user_id": user, **members[club, user].profile} for club, user in changed]
        )
        _accept(connection, submissions, taken, channel, outcomes)
    _find_earlier(connection, submissions, [n for n in range(len(submissions)) if n not in outcomes], outcomes)
    # Only a member who was erased a moment ago comes so far.
    return [outcomes.get(n) or NotWritableError("The member is being removed.") for n in range(len(submissions))]


@contextmanager
def _one_transaction(connection: Connection) -> Iterator[None]:
    """On a connection that commits each statement by itself."""
    connection.exec_driver_sql("begin")
    try:
        yield
        connection.exec_driver_sql("commit")
    except BaseException:
        try:
            connection.exec_driver_sql("rollback")
        except SQLAlchemyError:
            # Whatever state it is in: nobody else is to find it so.
            connection.invalidate()
        raise


def _read_members(connection: Connection, submissions: Sequence[Submission]) -> Members:
    members: Members = {item.member: Member(dict.fromkeys(PROFILE)) for item in submissions}
    for row in queries.find_members(connection, members):
        members[row.club_id, row.user_id] = Member({name: getattr(row, name) for name in PROFILE})
    return members


def _may_repeat(submissions: Sequence[Submission], members: Members) -> list[int]:
    """Those that were not accepted although they bring a profile, and those whose member has gaps."""
    return [
        n
        for n, item in enumerate(submissions)
        if sent_snapshot(item.content) is not None or None in members[item.member].profile.values()
    ]


def _take_profiles(submissions: Sequence[Submission], members: Members, outcomes: Outcomes) -> dict[int, Profile]:
    """The snapshot for each submission to write, in order, so that one may rely on what an earlier one brought.

    A submission without a complete profile gets its error and leaves nothing behind. One that repeats the idempotency
    key of another in the batch is left out: the other will be found.
    """
    taken: dict[int, Profile] = {}
    seen: set[tuple[str, str, str] | None] = set()
    for n, item in enumerate(submissions):
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
    for n, workout_id, prediction_id in queries.accept_workouts(connection, rows, channel):
        outcomes[n] = Accepted(workout_id, prediction_id)


def _find_earlier(
    connection: Connection, submissions: Sequence[Submission], wanted: Sequence[int], outcomes: Outcomes
) -> None:
    """Those of the wanted whose key is known get their outcome: the same request, or another one under the key."""
    keys: list[dict[str, Any]] = [
        {"n": n, "club_id": item.club_id, "source": item.source, "idempotency_key": item.idempotency_key}
        for n, item in ((n, submissions[n]) for n in wanted)
        if item.identity is not None
    ]
    for n, workout_id, prediction_id, request_hash in queries.find_by_key(connection, keys):
        same = request_hash == submissions[n].request_hash
        outcomes[n] = Accepted(workout_id, prediction_id, replayed=True) if same else IdempotencyMismatchError()
