"""Operators' reviews, rewards, challenges and adjustments, and what members see of them."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from browser import Browser
from people import Person, as_member, log_in
from selenium.webdriver.common.keys import Keys

from fitburn_client import FitBurn, Prediction, Workout

SLIPPED = "The heart rate is too low for this type. Did the strap slip?"


@pytest.fixture
def nothing_held(api: FitBurn, operator: Person) -> None:
    """Reject what other tests left, since the review page lists the oldest first."""
    boss = as_member(api, operator)
    for workout in list(boss.review.list()):
        boss.review.reject(workout.workout_id, "left behind")


def held_run(api: FitBurn, person: Person) -> Prediction:
    """A run that is held, because its heart rate is too low."""
    member = as_member(api, person)
    start = datetime.now(UTC) - timedelta(hours=3)
    return member.predictions.wait(
        member.workouts.submit(Workout(ts=start, duration_min=40, avg_hr=61, distance_km=7.0)).workout_id
    )


@pytest.mark.usefixtures("nothing_held")
def test_an_operator_approves_a_held_workout_and_the_member_sees_the_points(
    browser: Browser, other_browser: Browser, anna: Person, operator: Person, api: FitBurn
) -> None:
    held = held_run(api, anna)
    card = f".st-key-card-held-{held.workout_id}"
    log_in(browser, operator, "/review")
    browser.sees("Anna Berg", SLIPPED, "64 kg", css=card)
    browser.until(lambda: browser.press(browser.find(f".st-key-approve-{held.workout_id} button")))
    browser.until(lambda: not browser.all(card))
    earned = as_member(api, anna).points.get().balance
    assert earned > 0
    browser.sees(f"Anna Berg gets {earned} points for it.")
    log_in(other_browser, anna, "/points")
    other_browser.sees("For a workout", f"+{earned}", css=".st-key-card-movements")
    other_browser.click("History")
    other_browser.sees(f"{earned} points", css=".st-key-card-workouts")
    assert SLIPPED not in other_browser.text()


@pytest.mark.usefixtures("nothing_held")
def test_a_rejection_needs_a_reason_and_the_member_reads_it(
    browser: Browser, other_browser: Browser, anna: Person, operator: Person, api: FitBurn
) -> None:
    held = held_run(api, anna)
    log_in(browser, operator, "/review")
    browser.until(lambda: browser.press(browser.find(f".st-key-card-held-{held.workout_id} .stPopover button")))
    browser.click("Reject it")
    browser.sees("Say why, in a few words.")
    browser.fill_in({"Why? The member reads it.": "The strap lay in the locker"})
    browser.click("Reject it")
    browser.sees("Anna Berg's workout does not count.")
    log_in(other_browser, anna, "/history")
    other_browser.sees("Does not count", "The strap lay in the locker", css=".st-key-card-workouts")


def test_a_reward_that_an_operator_sets_up_appears_in_the_shop(
    browser: Browser, other_browser: Browser, anna: Person, operator: Person
) -> None:
    title = f"Bottle {uuid.uuid4().hex[:6]}"
    log_in(browser, operator, "/rewards")
    browser.click("New reward")
    browser.fill_in({"Title in English": title, "In stock": "7"})
    browser.click("Save")
    browser.sees("Title in Russian: is too short", css="[role=dialog]")
    browser.fill_in({"Title in Russian": "Бутылка"})
    browser.click("Save")
    browser.sees(title, "7 left", css=".st-key-rewards")
    log_in(other_browser, anna, "/shop")
    other_browser.sees(title, "100 points to go", "7 left")


def test_a_challenge_is_refused_by_its_field_then_set_up_and_seen_by_members(
    browser: Browser, other_browser: Browser, anna: Person, operator: Person
) -> None:
    title = f"Long haul {uuid.uuid4().hex[:6]}"
    log_in(browser, operator, "/club-challenges")
    browser.click("New challenge")
    browser.fill_in({"Title in English": title, "Title in Russian": "Дальний путь", "Goal": "900000"})
    browser.click("Save")
    browser.sees("Goal: is more than anybody can be credited with in these days", css="[role=dialog]")
    browser.fill_in({"Goal": "120"})
    browser.click("Save")
    browser.sees(title, "running", css=".st-key-challenges")
    log_in(other_browser, anna, "/challenges")
    other_browser.sees(title, "+50 points", "0 of 120 minutes", css=".st-key-card-active")


def find(browser: Browser, person: Person) -> None:
    """Search by the beginnings of name and e-mail."""
    browser.fill_in({"Member": f"{person.name[:2].lower()} {person.email[:12]}"})
    browser.field("Member").send_keys(Keys.ENTER)
    browser.click(f"{person.name} · {person.email}")
    browser.sees("Another member")


def test_an_operator_finds_a_members_workouts_by_their_name(
    browser: Browser, anna: Person, operator: Person, api: FitBurn
) -> None:
    member = as_member(api, anna)
    start = datetime.now(UTC) - timedelta(hours=2)
    member.predictions.wait(member.workouts.submit(Workout(ts=start, duration_min=41, avg_hr=148)).workout_id)
    log_in(browser, operator, "/workouts")
    browser.fill_in({"Member": "zz nobody"})
    browser.field("Member").send_keys(Keys.ENTER)
    browser.sees("Nobody is called so.")
    find(browser, anna)
    browser.click("All")
    browser.sees("41 min", css=".st-key-card-workouts")
    browser.sees(anna.name, css=".st-key-card-workouts")
    assert len(browser.all(".fb-row")) == 1
    assert f"member={member.me.get().user_id}" in browser.driver.current_url
    browser.click("Another member")
    browser.field("Member")
    assert "member=" not in browser.driver.current_url


def test_a_double_click_books_one_adjustment_and_the_log_has_the_reason(
    browser: Browser, anna: Person, operator: Person, api: FitBurn
) -> None:
    member = as_member(api, anna)
    log_in(browser, operator, "/desk")
    reason = f"the summer race {uuid.uuid4().hex[:6]}"
    find(browser, anna)
    browser.fill_in({"Points to give, or with a minus to take": "40"})
    browser.area("Why").send_keys(reason)
    button = browser.button("Book it")
    browser.driver.execute_script("arguments[0].click(); arguments[0].click();", button)
    browser.sees("+40 booked. They have 40 now.")
    browser.open("/log")
    browser.sees("Points put right by hand", reason, "Olga Boss", "+40", css=".st-key-card-log")
    assert member.points.get().balance == 40
