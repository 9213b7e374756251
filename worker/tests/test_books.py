"""Other tests rely on the rules of db/checks: they name each way in which the books can be wrong."""

import pytest
from gym import Gym
from sqlalchemy import Engine, text

from app.model_loader import Model
from app.scoring import score
from db.rules import broken_rules

A_DONE = "(select workout_id from predictions where points > 0 limit 1)"
MEMBER = "(select member_id from workouts limit 1)"


@pytest.mark.parametrize(
    ("sabotage", "rule"),
    [
        ("update point_accounts set balance = balance + 1", "a balance is the sum of its transfers"),
        ("update point_accounts set balance = 1 where member_id is null", "all balances of a club sum to 0"),
        (f"delete from predictions where workout_id = {A_DONE}", "every workout has its prediction"),
        (f"update predictions set points = points + 1 where workout_id = {A_DONE}", "every award has its workout"),
        (f"delete from point_transfers where source_id = {A_DONE}", "every award has its workout"),
        ("update predictions set hold_reasons = '{overlap}'", "only credited workouts have points"),
        (
            "update point_transfers set from_account = to_account, to_account = from_account",
            "a transfer goes between the accounts of its kind",
        ),
        (f"update point_transfers set source_id = uuidv7() where source_id = {A_DONE}", "every award has its workout"),
        (f"update workouts set member_id = {MEMBER}", "a member's day stays within its caps"),
        ("update predictions set credited_min = 241", "a member's day stays within its caps"),
        (f"update workouts set member_id = {MEMBER}", "credited workouts of a member do not overlap"),
    ],
)
def test_broken_rule_is_named(gym: Gym, engine: Engine, model: Model, sabotage: str, rule: str) -> None:
    score(engine, model, gym.log_plain(8))
    gym.assert_books_balance()
    gym.do(sabotage)
    with gym.owner.connect() as connection:
        broken = [row.rule for row in connection.execute(text(broken_rules()))]
    assert any(named.startswith(rule) for named in broken)
