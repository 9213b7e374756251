"""A batch becomes calories, points and balances in one transaction, on a real database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from gym import Gym
from patience import at_once
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from app.model_loader import Matrix, Model
from app.scoring import score
from fitburn import notifications
from fitburn.database import is_transient, make_engine
from fitburn.features import FEATURES
from fitburn.messages import ScoreRequest
from fitburn.notifications import Listener
from fitburn.settings import DatabaseSettings

AGE = [feature.name for feature in FEATURES].index("age")
CURSED_AGE = 66
YESTERDAY = datetime.combine(datetime.now(UTC).date() - timedelta(days=1), time(), UTC)


def on_day(hours: float, **changes: Any) -> dict[str, Any]:
    """An entry of the gym's log that starts `hours` after the last midnight but one (UTC)."""
    return {"ts": YESTERDAY + timedelta(hours=hours), **changes}


def test_batch_of_500_becomes_done_with_calories_points_and_balances(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log_plain(500)
    report = score(engine, model, requests)
    rows = gym.outcomes(requests)
    assert len(report.scored) == 500
    assert {row.status for row in rows} == {"done"}
    assert {row.model_version for row in rows} == {model.version}
    assert all(row.calories_pred > 100 and row.points == int(row.calories_pred / 10) for row in rows)
    assert all(row.processed_at and row.points_rule for row in rows)
    assert gym.ask("select sum(balance) from point_accounts where kind = 'member'") == [sum(r.points for r in rows)]
    gym.assert_books_balance()


def test_predictions_and_their_awards_are_one_transaction(gym: Gym, engine: Engine, model: Model) -> None:
    score(engine, model, gym.log_plain(50))
    written_by = "select xmin::text from predictions union select xmin::text from point_transfers"
    assert len(gym.ask(written_by)) == 1


def test_scoring_a_batch_twice_is_idempotent(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log_plain(50)
    score(engine, model, requests)
    before = gym.outcomes(requests)
    again = score(engine, model, requests)
    assert (again.scored, again.failed, again.unknown) == ([], {}, set())
    assert gym.outcomes(requests) == before
    assert gym.ask("select count(*) from point_transfers") == [50]


def test_request_that_is_in_a_batch_twice_is_scored_once(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log_plain(3)
    assert len(score(engine, model, requests * 4).scored) == 3
    gym.assert_books_balance()


def test_same_batch_on_four_threads_is_scored_once(gym: Gym, engine: Engine, model: Model) -> None:
    for _ in range(5):
        requests = gym.log_plain(100)
        reports = at_once([lambda: score(engine, model, requests)] * 4)  # noqa: B023
        assert sorted(workout.workout_id for report in reports for workout, _ in report.scored) == sorted(
            str(request.workout_id) for request in requests
        )
        assert not any(report.unknown or report.failed for report in reports)
        assert gym.all_done(requests)
    assert gym.ask("select count(*) from point_transfers") == [500]
    gym.assert_books_balance()


def test_unknown_ids_are_reported_and_their_neighbours_are_scored(gym: Gym, engine: Engine, model: Model) -> None:
    existing = gym.log_plain(4)
    missing = ScoreRequest(workout_id=uuid4(), prediction_id=uuid4())
    crossed = ScoreRequest(workout_id=existing[0].workout_id, prediction_id=existing[1].prediction_id)
    score(engine, model, [existing[1]])
    stale = ScoreRequest(workout_id=existing[1].workout_id, prediction_id=uuid4())
    report = score(engine, model, [missing, crossed, stale, *existing[1:]])
    assert report.unknown == {missing, crossed, stale}
    assert gym.statuses(existing) == ["pending", "done", "done", "done"]


class Cursed:
    """A regressor that fails for people of one age: the fault that these tests inject."""

    def __init__(self, sound: Model, answer: float | None) -> None:
        self._sound = sound
        self._answer = answer

    def predict(self, matrix: Matrix) -> Matrix:
        cursed = matrix[:, AGE] == CURSED_AGE
        if self._answer is None and cursed.any():
            raise ArithmeticError("cursed")
        calories = np.array(self._sound.predict(matrix))
        calories[cursed] = self._answer or 0.0
        return calories


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "model_error"),
        (float("nan"), "implausible_output"),
        (float("inf"), "implausible_output"),
        (-float("inf"), "implausible_output"),
        (-300.0, "implausible_output"),
        (0.0, "implausible_output"),
    ],
)
def test_row_that_the_model_cannot_score_fails_alone(
    gym: Gym, engine: Engine, model: Model, answer: float | None, code: str
) -> None:
    requests = gym.log({"age": CURSED_AGE if n in (3, 11) else 30} for n in range(20))
    report = score(engine, Model("cursed", Cursed(model, answer).predict), requests)
    assert report.failed == {str(requests[3].workout_id): code, str(requests[11].workout_id): code}
    for n, row in enumerate(gym.outcomes(requests)):
        expected = ("failed", code, None) if n in (3, 11) else ("done", None, row.points)
        assert (row.status, row.error_code, row.points) == expected
        assert row.processed_at is not None
    gym.assert_books_balance()


@pytest.fixture
def picky(gym: Gym) -> Iterator[None]:
    """A database that refuses to finish marathons."""
    gym.do("""
        create function refuse_marathons() returns trigger language plpgsql as $$
        begin
            if new.status = 'done' and (select distance_km = 42.195 from workouts where id = new.workout_id) then
                raise exception 'no marathons';
            end if;
            return new;
        end $$;
        create trigger refuse_marathons before update on predictions
            for each row execute function refuse_marathons();
    """)
    yield
    gym.do("drop function refuse_marathons cascade")


@pytest.mark.usefixtures("picky")
def test_row_that_the_database_refuses_fails_alone(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log({"distance_km": 42.195 if n in (7, 8) else 5.2} for n in range(30))
    report = score(engine, model, requests)
    outcomes = gym.outcomes(requests)
    assert [n for n, row in enumerate(outcomes) if row.status == "failed"] == [7, 8]
    assert {row.error_code for row in outcomes} == {None, "processing_error"}
    assert len(report.scored) == 28
    assert set(report.failed.values()) == {"processing_error"}
    gym.assert_books_balance()


def test_row_that_features_cannot_be_made_of_fails_alone(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log({"workout_type": "chess" if n == 2 else "rowing"} for n in range(5))
    score(engine, model, requests)
    assert [row.error_code for row in gym.outcomes(requests)] == [None, None, "processing_error", None, None]


def test_locked_row_is_left_to_the_transaction_that_holds_it(gym: Gym, engine: Engine, model: Model) -> None:
    requests = gym.log_plain(3)
    with gym.owner.begin() as other:
        other.exec_driver_sql(f"select 1 from predictions where id = '{requests[1].prediction_id}' for update")
        report = score(engine, model, requests)
    assert (len(report.scored), report.unknown) == (2, set())
    assert gym.statuses(requests) == ["done", "pending", "done"]


def test_lock_that_outlasts_the_statement_fails_no_row(gym: Gym, engine: Engine, model: Model) -> None:
    @event.listens_for(engine, "connect")
    def set_short_timeout(connection: Any, _record: Any) -> None:
        connection.cursor().execute("set statement_timeout = 200")
        connection.commit()

    requests = gym.log_plain(3)
    with gym.owner.begin() as other:
        other.exec_driver_sql("lock table users in exclusive mode")
        with pytest.raises(SQLAlchemyError) as caught:
            score(engine, model, requests)
    assert is_transient(caught.value)
    assert gym.statuses(requests) == ["pending"] * 3


def test_database_that_is_away_is_a_transient_error(model: Model) -> None:
    nowhere = DatabaseSettings.model_validate({"database_url": "postgresql://nobody@127.0.0.1:9/none"})
    engine = make_engine(nowhere, "worker-test")
    with pytest.raises(SQLAlchemyError) as caught:
        score(engine, model, [ScoreRequest(workout_id=uuid4(), prediction_id=uuid4())])
    assert is_transient(caught.value)


def one_by_one(engine: Engine, model: Model, requests: list[ScoreRequest]) -> None:
    for request in requests:
        score(engine, model, [request])


def as_one(engine: Engine, model: Model, requests: list[ScoreRequest]) -> None:
    score(engine, model, requests)


Scoring = Callable[[Engine, Model, list[ScoreRequest]], None]


@pytest.mark.parametrize("way", [one_by_one, as_one])
def test_held_workouts_earn_nothing_and_do_not_use_up_the_day(
    gym: Gym, engine: Engine, model: Model, way: Scoring
) -> None:
    (member,) = gym.join()
    held = [on_day(n, member_id=member, avg_hr=239.0) for n in range(5)]
    sound = [on_day(n, member_id=member) for n in (6, 8, 10)]
    requests = gym.log([*held, *sound])
    way(engine, model, requests)
    rows = gym.outcomes(requests)
    assert [row.hold_reasons for row in rows] == [["heart_rate_too_high"]] * 5 + [[]] * 3
    assert [row.points > 0 for row in rows] == [False] * 5 + [True] * 3
    assert all(row.calories_pred > 0 for row in rows)
    assert gym.balance(member) == sum(row.points for row in rows[5:])
    gym.assert_books_balance()


@pytest.mark.parametrize("way", [one_by_one, as_one])
def test_day_is_the_clubs(gym: Gym, engine: Engine, model: Model, way: Scoring) -> None:
    auckland = Gym(gym.owner, slug="auckland", time_zone="Pacific/Auckland")
    (member,) = auckland.join()
    # Noon in UTC is around midnight there: two before it, four after it, all within one day of UTC.
    requests = auckland.log(on_day(hours, member_id=member) for hours in (8, 9.5, 14, 15, 16, 17))
    way(engine, model, requests)
    assert [row.points > 0 for row in auckland.outcomes(requests)] == [True, True, True, True, True, False]
    assert auckland.outcomes(requests)[-1].points_reasons == ["daily_workouts"]
    gym.assert_books_balance()


@pytest.mark.parametrize("way", [one_by_one, as_one])
@pytest.mark.parametrize("hours", [(23.5, 24.1), (24.1, 23.5)])
def test_workout_over_midnight_overlaps_the_next_days(
    gym: Gym, engine: Engine, model: Model, way: Scoring, hours: tuple[float, float]
) -> None:
    (member,) = gym.join()
    hour_long = {"member_id": member, "duration_min": 60.0, "speed_kmh": None}
    requests = gym.log(on_day(start - 24, **hour_long) for start in hours)
    way(engine, model, requests)
    assert [row.hold_reasons for row in gym.outcomes(requests)] == [[], ["overlap"]]
    gym.assert_books_balance()


def test_waiting_clients_are_notified_after_the_commit(
    gym: Gym, engine: Engine, model: Model, settings: DatabaseSettings
) -> None:
    listener = Listener(settings, "worker-test", (notifications.SCORED,))
    listener.connect()
    try:
        requests = gym.log({"age": CURSED_AGE if n == 5 else 30} for n in range(450))
        score(engine, Model("cursed", Cursed(model, None).predict), requests)
        notified: set[str] = set()
        while len(notified) < 450:
            arrived = listener.wait(10)
            assert arrived, f"only {len(notified)} workouts were notified"
            notified |= {workout_id for _, payload in arrived for workout_id in payload.split(",")}
    finally:
        listener.close()
    assert notified == {str(request.workout_id) for request in requests}
