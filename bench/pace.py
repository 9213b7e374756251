"""Open-loop load: a request at each beat of a clock, whatever became of the ones before.

A request that has to wait for its turn counts from the beat, not from when it was sent: a slow answer cannot hide the
ones behind it.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

import aiohttp
import uvloop

MOST_CONNECTIONS = 512
TIMEOUT_SEC = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """A workout that was accepted: its id, and the beat it belongs to in seconds since 1970."""

    workout_id: str
    beat: float


@dataclass(slots=True)
class Paced:
    accepted: list[Sent]
    refused: int
    late_ms: list[float]
    """By how much each request left after its beat: what the client itself adds."""


def post_paced(url: str, key: str, bodies: Iterator[bytes], *, rate: float, seconds: float) -> Paced:
    return uvloop.run(_post_paced(url, key, bodies, rate, seconds))


async def _post_paced(url: str, key: str, bodies: Iterator[bytes], rate: float, seconds: float) -> Paced:
    paced = Paced([], 0, [])
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SEC)
    async with aiohttp.ClientSession(url, headers=headers, connector=connector, timeout=timeout) as session:
        begin = time.time() + 0.1
        async with asyncio.TaskGroup() as requests:
            for number in range(int(rate * seconds)):
                beat = begin + number / rate
                await asyncio.sleep(beat - time.time())  # the pace
                paced.late_ms.append(1000 * max(0.0, time.time() - beat))
                requests.create_task(_post(session, next(bodies), beat, paced))
    return paced


async def _post(session: aiohttp.ClientSession, body: bytes, beat: float, paced: Paced) -> None:
    try:
        async with session.post("/workouts", data=body) as answer:
            if answer.status == 202:
                paced.accepted.append(Sent((await answer.json())["workout_id"], beat))
                return
    except (aiohttp.ClientError, TimeoutError):
        pass
    paced.refused += 1
