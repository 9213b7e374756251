"""A club with a past, for pictures and for measuring: its busiest member, and somebody who runs it, can log in."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from people import Person, as_member
from running import ROOT, RunningStack

from fitburn_client import FitBurn
from tools.demo import offers

MEMBER, OPERATOR = Person("member@example.com", "Amara"), Person("operator@example.com", "Olga")

GIVE_ACCOUNT = """
update users set
    email = %(email)s,
    password_hash = (select password_hash from users where user_id = %(same_password_as)s)
where id = (
    select member_id from workouts where local_day > current_date - 7 and avg_hr is not null
    group by member_id order by count(*) desc, member_id limit 1
)
returning 1
"""


@dataclass(frozen=True)
class Past:
    """So many people, so many days, so many workouts of all of them."""

    members: int
    days: int
    workouts: int


@contextmanager
def stack() -> Iterator[RunningStack]:
    """Everything that `make up` starts, with the database as the queue; thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="fitburn-club-", ignore_cleanup_errors=True) as home:
        running = RunningStack(Path(home).resolve(), RABBITMQ_URL="", WORKERS="1", AIRFLOW="0")
        try:
            running.up()
            yield running
        finally:
            running.down()


def inhabit(running: RunningStack, past: Past) -> None:
    """Gives the stack's club this past, a shop, challenges, and the two accounts."""
    where = {"DATABASE_URL": running.database_url}
    size = [f"--members={past.members}", f"--days={past.days}", f"--workouts={past.workouts}"]
    run(where, "db.seed", *size)
    run(where, "db.marts")
    with FitBurn(running.api_url) as api:
        operator_id = api.register(OPERATOR.email, OPERATOR.password, OPERATOR.name).user_id
        running.sql("update users set role = 'operator' where user_id = %(id)s returning 1", id=operator_id)
        running.sql(GIVE_ACCOUNT, email=MEMBER.email, same_password_as=operator_id)
        trade(as_member(api, MEMBER), as_member(api, OPERATOR))
    run(where, "db.challenges")


def trade(member: FitBurn, operator: FitBurn) -> None:
    """The shop is stocked; the member has collected something, and something waits."""
    offers.set_up(operator, datetime.now(UTC).date())
    prices = sorted(operator.rewards(), key=lambda one: one.cost)
    operator.fulfil(member.redeem(prices[0].reward_id).redemption_id)
    member.redeem(prices[1].reward_id)


def run(variables: dict[str, str], module: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, env=os.environ | variables, check=True)
