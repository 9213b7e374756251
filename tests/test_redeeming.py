"""Points are redeemed while the API is killed: every redemption is complete or absent."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from patience import until
from running import RunningStack

from fitburn_client import FitBurn, NotFoundError, Redemption, Reward
from local.settings import ROOT

PASSWORD = "correct horse battery"
RETRY_SEC = 60.0
REDEMPTIONS = 200


def newcomer(stack: RunningStack) -> tuple[FitBurn, str]:
    """The client of a new member, and their user_id."""
    with FitBurn(stack.api_url) as door:
        login = door.accounts.register(f"{uuid.uuid4().hex}@example.com", PASSWORD, "Anna")
    return FitBurn(stack.api_url, login.access_token, retry_for=RETRY_SEC, timeout=15), login.user_id


@pytest.fixture
def operator(stack: RunningStack) -> Iterator[FitBurn]:
    somebody, user_id = newcomer(stack)
    stack.sql("update users set role = 'operator' where user_id = %(user_id)s returning id", user_id=user_id)
    with somebody:
        yield somebody


def audit(stack: RunningStack) -> None:
    """Runs `make audit`."""
    environment = {**os.environ, "DATABASE_URL": stack.database_url}
    command = [sys.executable, "-m", "db.audit"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_reward_on_the_phone_at_the_desk_and_in_the_history(stack: RunningStack, operator: FitBurn) -> None:
    anna, user_id = newcomer(stack)
    with anna:
        operator.points.adjust(user_id, 100, "welcome")
        shirt = operator.rewards.create(title_ru="Футболка", title_en="Shirt", cost=60, stock=1)
        assert [one.can_redeem for one in anna.rewards.list() if one.reward_id == shirt.reward_id] == [True]
        held = anna.redemptions.create(shirt.reward_id)
        assert (anna.points.get().balance, anna.points.get().held) == (40, 60)
        [at_desk] = operator.redemptions.list(code=held.code.lower())
        assert at_desk.user_id == user_id
        assert operator.redemptions.fulfil_code(held.code).status == "fulfilled"
        with pytest.raises(NotFoundError):
            operator.redemptions.fulfil_code(held.code)
        assert [one.status for one in anna.redemptions.mine()] == ["fulfilled"]
        assert [(one.kind, one.amount) for one in anna.points.transfers()] == [
            ("redemption_held", -60),
            ("adjustment", 100),
        ]
    actions = [entry.action for entry in operator.audit.list(subject_id=held.redemption_id)]
    assert actions == ["redemption.fulfilled"]


def test_the_api_killed_in_the_middle_of_200_redemptions(stack: RunningStack, operator: FitBurn) -> None:
    members = [newcomer(stack) for _ in range(4)]
    for _, user_id in members:
        operator.points.adjust(user_id, REDEMPTIONS, "for the test")
    sticker: Reward = operator.rewards.create(title_ru="Наклейка", title_en="Sticker", cost=1, stock=1_000)
    made = "select count(*) from redemptions where reward_id = %(reward)s"

    def redeem(n: int) -> Redemption:
        return members[n % len(members)][0].redemptions.create(sticker.reward_id, f"sticker-{n}")

    api = stack.pid("api")
    with ThreadPoolExecutor(8) as pool:
        redeemed = [pool.submit(redeem, n) for n in range(REDEMPTIONS)]
        until(lambda: stack.sql(made, reward=sticker.reward_id)[0][0] >= REDEMPTIONS // 4)
        os.kill(api, signal.SIGKILL)
        made_when_killed = stack.sql(made, reward=sticker.reward_id)[0][0]
        found = {one.result().redemption_id for one in redeemed}
    assert made_when_killed < REDEMPTIONS
    assert len(found) == REDEMPTIONS
    assert stack.sql(made, reward=sticker.reward_id) == [(REDEMPTIONS,)]
    assert [one.stock for one in operator.rewards.list() if one.reward_id == sticker.reward_id] == [1_000 - REDEMPTIONS]
    for member, _ in members:
        with member:
            assert (member.points.get().balance, member.points.get().held) == (REDEMPTIONS - 50, 50)
    audit(stack)
