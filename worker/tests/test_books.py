"""What other tests rely on: books.sql names each way in which books can be wrong, and nothing in sound ones."""

import pytest
from gym import BOOKS, Gym
from sqlalchemy import Engine

from app.model_loader import Model
from app.scoring import score

A_DONE = "(select workout_id from predictions where points > 0 limit 1)"
MEMBER = "(select member_id from workouts limit 1)"


@pytest.mark.parametrize(
    ("sabotage", "rule"),
    [
        ("update point_accounts set balance = balance + 1", "a balance is the sum of its transfers"),
        ("update point_accounts set balance = 1 where member_id is null", "all balances sum to zero"),
        (f"delete from predictions where workout_id = {A_DONE}", "a workout has its prediction"),
        (f"update predictions set points = points + 1 where workout_id = {A_DONE}", "points are what was booked"),
        (f"delete from point_transfers where source_id = {A_DONE}", "points are what was booked"),
        ("update predictions set hold_reasons = '{overlap}'", "what is held earns nothing"),
        (
            "update point_transfers set from_account = to_account, to_account = from_account",
            "an award goes from the club to the member",
        ),
        (f"update point_transfers set source_id = uuidv7() where source_id = {A_DONE}", "an award has its workout"),
        (f"update workouts set member_id = {MEMBER}", "a day earns at most 150 points"),
        (f"update workouts set member_id = {MEMBER}", "a day credits at most 3 workouts"),
        ("update predictions set credited_min = 241", "a day credits at most 240 minutes"),
        (f"update workouts set member_id = {MEMBER}", "workouts that overlap are not both credited"),
    ],
)
def test_broken_rule_is_named(gym: Gym, engine: Engine, model: Model, sabotage: str, rule: str) -> None:
    score(engine, model, gym.log_plain(8))
    gym.assert_books_balance()
    gym.do(sabotage)
    with gym.owner.connect() as connection:
        broken = {row.rule for row in connection.exec_driver_sql(BOOKS)}
    assert rule in broken
