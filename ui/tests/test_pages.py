"""Every page for each of its roles: in both languages, on a phone, and without data."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from browser import DESKTOP, PHONE, Browser
from page_list import BY_ROLE, MEMBER_PAGES, OPERATOR_PAGES, Page
from people import Person, as_member, log_in
from running import RunningStack
from visible_texts import latin_words, texts

from app.pages import ENTRIES
from fitburn_client import FitBurn, Workout
from local.settings import ROOT

# Brands, product names and examples are the same in Russian.
SAME_IN_BOTH = set(
    "FitBurn CSV English HIIT RabbitMQ Airflow Grafana API URL FITBURN GRAFANA AIRFLOW make marts".split()
    + "Enter Escape Tab QK ZD".split()
)
TYPED_BY_MEMBERS = """
select concat_ws(' ', display_name, email, user_id) from users
union all select reason from audit_log
union all select concat_ws(' ', title_ru, title_en, description_ru) from rewards
union all select concat_ws(' ', title_ru, title_en) from challenges
union all select code from redemptions
union all select version from (select distinct model_version as version from predictions) as models
"""


@pytest.fixture
def active(api: FitBurn, anna: Person) -> Person:
    """A member with a workout that earned and one that is held."""
    member = as_member(api, anna)
    start = datetime.now(UTC) - timedelta(hours=3)
    done = member.workouts.submit(Workout(ts=start, duration_min=35, avg_hr=148, distance_km=5.2))
    held = member.workouts.submit(Workout(ts=start - timedelta(hours=2), duration_min=30, avg_hr=61, distance_km=5.0))
    list(member.predictions.wait_all([done.workout_id, held.workout_id]))
    return anna


def refresh_marts(stack: RunningStack) -> None:
    command = [sys.executable, "-m", "db.marts"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": stack.database_url}, check=True)


def switch_to_russian(browser: Browser) -> None:
    browser.open("/profile")
    browser.click("Русский")
    browser.sees("Эти страницы")
    browser.settle()


def follow(browser: Browser, path: str) -> bool:
    """Press the page's link in the navigation; the first link leads home."""
    links = browser.all(".st-key-nav a, .st-key-beside a")
    if path == "/":
        return browser.press(links[0])
    return any(browser.press(link) for link in links if (link.get_attribute("href") or "").endswith(path))


def visit(browser: Browser, pages: Sequence[Page], language: str) -> None:
    """Go through the pages by their links, and check each on a desktop and on a phone."""
    for page in pages:
        browser.size(*DESKTOP)
        browser.until(lambda page=page: follow(browser, page.path))
        browser.sees(getattr(page, language))
        browser.settle()
        assert not browser.all("[data-testid=stException], .st-key-empty-trouble"), browser.text()
        assert not browser.scrolls_sideways(), page.path
        browser.size(*PHONE)
        browser.until(lambda: not browser.scrolls_sideways())
    browser.size(*DESKTOP)


@pytest.mark.parametrize("role", BY_ROLE)
def test_the_page_list_has_every_page_of_a_role(role: str) -> None:
    _home, *others = [entry for entry in ENTRIES if role in entry.roles]
    assert [page.path for page in BY_ROLE[role]] == ["/", *(f"/{entry.path}" for entry in others)]


def test_each_page_of_a_member_in_both_languages(browser: Browser, active: Person) -> None:
    log_in(browser, active)
    visit(browser, MEMBER_PAGES, "english")
    switch_to_russian(browser)
    visit(browser, MEMBER_PAGES, "russian")


def test_each_page_of_an_operator_in_both_languages(browser: Browser, active: Person, operator: Person) -> None:
    log_in(browser, operator)
    visit(browser, OPERATOR_PAGES, "english")
    switch_to_russian(browser)
    visit(browser, OPERATOR_PAGES, "russian")


def english(browser: Browser, stack: RunningStack) -> set[str]:
    """Latin words on the page that are neither brands nor typed by a member."""
    typed = latin_words(" ".join(row[0] or "" for row in stack.sql(TYPED_BY_MEMBERS)))
    return latin_words(" ".join(texts(browser))) - typed - SAME_IN_BOTH


@pytest.mark.parametrize("role", ["member", "operator"])
def test_no_page_has_english_texts_or_labels_in_russian(
    browser: Browser, active: Person, operator: Person, stack: RunningStack, role: str
) -> None:
    def is_russian(where: str) -> None:
        browser.until(lambda: not english(browser, stack), say=lambda: f"{where}: {english(browser, stack)}")

    log_in(browser, active if role == "member" else operator)
    switch_to_russian(browser)
    for page in BY_ROLE[role]:
        browser.open(page.path)
        is_russian(page.path)
    browser.speak("ru")  # the days of a calendar are named by the browser
    if role == "operator":
        browser.open("/club-challenges")
        browser.click("Новое испытание")
        browser.find("[role=dialog] .stDateInput button").click()
        browser.find("[role=dialog] [role=grid], [role=grid]")
        is_russian("a calendar")
        browser.open("/log")
        browser.find(".stSelectbox [role=combobox]").click()
        is_russian("a list of choices")
    else:
        browser.open("/")
        browser.field("Пульс").send_keys("999")
        is_russian("a number that is too large")


def test_the_login_page_has_no_english_texts_or_labels_in_russian(browser: Browser, stack: RunningStack) -> None:
    browser.speak("ru")
    try:
        browser.open()
        browser.until(lambda: not english(browser, stack))
        browser.click("Стать участником")
        browser.until(lambda: not english(browser, stack))
    finally:
        browser.speak("en")


def test_a_russian_browser_sees_russian_before_the_login(browser: Browser) -> None:
    browser.speak("ru")
    try:
        browser.open()
        browser.sees("Стать участником", "Не выходить на этом устройстве")
    finally:
        browser.speak("en")


def test_a_workout_is_in_the_history_with_its_calories_and_on_the_board_after_the_next_update(
    browser: Browser, active: Person, api: FitBurn, stack: RunningStack
) -> None:
    log_in(browser, active, "/board")
    browser.sees("The board is not there yet", "It is built every ten minutes.")
    refresh_marts(stack)
    [kcal] = [workout.calories_pred for workout in as_member(api, active).workouts.recent() if not workout.hold_reasons]
    browser.click("History")
    browser.sees("5.2 km", f"{kcal:.0f} kcal", "Held for review")
    browser.click("Board")
    browser.sees("Anna Berg", "you", css=".st-key-card-mine")


def test_a_member_can_leave_the_board(browser: Browser, active: Person, api: FitBurn) -> None:
    log_in(browser, active, "/board")
    browser.until(lambda: browser.find(".st-key-board_shown label").click() or True)
    browser.until(lambda: as_member(api, active).me.get().leaderboard_opt_out)


def test_a_member_can_switch_to_miles_and_pounds(browser: Browser, active: Person) -> None:
    log_in(browser, active, "/profile")
    browser.click("Miles, pounds")
    browser.until(lambda: browser.field("Weight, lb").get_attribute("value") == "141.1")
    browser.click("History")
    browser.sees("3.2 mi")


def test_an_operator_finds_the_held_workout_first(
    browser: Browser, active: Person, operator: Person, api: FitBurn
) -> None:
    user_id = as_member(api, active).me.get().user_id
    log_in(browser, operator, f"/workouts?member={user_id}")
    browser.sees("The heart rate is too low for this type. Did the strap slip?", css=".st-key-card-workouts")
    assert len(browser.all(".fb-row")) == 1
    browser.click("All")
    browser.until(lambda: len(browser.all(".fb-row")) == 2)


def test_a_page_of_another_role_shows_that_it_is_closed(browser: Browser, anna: Person) -> None:
    log_in(browser, anna, "/workouts")
    browser.sees("This page is not for your role")


def test_a_new_members_pages_say_what_will_be_there(browser: Browser, anna: Person) -> None:
    log_in(browser, anna, "/history")
    browser.sees("Nothing here yet")
    browser.click("Points")
    browser.sees("No points yet")
    browser.click("Board")
    browser.sees("No place yet in this period")


def test_a_refusal_by_the_api_names_the_field(browser: Browser) -> None:
    browser.open()
    browser.click("Become a member")
    browser.fill_in({"Name": "Nora", "E-mail": "no address", "Password": "short"})
    browser.until(lambda: browser.find(".st-key-card-join button[kind=primaryFormSubmit]").click() or True)
    browser.sees("Password: should have 10 to 200 characters", "E-mail: is not right; check it")
    assert browser.field("E-mail").get_attribute("value") == "no address"


def test_touch_targets_are_at_least_44_pixels(browser: Browser, anna: Person) -> None:
    browser.size(*PHONE)
    log_in(browser, anna)
    for css in (".st-key-draft_type button", ".st-key-log_it button", ".st-key-draft_when button", ".st-key-nav a"):
        assert all(min(target.size.values()) >= 44 for target in browser.all(css)), css


def test_a_member_deletes_a_workout_that_was_a_mistake(browser: Browser, active: Person, api: FitBurn) -> None:
    member = as_member(api, active)
    assert member.points.get().balance > 0
    log_in(browser, active, "/history")
    browser.sees("5.2 km")
    browser.click("Delete a workout")
    browser.find(".st-key-delete_which [role=combobox]").click()
    browser.until(
        lambda: browser.press(next(option for option in browser.all("[role=option]") if "5.2 km" in option.text))
    )
    browser.sees("are taken back.")
    browser.click("Yes, delete it")
    browser.until(lambda: "5.2 km" not in browser.text(".st-key-card-workouts"))
    assert member.points.get().balance == 0
    [remaining] = member.workouts.recent()
    assert remaining.standing == "held"
