"""Takes a picture of every page, light and dark, on a desktop and on a phone: `make screenshots`.

On a stack of its own with a believable history, which is thrown away afterwards.
"""

import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "shared"), str(ROOT / "ui" / "tests")]

from browser import DESKTOP, PHONE, Browser  # noqa: E402 - found through the line above, as are the next
from inhabited import MEMBER, OPERATOR, Past, inhabit, stack  # noqa: E402
from people import Person, enter  # noqa: E402

IMAGES = ROOT / "docs" / "images"
COLOURS = 256
PAST = Past(members=300, days=190, workouts=20_000)
TALLEST = 1700
"""A long list is cut: a picture shows how a page looks, not all that is on it."""


@dataclass(frozen=True)
class Picture:
    """A page as one of the two sees it."""

    name: str
    path: str
    sees: str
    role: str = "member"


PICTURES = (
    Picture("today", "/", "What did you do?"),
    Picture("history", "/history", "Personal bests"),
    Picture("board", "/board", "Your place"),
    Picture("points", "/points", "How they came about"),
    Picture("shop", "/shop", "Waits at the desk"),
    Picture("challenges", "/challenges", "Everybody takes part"),
    Picture("profile", "/profile", "These pages"),
    Picture("club", "/", "Active members", "operator"),
    Picture("workouts", "/workouts", "Needs a look", "operator"),
    Picture("review", "/review", "wait for your word", "operator"),
    Picture("desk", "/desk", "Waiting to be collected", "operator"),
    Picture("rewards", "/rewards", "in the shop", "operator"),
    Picture("club-challenges", "/club-challenges", "running", "operator"),
    Picture("system", "/system", "How fresh the figures are", "operator"),
    Picture("log", "/log", "Reward set up", "operator"),
)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with stack() as running:
        print("Making a club's history …", flush=True)
        inhabit(running, PAST)
        browser = Browser(running.ui_url)
        try:
            for shape in tqdm(SHAPES, desc="pictures"):
                photograph(browser, shape, {"member": MEMBER, "operator": OPERATOR})
            photograph_result(browser, MEMBER)
        finally:
            browser.close()
    size = sum(file.stat().st_size for file in IMAGES.glob("*.png"))
    print(f"{len(list(IMAGES.glob('*.png')))} pictures in {IMAGES.relative_to(ROOT)}, {size / 1e6:.1f} MB")


@dataclass(frozen=True)
class Shape:
    """How a page is looked at."""

    name: str
    size: tuple[int, int]
    is_dark: bool


SHAPES = tuple(
    Shape(f"{device}-{'dark' if is_dark else 'light'}", size, is_dark)
    for device, size in (("desktop", DESKTOP), ("phone", PHONE))
    for is_dark in (False, True)
)


def photograph(browser: Browser, shape: Shape, people: dict[str, Person]) -> None:
    """The entrance, then every page of either role."""
    browser.dark(shape.is_dark)
    for role, person in people.items():
        browser.forget()
        browser.size(*shape.size)
        browser.open()
        if role == "member":
            browser.sees("Stay logged in")
            keep(browser, f"entrance-{shape.name}", shape)
        enter(browser, person)
        for picture in (one for one in PICTURES if one.role == role):
            browser.size(*shape.size)
            browser.open(picture.path)
            browser.sees(picture.sees)
            keep(browser, f"{picture.name}-{shape.name}", shape)


def photograph_result(browser: Browser, member: Person) -> None:
    """A workout that was just logged, in every shape."""
    browser.forget()
    browser.open()
    enter(browser, member)
    browser.fill_in({"Heart rate": "148"})
    browser.click("Log workout")
    browser.find("[data-testid=result]")
    for shape in SHAPES:
        browser.dark(shape.is_dark)
        browser.size(*shape.size)
        keep(browser, f"result-{shape.name}", shape)


def keep(browser: Browser, name: str, shape: Shape) -> None:
    """The whole page, with few colours: a sixth of the size, and no difference to be seen."""
    browser.show_whole(shape.size, TALLEST)
    picture = Image.open(BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
