"""Who comes to the pages, and through which door."""

from dataclasses import dataclass

from browser import Browser

from fitburn_client import FitBurn

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    """Somebody with an account."""

    email: str
    name: str
    password: str = PASSWORD


def as_member(api: FitBurn, person: Person, *, register: bool = False) -> FitBurn:
    """The API as this person."""
    if register:
        return api.with_token(api.register(person.email, person.password, person.name).access_token)
    return api.with_token(api.login(person.email, person.password).access_token)


def log_in(browser: Browser, person: Person, path: str = "/") -> None:
    """Through the door, to the page at `path`."""
    browser.open(path)
    enter(browser, person)


def enter(browser: Browser, person: Person) -> None:
    browser.fill_in({"E-mail": person.email, "Password": person.password})
    browser.until(lambda: browser.find(".st-key-card-log-in button[kind=primaryFormSubmit]").click() or True)
    browser.until(lambda: browser.all(".st-key-nav") and browser.driver.get_cookie("fitburn_session"))
    browser.settle()
