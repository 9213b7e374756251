"""Measures points under pressure: python -m tools.bench.points   (`make bench-points`)

Creates a database and an API on the server of DATABASE_URL, or of `make up`, and drops them again. A busy member gets
the bonuses of 1,000 challenges over several connections while redeeming; many members redeem one reward over many
connections. Counts every answer and every deadlock, and audits the books at the end.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles

import requests
from sqlalchemy import Engine, create_engine, make_url, text

from fitburn.database import DRIVER
from local.report import announce
from local.settings import ROOT
from tools.bench.marts import own_database, running_api

AWARDS, AWARDERS = 1_000, 8
REDEEMERS, REDEMPTIONS_EACH = 16, 25
STOCK = REDEEMERS * REDEMPTIONS_EACH // 2
PASSWORD = "correct horse battery"

# As a worker books: locks the member first, then writes all transfers of a batch in one statement.
LOCK = text("select id from users where id = :member for no key update")
AWARD = text("""
with completed as (
    insert into challenge_completions (challenge_id, member_id, bonus_points) values (:challenge, :member, 1)
    returning id, member_id, bonus_points
)
select book_transfers(array(
    select ('challenge_bonus', id, member_id, bonus_points)::new_transfer from completed
))
""")
SET_UP_CHALLENGES = text("""
insert into challenges (club_id, title_ru, title_en, metric, starts_on, ends_on, goal, bonus_points)
select club_id, 'Раз', 'Once', 'workouts', current_date, current_date, 1, 1
from users, generate_series(1, :count)
where users.id = :member
returning id
""")
DEADLOCKS = text("select deadlocks from pg_stat_database where datname = current_database()")


@dataclass(frozen=True, slots=True)
class Member:
    session: requests.Session
    user_id: str


def main() -> int:
    argparse.ArgumentParser(prog="python -m tools.bench.points", description=__doc__).parse_args()
    with own_database("points") as url, running_api(url) as (address, _):
        engine = create_engine(make_url(url).set(drivername=DRIVER), pool_size=AWARDERS)
        announce("Making members …")
        operator = _join(address)
        with engine.begin() as connection:
            connection.execute(text("update users set role = 'operator'"))
        members = [_join(address) for _ in range(REDEEMERS)]
        for member in members:
            _post(operator, f"{address}/members/{member.user_id}/adjustments", {"points": 10_000, "reason": "bench"})
        failures = _busy_member(engine, address, operator, members[0])
        failures += _hot_reward(address, operator, members)
        failures += _deadlocks(engine)
        engine.dispose()
        failures += _prove(url)
    return 1 if failures else 0


def _join(address: str) -> Member:
    account = {"email": f"{secrets.token_hex(8)}@example.com", "password": PASSWORD, "display_name": "Bench"}
    login = requests.post(f"{address}/auth/register", json=account, timeout=30).json()
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {login['access_token']}"
    return Member(session, login["user_id"])


def _post(member: Member, url: str, body: object) -> requests.Response:
    return member.session.post(url, json=body, timeout=60)


def _add_reward(address: str, operator: Member, stock: int | None) -> str:
    reward = {"title_ru": "Наклейка", "title_en": "Sticker", "cost": 1, "stock": stock}
    return str(_post(operator, f"{address}/rewards", reward).json()["reward_id"])


def _busy_member(engine: Engine, address: str, operator: Member, member: Member) -> int:
    """Awards from several connections, while the member redeems over HTTP."""
    reward = _add_reward(address, operator, None)
    with engine.connect() as connection:
        query = text("select id from users where user_id = :user_id")
        member_id = connection.execute(query, {"user_id": member.user_id}).scalar_one()
        values = {"member": member_id, "count": AWARDS}
        challenges = connection.execute(SET_UP_CHALLENGES, values).scalars().all()
        connection.commit()

    def award(number: int) -> None:
        with engine.begin() as connection:
            connection.execute(LOCK, {"member": member_id})
            connection.execute(AWARD, {"member": member_id, "challenge": challenges[number]})

    with ThreadPoolExecutor(1) as pool:
        redeeming = pool.submit(_redeem_often, address, reward, member, REDEMPTIONS_EACH)
        seconds, errors = _timed(AWARDERS, award, AWARDS)
        answers, _ = redeeming.result()
    announce(f"busy member: {AWARDS:,} awards over {AWARDERS} connections: {AWARDS / seconds:,.0f}/s, {errors} errors")
    announce(f"             meanwhile they redeemed: answers {dict(answers)}")
    return errors + _unexpected(answers)


def _hot_reward(address: str, operator: Member, members: list[Member]) -> int:
    """Every member redeems as often as possible; half of them come too late."""
    reward = _add_reward(address, operator, STOCK)
    started = time.monotonic()
    with ThreadPoolExecutor(len(members)) as pool:
        done = list(pool.map(lambda member: _redeem_often(address, reward, member, REDEMPTIONS_EACH), members))
    seconds = time.monotonic() - started
    answers = sum((statuses for statuses, _ in done), Counter[int]())
    times = sorted(second * 1000 for _, every in done for second in every)
    announce(
        f"hot reward:  {answers.total():,} requests of {len(members)} members: {answers.total() / seconds:,.0f}/s, "
        f"median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms, answers {dict(answers)}"
    )
    stock = int(operator.session.get(f"{address}/rewards/{reward}", timeout=30).json()["stock"])
    announce(f"             stock {STOCK}, redeemed {answers[201]}, left {stock}")
    return _unexpected(answers) + abs(STOCK - answers[201]) + stock


def _redeem_often(address: str, reward: str, member: Member, times: int) -> tuple[Counter[int], list[float]]:
    """Answers by status, and the seconds of each."""
    answers, seconds = Counter[int](), []
    for _ in range(times):
        started = time.perf_counter()
        answer = _post(member, f"{address}/redemptions", {"reward_id": reward})
        seconds.append(time.perf_counter() - started)
        answers[answer.status_code] += 1
    return answers, seconds


def _timed(workers: int, work: Callable[[int], None], count: int) -> tuple[float, int]:
    """Seconds for all calls together, and the number of failed calls."""
    started = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        done = [pool.submit(work, n) for n in range(count)]
    errors = [error for future in done if (error := future.exception())]
    for error in errors[:3]:
        announce(f"  {type(error).__name__}: {str(error).splitlines()[0]}")
    return time.monotonic() - started, len(errors)


def _unexpected(answers: Counter[int]) -> int:
    return sum(count for status, count in answers.items() if status not in (201, 409))


def _deadlocks(engine: Engine) -> int:
    with engine.connect() as connection:
        deadlocks = int(connection.execute(DEADLOCKS).scalar_one())
    announce(f"deadlocks:   {deadlocks}")
    return deadlocks


def _prove(url: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "db.audit"], cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
