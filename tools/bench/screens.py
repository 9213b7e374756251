"""Measures the load times of the pages: python -m tools.bench.screens [--docs]   (`make bench-screens`)

Two separate stacks run in parallel. Their clubs differ in size alone: same days, same number of workouts per member. A
headless Chromium visits every page of a member and of an operator, alternating between the two clubs, so that
disturbances of the machine affect both. Needs chromium and chromium-driver.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from tqdm import tqdm

from local import interrupts
from local.settings import ROOT

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "shared"), str(ROOT / "ui" / "tests")]

from browser import Browser, is_installed  # noqa: E402 - on the path set above, as are the next
from page_list import MEMBER_PAGES, OPERATOR_PAGES, Page  # noqa: E402
from people import Person, enter  # noqa: E402
from seeded_club import MEMBER, OPERATOR, Size, seed, stack  # noqa: E402

from tools.bench import document, report  # noqa: E402

SMALL, LARGE = "small", "large"
SIZES = {
    SMALL: Size(members=26, days=180, workouts=2_000),
    LARGE: Size(members=1_300, days=180, workouts=100_000),
}
ROUNDS = 5
FIRST_PAGE_MS, CLICK_MS = 2_000, 500
"""Targets on an idle machine."""

# A page is complete when no script runs, no stale element is left, all charts are drawn and its text is shown.
WHOLE = """
const isWhole = (path, words) => {
  const app = document.querySelector("[data-testid=stApp]");
  const page = document.querySelector(".st-key-page");
  return app && page && app.dataset.testScriptState === "notRunning" && location.pathname === path
    && page.textContent.includes(words) && !page.querySelector("[data-stale=true], [data-testid=stSkeleton]")
    && [...page.querySelectorAll("[data-testid=stVegaLiteChart]")].every((one) => one.querySelector("canvas, svg"));
};
const whenWhole = (path, words, then) => {
  const look = () => (isWhole(path, words) ? then() : requestAnimationFrame(look));
  look();
};
"""
SINCE_OPENED = WHOLE + "whenWhole(arguments[0], arguments[1], () => arguments[2](performance.now()));"
SINCE_CLICK = (
    WHOLE
    + """
const [path, words, link, done] = arguments;
const started = performance.now();
link.click();
whenWhole(path, words, () => done(performance.now() - started));
"""
)


WALKS = ((MEMBER, MEMBER_PAGES), (OPERATOR, OPERATOR_PAGES))


@dataclass
class Waits:
    """Load times of a page, in ms."""

    first: list[float] = field(default_factory=list)
    clicks: list[float] = field(default_factory=list)


WaitsByPage = dict[str, dict[Page, Waits]]
"""By the size of the club."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.screens", description=__doc__)
    parser.add_argument("--docs", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"walks through all pages ({ROUNDS})")
    options = parser.parse_args()
    if not is_installed():
        sys.exit("There is no browser to walk with: install chromium and chromium-driver.")
    interrupts.raise_once()
    try:
        waits = _measure(options.rounds)
    except KeyboardInterrupt:
        print("\nInterrupted; everything is stopped.")
        return 130
    text = _table(waits, options.rounds)
    print(f"\n{text}")
    if options.docs:
        document.put("screens", text)
    return 0


def _measure(rounds: int) -> WaitsByPage:
    waits: WaitsByPage = {name: defaultdict(Waits) for name in SIZES}
    with ExitStack() as open_things:
        windows = {}
        for name, size in SIZES.items():
            print(f"Starting a {name} club: {size.workouts:,} workouts of {size.members:,} members …", flush=True)
            running = open_things.enter_context(stack())
            seed(running, size)
            windows[name] = Browser(running.ui_url)
            open_things.callback(windows[name].close)
        steps = [(number, who, pages) for number in range(rounds) for who, pages in WALKS]
        for number, who, pages in tqdm(steps, desc="walks"):
            for size, browser in _alternating(windows, number):
                _walk(browser, who, pages, waits[size])
    return waits


def _alternating(windows: dict[str, Browser], number: int) -> Iterator[tuple[str, Browser]]:
    """The windows, starting with another one in each round."""
    yield from list(windows.items())[:: -1 if number % 2 else 1]


def _walk(browser: Browser, who: Person, pages: Sequence[Page], waits: dict[Page, Waits]) -> None:
    """Opens each page with an empty cache, then navigates through them by their links."""
    browser.forget()
    browser.open()
    enter(browser, who)
    for page in pages:
        waits[page].first.append(_first_page(browser, page))
    for page in (*pages, pages[0]):
        waits[page].clicks.append(_click(browser, page))


def _first_page(browser: Browser, page: Page) -> float:
    browser.driver.get("about:blank")
    browser.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    browser.driver.get(browser.address + page.path)
    return float(browser.driver.execute_async_script(SINCE_OPENED, page.path, page.last))


def _click(browser: Browser, page: Page) -> float:
    """Load time through its link on the previous page."""
    link = _link_to(browser, page)
    return float(browser.driver.execute_async_script(SINCE_CLICK, page.path, page.last, link))


def _link_to(browser: Browser, page: Page) -> object:
    links = browser.all(".st-key-nav a, .st-key-beside a")
    if page.path == "/":
        return links[0]
    return next(link for link in links if (link.get_attribute("href") or "").endswith(page.path))


def _table(waits: WaitsByPage, rounds: int) -> str:
    """As Markdown."""
    header = ["ms"]
    for name in SIZES:
        header += [f"{name}: first page", "click p50 / max"]
    header += ["large ÷ small: first", "click"]
    small, large = waits[SMALL], waits[LARGE]
    rows = [_row(page, small[page], large[page]) for page in small]
    every = [wait for page in small for wait in large[page].clicks]
    firsts = [wait for page in small for wait in large[page].first]
    within = sum(wait < CLICK_MS for wait in every), sum(wait < FIRST_PAGE_MS for wait in firsts)
    return "\n\n".join(
        [
            f"Measured on {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores, {rounds} walks; the machine's load "
            f"after the run was {os.getloadavg()[0]:.1f}. Small: {_size_of(SMALL)}. Large: {_size_of(LARGE)}.",
            report.table(header, rows),
            f"In the large club {within[0]} of {len(every)} clicks were answered in under {CLICK_MS} ms, and "
            f"{within[1]} of {len(firsts)} first pages were there in under {FIRST_PAGE_MS / 1000:g} s.",
        ]
    )


def _size_of(name: str) -> str:
    size = SIZES[name]
    return f"{size.workouts:,} workouts of {size.members:,} members in {size.days} days"


def _row(page: Page, small: Waits, large: Waits) -> list[str]:
    figures = [page.name]
    for waits in (small, large):
        figures += [f"{median(waits.first):,.0f}", f"{median(waits.clicks):,.0f} / {max(waits.clicks):,.0f}"]
    ratios = median(large.first) / median(small.first), median(large.clicks) / median(small.clicks)
    return [*figures, *(f"{ratio:.2f}" for ratio in ratios)]


if __name__ == "__main__":
    sys.exit(main())
