"""Boards of weeks and months are the sums of their days."""

from datetime import UTC, date, datetime

from chance import examples
from histories import History, read, refresh
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

MONDAY = date(2026, 6, 1)
SUMS = """
    select p.period, p.first_day, p.user_id, p.total_calories, p.workouts_cnt, p.rank,
        1 + (
            select count(*) from leaderboard_periods as o
            where (o.period, o.first_day, o.club_id) = (p.period, p.first_day, p.club_id)
                and o.total_calories > p.total_calories
        ) as place
    from leaderboard_periods as p where p.club_id = :club
    order by 1, 2, 3
"""
EXPECTED = """
    select p.period, date_trunc(p.period, day::timestamp)::date as first_day, user_id,
        sum(total_calories::numeric)::float8 as total_calories, sum(workouts_cnt) as workouts_cnt
    from leaderboard_daily cross join (values ('week'), ('month')) as p (period)
    where club_id = :club
    group by 1, 2, 3 order by 1, 2, 3
"""


def finish(history: History) -> None:
    history.run("select finish_mart_run('leaderboard_daily', 1)")


def check(engine: Engine, history: History) -> int:
    found = read(engine, SUMS, club=history.club)
    expected = read(engine, EXPECTED, club=history.club)
    assert [tuple(row)[:5] for row in found] == [tuple(row) for row in expected]
    assert all(row.rank == row.place for row in found)
    return len(found)


Visits = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.integers(1, 4).map(lambda n: n * 100.3)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(15))
@given(first=Visits, later=Visits, leaves=st.booleans())
def test_periods_are_sums_of_their_days_after_every_run(
    owner: Engine, first: list[tuple[str, int, float]], later: list[tuple[str, int, float]], leaves: bool
) -> None:
    history = History(owner)
    for visits in (first, later):
        for user_id, days, kcal in visits:
            day = date.fromordinal(MONDAY.toordinal() + days)
            history.done(user_id, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), kcal)
        refresh(owner, "leaderboard_daily", MONDAY, date.fromordinal(MONDAY.toordinal() + 40))
        finish(history)
        assert check(owner, history)
    if leaves:
        history.run("update users set leaderboard_opt_out = true where club_id = :club", club=history.club)
        refresh(owner, "leaderboard_daily", MONDAY, date.fromordinal(MONDAY.toordinal() + 40))
        finish(history)
        assert check(owner, history) == 0


def test_only_changed_periods_are_rebuilt(owner: Engine) -> None:
    history = History(owner)
    for month in (3, 4):
        history.done("a", datetime(2025, month, 10, tzinfo=UTC))
        refresh(owner, "leaderboard_daily", date(2025, month, 10))
    finish(history)
    built = "select created_at from leaderboard_periods where club_id = :club and period = 'month' order by first_day"
    before = read(owner, built, club=history.club)
    history.done("b", datetime(2025, 4, 11, tzinfo=UTC))
    refresh(owner, "leaderboard_daily", date(2025, 4, 11))
    finish(history)
    after = read(owner, built, club=history.club)
    assert after[0] == before[0] and after[1] != before[1]
    assert read(owner, "select * from leaderboard_period_changes") == []
