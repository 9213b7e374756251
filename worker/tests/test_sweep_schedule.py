"""When a worker sweeps, and how old a row must be, by a clock that the tests set."""

from app.sweeping import BROKER_AWAY_SEC, SweepSchedule

EVERY_SEC, AFTER_SEC = 5.0, 30.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def swept_schedule(clock: Clock) -> SweepSchedule:
    """A schedule whose first sweep found nothing."""
    schedule = SweepSchedule(EVERY_SEC, AFTER_SEC, clock)
    schedule.swept(found_rows=False, busy=False)
    return schedule


def test_the_first_sweep_is_due_immediately() -> None:
    assert SweepSchedule(EVERY_SEC, AFTER_SEC, Clock()).due


def test_a_sweep_that_found_nothing_is_followed_by_a_pause() -> None:
    clock = Clock()
    schedule = swept_schedule(clock)
    clock.now += EVERY_SEC - 0.1
    assert not schedule.due
    clock.now += 0.1
    assert schedule.due


def test_a_backlog_is_swept_without_a_pause_but_not_while_messages_flow() -> None:
    schedule = swept_schedule(Clock())
    schedule.swept(found_rows=True, busy=True)
    assert not schedule.due
    schedule.swept(found_rows=True, busy=False)
    assert schedule.due


def test_while_the_broker_is_away_sweeps_are_frequent_and_take_young_rows() -> None:
    clock = Clock()
    schedule = swept_schedule(clock)
    assert schedule.after_sec == AFTER_SEC
    schedule.broker_away()
    assert (schedule.after_sec, schedule.next_at) == (BROKER_AWAY_SEC, clock.now + BROKER_AWAY_SEC)
    clock.now += BROKER_AWAY_SEC
    schedule.swept(found_rows=False, busy=False)
    assert schedule.next_at == clock.now + BROKER_AWAY_SEC


def test_a_broker_that_stays_away_does_not_postpone_a_sweep() -> None:
    clock = Clock()
    schedule = swept_schedule(clock)
    schedule.broker_away()
    due_at = schedule.next_at
    clock.now += 0.5
    schedule.broker_away()
    assert schedule.next_at == due_at


def test_young_rows_are_swept_until_those_accepted_during_the_outage_are_old() -> None:
    clock = Clock()
    schedule = swept_schedule(clock)
    schedule.broker_away()
    clock.now += AFTER_SEC - 0.1
    assert schedule.after_sec == BROKER_AWAY_SEC
    clock.now += 0.1
    assert schedule.after_sec == AFTER_SEC


def test_settings_that_are_shorter_than_those_for_a_broker_outage_are_kept() -> None:
    schedule = SweepSchedule(0.2, 0.3, Clock())
    schedule.broker_away()
    schedule.swept(found_rows=False, busy=False)
    assert (schedule.after_sec, schedule.next_at) == (0.3, 1_000.0 + 0.2)
