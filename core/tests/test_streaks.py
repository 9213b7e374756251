from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitburn.streaks import WEEK, Streak, monday_of, month_of, streak, target_of

JUNE = date(2026, 6, 1)  # a Monday; the weeks of June are those from the 1st, 8th, 15th and 22nd

mondays = st.integers(0, 200).map(lambda n: date(2024, 1, 1) + n * WEEK)
histories = st.dictionaries(mondays, st.integers(0, 5), max_size=40)
targets = st.dictionaries(mondays, st.integers(1, 4), max_size=3)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def weeks(*counts: int, since: date = JUNE) -> dict[date, int]:
    return {since + n * WEEK: count for n, count in enumerate(counts)}


def on(week: int, weekday: int = 0, since: date = JUNE) -> date:
    return since + week * WEEK + timedelta(days=weekday)


@pytest.mark.parametrize(
    ("counts", "today", "expected"),
    [
        ((), on(0), Streak(0, 0, 1, None)),
        ((1,), on(0, 6), Streak(0, 0, 1, None)),
        # two weeks more would be idle: one is frozen, and the streak is gone with the end of the next
        ((2,), on(0), Streak(1, 1, 1, on(3))),
        ((2, 3), on(1, 4), Streak(2, 2, 1, on(4))),
        # the week under way has nothing yet: it takes nothing away
        ((2, 2, 0), on(2, 6), Streak(2, 2, 1, on(4))),
        # the freeze bridges a week, which does not count
        ((2, 0, 2), on(2), Streak(2, 2, 0, on(4))),
        # June has one freeze only: it bridges the later week, and what came before the earlier one no longer counts
        ((2, 0, 2, 1), on(4), Streak(1, 2, 1, on(6))),
        ((2, 0, 0, 2), on(3), Streak(1, 1, 1, on(6))),
    ],
)
def test_a_streak_follows_the_rule(counts: tuple[int, ...], today: date, expected: Streak) -> None:
    assert streak(weeks(*counts), {}, today) == expected


def test_a_freeze_of_each_month_bridges_two_weeks_running_at_its_turn() -> None:
    """The week from 29 June belongs to July: its Thursday is the 2nd."""
    assert month_of(date(2026, 6, 29)) == (2026, 7)
    assert streak(weeks(2, 2, 2, 0, 0, 2), {}, on(5)).weeks == 4


@pytest.mark.parametrize(
    ("day", "monday", "month"),
    [
        (date(2026, 12, 31), date(2026, 12, 28), (2026, 12)),
        (date(2027, 1, 1), date(2026, 12, 28), (2026, 12)),  # ISO week 53 of 2026
        (date(2024, 12, 30), date(2024, 12, 30), (2025, 1)),  # ISO week 1 of 2025
        (date(2024, 2, 29), date(2024, 2, 26), (2024, 2)),
    ],
)
def test_weeks_are_iso_weeks_across_the_ends_of_years(day: date, monday: date, month: tuple[int, int]) -> None:
    assert monday_of(day) == monday
    assert month_of(monday) == month
    assert monday.isocalendar()[:2] == day.isocalendar()[:2]


def test_a_streak_goes_on_over_the_end_of_a_year_of_53_weeks() -> None:
    assert streak(weeks(2, 2, 2, 2, since=date(2026, 12, 14)), {}, date(2027, 1, 4)).weeks == 4


@pytest.mark.parametrize("start", [date(2026, 3, 16), date(2026, 10, 12)])
def test_a_change_of_the_clocks_neither_adds_nor_takes_a_day(start: date) -> None:
    """Workouts late on Sundays and early on Mondays in Berlin, around the days on which its clocks change."""
    berlin = ZoneInfo("Europe/Berlin")
    counts: dict[date, int] = {}
    for n in range(4):
        for moment in ((start + n * WEEK, 0, 5), (start + n * WEEK + timedelta(days=6), 23, 55)):
            local = datetime(moment[0].year, moment[0].month, moment[0].day, *moment[1:], tzinfo=berlin)
            day = local.astimezone(UTC).astimezone(berlin).date()
            counts[monday_of(day)] = counts.get(monday_of(day), 0) + 1
    assert counts == {start + n * WEEK: 2 for n in range(4)}
    assert streak(counts, {}, start + 3 * WEEK).weeks == 4


def test_weeks_keep_the_target_that_they_were_judged_by() -> None:
    changed = {JUNE + 2 * WEEK: 4}
    assert [target_of(JUNE + n * WEEK, changed) for n in range(4)] == [2, 2, 4, 4]
    assert streak(weeks(2, 2, 4, 4), changed, on(3)).weeks == 4
    assert streak(weeks(2, 2, 3, 4), changed, on(3)) == Streak(3, 3, 0, on(6))


@given(histories, targets, days)
def test_the_week_under_way_never_breaks_a_streak(
    history: dict[date, int], club_targets: dict[date, int], day: date
) -> None:
    this_week = monday_of(day)
    idle = {week: count for week, count in history.items() if week != this_week}
    before = streak(idle, club_targets, day)
    after = streak(idle | {this_week: 5}, club_targets, day)
    assert (after.weeks, after.longest >= before.longest) == (before.weeks + 1, True)
    assert streak(history, club_targets, this_week) == streak(history, club_targets, this_week + timedelta(days=6))


@given(histories, targets, days)
def test_one_more_workout_never_shortens_a_streak(
    history: dict[date, int], club_targets: dict[date, int], day: date
) -> None:
    for week, count in history.items():
        more = history | {week: count + 1}
        now, then = streak(history, club_targets, day), streak(more, club_targets, day)
        assert then.weeks >= now.weeks
        assert then.longest >= now.longest


@given(histories, targets, days)
def test_a_streak_is_shorter_on_the_day_on_which_it_breaks(
    history: dict[date, int], club_targets: dict[date, int], day: date
) -> None:
    past = {week: count for week, count in history.items() if week <= monday_of(day)}
    current = streak(past, club_targets, day)
    assert (current.weeks > 0) == (current.breaks_on is not None)
    assert 0 <= current.weeks <= current.longest <= sum(n >= target_of(week, club_targets) for week, n in past.items())
    if current.breaks_on is not None:
        assert current.breaks_on > day
        assert streak(past, club_targets, current.breaks_on - timedelta(days=1)).weeks == current.weeks
        assert streak(past, club_targets, current.breaks_on).weeks < current.weeks


@given(histories, days)
def test_no_month_has_more_than_its_freezes(history: dict[date, int], day: date) -> None:
    """Of the weeks since a streak began, those that fell short are at most one a month."""
    past = {week: count for week, count in history.items() if week < monday_of(day)}
    lasting = streak(past, {}, monday_of(day))
    short: list[tuple[int, int]] = []
    week, length = monday_of(day) - WEEK, 0
    while length < lasting.weeks:
        if past.get(week, 0) >= 2:
            length += 1
        else:
            short.append(month_of(week))
        week -= WEEK
    assert len(short) == len(set(short))
