"""Long random histories of a club, with concurrent requests: the books hold after each of them."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from chance import examples
from gym import Gym, workout
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from patience import at_once
from servers import migrated_database
from service import Service
from shop import LoggedIn, Shop
from sqlalchemy import Engine, create_engine, make_url

from db.rules import broken_rules
from fitburn.database import DRIVER

EVERYTHING_WRITTEN = """
select
    (select count(*) from point_transfers), (select count(*) from audit_log), (select count(*) from lot_movements),
    (select sum(remaining) from point_lots), (select string_agg(status, ',' order by id) from redemptions),
    (select string_agg(coalesce(standing, '-'), ',' order by id) from predictions), (select sum(stock) from rewards)
"""
LEDGER = """
select
    a.balance,
    (select coalesce(sum(remaining), 0) from point_lots where account_id = a.id) as lots,
    (select coalesce(sum(r.cost), 0) from redemptions as r where r.member_id = u.id and r.status = 'held') as held
from users as u
join point_accounts as a on a.member_id = u.id and a.kind = 'member'
where u.user_id = :user_id
"""
START = datetime(2026, 3, 2, tzinfo=UTC)

pick = st.integers(0, 1_000_000)
Send = Callable[[], httpx.Response]


class History(RuleBasedStateMachine):
    """A club with two members and two rewards; remembers every accepted request for replay."""

    def __init__(self, api: Service, owner: Engine) -> None:
        super().__init__()
        self.gym = Gym(owner)
        self.shop = Shop(api, self.gym)
        self.gym.run("update clubs set points_valid_for = '30 days' where id = :club", club=self.gym.id)
        self.members = [self.shop.member() for _ in range(2)]
        self.rewards = [self.shop.reward(cost=25, stock=3), self.shop.reward(cost=40, per_member_limit=2)]
        self.workouts: list[str] = []
        self.redemptions: list[str] = []
        self.accepted: list[tuple[Send, httpx.Response]] = []

    def request(self, caller: LoggedIn, path: str, body: object = None) -> Send:
        return partial(caller.post, path, body, secrets.token_hex(8))

    def do(self, *requests: Send) -> None:
        for send, response in zip(requests, at_once(list(requests)), strict=True):
            assert response.status_code in (200, 201, 404, 409), response.text
            if response.is_success:
                self.accepted.append((send, response))
                if response.status_code == 201 and "redemption_id" in response.json():
                    self.redemptions.append(response.json()["redemption_id"])

    def member(self, n: int) -> LoggedIn:
        return self.members[n % len(self.members)]

    def redeeming(self, n: int) -> Send:
        return self.request(self.member(n), "/redemptions", {"reward_id": self.rewards[n // 2 % 2]})

    def closing(self, n: int) -> Send | None:
        if not self.redemptions:
            return None
        action = ("fulfil", "cancel")[n // 7 % 2]
        return self.request(self.shop.operator, f"/redemptions/{self.redemptions[n % len(self.redemptions)]}/{action}")

    def judging(self, n: int) -> Send | None:
        if not self.workouts:
            return None
        workout_id, why = self.workouts[n % len(self.workouts)], {"reason": "looked at"}
        path = f"/review/{workout_id}/approve" if n // 3 % 2 else f"/workouts/{workout_id}/reject"
        return self.request(self.shop.operator, path, why)

    def adjusting(self, n: int) -> Send:
        points = n % 100 - 40 or 1
        path = f"/members/{self.member(n).user_id}/adjustments"
        return self.request(self.shop.operator, path, {"points": points, "reason": "by hand"})

    @rule(n=pick, points=st.integers(1, 60), held=st.booleans())
    def train(self, n: int, points: int, held: bool) -> None:
        ts = START + timedelta(hours=len(self.workouts))
        sent = workout(ts=ts.isoformat(), user_id=self.member(n).user_id)
        workout_id = self.shop.api.submit(self.member(n).token, sent).json()["workout_id"]
        if held:
            self.shop.hold(workout_id)
        else:
            self.gym.finish(workout_id, points=points, notify=False)
        self.workouts.append(workout_id)

    @rule(n=pick)
    def redeem(self, n: int) -> None:
        self.do(self.redeeming(n))

    @rule(n=pick)
    def close(self, n: int) -> None:
        if send := self.closing(n):
            self.do(send)

    @rule(n=pick)
    def judge(self, n: int) -> None:
        if send := self.judging(n):
            self.do(send)

    @rule(n=pick)
    def adjust(self, n: int) -> None:
        self.do(self.adjusting(n))

    @rule(numbers=st.lists(pick, min_size=2, max_size=8))
    def send_concurrently(self, numbers: list[int]) -> None:
        makers: tuple[Callable[[int], Send | None], ...] = (self.redeeming, self.closing, self.judging, self.adjusting)
        if requests := [send for n in numbers if (send := makers[n // 11 % 4](n))]:
            self.do(*requests)

    @rule(days=st.integers(1, 40))
    def let_days_pass(self, days: int) -> None:
        values = {"club": self.gym.id, "days": days}
        for table, column, key in (("point_lots", "earned_on", "club_id"), ("clubs", "points_valid_since", "id")):
            self.gym.run(f"update {table} set {column} = {column} - cast(:days as int) where {key} = :club", **values)
        late = "update redemptions set expires_at = expires_at - make_interval(days => :days) where club_id = :club"
        self.gym.run(late, **values)

    @rule()
    def run_nightly_jobs(self) -> None:
        for job in ("expire_redemptions", "expire_points"):
            first, second = (self.gym.one(f"select {job}() as n").n for _ in range(2))
            assert first >= 0
            assert second == 0

    def teardown(self) -> None:
        assert self.gym.rows(broken_rules()) == []
        for member in self.members:
            points, [stored] = member.points(), self.gym.rows(LEDGER, user_id=member.user_id)
            moved = [transfer["amount"] for transfer in self.every_transfer(member)]
            assert (points["balance"], points["held"]) == (stored.balance, stored.held)
            assert points["balance"] == sum(moved)
            assert stored.lots == max(0, stored.balance)
        before = self.gym.one(EVERYTHING_WRITTEN)
        for send, response in self.accepted:
            again = send()
            assert (again.status_code, again.headers["idempotency-replayed"]) == (response.status_code, "true")
        assert self.gym.one(EVERYTHING_WRITTEN) == before

    def every_transfer(self, member: LoggedIn) -> Iterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = member.get("/me/points", limit=50, **cursor).json()
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}


@pytest.fixture
def separate_api() -> Iterator[tuple[Service, Engine]]:
    """A separate database, so that all of its books can be checked."""
    with migrated_database() as url, Service(url) as api:
        owner = create_engine(make_url(url).set(drivername=DRIVER), isolation_level="AUTOCOMMIT")
        yield api, owner
        owner.dispose()


@pytest.mark.fuzz
def test_books_hold_after_any_history_and_replays_change_nothing(
    separate_api: tuple[Service, Engine],
) -> None:
    # No shrinking of failing examples: it would take minutes over HTTP.
    options = settings(
        max_examples=examples(5),
        stateful_step_count=30,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    run_state_machine_as_test(lambda: History(*separate_api), settings=options)
