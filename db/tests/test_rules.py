"""What the database refuses to every role."""

import pytest
from people import add_club
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError

WORKOUT = {
    "ts": "2026-01-01T10:00:00Z", "local_day": "2026-01-01", "workout_type": "running", "duration_min": 30,
    "gender": "Male", "age": 30, "height_cm": 180, "weight_kg": 80, "source": "test", "request_hash": b"",
}  # fmt: skip

LOG = text("""
insert into audit_log (club_id, actor, action, subject_id, idempotency_key, request_hash)
values (:club, 'member:test', :action, uuidv7(), 'key-1', sha256('request'))
""")


def add_workout(app: Engine, **changes: object) -> str:
    values = WORKOUT | changes
    with app.begin() as connection:
        club = add_club(connection)
        [member] = club.add_members(connection, 1)
        values |= {"club_id": club.id, "member_id": member}
        add = text(f"""
            insert into workouts ({", ".join(values)}) values ({", ".join(f":{name}" for name in values)}) returning id
        """)
        return str(connection.execute(add, values).scalar_one())


NO_REGIONS = [
    "Europe/Moskow", "", " ", "Mars/Olympus", "UTC+3", "GMT+3", "GMT-3", "+03:00", "+03", "3", "-3", "XYZ-3", "<+03>-3",
    "EST", "EST5EDT", "MSK", "CET", "GMT", "Zulu", "utc", "Etc/GMT+3", "Etc/UTC", "Europe/Moscow3", "europe/moscow",
    "posix/Europe/Moscow", "right/Europe/Moscow", "Europe/Moscow ", " Europe/Moscow", "Europe/Moscow\n", "Japan",
]  # fmt: skip


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "America/Argentina/Buenos_Aires", "Asia/Kolkata"])
def test_a_region_is_a_time_zone(app: Engine, zone: str) -> None:
    with app.begin() as connection:
        club = add_club(connection, time_zone=zone)
        kept = connection.execute(text("select time_zone from clubs where id = :id"), {"id": club.id})
        assert kept.scalar_one() == zone


@pytest.mark.parametrize("zone", NO_REGIONS)
def test_a_time_zone_that_is_no_region_is_refused(app: Engine, zone: str) -> None:
    with pytest.raises(DBAPIError, match="such as Europe/Moscow, or UTC"), app.begin() as connection:
        add_club(connection, time_zone=zone)


def test_an_unknown_time_zone_is_refused_when_it_is_changed(app: Engine) -> None:
    with app.begin() as connection:
        club = add_club(connection, time_zone="Europe/Moscow")
    with pytest.raises(DBAPIError, match="time zone"), app.begin() as connection:
        connection.execute(text("update clubs set time_zone = 'Nowhere/City' where id = :id"), {"id": club.id})


def test_ids_are_in_the_order_of_arrival(app: Engine) -> None:
    assert add_workout(app) < add_workout(app) < add_workout(app)


@pytest.mark.parametrize(
    "changes",
    [
        {"duration_min": 0},
        {"duration_min": -5},
        {"distance_km": -1},
        {"avg_hr": 0},
        {"speed_kmh": -1},
        {"gender": "male"},
        {"age": 0},
        {"weight_kg": -80},
        {"calories_measured": -1},
    ],
)
def test_an_impossible_workout_is_refused(app: Engine, changes: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=next(iter(changes))):
        add_workout(app, **changes)


@pytest.mark.parametrize(
    "state",
    [
        "status = 'done'",
        "status = 'done', calories_pred = 100, points = 10",
        "status = 'done', processed_at = now(), calories_pred = 100",
        "status = 'done', processed_at = now(), calories_pred = 'nan', points = 10",
        "status = 'done', processed_at = now(), calories_pred = 'infinity', points = 10",
        "status = 'failed', processed_at = now()",
        "status = 'pending', processed_at = now()",
        "status = 'lost'",
        "calories_pred = 100",
        "points = 10",
    ],
)
def test_a_contradictory_prediction_is_refused(app: Engine, state: str) -> None:
    workout_id = add_workout(app)
    with app.begin() as connection:
        connection.execute(text("insert into predictions (workout_id) values (:id)"), {"id": workout_id})
    with pytest.raises(IntegrityError), app.begin() as connection:
        connection.execute(text(f"update predictions set {state} where workout_id = :id"), {"id": workout_id})


def test_a_workout_has_one_prediction(app: Engine) -> None:
    workout_id = add_workout(app)
    add = text("insert into predictions (workout_id) values (:id)")
    with app.begin() as connection:
        connection.execute(add, {"id": workout_id})
    with pytest.raises(IntegrityError, match="predictions_workout_id_key"), app.begin() as connection:
        connection.execute(add, {"id": workout_id})


def test_an_address_is_unique_in_a_club_regardless_of_case(app: Engine) -> None:
    add = text("insert into users (club_id, user_id, email, password_hash) values (:club, :name, :email, 'x')")
    with app.begin() as connection:
        club = add_club(connection)
        connection.execute(add, {"club": club.id, "name": "a", "email": "Anna@example.com"})
    with pytest.raises(IntegrityError, match="users_club_email_key"), app.begin() as connection:
        connection.execute(add, {"club": club.id, "name": "b", "email": "anna@EXAMPLE.com"})


@pytest.mark.parametrize(
    "action", ["challenge.created", "challenge.changed", "challenge.cancelled", "weekly_target.set"]
)
def test_an_operator_action_is_logged_once_per_actor_and_key(app: Engine, action: str) -> None:
    with app.begin() as connection:
        values = {"club": add_club(connection).id, "action": action}
        connection.execute(LOG, values)
        with pytest.raises(IntegrityError, match="audit_log_idempotency_key"):
            connection.execute(LOG, values)
