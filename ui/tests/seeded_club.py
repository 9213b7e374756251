"""A club with a generated history, for screenshots and benchmarks. Its busiest member and an operator can log in."""

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
from running import RunningStack

from fitburn_client import FitBurn
from local.settings import ROOT
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
class Size:
    """How much history to generate: members, days, and workouts of all members."""

    members: int
    days: int
    workouts: int


@contextmanager
def stack() -> Iterator[RunningStack]:
    """The stack of `make up`, with the database as the queue; deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="fitburn-club-", ignore_cleanup_errors=True) as home:
        running = RunningStack(Path(home).resolve(), RABBITMQ_URL="", WORKERS="1", AIRFLOW="0")
        try:
            running.up()
            yield running
        finally:
            running.down()


def seed(running: RunningStack, size: Size) -> None:
    """Fill the stack's club with history, rewards, challenges and the two accounts."""
    database = {"DATABASE_URL": running.database_url}
    args = [f"--members={size.members}", f"--days={size.days}", f"--workouts={size.workouts}"]
    run(database, "db.seed", *args)
    run(database, "db.marts")
    with FitBurn(running.api_url) as api:
        operator_id = api.accounts.register(OPERATOR.email, OPERATOR.password, OPERATOR.name).user_id
        running.sql("update users set role = 'operator' where user_id = %(id)s returning 1", id=operator_id)
        running.sql(GIVE_ACCOUNT, email=MEMBER.email, same_password_as=operator_id)
        trade(as_member(api, MEMBER), as_member(api, OPERATOR))
    run(database, "db.challenges")


def trade(member: FitBurn, operator: FitBurn) -> None:
    """Stock the shop; the member has one collected and one open redemption."""
    offers.set_up(operator, datetime.now(UTC).date())
    prices = sorted(operator.rewards.list(), key=lambda reward: reward.cost)
    operator.redemptions.fulfil(member.redemptions.create(prices[0].reward_id).redemption_id)
    member.redemptions.create(prices[1].reward_id)


def run(variables: dict[str, str], module: str, *args: str) -> None:
    subprocess.run([sys.executable, "-m", module, *args], cwd=ROOT, env=os.environ | variables, check=True)
