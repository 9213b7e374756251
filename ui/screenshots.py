"""Takes screenshots of every page, light and dark, on a desktop and on a phone, into `.local/screenshots`.

`make screenshots`, or `make screenshots README=1` for the ones that README.md shows, which are in git. They come from
a temporary stack with a generated history.
"""

import re
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "shared"), str(ROOT / "ui" / "tests")]

from browser import DESKTOP, PHONE, Browser  # noqa: E402 - found through the line above, as are the next
from page_list import BY_ROLE  # noqa: E402
from people import Person, enter  # noqa: E402
from seeded_club import MEMBER, OPERATOR, Size, seed, stack  # noqa: E402

ALL = ROOT / ".local" / "screenshots"
IN_GIT = ROOT / "docs" / "images"
COLOURS = 256
SIZE = Size(members=300, days=190, workouts=20_000)
MAX_HEIGHT_PX = 1700
"""A long page is cut: a screenshot shows how a page looks, not everything on it."""


@dataclass(frozen=True)
class Shape:
    """A window's size and colour scheme."""

    name: str
    size: tuple[int, int]
    is_dark: bool


SHAPES = tuple(
    Shape(f"{device}-{'dark' if is_dark else 'light'}", size, is_dark)
    for device, size in (("desktop", DESKTOP), ("phone", PHONE))
    for is_dark in (False, True)
)
PEOPLE = {"member": MEMBER, "operator": OPERATOR}


def main() -> None:
    is_readme = sys.argv[1:] == ["--readme"]
    camera = Camera(IN_GIT, names_in_readme()) if is_readme else Camera(ALL)
    with stack() as running:
        print("Generating a club's history …", flush=True)
        seed(running, SIZE)
        browser = Browser(running.ui_url)
        try:
            for shape in tqdm(SHAPES, desc="shapes"):
                photograph_pages(browser, camera, shape)
            photograph_result(browser, camera)
        finally:
            browser.close()
    print(f"{len(camera.taken)} screenshots in {camera.folder.relative_to(ROOT)}")


def names_in_readme() -> set[str]:
    return set(re.findall(r"docs/images/([\w-]+)\.png", (ROOT / "README.md").read_text(encoding="utf-8")))


class Camera:
    """Saves screenshots into `folder`: all, or only the wanted names."""

    def __init__(self, folder: Path, wanted: set[str] | None = None) -> None:
        self.folder = folder
        self.taken: list[str] = []
        self._wanted = wanted
        folder.mkdir(parents=True, exist_ok=True)

    def wants(self, name: str) -> bool:
        return self._wanted is None or name in self._wanted

    def take(self, browser: Browser, name: str, shape: Shape) -> None:
        """The whole page in a palette of few colours: a sixth of the size without a visible difference."""
        browser.show_whole(shape.size, MAX_HEIGHT_PX)
        picture = Image.open(BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(self.folder / f"{name}.png", optimize=True)
        self.taken.append(name)


def photograph_pages(browser: Browser, camera: Camera, shape: Shape) -> None:
    """The login page, then every wanted page of both roles."""
    browser.dark(shape.is_dark)
    if camera.wants(entrance := f"entrance-{shape.name}"):
        browser.forget()
        browser.size(*shape.size)
        browser.open()
        browser.sees("Stay logged in")
        camera.take(browser, entrance, shape)
    for role, person in PEOPLE.items():
        pages = {f"{page.slug}-{shape.name}": page for page in BY_ROLE[role]}
        wanted = {name: page for name, page in pages.items() if camera.wants(name)}
        if wanted:
            log_in(browser, person)
        for name, page in wanted.items():
            browser.size(*shape.size)
            browser.open(page.path)
            browser.sees(page.last)
            camera.take(browser, name, shape)


def photograph_result(browser: Browser, camera: Camera) -> None:
    """A workout that was just logged. Comes last, since it changes the member's other pages."""
    log_in(browser, MEMBER)
    browser.fill_in({"Heart rate": "148"})
    browser.click("Log workout")
    browser.find("[data-testid=result]")
    for shape in SHAPES:
        if camera.wants(name := f"result-{shape.name}"):
            browser.dark(shape.is_dark)
            browser.size(*shape.size)
            camera.take(browser, name, shape)


def log_in(browser: Browser, person: Person) -> None:
    browser.forget()
    browser.open()
    enter(browser, person)


if __name__ == "__main__":
    main()
