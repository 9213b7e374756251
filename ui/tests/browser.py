"""A real Chromium, driven as a person uses a page: by labels, and by waiting for visible text."""

import functools
import shutil
from collections.abc import Callable
from typing import TypeVar

from patience import until
from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")

TIMEOUT_SEC = 60.0
POLL_SEC = 0.03
TRANSIENT_ERRORS = (
    NoSuchElementException,
    StaleElementReferenceException,
    ElementClickInterceptedException,
    ElementNotInteractableException,
)
ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars")
WIDTHS = """
const main = document.querySelector("[data-testid=stMain]");
return [main.scrollWidth, main.clientWidth, document.documentElement.scrollWidth, innerWidth];
"""
DRAWN = """
const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart]")];
return document.fonts.status === "loaded" && charts.every(chart => chart.querySelector("canvas, svg"))
    && !document.querySelector("[data-testid=stSkeleton]");
"""
DESKTOP, PHONE = (1280, 900), (390, 844)


def is_installed() -> bool:
    return bool(_chromium() and shutil.which("chromedriver"))


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One window with a separate profile: it shares nothing with another window."""

    def __init__(self, address: str, *, language: str = "en", time_zone: str = "Europe/Berlin") -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = _chromium() or ""
        for argument in ARGUMENTS:
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        self.address = address
        self.language = language
        self._send_command("Emulation.setTimezoneOverride", timezoneId=time_zone)
        self.speak(language)
        self.size(*DESKTOP)
        self.dark(False)

    # --- the window

    def close(self) -> None:
        self.driver.quit()

    def forget(self) -> None:
        """Clear cookies and settings, as in a new installation."""
        self._send_command("Network.clearBrowserCookies")
        self.driver.get("about:blank")
        self.speak(self.language)
        self.size(*DESKTOP)

    def speak(self, language: str) -> None:
        self._send_command("Emulation.setLocaleOverride", locale=language)
        agent = self.driver.execute_script("return navigator.userAgent")
        self._send_command("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    def size(self, width: int, height: int) -> None:
        is_phone = width < 600
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2 if is_phone else 1, "mobile": is_phone}
        self._send_command("Emulation.setDeviceMetricsOverride", **metrics)

    def show_whole(self, size: tuple[int, int], tallest: int) -> None:
        """Make the window as high as the page needs, up to `tallest`, when all charts are drawn."""
        self.settle()
        self.until(lambda: self.driver.execute_script(DRAWN))
        width, height = size
        needed = int(self.driver.execute_script("return document.querySelector('[data-testid=stMain]').scrollHeight"))
        self.size(width, min(max(needed, height), tallest))
        self.until(lambda: self.driver.execute_script(DRAWN))

    def dark(self, is_dark: bool) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self._send_command("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, path: str = "/") -> None:
        self.driver.get(self.address + path)
        self.settle()

    def refresh(self) -> None:
        self.driver.refresh()
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn and Streamlit is idle."""
        state = "const app = document.querySelector('[data-testid=stApp]'); return app && app.dataset.testScriptState"
        content = "[data-testid=stMain] [data-testid=stElementContainer]"
        self.until(lambda: self.driver.execute_script(state) == "notRunning" and self.all(content))

    def _send_command(self, command: str, **values: object) -> None:
        self.driver.execute_cdp_cmd(command, values)

    # --- what the page shows

    def until(self, holds: Callable[[], T], seconds: float = TIMEOUT_SEC, say: Callable[[], str] | None = None) -> T:
        """Poll `holds` until it returns something truthy, and return that. After the timeout fail with the page's text,
        or with `say`."""
        patiently = functools.partial(until, look_again=POLL_SEC, passing=TRANSIENT_ERRORS)
        return patiently(holds, seconds=seconds, tell=say or (lambda: f"the page says:\n{self.text()}"))

    def all(self, css: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def find(self, css: str) -> WebElement:
        return self.until(lambda: next((element for element in self.all(css) if element.is_displayed()), None))

    def text(self, css: str = "body") -> str:
        """The visible text, on one line."""
        return " ".join(element.text.replace("\n", " ") for element in self.all(css))

    def sees(self, *texts: str, css: str = "body", seconds: float = TIMEOUT_SEC) -> None:
        self.until(lambda: all(text in self.text(css) for text in texts), seconds)

    def button(self, label: str) -> WebElement:
        is_named = f"normalize-space(.)={_quoted(label)} or .//p[normalize-space()={_quoted(label)}]"
        path = f"//*[self::button or self::a][{is_named}]"
        matches = functools.partial(self.driver.find_elements, By.XPATH, path)
        return self.until(lambda: next((element for element in matches() if element.is_displayed()), None))

    def field(self, label: str) -> WebElement:
        return self.until(lambda: self.driver.find_element(By.XPATH, f"//input[@aria-label={_quoted(label)}]"))

    def area(self, label: str) -> WebElement:
        return self.until(lambda: self.driver.find_element(By.XPATH, f"//textarea[@aria-label={_quoted(label)}]"))

    # --- what a person does

    def click(self, label: str) -> None:
        """Press the button, link or choice with this label."""
        self.until(lambda: self.press(self.button(label)))

    def press(self, element: WebElement) -> bool:
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        return True

    def fill(self, **values: str) -> None:
        self.fill_in({name.replace("_", " "): value for name, value in values.items()})

    def fill_in(self, values: dict[str, str]) -> None:
        """Type into the fields with these labels."""
        for label, value in values.items():
            self.until(lambda label=label, value=value: self._type(self.field(label), value))

    def _type(self, field: WebElement, value: str) -> bool:
        """True if the field kept the value: a rerun in between redraws it empty."""
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(value)
        return field.get_attribute("value") == value

    def scrolls_sideways(self) -> bool:
        inner, available, page, window = self.driver.execute_script(WIDTHS)
        return inner > available or page > window


def _quoted(text: str) -> str:
    return f'"{text}"'
