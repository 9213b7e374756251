"""Accounts of tests, and how they log in."""

from dataclasses import dataclass

from browser import Browser

from fitburn_client import FitBurn

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    """An account."""

    email: str
    name: str
    password: str = PASSWORD


def as_member(api: FitBurn, person: Person, *, register: bool = False) -> FitBurn:
    """A client logged in as this person."""
    if register:
        return api.with_token(api.accounts.register(person.email, person.password, person.name).access_token)
    return api.with_token(api.accounts.login(person.email, person.password).access_token)


def log_in(browser: Browser, person: Person, path: str = "/") -> None:
    """Open `path` and log in there."""
    browser.open(path)
    enter(browser, person)


def enter(browser: Browser, person: Person) -> None:
    browser.fill_in({"E-mail": person.email, "Password": person.password})
    browser.until(lambda: browser.find(".st-key-card-log-in button[kind=primaryFormSubmit]").click() or True)
    browser.until(lambda: browser.all(".st-key-nav") and browser.driver.get_cookie("fitburn_session"))
    browser.settle()
