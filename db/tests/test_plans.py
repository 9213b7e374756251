"""No statement that a user waits for scans a whole table. The statements are those of the services."""

import json
import runpy
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from conftest import ROOT
from servers import migrated_database
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from fitburn.database import DRIVER

# The API and the worker both call their package `app`; here the name is the API's.
sys.path.insert(0, str(ROOT / "api"))
from app.accepting import queries as accepting
from app.access import queries as access
from app.accounts import queries as accounts
from app.audit import queries as audit
from app.boards import queries as boards
from app.diary import queries as diary
from app.members import queries as members
from app.operations import club, system
from app.points import queries as points
from app.predictions import queries as predictions
from app.redemptions import queries as redemptions
from app.review import queries as review
from app.rewards import queries as rewards
from app.workouts import queries as history

worker = SimpleNamespace(**runpy.run_path(str(ROOT / "worker" / "app" / "db.py")))

FILL = """
insert into clubs (slug, name) values ('big', 'Big'), ('small', 'Small');

insert into users (club_id, user_id, email, password_hash)
select c.id, 'u' || n, case when n % 3 = 0 then 'u' || n || '@example.com' end, case when n % 3 = 0 then 'x' end
from clubs as c, generate_series(1, case c.slug when 'big' then 20000 else 20 end) as n;

insert into workouts (
    club_id, member_id, source, idempotency_key, request_hash, ts, local_day, workout_type, duration_min, gender, age,
    height_cm, weight_kg
)
select
    u.club_id, u.id, 'partner:p', 'k-' || u.user_id || '-' || n, '', now() - n * interval '1 day',
    current_date - n, 'running', 30, 'Male', 30, 180, 80
from generate_series(1, 2) as n, users as u;

insert into predictions (workout_id, status, calories_pred, points, processed_at, created_at)
select id, 'done', 300, 30, now(), created_at from workouts;

update predictions as p set status = 'pending', calories_pred = null, points = null, processed_at = null
from (select id from predictions order by random() limit 60) as chosen
where chosen.id = p.id;

update predictions as p set status = 'failed', error_code = 'model_error', calories_pred = null, points = null
from (select id from predictions where status = 'done' order by random() limit 60) as chosen
where chosen.id = p.id;

update predictions as p set hold_reasons = '{too_old}', points = 0
from (select id from predictions where status = 'done' order by random() limit 600) as chosen
where chosen.id = p.id;

insert into point_transfers (kind, source_id, from_account, to_account, amount)
select 'workout_award', w.id, c.id, m.id, 30
from workouts as w
join point_accounts as c on c.club_id = w.club_id and c.kind = 'issued'
join point_accounts as m on m.member_id = w.member_id;

update predictions as p set points = 0, held_points = 30, hold_reasons = '{too_old}'
from (select id from predictions where status = 'done' order by random() limit 100) as chosen
where chosen.id = p.id;

insert into rewards (club_id, title_ru, title_en, cost, per_member_limit)
select c.id, 'Reward', 'Reward', 10, 2 from clubs as c, generate_series(1, 30) as n;

insert into redemptions (club_id, member_id, reward_id, cost, status, closed_at, code)
select u.club_id, u.id, r.id, 10, 'fulfilled', now(), '000000'
from users as u
join lateral (select id from rewards where club_id = u.club_id order by id limit 1) as r on true;

insert into audit_log (club_id, actor, action, subject_id)
select club_id, 'member:' || id, 'redemption.fulfilled', id from users;

select refresh_leaderboard_daily(current_date - 2, current_date), finish_mart_run('leaderboard_daily', 2);

insert into sessions (token_hash, member_id, expires_at)
select decode(md5(id::text), 'hex'), id, now() + interval '1 hour' from users;

insert into challenges (club_id, title_ru, title_en, metric, starts_on, ends_on, goal, bonus_points)
select c.id, 'x', 'x', 'workouts', current_date - n, current_date - n + 7, 3, 10
from clubs as c, generate_series(1, 1000) as n;

insert into challenge_completions (challenge_id, member_id, bonus_points)
select c.id, u.id, 10
from (select distinct on (club_id) id, club_id from challenges order by club_id, ends_on) as c
join users as u on u.club_id = c.club_id;

insert into api_keys (club_id, name, key_hash, scopes)
select c.id, 'p' || n, decode(md5(c.slug || n), 'hex'), '{workouts:read}'
from clubs as c, generate_series(1, 2000) as n;
"""

WALKED = "select relname from pg_stat_xact_user_tables where seq_scan > 0"
NOW = datetime.now(UTC)
# A handful of rows is read faster than any index of them; of daily_metrics only here.
SMALL = {"clubs", "rewards", "mart_runs", "model_cards", "daily_metrics"}
Ask = Callable[[Connection, SimpleNamespace], object]


def the_json(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {"rows": json.dumps(rows, default=str)}


ASKED: dict[str, Ask] = {
    "predictions by workout": lambda c, m: predictions.find_predictions(c, m.workouts, m.club),
    "a member's prediction": lambda c, m: predictions.find_predictions(c, m.workouts[:1], m.club, m.id),
    "recent of a big club": lambda c, m: recent(c, m.club, None),
    "recent of a small club": lambda c, m: recent(c, m.small_club, None),
    "recent of a big club, next page": lambda c, m: recent(c, m.club, None, before=m.workouts[0]),
    "recent of a big club, pending": lambda c, m: recent(c, m.club, None, status="pending"),
    "recent of a member": lambda c, m: recent(c, m.club, m.id),
    "recent of a member, failed": lambda c, m: recent(c, m.club, m.id, status="failed"),
    "recent of a big club, held": lambda c, m: recent(c, m.club, None, held=True),
    "failed or held of a big club": lambda c, m: recent(c, m.club, None, attention=True),
    "failed or held of a big club, next page": lambda c, m: recent(
        c, m.club, None, attention=True, before=m.workouts[0]
    ),
    "failed or held of a member": lambda c, m: recent(c, m.club, m.id, attention=True),
    "a club by day": lambda c, m: by_day(c, m.club),
    "a club by day, next page": lambda c, m: by_day(c, m.club, after=(date.today(), NOW, m.workouts[0])),
    "a club by day, of a type that nobody does": lambda c, m: by_day(c, m.club, workout_type="yoga"),
    "some days of a club": lambda c, m: by_day(c, m.club, first=date(2020, 1, 1), last=date(2020, 1, 2)),
    "a member by day": lambda c, m: by_day(c, m.club, member_id=m.id, workout_type="yoga"),
    "the board of a day": lambda c, m: on_board(c, m, boards.Period.DAY),
    "the board of a week": lambda c, m: on_board(c, m, boards.Period.WEEK),
    "the board of a month": lambda c, m: on_board(c, m, boards.Period.MONTH),
    "a member's days": lambda c, m: diary.read_days(c, m.id, date(2025, 1, 1), date.today()),
    "a member's bests": lambda c, m: (diary.read_bests(c, m.id), diary.read_best_times(c, m.id)),
    "a club's week": lambda c, m: club.read_club(c, m.club, date(2020, 1, 1)),
    "the health of the service": lambda c, m: system.read_system(c),
    "a member's points": lambda c, m: points.read_transfers(c, m.account, None, 51),
    "a member's points, next page": lambda c, m: points.read_transfers(c, m.account, m.workouts[0], 51),
    "a member's balance": lambda c, m: points.read_balance(c, m.id),
    "what a member can redeem": lambda c, m: rewards.read_rewards(c, m.club, m.id, include_hidden=False, limit=51),
    "a member's redemptions": lambda c, m: redemptions.read_redemptions(c, m.club, member_id=m.id, limit=51),
    "a club's redemptions": lambda c, m: redemptions.read_redemptions(c, m.club, status="held", limit=51),
    "a redemption by its code": lambda c, m: redemptions.read_redemptions(c, m.club, code="000000"),
    "what waits for review": lambda c, m: review.read_held(c, m.club, after=None, limit=51),
    "the audit log": lambda c, m: audit.read_entries(c, m.club, subject_id=None, action=None, before=None, limit=51),
    "the audit log of a subject": lambda c, m: audit.read_entries(
        c, m.club, subject_id=m.workouts[0], action=None, before=None, limit=51
    ),
    "members of a batch": lambda c, m: accepting.find_members(c, [(m.club, "u1"), (m.club, "u2")]),
    "a batch of workouts": lambda c, m: accept(c, m.club),
    "workouts by idempotency key": lambda c, m: accepting.find_by_key(
        c, [{"n": 0, "club_id": m.club, "source": "partner:p", "idempotency_key": "k-u1-1"}]
    ),
    "a partner's key": lambda c, m: access.find_key(c, b"x"),
    "a member's session": lambda c, m: access.find_session(c, b"x"),
    "a session that is renewed": lambda c, m: access.renew_session(c, b"x", NOW),
    "the end of a member's sessions": lambda c, m: access.revoke_sessions(c, m.id, keep=b"x"),
    "who logs in": lambda c, m: accounts.find_login(c, "big", "U3@example.com"),
    "who is called so": lambda c, m: members.find_members(c, m.club, "u1", before=None, limit=21),
    "who is called so, next page": lambda c, m: members.find_members(c, m.club, "u1", before=m.id, limit=21),
    "a profile": lambda c, m: members.read_profile(c, m.id),
    "the sweep": lambda c, m: worker.claim_pending(c, 500, after_sec=30, lease_sec=60),
    "a batch of messages": lambda c, m: score(c, m.pending),
    "a batch of strangers": lambda c, m: worker.find_existing(c, map(str, m.workouts)),
}


def recent(
    connection: Connection, club: UUID, member: UUID | None, *, before: UUID | None = None, **filters: Any
) -> object:
    return history.recent_workouts(connection, history.Filter(club, member, **filters), before=before, limit=51)


def accept(connection: Connection, club: UUID) -> None:
    """As the API does."""
    with_profile = "update users set gender = 'Male', birth_year = 1990, height_cm = 180, weight_kg = 80"
    connection.execute(text(f"{with_profile} where club_id = :club and user_id in ('u1', 'u2')"), {"club": club})
    row = {
        "club_id": club, "source": "partner:p", "request_hash": "", "ts": "2026-01-01T10:00:00Z", "duration_min": 30,
        "workout_type": "running", "gender": "Male", "age": 30, "height_cm": 180, "weight_kg": 80,
    }  # fmt: skip
    rows = [row | {"n": n, "user_id": f"u{n}", "idempotency_key": f"new-{n}"} for n in (1, 2, 3)]
    assert {added.n for added in accepting.accept_workouts(connection, rows, None)} == {1, 2}


def score(connection: Connection, workout_ids: list[str]) -> None:
    """As a worker does, with an arbitrary prediction."""
    batch = worker.take(connection, workout_ids)
    result = {
        "calories": 300, "points": 30, "points_reasons": [], "hold_reasons": [], "credited_kcal": 300,
        "credited_min": 30, "held_points": None,
    }  # fmt: skip
    done = [result | workout._asdict() for workout in batch.pending]
    assert done and batch.credited
    worker.finish(connection, done, "x", "x")


def on_board(connection: Connection, member: SimpleNamespace, period: boards.Period) -> object:
    board = boards.Board.of(member.club, period, date.today())
    own = boards.find_place(connection, board, "u1") or SimpleNamespace(rank=7, user_id="u1")
    return (
        boards.read_places(connection, board, after=(0, ""), limit=51),
        boards.read_neighbours(connection, board, own),  # type: ignore[arg-type]
    )


def by_day(connection: Connection, club: UUID, *, after: history.Place | None = None, **span: Any) -> object:
    return history.workouts_by_day(connection, history.Span(club, **span), after=after, limit=51)


@pytest.fixture(scope="module")
def filled() -> Iterator[Engine]:
    """Some 40,000 workouts of two clubs with related rows."""
    with migrated_database() as url:
        engine = create_engine(make_url(url).set(drivername=DRIVER))
        with engine.begin() as connection:
            connection.execute(text(FILL))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def member(filled: Engine) -> SimpleNamespace:
    """One member of the big club, with the parameters of the queries."""
    with filled.connect() as connection:
        find = "select u.id, c.id as club from users as u join clubs as c on c.id = u.club_id"
        row = connection.execute(text(f"{find} where c.slug = 'big' and u.user_id = 'u1'")).one()
        small = connection.execute(text("select id from clubs where slug = 'small'")).scalar_one()
        own = text("select id from point_accounts where member_id = :id")
        account = connection.execute(own, {"id": row.id}).scalar_one()
        ids = connection.execute(text("select id from workouts where member_id = :id"), {"id": row.id}).scalars().all()
        pending = (
            connection.execute(text("select workout_id::text from predictions where status = 'pending'"))
            .scalars()
            .all()
        )
    return SimpleNamespace(
        id=row.id, club=row.club, small_club=small, account=account, workouts=list(ids), pending=list(pending)
    )


def walked_tables(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from walked_tables(part)


def filters(plan: dict[str, Any]) -> Iterator[str]:
    yield plan.get("Filter", "")
    for part in plan.get("Plans", ()):
        yield from filters(part)


@pytest.mark.parametrize("name", ASKED)
def test_no_statement_scans_a_whole_table(name: str, filled: Engine, member: SimpleNamespace) -> None:
    plans: list[dict[str, Any]] = []
    with filled.connect() as connection:
        # Ignore scans of earlier transactions.
        connection.execute(text("select pg_stat_force_next_flush()"))
        connection.rollback()

        @event.listens_for(connection, "before_cursor_execute")
        def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            cursor.execute(f"explain (format json) {statement}", parameters)
            plans.append(cursor.fetchone()[0][0]["Plan"])

        ASKED[name](connection, member)
        event.remove(connection, "before_cursor_execute", explain)
        # Plans do not show statements inside functions.
        walked = set(connection.execute(text(WALKED)).scalars())
        connection.rollback()
    assert plans
    assert walked <= SMALL
    assert {table for plan in plans for table in walked_tables(plan)} <= SMALL
    # now() is stable and usable as an index condition; clock_timestamp() is evaluated for each row.
    assert not any("clock_timestamp" in condition for plan in plans for condition in filters(plan))
