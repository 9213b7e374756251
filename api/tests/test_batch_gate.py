"""When a group commit starts: immediately after few requests, under load once most clients have sent again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from gym import WORKOUT, Gym
from patience import until

from app.accepting import batch_gate
from app.accepting.batch_gate import BUSY_REQUESTS
from app.accepting.group_commit import GroupCommit
from app.accepting.publisher import DatabaseQueue
from app.accepting.submissions import Outcome, Submission
from app.settings import GroupCommitSettings
from app.workouts.schemas import WorkoutIn
from fitburn.database import make_engine
from fitburn.settings import DatabaseSettings


@asynccontextmanager
async def committing(database_url: str) -> AsyncIterator[GroupCommit]:
    """A group commit in this process, without other requests."""
    settings = DatabaseSettings.model_validate({"database_url": database_url})
    engine = make_engine(settings, "group-commit-test", connections=1, autocommit=True)
    commit = GroupCommit(engine, DatabaseQueue(), GroupCommitSettings())
    commit.start()
    try:
        yield commit
    finally:
        await asyncio.to_thread(commit.stop)


async def enqueue(commit: GroupCommit, gym: Gym, count: int) -> list[asyncio.Task[list[Outcome]]]:
    """Submit `count` requests; return once the group commit has queued them."""
    workout = WorkoutIn.model_validate(WORKOUT)
    submission = Submission.of(workout, club_id=UUID(gym.id), user_id="u1", source="partner", key=None)
    tasks = [asyncio.create_task(commit.submit([submission])) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def commit_together(commit: GroupCommit, gym: Gym, count: int) -> None:
    """Commit one request alone, then `count` requests in one transaction."""
    await asyncio.gather(*await enqueue(commit, gym, 1))  # creates the member
    with gym.writes_blocked():
        alone = await enqueue(commit, gym, 1)
        await asyncio.to_thread(until, gym.blocked_writers)
        together = await enqueue(commit, gym, count)
    await asyncio.gather(*alone, *together)


@pytest.mark.parametrize(("before", "enough"), [(BUSY_REQUESTS - 1, 1), (BUSY_REQUESTS, 6), (16, 12), (50, 38)])
def test_busy_commit_starts_at_75_percent_of_the_last_batch(
    gym: Gym, database_url: str, monkeypatch: pytest.MonkeyPatch, before: int, enough: int
) -> None:
    monkeypatch.setattr(batch_gate, "LINGER_SEC", 600.0)

    async def gather_enough() -> None:
        async with committing(database_url) as commit:
            await commit_together(commit, gym, before)
            first = await enqueue(commit, gym, enough - 1)
            last = await enqueue(commit, gym, 1)
            async with asyncio.timeout(60):
                await asyncio.gather(*first, *last)

    asyncio.run(gather_enough())
    assert gym.transactions() == sorted([1, 1, before, enough])


def test_busy_commit_lingers_no_longer_than_its_limit(
    gym: Gym, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_gate, "LINGER_SEC", 0.5)

    async def gather_too_few() -> None:
        async with committing(database_url) as commit:
            await commit_together(commit, gym, 16)
            loop = asyncio.get_running_loop()
            began = loop.time()
            few = await enqueue(commit, gym, 3)
            async with asyncio.timeout(60):
                await asyncio.gather(*few)
            assert loop.time() - began >= 0.5

    asyncio.run(gather_too_few())
    assert gym.transactions() == [1, 1, 3, 16]


def test_stop_ends_a_lingering_commit_immediately(gym: Gym, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_gate, "LINGER_SEC", 600.0)

    async def stop_amid() -> None:
        async with asyncio.timeout(60):
            async with committing(database_url) as commit:
                await commit_together(commit, gym, 16)
                few = await enqueue(commit, gym, 3)
            await asyncio.gather(*few)

    asyncio.run(stop_amid())
    assert gym.transactions() == [1, 1, 3, 16]
