"""`make demo`: a week of a small club, its shop and challenges, through the API, and what its members earned.

Members, habits and visits are drawn from SEED and the date alone, and a visit's idempotency key is made of its ISO
week, day and member: a second run on the same day adds nothing, one on a later day adds only the days since.
"""

import os
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from tqdm import tqdm

from fitburn_client import FitBurn, FitBurnError, Prediction, Workout
from local import accounts, services, shell_env
from local.errors import StackError
from local.settings import Settings
from tools.demo import logins, offers

SEED = 2026
GUEST = "Sam"
REACH = timedelta(days=7) - timedelta(hours=1)
"""How far back visits go: older ones would be held for review."""
SCORING_TIMEOUT_SEC = 60.0
BAR_WIDTH = 24

WOMEN = "Aisha Amara Anja Bea Carmen Clara Elena Greta Hana Ines Julia Leila Maja Mei Mina Nadia Noor Paula Rosa Tara"
MEN = "Adam Anders Bruno Chen Dario Emre Farid Igor Ivan Jonas Kofi Lars Luca Marco Oscar Ravi Samir Tomas Victor Yusuf"
FORGETFUL = "Dario"
"""Every sixth day his strap slips on a run; the club will want to look at that heart rate."""
SLIPPED_HR = 61.0


@dataclass(frozen=True, slots=True)
class Habit:
    """How a type is usually done: minutes, share of the heart-rate reserve, and km/h where one covers ground."""

    minutes: tuple[int, int]
    effort: tuple[float, float]
    speed_kmh: tuple[float, float] | None = None


HABITS = {
    "running": Habit((25, 60), (0.60, 0.82), (8.0, 12.5)),
    "walking": Habit((30, 75), (0.28, 0.42), (4.5, 6.2)),
    "cycling": Habit((40, 80), (0.50, 0.72), (18.0, 28.0)),
    "spinning": Habit((40, 50), (0.60, 0.80)),
    "rowing": Habit((20, 40), (0.55, 0.76)),
    "swimming": Habit((25, 50), (0.50, 0.72)),
    "strength": Habit((35, 65), (0.35, 0.55)),
    "hiit": Habit((20, 35), (0.66, 0.84)),
    "yoga": Habit((45, 75), (0.16, 0.30)),
    "pilates": Habit((45, 55), (0.20, 0.32)),
    "dance": Habit((45, 60), (0.46, 0.66)),
    "boxing": Habit((40, 60), (0.58, 0.78)),
}
START_HOURS = {"early": (6, 7), "lunch": (11, 12), "evening": (17, 20)}


@dataclass(frozen=True, slots=True)
class Member:
    """A made-up person and their habits."""

    name: str
    gender: str
    age: int
    height_cm: int
    weight_kg: float
    resting_hr: float
    favourites: Sequence[str]
    weekdays: frozenset[int]
    start_hours: tuple[int, int]
    wears_strap: bool

    @property
    def user_id(self) -> str:
        return f"demo-{self.name.lower()}"

    def heart_rate(self, effort: float) -> float:
        """Beats per minute at a share of the heart-rate reserve (Karvonen; highest rate after Tanaka 2001)."""
        highest = 208.0 - 0.7 * self.age
        return round(self.resting_hr + effort * (highest - self.resting_hr))


@dataclass(slots=True)
class Earned:
    """What a member got for their visits."""

    workouts: int = 0
    kcal: float = 0.0
    points: int = 0
    held: list[tuple[Workout, Prediction]] = field(default_factory=list)

    def add(self, workout: Workout, prediction: Prediction) -> None:
        self.workouts += 1
        self.kcal += prediction.calories_pred or 0.0
        self.points += prediction.points or 0
        if prediction.hold_reasons:
            self.held.append((workout, prediction))


def main() -> int:
    """Run the demo; the exit code."""
    try:
        url, key = _access()
        with FitBurn(url, key) as api:
            api.operations.health()
            own_id = _open_accounts(api)
            offers.set_up(logins.operator(Settings.read().folder, api), datetime.now(UTC).date())
            _play(api, own_id)
    except (FitBurnError, StackError) as error:
        print(f"demo: {error}\nIs the stack running? Start it with `make up`.", file=sys.stderr)
        return 2
    return 0


def _club() -> list[Member]:
    """The members, in the order of their names."""
    named = [(name, "Female") for name in WOMEN.split()] + [(name, "Male") for name in MEN.split()]
    return [_member(name, gender) for name, gender in sorted(named)]


def _guest() -> Member:
    """Whoever logs in for a look around."""
    return replace(_member(GUEST, "Female"), weekdays=frozenset(range(7)) - {2, 6}, wears_strap=True)


def _visits(members: Iterable[Member], now: datetime) -> Iterator[tuple[Member, Workout, str]]:
    """Each visit of the days before today that is not too long ago, with its idempotency key; oldest day first."""
    roster = list(members)
    for days_ago in range(REACH.days + 1, 0, -1):
        day = now.date() - timedelta(days=days_ago)
        for member in roster:
            if _comes(member, day) and (workout := _workout(member, day)).ts > now - REACH:
                year, week, weekday = day.isocalendar()
                yield member, workout, f"demo-{year}-W{week:02d}-{weekday}-{member.user_id}"


def _access() -> tuple[str, str]:
    variables = {**shell_env.read(Settings.read().folder), **os.environ}
    try:
        return variables["FITBURN_API_URL"], variables["FITBURN_API_KEY"]
    except KeyError as missing:
        raise StackError(f"{missing.args[0]} is not set.") from None


def _open_accounts(api: FitBurn) -> str:
    """The id of the member who can log in; their body is that of the guest."""
    settings = Settings.read()
    guest_api = logins.ensure(settings.folder, api, services.database_environment(settings))
    body, this_year = _guest(), datetime.now(UTC).year
    profile = guest_api.me.update(
        gender=body.gender,
        birth_year=this_year - body.age,
        height_cm=float(body.height_cm),
        weight_kg=body.weight_kg,
    )
    return profile.user_id


def _play(api: FitBurn, own_id: str) -> None:
    now = datetime.now(UTC)
    plan = list(_visits(_club(), now))
    plan += [(member, replace(workout, user_id=own_id), key) for member, workout, key in _visits([_guest()], now)]
    results = list(api.workouts.submit_bulk((workout, key) for _, workout, key in plan))
    refused = [result for result in results if result.error]
    by_id = {result.workout_id: plan[result.index] for result in results if result.workout_id}
    there = sum(result.replayed for result in results)
    print(f"{len(by_id)} workouts handed in, {there} of them were there already.")
    for result in refused:
        print(f"refused: {plan[result.index][1].user_id}: {result.error}")
    earned: dict[str, Earned] = {}
    scoring = api.predictions.wait_all(by_id, timeout=SCORING_TIMEOUT_SEC)
    for prediction in tqdm(scoring, total=len(by_id), desc="scoring", unit=" workouts", disable=None, leave=False):
        member, workout, _ = by_id[prediction.workout_id]
        earned.setdefault(member.name, Earned()).add(workout, prediction)
    print("\n".join(_report(earned)))
    print("\n  Accounts for a look around:")
    for account in accounts.read(Settings.read().folder):
        print(f"  {account.role:<10}{account.email}   {account.password}")


def _report(earned: dict[str, Earned]) -> Iterator[str]:
    """The table for people: who earned most comes first."""
    most = max((one.points for one in earned.values()), default=0) or 1
    rule = f"  {'─' * 10}{'─' * 10}{'─' * 10}{'─' * 9}"
    yield ""
    yield f"  {'member':<10}{'workouts':>10}{'kcal':>10}{'points':>9}"
    yield rule
    for name, one in sorted(earned.items(), key=lambda item: (-item[1].points, item[0])):
        bar = "█" * round(BAR_WIDTH * one.points / most)
        yield f"  {name:<10}{one.workouts:>10}{one.kcal:>10,.0f}{one.points:>9,}  {bar}".rstrip()
    yield rule
    workouts, kcal, points = (
        sum(getattr(one, what) for one in earned.values()) for what in ("workouts", "kcal", "points")
    )
    yield f"  {f'{len(earned)} members':<10}{workouts:>10,}{kcal:>10,.0f}{points:>9,}"
    yield from _held(earned)


def _held(earned: dict[str, Earned]) -> Iterator[str]:
    held = [(name, *pair) for name, one in sorted(earned.items()) for pair in one.held]
    if held:
        yield ""
        yield "  Held for review: no points until somebody at the club has looked"
    for name, workout, prediction in held:
        rate = f" at {workout.avg_hr:.0f} bpm" if workout.avg_hr else ""
        why = ", ".join(reason.replace("_", " ") for reason in prediction.hold_reasons)
        yield f"  {name}, {workout.ts:%a %d %b}: {workout.workout_type} {workout.duration_min:.0f} min{rate}: {why}"


def _member(name: str, gender: str) -> Member:
    draw = random.Random(f"{SEED}/{name}")
    age = round(min(72, max(18, draw.gauss(38, 13))))
    height = round(draw.gauss(178, 7) if gender == "Male" else draw.gauss(166, 6))
    build = min(32.0, max(19.0, draw.gauss(25.0, 3.0) - (1.0 if gender == "Female" else 0.0)))
    times_a_week = draw.choices((2, 3, 4, 5, 6), weights=(2, 4, 5, 4, 2))[0]
    return Member(
        name=name,
        gender=gender,
        age=age,
        height_cm=height,
        weight_kg=round(build * (height / 100) ** 2, 1),
        resting_hr=round(draw.uniform(50, 72)),
        favourites=draw.sample(sorted(HABITS), 3),
        weekdays=frozenset(draw.sample(range(7), times_a_week)),
        start_hours=draw.choice(sorted(START_HOURS.values())),
        wears_strap=draw.random() < 0.9,
    )


def _comes(member: Member, day: date) -> bool:
    return day.weekday() in member.weekdays or _strap_slips(member, day)


def _strap_slips(member: Member, day: date) -> bool:
    return member.name == FORGETFUL and day.toordinal() % 6 == 0


def _workout(member: Member, day: date) -> Workout:
    draw = random.Random(f"{SEED}/{member.name}/{day}")
    workout_type = "running" if _strap_slips(member, day) else draw.choice(member.favourites)
    habit = HABITS[workout_type]
    minutes = draw.randint(*habit.minutes)
    form = draw.random()
    heart_rate = member.heart_rate(_between(habit.effort, form)) if member.wears_strap else None
    speed = round(_between(habit.speed_kmh, form), 1) if habit.speed_kmh else None
    start = time(draw.randint(*member.start_hours), draw.choice((0, 5, 10, 15, 30, 40, 45)), tzinfo=UTC)
    return Workout(
        user_id=member.user_id,
        ts=datetime.combine(day, start),
        duration_min=minutes,
        workout_type=workout_type,
        gender=member.gender,
        age=member.age,
        height_cm=member.height_cm,
        weight_kg=member.weight_kg,
        avg_hr=SLIPPED_HR if _strap_slips(member, day) else heart_rate,
        speed_kmh=speed,
        distance_km=round(speed * minutes / 60, 2) if speed else None,
    )


def _between(bounds: tuple[float, float], share: float) -> float:
    low, high = bounds
    return low + share * (high - low)


if __name__ == "__main__":
    sys.exit(main())
