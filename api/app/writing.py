"""Writes a batch of submissions in one transaction: a few statements, however many there are."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection

from app import db
from app.errors import IdempotencyMismatchError, ProfileIncompleteError
from app.submissions import PROFILE, Accepted, Member, Outcome, Profile, Submission, sent_profile, snapshot, workout_row

Members = dict[tuple[str, str], Member]
Outcomes = dict[int, Outcome]


def write_submissions(connection: Connection, submissions: Sequence[Submission], channel: str | None) -> list[Outcome]:
    """Members, workouts and jobs for all submissions, committed; the outcome of each in the same order.

    A retry gets what its first try got. The connection commits each statement by itself; what has to be true at once
    is made so here. Whoever listens to the channel is told.
    """
    outcomes: Outcomes = {}
    members = _read_members(connection, submissions)
    # Whoever uses a key again must not change a member on the way; where no member is new, the insert itself tells.
    _find_earlier(connection, submissions, _with_gaps(submissions, members), outcomes)
    taken = _take_profiles(submissions, members, outcomes)
    # Most batches change no member: then the workouts and their jobs are one statement, which needs no more.
    together = any(member.gaps_filled for member in members.values())
    with connection.connection.driver_connection if together else nullcontext():  # type: ignore[union-attr]
        _write_members(connection, members)
        ready = {n: (_id_of(members, submissions[n]), taken[n]) for n in taken}
        _insert(connection, submissions, ready, channel, outcomes)
    _find_earlier(connection, submissions, [n for n in range(len(submissions)) if n not in outcomes], outcomes)
    return [outcomes[n] for n in range(len(submissions))]


def _read_members(connection: Connection, submissions: Sequence[Submission]) -> Members:
    members: Members = {item.member: Member(dict.fromkeys(PROFILE)) for item in submissions}
    for row in db.find_members(connection, members):
        members[row.club_id, row.user_id] = Member({name: getattr(row, name) for name in PROFILE}, row.id)
    return members


def _with_gaps(submissions: Sequence[Submission], members: Members) -> list[int]:
    """Submissions with an idempotency key whose member is new or has a profile with gaps."""
    return [
        n
        for n, item in enumerate(submissions)
        if item.identity is not None and None in members[item.member].profile.values()
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


def _write_members(connection: Connection, members: Members) -> None:
    """Add who is new and fill the gaps of who is not; most batches have neither and cost nothing here."""
    # In one order everywhere, so that two batches with the same members cannot lock each other out.
    changed = sorted(key for key, member in members.items() if member.gaps_filled)
    rows = [{"club_id": club, "user_id": user, **members[club, user].profile} for club, user in changed]
    for row in db.upsert_members(connection, rows):
        members[row.club_id, row.user_id].id = row.id


def _id_of(members: Members, submission: Submission) -> str:
    member_id = members[submission.member].id
    assert member_id is not None, "whoever has a complete profile has been written"
    return member_id


def _insert(
    connection: Connection,
    submissions: Sequence[Submission],
    ready: dict[int, tuple[str, Profile]],
    channel: str | None,
    outcomes: Outcomes,
) -> None:
    rows = [workout_row(n, submissions[n], member_id, profile) for n, (member_id, profile) in ready.items()]
    for n, workout_id, prediction_id in db.insert_workouts(connection, rows, channel):
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
