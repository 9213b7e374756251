"""All pages as a browser sees them, for tests, screenshots and `tools/bench/screens.py`. A test compares the list with
the pages' own, `ENTRIES` in `ui/app/pages.py`."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page by its path.

    `english` and `russian` are on the page in any club. `last` is on this page alone and drawn late, in a club that has
    a history: where it can be read, the page is complete.
    """

    name: str
    path: str
    english: str
    russian: str
    last: str

    @property
    def slug(self) -> str:
        """The name as part of a file's name."""
        return re.sub(r"\W+", "-", self.name.lower()).strip("-")


MEMBER_PAGES = (
    Page("Today", "/", "What did you do?", "Что вы сделали?", "What did you do?"),
    Page("History", "/history", "Personal bests", "Личные рекорды", "Every workout"),
    Page("Board", "/board", "Your place", "Ваше место", "Your place"),
    Page("Points", "/points", "How they came about", "Откуда они", "How they came about"),
    Page("Shop", "/shop", "You have", "У вас", "What you have redeemed"),
    Page("Challenges", "/challenges", "Challenges", "Испытания", "Everybody takes part"),
    Page("Profile", "/profile", "Show me on the board", "Показывать меня в рейтинге", "These pages"),
)
OPERATOR_PAGES = (
    Page("Club", "/", "Active members, 7 days", "Активны за 7 дней", "Calories, kcal"),
    Page("Workouts", "/workouts", "Needs a look", "Нужно посмотреть", "Needs a look"),
    Page("Review", "/review", "wait for your word", "ждут вашего решения", "their points wait for your word"),
    Page("Desk", "/desk", "Put points right", "Поправить баллы", "Waiting to be collected"),
    Page("Rewards", "/rewards", "New reward", "Новая награда", "in the shop"),
    Page("Challenges (operator)", "/club-challenges", "New challenge", "Новое испытание", "New challenge"),
    Page("System", "/system", "How fresh the figures are", "Насколько свежие данные", "How fresh the figures are"),
    Page("Log", "/log", "Who did what, and why.", "Кто что сделал", "Who did what, and why."),
    Page("Profile (operator)", "/profile", "Show me on the board", "Показывать меня в рейтинге", "These pages"),
)
BY_ROLE = {"member": MEMBER_PAGES, "operator": OPERATOR_PAGES}
