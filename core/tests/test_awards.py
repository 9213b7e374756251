from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from strategies import START, plain, within

from fitburn import workouts
from fitburn.awards import Decision, Ledger
from fitburn.plausibility import HoldReason, span
from fitburn.points import DAILY_MINUTES, DAILY_POINTS, DAILY_WORKOUTS, Award, DayUsage, Reason, award
from fitburn.workouts import WorkoutType

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Moscow", "Pacific/Auckland", "Pacific/Pago_Pago")]
Scored = tuple[Any, float]


def at(ts: datetime, zone: ZoneInfo = ZONES[0], **changes: Any) -> Any:
    """An ordinary run that starts at this time and was accepted twelve hours later."""
    local_day = ts.astimezone(zone).date()
    return plain(ts=ts, local_day=local_day, accepted_at=ts + timedelta(hours=12), **changes)


starts = st.integers(0, 4 * 24 * 12).map(lambda steps: START + timedelta(minutes=5 * steps))
calories = st.floats(1, 3_000)


def scored(zone: ZoneInfo) -> st.SearchStrategy[list[Scored]]:
    """Workouts of one member within four days, in the order of decisions; some of them overlap, some are held."""
    content: dict[str, st.SearchStrategy[Any]] = {
        "workout_type": st.sampled_from(WorkoutType),
        "duration_min": within(workouts.DURATION_MIN),
        "avg_hr": st.sampled_from([None, 150.0, 239.0]),
        "speed_kmh": st.none(),
    }
    return st.lists(st.tuples(st.builds(at, starts, st.just(zone), **content), calories), max_size=14)


histories = st.sampled_from(ZONES).flatmap(scored)


def decide_all(ledger: Ledger, batch: Iterable[Scored]) -> list[Decision]:
    return [ledger.decide(workout, kcal) for workout, kcal in batch]


def enter_all(ledger: Ledger, batch: Iterable[Scored], decisions: Iterable[Decision]) -> None:
    """Enter what was credited, as a worker does that reads it from the database."""
    for (workout, _), decision in zip(batch, decisions, strict=True):
        if not decision.hold_reasons:
            ledger.enter(workout.local_day, span(workout.ts, workout.duration_min), decision.award)


def test_an_ordinary_workout_is_awarded_and_uses_up_the_day() -> None:
    ledger = Ledger()
    decision = ledger.decide(plain(), 400)
    assert decision == Decision(award(plain(), 400, DayUsage()), [], None)
    assert ledger.days == {START.date(): DayUsage(points=40, workouts=1, minutes=35)}


def test_a_held_workout_earns_and_uses_nothing_but_its_held_points_are_noted() -> None:
    ledger = Ledger()
    decision = ledger.decide(plain(avg_hr=239.0), 400)
    assert (decision.award.points, decision.held_points) == (0, 40)
    assert decision.hold_reasons == [HoldReason.HEART_RATE_TOO_HIGH]
    assert ledger.days == {START.date(): DayUsage()} and ledger.spans == []


def test_an_approved_workout_is_awarded_within_the_day_although_it_overlaps() -> None:
    ledger = Ledger({START.date(): DayUsage(points=130, workouts=1, minutes=35)})
    ledger.spans.append(span(START, 35))
    approved = ledger.approve(plain(), 400)
    assert (approved.points, approved.reasons) == (20, [Reason.DAILY_POINTS])
    assert ledger.days[START.date()] == DayUsage(points=150, workouts=2, minutes=70)


@given(histories)
def test_a_day_never_earns_more_than_the_caps(history: list[Scored]) -> None:
    days: defaultdict[Any, list[Award]] = defaultdict(list)
    for (workout, _), decision in zip(history, decide_all(Ledger(), history), strict=True):
        days[workout.local_day].append(decision.award)
    for awards in days.values():
        assert sum(award.points for award in awards) <= DAILY_POINTS
        assert sum(award.credited_min for award in awards) <= DAILY_MINUTES * (1 + 1e-12)
        assert sum(award.credited_min > 0 for award in awards) <= DAILY_WORKOUTS


@given(histories)
def test_no_two_credited_workouts_overlap(history: list[Scored]) -> None:
    ledger = Ledger()
    decide_all(ledger, history)
    spans = sorted(ledger.spans)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans))


@given(histories)
def test_held_workouts_change_nothing_for_the_others(history: list[Scored]) -> None:
    decisions = decide_all(Ledger(), history)
    credited = [pair for pair, decision in zip(history, decisions, strict=True) if not decision.hold_reasons]
    assert decide_all(Ledger(), credited) == [decision for decision in decisions if not decision.hold_reasons]


@given(histories, st.integers(0, 14))
def test_where_a_batch_ends_makes_no_difference(history: list[Scored], size: int) -> None:
    as_one = decide_all(Ledger(), history)
    first = decide_all(Ledger(), history[:size])
    reopened = Ledger()
    enter_all(reopened, history[:size], first)
    assert first + decide_all(reopened, history[size:]) == as_one


@given(histories)
def test_deciding_twice_is_idempotent(history: list[Scored]) -> None:
    ledger = Ledger()
    decide_all(ledger, history)
    spans = list(ledger.spans)
    assert all(decision.hold_reasons for decision in decide_all(ledger, history))
    assert ledger.spans == spans


@given(st.permutations(range(6)), st.lists(calories, min_size=6, max_size=6))
def test_the_order_of_workouts_of_different_days_makes_no_difference(order: list[int], kcal: list[float]) -> None:
    week = [at(START + timedelta(days=day)) for day in range(6)]
    ledger = Ledger()
    decisions = {day: ledger.decide(week[day], kcal[day]) for day in order}
    assert [decisions[day] for day in range(6)] == [Ledger().decide(week[day], kcal[day]) for day in range(6)]


@given(histories, st.integers(0, 5))
def test_forgetting_old_entries_changes_no_later_decision(history: list[Scored], days: int) -> None:
    today = START.date() + timedelta(days=days)
    before = [pair for pair in history if pair[0].local_day < today]
    later = [pair for pair in history if pair[0].local_day >= today]
    whole, trimmed = Ledger(), Ledger()
    decide_all(whole, before)
    decide_all(trimmed, before)
    trimmed.forget_before(today)
    assert decide_all(trimmed, later) == decide_all(whole, later)


def test_a_ledger_forgets_days_that_are_long_over() -> None:
    ledger = Ledger()
    decide_all(ledger, [(at(START + timedelta(days=day)), 400) for day in range(10)])
    ledger.forget_before(START.date() + timedelta(days=9))
    assert len(ledger.days) == len(ledger.spans) == 3
