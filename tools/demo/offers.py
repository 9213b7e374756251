"""The shop and the challenges of the demo's club, set up through the API."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from fitburn_client import FitBurn


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward, with the fields of the API."""

    title_en: str
    title_ru: str
    description_en: str
    description_ru: str
    cost: int
    stock: int | None = None
    per_member_limit: int | None = None


REWARDS = {
    "massage": Offer(
        "Sports massage", "Спортивный массаж", "45 minutes with Lena. Book a time when you collect it.",
        "45 минут у Лены. Время выберете, когда заберёте.", 1_200, 5, 1,
    ),
    "shirt": Offer(
        "Club shirt", "Футболка клуба", "Light, dries in an hour. Sizes S to XL.",
        "Лёгкая, сохнет за час. Размеры S–XL.", 600, 12, 1,
    ),
    "guest": Offer(
        "Guest pass", "Гостевой визит", "Bring a friend for a day.", "Приведите друга на один день.", 250, None, 4,
    ),
    "towel": Offer(
        "Towel", "Полотенце", "Soft, quick to dry, with our flame.",
        "Мягкое, быстро сохнет, с нашим огоньком.", 150, 30,
    ),
    "shake": Offer(
        "Protein shake", "Протеиновый коктейль", "At the bar: vanilla, cocoa or berries.",
        "В баре: ваниль, какао или ягоды.", 60,
    ),
}  # fmt: skip


def _challenges(today: date) -> dict[str, dict[str, Any]]:
    """Two of this month and one of the next, by name."""
    first = today.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    month = {"starts_on": first, "ends_on": following - timedelta(days=1)}
    return {
        "days": {
            "title_en": "Ten days of movement",
            "title_ru": "Десять дней в движении",
            "metric": "distinct_days",
            "goal": 10,
            "bonus_points": 100,
            **month,
        },
        "running": {
            "title_en": "300 minutes of running",
            "title_ru": "300 минут бега",
            "metric": "minutes",
            "workout_type": "running",
            "goal": 300,
            "bonus_points": 80,
            **month,
        },
        "start": {
            "title_en": "A light start into the month",
            "title_ru": "Лёгкий старт месяца",
            "metric": "workouts",
            "goal": 5,
            "bonus_points": 40,
            "starts_on": following,
            "ends_on": following + timedelta(days=13),
        },
    }


def set_up(operator: FitBurn, today: date) -> None:
    """Creates the rewards, and the challenges around this month. Idempotent within a month."""
    for name, offer in REWARDS.items():
        operator.rewards.create(idempotency_key=f"demo-reward-{name}", **asdict(offer))
    for name, challenge in _challenges(today).items():
        operator.challenges.create(idempotency_key=f"demo-challenge-{today:%Y-%m}-{name}", **challenge)
