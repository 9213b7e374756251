"""`make audit` finds nothing in sound books and names each broken rule."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from conftest import ROOT
from histories import History, fresh_database
from sqlalchemy import Connection, Engine, text

from db.audit import run
from db.rules import read_checks

BOOK = text("""
insert into point_transfers (kind, source_id, from_account, to_account, amount)
select :kind, :source, giver.id, taker.id, :points
from point_accounts as giver, point_accounts as taker
where giver.club_id = :club and giver.kind = :giver and (giver.member_id is null or giver.member_id = :member)
    and taker.club_id = :club and taker.kind = :taker and (taker.member_id is null or taker.member_id = :member)
""")
DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Books:
    """A small club in which everything has happened once."""

    def __init__(self, engine: Engine) -> None:
        self.history = History(engine)
        self.member = self.history.member("anna")
        self.workout = self.award(100)
        reversed_workout = self.award(20)
        self.history.run(
            "update predictions set points = 0, review = 'rejected', review_reason = 'x', reviewed_by = 'member:x',"
            " reviewed_at = now() where workout_id = :id",
            id=reversed_workout,
        )
        self.book("workout_reversal", reversed_workout, "member", "issued", 20)
        self.note("workout.rejected", reversed_workout)
        self.book("adjustment", self.note("points.adjusted", self.member), "adjusted", "member", 5)
        self.reward = self.scalar(
            "insert into rewards (club_id, title_ru, title_en, cost, stock) values (:club, 'a', 'a', 10, 9)"
            " returning id"
        )
        self.complete_challenge()
        self.redemptions = [self.redeem(outcome) for outcome in (None, "fulfilled", "cancelled")]

    def award(self, points: int) -> UUID:
        workout = self.history.done("anna", DAY, points=points)
        self.book("workout_award", workout, "issued", "member", points)
        return workout

    def complete_challenge(self) -> None:
        challenge = self.scalar(
            "insert into challenges (club_id, title_ru, title_en, metric, starts_on, ends_on, goal, bonus_points)"
            " values (:club, 'a', 'a', 'workouts', '2026-01-01', '2026-01-31', 1, 30) returning id"
        )
        completion = self.scalar(
            "insert into challenge_completions (challenge_id, member_id, bonus_points) values (:challenge, :member, 30)"
            " returning id",
            challenge=challenge,
        )
        self.book("challenge_bonus", completion, "issued", "member", 30)

    def book(self, kind: str, source: UUID, giver: str, taker: str, points: int) -> None:
        values = {"kind": kind, "source": source, "giver": giver, "taker": taker, "points": points}
        self.history.run(BOOK, **values, club=self.history.club, member=self.member)

    def note(self, action: str, subject: UUID) -> UUID:
        return self.scalar(
            "insert into audit_log (club_id, actor, action, subject_id) values (:club, 'member:x', :action, :subject)"
            " returning id",
            action=action, subject=subject,
        )  # fmt: skip

    def redeem(self, outcome: str | None) -> UUID:
        made = self.scalar("select redemption_id from redeem(:member, :reward, null)", reward=self.reward)
        if outcome:
            self.scalar("select close_redemptions(array[:id], :to, 'member:x', null, null)", id=made, to=outcome)
        return made

    def scalar(self, query: str, **values: Any) -> Any:
        with self.history.engine.begin() as connection:
            known = {"club": self.history.club, "member": self.member}
            return connection.execute(text(query), known | values).scalar_one()


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    with fresh_database() as engine:
        yield Books(engine)


def broken(connection: Connection) -> set[str]:
    found = [run(connection, check) for check in read_checks()]
    assert all(finding.examples for finding in found if finding.broken)
    return {finding.rule for finding in found if finding.broken}


def test_sound_books_break_no_rule_and_every_check_examines_rows(books: Books) -> None:
    with books.history.engine.connect() as connection:
        findings = [run(connection, check) for check in read_checks()]
    assert [finding.rule for finding in findings if finding.broken] == []
    assert [finding.rule for finding in findings if not finding.examined] == []


@pytest.mark.parametrize(
    ("sabotage", "rule"),
    [
        ("update point_accounts set balance = balance + 1 where kind = 'member'", "balances of a club sum to 0"),
        ("update point_accounts set balance = balance + 1 where kind = 'member'", "a balance is the sum"),
        ("update point_transfers set amount = amount + 1 where kind = 'adjustment'", "a balance is the sum"),
        ("update point_transfers set kind = 'adjustment' where kind = 'workout_award'", "a transfer goes between"),
        ("update point_lots set remaining = remaining - 1 where remaining > 0", "every credit of a member has its lot"),
        ("delete from point_lots where remaining = amount", "every credit of a member has its lot"),
        ("update point_lots set remaining = amount", "the lots of a member sum to the balance"),
        ("delete from lot_movements", "what is held or expires was taken from lots"),
        ("update predictions set points = points + 1 where points > 0", "every award has its workout"),
        ("delete from point_transfers where kind = 'workout_award'", "every award has its workout"),
        ("update point_transfers set source_id = uuidv7() where kind = 'workout_award'", "every award has its workout"),
        (
            "update redemptions set status = 'cancelled' where status = 'fulfilled'",
            "every redemption has the transfers",
        ),
        ("delete from redemptions", "every redemption has the transfers"),
        ("update redemptions set cost = 9 where status = 'held'", "what a member has put aside"),
        ("delete from challenge_completions", "every completed challenge has its bonus"),
        ("delete from point_transfers where kind = 'challenge_bonus'", "every completed challenge has its bonus"),
        ("update challenge_completions set bonus_points = 31", "every completed challenge has its bonus"),
        (
            "alter table challenge_completions drop constraint challenge_completions_challenge_id_member_id_key;"
            "insert into challenge_completions (challenge_id, member_id, bonus_points)"
            " select challenge_id, member_id, bonus_points from challenge_completions",
            "every completed challenge has its bonus",
        ),
        (
            "alter table point_transfers drop constraint point_transfers_kind_source_id_key;"
            "insert into point_transfers (kind, source_id, from_account, to_account, amount)"
            " select kind, source_id, from_account, to_account, amount from point_transfers"
            " where kind = 'challenge_bonus'",
            "every completed challenge has its bonus",
        ),
        ("delete from predictions where points > 0", "every workout has its prediction"),
        ("update predictions set credited_min = 1 where points = 0", "only credited workouts have"),
        ("update predictions set points = 151 where points > 0", "a member's day stays within its caps"),
        ("update predictions set credited_min = 241 where points > 0", "a member's day stays within its caps"),
        ("delete from audit_log where action = 'workout.rejected'", "every adjustment, review, closed redemption"),
        ("delete from audit_log where action = 'points.adjusted'", "every adjustment, review, closed redemption"),
        (
            "update challenges set created_by = (select id from users limit 1)",
            "every adjustment, review, closed redemption and operator's challenge",
        ),
    ],
)
def test_each_broken_rule_is_named(books: Books, sabotage: str, rule: str) -> None:
    with books.history.engine.connect() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(sabotage)
        assert any(rule in named for named in broken(connection))
        connection.rollback()


def audit(books: Books) -> subprocess.CompletedProcess[str]:
    url = books.history.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    command = [sys.executable, "-m", "db.audit"]
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_command_succeeds_or_fails_with_examples_and_advice(books: Books) -> None:
    sound = audit(books)
    assert (sound.returncode, sound.stdout.count(" ok "), sound.stderr) == (0, len(read_checks()), "")
    assert "The books are right." in sound.stdout
    with books.history.engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.execute(text("update redemptions set cost = 11 where id = :id"), {"id": books.redemptions[0]})
    wrong = audit(books)
    books.history.run("update redemptions set cost = 10 where id = :id", id=books.redemptions[0])
    assert wrong.returncode == 1
    assert str(books.redemptions[0]) in wrong.stdout
    assert "Stop the workers" in wrong.stdout


@pytest.mark.parametrize(("words", "said"), [(["points"], "0 points"), (["redemptions"], "0 redemptions")])
def test_expiry_by_hand_reports_its_result(books: Books, words: list[str], said: str) -> None:
    url = books.history.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "db.expiry", *words],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout


def test_an_unknown_source_of_an_award_is_named(books: Books) -> None:
    with books.history.engine.connect() as connection:
        values = {"kind": "workout_award", "source": uuid4(), "giver": "issued", "taker": "member", "points": 1}
        connection.execute(BOOK, values | {"club": books.history.club, "member": books.member})
        assert any("every award has its workout" in rule for rule in broken(connection))
        connection.rollback()
