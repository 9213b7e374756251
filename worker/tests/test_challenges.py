"""Challenges: the workout that reaches a goal earns the bonus exactly once, by any worker and on any retry."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from gym import Gym
from patience import at_once
from sqlalchemy import Connection, Engine, event, text

from app.model_loader import Model
from app.scoring import score

TODAY = datetime.now(UTC).date()
ADD = text("""
insert into challenges (club_id, title_ru, title_en, metric, workout_type, starts_on, ends_on, goal, bonus_points)
values (:club, 'Вызов', 'A challenge', :metric, :workout_type, :starts_on, :ends_on, :goal, :bonus)
returning id
""")
BONUSES = "select t.amount from point_transfers as t where t.kind = 'challenge_bonus' order by t.id"
CALLS = """
    select coalesce(sum(calls), 0)::integer from pg_stat_xact_user_functions where funcname = 'complete_challenges'
"""
# As an operator does, but without the points, which another test covers.
APPROVE = """
    update predictions
    set review = 'approved', reviewed_by = 'member:x', reviewed_at = now(), credited_min = 35, credited_kcal = 350
    where workout_id = :workout and standing = 'held'
"""


class Arena:
    """Challenges of the gym's club."""

    def __init__(self, gym: Gym) -> None:
        self.gym = gym

    def add(
        self,
        metric: str = "workouts",
        goal: int = 2,
        bonus: int = 50,
        workout_type: str | None = None,
        starts_on: date = TODAY - timedelta(days=5),
        ends_on: date = TODAY + timedelta(days=5),
    ) -> UUID:
        values = {
            "club": self.gym.club_id, "metric": metric, "goal": goal, "bonus": bonus, "workout_type": workout_type,
            "starts_on": starts_on, "ends_on": ends_on,
        }  # fmt: skip
        with self.gym.owner.begin() as connection:
            added: UUID = connection.execute(ADD, values).scalar_one()
            return added

    def evaluate(self) -> None:
        """As the DAG does."""
        with self.gym.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("call evaluate_challenges()")

    def approve(self, workout_id: UUID) -> None:
        with self.gym.owner.begin() as connection:
            connection.execute(text(APPROVE), {"workout": workout_id})

    def bonuses(self) -> list[int]:
        self.gym.assert_books_balance()
        amounts: list[int] = self.gym.ask(BONUSES)
        assert self.gym.ask("select sum(bonus_points) from challenge_completions") == [sum(amounts) or None]
        return amounts

    def visits(self, count: int, member_id: Any = None, **changes: Any) -> list[dict[str, Any]]:
        """Entries for the gym's log: a run on each of the days before today."""
        (member_id,) = [member_id] if member_id else self.gym.join()
        noon = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
        return [{"member_id": member_id, "ts": noon - timedelta(days=n + 1), **changes} for n in range(count)]


@pytest.fixture
def arena(gym: Gym) -> Arena:
    gym.do("truncate challenges, challenge_completions, challenge_changes")
    return Arena(gym)


def test_two_workouts_in_one_batch_reach_it_and_pay_once(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=2)
    requests = arena.gym.log(arena.visits(3))
    report = score(engine, model, requests)
    assert report.bonuses == 1
    assert arena.bonuses() == [50]
    assert score(engine, model, requests).bonuses == 0
    assert arena.bonuses() == [50]


def test_the_bonus_is_in_the_transaction_of_the_workout_that_earns_it(
    arena: Arena, engine: Engine, model: Model
) -> None:
    arena.add(goal=2)
    score(engine, model, arena.gym.log(arena.visits(2)))
    written_by = "select xmin::text from predictions union select xmin::text from point_transfers"
    assert len(arena.gym.ask(written_by)) == 1


def test_workers_at_once_neither_miss_the_goal_nor_pay_twice(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=2)
    arena.add(metric="minutes", goal=60, bonus=7)
    for _ in range(5):
        members = arena.gym.join(20)
        batches = [arena.gym.log([*(arena.visits(n + 1, member)[n] for member in members)]) for n in range(2)]
        at_once([lambda batch=batch: score(engine, model, batch) for batch in batches])  # type: ignore[misc]
    assert sorted(arena.bonuses()) == [7] * 100 + [50] * 100


def test_workers_and_the_late_path_at_once_pay_once(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=1, bonus=3)
    requests = [arena.gym.log([*arena.visits(1, member)]) for member in arena.gym.join(12)]
    scoring: list[Callable[[], object]] = [lambda batch=batch: score(engine, model, batch) for batch in requests]  # type: ignore[misc]
    at_once([*scoring, *[arena.evaluate] * 3])
    arena.evaluate()
    assert arena.bonuses() == [3] * 12


def test_a_held_workout_counts_once_it_is_approved(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=2)
    sound, held = [*arena.visits(2)]
    _, request = requests = arena.gym.log([sound, held | {"avg_hr": 239.0}])
    assert score(engine, model, requests).bonuses == 0
    arena.evaluate()
    assert arena.bonuses() == []
    for _ in range(2):
        arena.approve(request.workout_id)
        arena.evaluate()
        assert arena.gym.ask(BONUSES) == [50]


def test_a_challenge_that_is_set_up_late_pays_who_had_reached_it(arena: Arena, engine: Engine, model: Model) -> None:
    for _ in range(3):
        score(engine, model, arena.gym.log(arena.visits(2)))
    score(engine, model, arena.gym.log(arena.visits(1)))
    challenge = arena.add(goal=2)
    for _ in range(2):
        arena.evaluate()
        assert arena.bonuses() == [50] * 3
    assert arena.gym.ask(f"select participants_cnt from challenges where id = '{challenge}'") == [4]
    assert arena.gym.ask("select count(*) from challenge_changes") == [0]


def test_a_club_beyond_one_transaction_is_paid_whole(arena: Arena, engine: Engine, model: Model) -> None:
    score(engine, model, arena.gym.log_plain(1100))
    arena.add(goal=1, starts_on=TODAY - timedelta(days=2))
    arena.evaluate()
    assert len(arena.bonuses()) == 1100


def test_a_workout_that_is_scored_after_the_end_counts_for_its_day(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=1, starts_on=TODAY - timedelta(days=3), ends_on=TODAY - timedelta(days=2))
    before, after, within = ([*arena.visits(4)][n] for n in (3, 0, 1))
    assert score(engine, model, arena.gym.log([before, after])).bonuses == 0
    assert score(engine, model, arena.gym.log([within])).bonuses == 1


def test_days_are_those_of_the_club_as_they_were(owner: Engine, arena: Arena, engine: Engine, model: Model) -> None:
    """Kiritimati is 14 hours ahead: a workout of the UTC evening belongs to the next day there, and stays with it."""
    far = Gym(owner, slug="far", time_zone="Pacific/Kiritimati")
    there = Arena(far)
    evening = datetime(TODAY.year, TODAY.month, TODAY.day, 20, tzinfo=UTC) - timedelta(days=2)
    there.add(goal=1, starts_on=TODAY - timedelta(days=1), ends_on=TODAY - timedelta(days=1))
    requests = far.log([{"ts": evening}])
    with engine.begin() as connection:
        connection.execute(text("update clubs set time_zone = 'UTC' where slug = 'far'"))
    assert score(engine, model, requests).bonuses == 1


@pytest.mark.parametrize(
    ("metric", "goal", "reached"),
    [
        ("minutes", 105, True), ("minutes", 106, False), ("workouts", 3, True), ("workouts", 4, False),
        ("distinct_days", 2, True), ("distinct_days", 3, False), ("calories", 600, True), ("calories", 6000, False),
    ],
)  # fmt: skip
def test_each_metric_counts_its_quantity(
    arena: Arena, engine: Engine, model: Model, metric: str, goal: int, reached: bool
) -> None:
    arena.add(metric=metric, goal=goal)
    first, second = [*arena.visits(2)]
    again = first | {"ts": first["ts"] + timedelta(hours=2)}
    assert score(engine, model, arena.gym.log([first, again, second])).bonuses == reached


def test_only_workouts_of_the_challenges_type_count(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=2, workout_type="rowing")
    first, second = [*arena.visits(2)]
    rowing = {"workout_type": "rowing", "distance_km": None, "speed_kmh": None}
    assert score(engine, model, arena.gym.log([first, second])).bonuses == 0
    rows = [visit | rowing | {"ts": visit["ts"] + timedelta(hours=3)} for visit in (first, second)]
    assert score(engine, model, arena.gym.log(rows)).bonuses == 1


def test_workouts_beyond_the_daily_limit_do_not_count(arena: Arena, engine: Engine, model: Model) -> None:
    arena.add(goal=4)
    (first,) = arena.visits(1)
    day = [first | {"ts": first["ts"] + timedelta(hours=n)} for n in range(5)]
    assert score(engine, model, arena.gym.log(day)).bonuses == 0


def test_a_cancelled_challenge_and_another_clubs_pay_no_bonus(
    owner: Engine, arena: Arena, engine: Engine, model: Model
) -> None:
    Arena(Gym(owner, slug="other")).add(goal=1)
    arena.gym.do(f"update challenges set cancelled_at = now() where id = '{arena.add(goal=1)}'")
    assert score(engine, model, arena.gym.log(arena.visits(2))).bonuses == 0
    arena.evaluate()
    assert arena.bonuses() == []


def test_a_challenge_is_not_cancelled_while_it_pays(arena: Arena, engine: Engine, model: Model) -> None:
    """The first transaction that locks the challenge wins; the other sees its changes."""
    challenge = arena.add(goal=1)
    requests = arena.gym.log(arena.visits(1))
    with engine.connect() as operator:
        operator.execute(text("select 1 from challenges where id = :id for update"), {"id": challenge})
        operator.execute(text("update challenges set cancelled_at = now() where id = :id"), {"id": challenge})
        paying: list[int] = []
        at_once(
            [
                lambda: paying.append(score(engine, model, requests).bonuses),
                lambda: _commit_once_awaited(arena, operator),
            ]
        )
    assert paying == [0]
    assert arena.bonuses() == []


def _commit_once_awaited(arena: Arena, operator: Any) -> None:
    """Commit as soon as the worker waits for the challenge."""
    waiting = "select count(*) from pg_locks where not granted and locktype in ('transactionid', 'tuple')"
    while arena.gym.ask(waiting) == [0]:
        pass
    operator.commit()


@pytest.mark.parametrize(("ended_ago", "calls_expected"), [(4, 0), (0, 1)])
def test_a_batch_looks_for_completed_challenges_only_if_some_are_active(
    arena: Arena, engine: Engine, model: Model, ended_ago: int, calls_expected: int
) -> None:
    arena.add(goal=1, ends_on=TODAY - timedelta(days=ended_ago))
    with arena.gym.owner.begin() as connection:
        connection.exec_driver_sql(f"alter database {engine.url.database} set track_functions = 'pl'")
    calls: list[int] = []

    @event.listens_for(engine, "commit")
    def count(connection: Connection) -> None:
        calls.append(connection.exec_driver_sql(CALLS).scalar_one())

    score(engine, model, arena.gym.log(arena.visits(1)))
    assert calls == [calls_expected]
