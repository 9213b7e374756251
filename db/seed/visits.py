"""Workouts of a range of days: who comes when, which workouts they do and what their watches measure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from db.seed.habits import CLOSES, HABITS, OPENS, SLOT_SPREAD_HOURS, SLOTS, WEEKEND_SLOTS
from db.seed.members import Floats, Integers, Roster
from fitburn import physiology
from fitburn.physiology import REST_ML_KG_MIN
from fitburn.workouts import INTENSITY

SECONDS_A_DAY = 86_400.0

USUAL_SLOT_SHARE = 0.75
FAVOURITE_SHARES = np.array([0.6, 0.25, 0.15])
RESISTANCE_SHARE = 0.12
"""Lifting raises the heart rate by this much of its reserve beyond what oxygen uptake explains."""
SLIPPED_STRAP_SHARE, SPIKING_STRAP_SHARE = 0.004, 0.001
LATE_SHARE = 0.02
"""Share of workouts that watches synchronise hours or days later."""

_MET_LOW = np.array([INTENSITY[habit.workout_type].met_low for habit in HABITS])
_MET_HIGH = np.array([INTENSITY[habit.workout_type].met_high for habit in HABITS])
_RESISTANCE = np.array([INTENSITY[habit.workout_type].resistance for habit in HABITS])
_MINUTES = np.array([habit.minutes for habit in HABITS])
_SPEED = np.array([habit.speed_kmh or (np.nan, np.nan) for habit in HABITS])


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the history in the club's zone; `until` lies in the last one."""

    until: datetime
    zone: ZoneInfo
    days: int

    @property
    def first_day(self) -> date:
        return self.until.astimezone(self.zone).date() - timedelta(days=self.days - 1)

    def midnights(self) -> Floats:
        """Unix time at which each local day and the one before the first would begin by its noon's offset."""
        noons = [
            datetime.combine(self.first_day + timedelta(days=n), time(12), self.zone).astimezone(UTC).timestamp()
            for n in range(-1, self.days)
        ]
        return np.array(noons) - SECONDS_A_DAY / 2


@dataclass(frozen=True, slots=True)
class Visits:
    """One entry per workout in each array. Times are Unix seconds; NaN is not measured."""

    member: Integers
    day: Integers
    """Days since the first one; −1 for the day before it."""
    habit: Integers
    ts: Floats
    created_at: Floats
    duration_min: Floats
    distance_km: Floats
    speed_kmh: Floats
    avg_hr: Floats

    def __len__(self) -> int:
        return len(self.member)


def attendance(rng: np.random.Generator, roster: Roster, calendar: Calendar, workouts: int) -> npt.NDArray[np.int64]:
    """members × days: visits, `workouts` in total."""
    wanted = roster.attendance(calendar.first_day, calendar.days).astype(np.float64)
    # Some noise for each day; the last one is not over.
    wanted *= rng.normal(1.0, 0.06, calendar.days)
    wanted[:, -1] *= _elapsed(calendar)
    return rng.multinomial(workouts, (wanted / wanted.sum()).ravel()).reshape(wanted.shape)


def stretches(visits_a_day: npt.NDArray[np.int64], least: int) -> Iterator[tuple[int, int]]:
    """Ranges of days, the end excluded, with at least `least` visits each (the last one may have fewer)."""
    begin, total = 0, 0
    for day, count in enumerate(visits_a_day.tolist()):
        total += count
        if total >= least:
            yield begin, day + 1
            begin, total = day + 1, 0
    if begin < len(visits_a_day):
        yield begin, len(visits_a_day)


def draw_visits(
    rng: np.random.Generator, roster: Roster, calendar: Calendar, counts: npt.NDArray[np.int64], begin: int
) -> Visits:
    """Workouts according to `counts` (members × days from day `begin`), in the order of acceptance."""
    members, days = counts.shape
    member = np.repeat(np.repeat(np.arange(members), days), counts.ravel())
    day = np.repeat(np.tile(np.arange(begin, begin + days), members), counts.ravel())
    pick = (rng.random(len(member))[:, None] > FAVOURITE_SHARES.cumsum()[:2]).sum(axis=1)
    habit = roster.favourites[member, pick]
    effort = rng.beta(2.4, 2.2, len(member))
    minutes = np.round(_between(_MINUTES[habit], rng.beta(2.0, 2.6, len(member))))
    day, ts = _starts(rng, roster, calendar, member, day, minutes)
    speed = np.round(_between(_SPEED[habit], effort) * rng.normal(1.0, 0.04, len(member)), 1)
    created_at = np.minimum(ts + minutes * 60.0 + _delays(rng, len(member)), calendar.until.timestamp())
    order = np.argsort(created_at, kind="stable")
    visits = Visits(
        member=member,
        day=day,
        habit=habit,
        ts=ts,
        created_at=created_at,
        duration_min=minutes,
        distance_km=np.round(speed * minutes / 60.0 * rng.normal(1.0, 0.01, len(member)), 2),
        speed_kmh=speed,
        avg_hr=_heart_rates(rng, roster, member, habit, effort),
    )
    return Visits(*(getattr(visits, name)[order] for name in Visits.__slots__))


def _elapsed(calendar: Calendar) -> float:
    """Elapsed share of the last day's opening hours."""
    hours = (calendar.until.timestamp() - float(calendar.midnights()[-1])) / 3600.0
    return float(np.clip((hours - OPENS) / (CLOSES - OPENS), 0.02, 1.0))


def _starts(
    rng: np.random.Generator, roster: Roster, calendar: Calendar, member: Integers, day: Integers, minutes: Floats
) -> tuple[Integers, Floats]:
    """Local day and Unix time of each start. A workout that would end after `until` moves to the day before."""
    n = len(member)
    weekend = (calendar.first_day.weekday() + day) % 7 >= 5
    middles = np.array([slot.middle for slot in SLOTS])
    weekday_any = rng.choice(middles, n, p=[slot.share for slot in SLOTS])
    weekend_any = rng.choice([slot.middle for slot in WEEKEND_SLOTS], n, p=[slot.share for slot in WEEKEND_SLOTS])
    usual = rng.random(n) < USUAL_SLOT_SHARE
    middle = np.where(weekend, weekend_any, np.where(usual, middles[roster.slot[member]], weekday_any))
    # A second visit on the same day takes a distant slot. Visits are in the order of members and days.
    visitor = member * (calendar.days + 1) + day
    again = np.arange(n) - np.searchsorted(visitor, visitor)
    nearest = np.abs(middle[:, None] - middles).argmin(axis=1)
    middle = np.where(again > 0, middles[(nearest + 2 * again) % len(SLOTS)], middle)
    hours = np.clip(rng.normal(middle, SLOT_SPREAD_HOURS), OPENS, CLOSES)
    seconds = np.round(hours * 12.0) * 300.0 + rng.integers(0, 240, n)
    midnights = calendar.midnights()
    unfinished = midnights[day + 1] + seconds + minutes * 60.0 > calendar.until.timestamp()
    day = day - unfinished
    return day, midnights[day + 1] + seconds


def _delays(rng: np.random.Generator, n: int) -> Floats:
    """Seconds from the end of a workout to its acceptance."""
    late = rng.random(n) < LATE_SHARE
    return np.where(late, rng.exponential(12 * 3600.0, n), rng.lognormal(np.log(150.0), 0.9, n))


def _heart_rates(rng: np.random.Generator, roster: Roster, member: Integers, habit: Integers, effort: Floats) -> Floats:
    """Beats per minute: the share of the oxygen reserve is that of the heart-rate reserve (Swain 1998)."""
    vo2max, rest = roster.vo2max[member], roster.resting_hr[member]
    bearable = 0.88 * vo2max / REST_ML_KG_MIN
    low = np.minimum(_MET_LOW[habit], bearable)
    met = low + effort * (np.minimum(_MET_HIGH[habit], bearable) - low)
    share = (met - 1.0) * REST_ML_KG_MIN / (vo2max - REST_ML_KG_MIN) + RESISTANCE_SHARE * _RESISTANCE[habit]
    most = np.array([physiology.hr_max(age) for age in range(121)])[roster.age[member]]
    beats = rest + np.clip(share + rng.normal(0.0, 0.03, len(member)), 0.1, 0.97) * (most - rest)
    fate = rng.random(len(member))
    beats = np.where(fate < SLIPPED_STRAP_SHARE, 0.45 * beats, beats)
    beats = np.where(fate > 1.0 - SPIKING_STRAP_SHARE, 239.0, beats)
    return np.where(roster.wears_strap[member], np.clip(np.round(beats), 30.0, 240.0), np.nan)


def _between(bounds: Floats, share: Floats) -> Floats:
    return bounds[:, 0] + share * (bounds[:, 1] - bounds[:, 0])
