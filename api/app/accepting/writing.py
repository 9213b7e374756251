"""Writes a batch of submissions: one statement for nearly all of them, a few more for the others."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.accepting import queries
from app.accepting.submissions import AcceptedJob, Outcome, Profile, Snapshot, Submission
from app.http.errors import IdempotencyMismatchError, NotWritableError, ProfileIncompleteError

Batch = Sequence[Submission]
Members = dict[tuple[UUID, str], Profile]
Outcomes = dict[int, Outcome]
"""Outcomes by the submission's number in its batch."""


class SubmissionWriter:
    """Writes batches over a connection in autocommit. NOTIFY goes to `channel`, unless it is None."""

    def __init__(self, channel: str | None) -> None:
        self._channel = channel

    def accept_known(self, connection: Connection, batch: Batch) -> list[Outcome | None]:
        """Fast path: one INSERT for every new workout with a complete profile whose member already exists.

        Almost all submissions take it; None for the others.
        """
        complete = {n: sent for n, submission in enumerate(batch) if (sent := submission.sent_snapshot) is not None}
        outcomes = self._insert(connection, batch, complete)
        return [outcomes.get(n) for n in range(len(batch))]

    def write_others(self, connection: Connection, batch: Batch) -> list[Outcome]:
        """What `accept_known` left: new members, profiles to be completed from the member's, and replays.

        A replay gets the outcome of its first try. A member who is added or changed is committed together with the
        workouts.
        """
        members = _read_members(connection, batch)
        # A replay must not modify the member. If a profile would change, look replays up first; otherwise ON CONFLICT
        # in accept_workouts detects them.
        outcomes = _find_replays(connection, batch, _possible_replays(batch, members))
        snapshots, completed, refused = _complete_profiles(batch, members, skip=outcomes.keys())
        outcomes |= refused
        with _one_transaction(connection) if completed else nullcontext():
            queries.upsert_members(connection, _member_rows(completed))
            outcomes |= self._insert(connection, batch, snapshots)
        outcomes |= _find_replays(connection, batch, [n for n in range(len(batch)) if n not in outcomes])
        # Only a submission whose member was erased a moment ago has no outcome yet.
        return [outcomes.get(n) or NotWritableError("The member is being removed.") for n in range(len(batch))]

    def _insert(self, connection: Connection, batch: Batch, snapshots: Mapping[int, Snapshot]) -> Outcomes:
        """Outcomes of the submissions that are new and whose member exists."""
        rows = [batch[n].row(n, snapshot) for n, snapshot in snapshots.items()]
        accepted = queries.accept_workouts(connection, rows, self._channel)
        return {n: AcceptedJob(workout_id, prediction_id) for n, workout_id, prediction_id in accepted}


@contextmanager
def _one_transaction(connection: Connection) -> Iterator[None]:
    """A transaction on a connection in autocommit."""
    connection.exec_driver_sql("begin")
    try:
        yield
        connection.exec_driver_sql("commit")
    except BaseException:
        try:
            connection.exec_driver_sql("rollback")
        except SQLAlchemyError:
            # Rollback failed; discard the connection so it never returns to the pool.
            connection.invalidate()
        raise


def _read_members(connection: Connection, batch: Batch) -> Members:
    """The stored profile of each submission's member; an empty one for a member who does not exist yet."""
    members: Members = {submission.member: Profile() for submission in batch}
    for row in queries.find_members(connection, members):
        members[row.club_id, row.user_id] = Profile(row.gender, row.birth_year, row.height_cm, row.weight_kg)
    return members


def _member_rows(members: Members) -> list[queries.JsonRow]:
    """Rows for `users`. Sorted, so that two batches with the same members lock them in the same order."""
    return [
        {"club_id": club_id, "user_id": user_id, **profile._asdict()}
        for (club_id, user_id), profile in sorted(members.items())
    ]


def _possible_replays(batch: Batch, members: Members) -> list[int]:
    """Submissions that were not accepted despite a complete profile, and those whose member has gaps."""
    return [
        n
        for n, submission in enumerate(batch)
        if submission.sent_snapshot is not None or None in members[submission.member]
    ]


def _complete_profiles(
    batch: Batch, members: Members, *, skip: Collection[int]
) -> tuple[dict[int, Snapshot], Members, Outcomes]:
    """The snapshot of each submission to write, the members whose profile it completes, and what is refused.

    In order, so that a submission may rely on the profile that an earlier one brought. A submission without a complete
    profile is refused and changes nothing. One that repeats the idempotency key of another in the batch is left out:
    it is found as a replay of the other.
    """
    snapshots: dict[int, Snapshot] = {}
    completed: Members = {}
    refused: Outcomes = {}
    seen: set[tuple[UUID, str, str]] = set()
    for n, submission in enumerate(batch):
        if n in skip or submission.identity in seen:
            continue
        stored = completed.get(submission.member, members[submission.member])
        try:
            snapshots[n] = submission.snapshot(stored)
        except ProfileIncompleteError as error:
            refused[n] = error
            continue
        filled = stored.filled_from(submission.profile)
        if filled != stored:
            completed[submission.member] = filled
        if submission.identity is not None:
            seen.add(submission.identity)
    return snapshots, completed, refused


def _find_replays(connection: Connection, batch: Batch, candidates: Sequence[int]) -> Outcomes:
    """Outcomes of the candidates whose idempotency key was used before, for the same request or for another one."""
    keys: list[queries.JsonRow] = [
        {
            "n": n,
            "club_id": batch[n].club_id,
            "source": batch[n].source,
            "idempotency_key": batch[n].idempotency_key,
        }
        for n in candidates
        if batch[n].identity is not None
    ]
    outcomes: Outcomes = {}
    for n, workout_id, prediction_id, request_hash in queries.find_by_key(connection, keys):
        same = request_hash == batch[n].request_hash
        outcomes[n] = AcceptedJob(workout_id, prediction_id, replayed=True) if same else IdempotencyMismatchError()
    return outcomes
