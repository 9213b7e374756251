"""Redeeming rewards: on the phone, over the desk, and in the member's history."""

import uuid

import pytest
from browser import PHONE, Browser
from people import Person, as_member, log_in
from running import RunningStack

from fitburn_client import FitBurn, Reward

POINTS, COST = 500, 300


@pytest.fixture
def desk(api: FitBurn, operator: Person) -> FitBurn:
    """A client logged in as the operator."""
    return as_member(api, operator)


@pytest.fixture
def shirt(desk: FitBurn) -> Reward:
    """A reward with one piece in stock."""
    name = uuid.uuid4().hex[:6]
    return desk.rewards.create(title_en=f"Shirt {name}", title_ru=f"Футболка {name}", cost=COST, stock=1)


@pytest.fixture
def rich_anna(api: FitBurn, desk: FitBurn, anna: Person) -> Person:
    """Anna with points to spend."""
    desk.points.adjust(as_member(api, anna).me.get().user_id, POINTS, "a present")
    return anna


def choose(browser: Browser, reward: Reward) -> str:
    """Open the confirmation; return the label of its button."""
    browser.until(lambda: browser.press(browser.find(f".st-key-redeem-{reward.reward_id} button")))
    browser.sees("Then you have", css="[role=dialog]")
    return f"Redeem for {COST} points"


def test_redeemed_at_the_phone_handed_over_at_the_desk_and_seen_in_the_history(
    browser: Browser, other_browser: Browser, rich_anna: Person, operator: Person, shirt: Reward
) -> None:
    browser.size(*PHONE)
    log_in(browser, rich_anna, "/shop")
    browser.click(choose(browser, shirt))
    code = browser.find("[role=dialog] .fb-code").text
    assert not browser.scrolls_sideways()
    browser.click("Done")
    browser.sees(code, "Waits at the desk", css=".st-key-page")

    log_in(other_browser, operator, "/desk")
    other_browser.fill_in({"Code": code.lower()})
    other_browser.click("Look it up")
    other_browser.sees("Anna Berg", shirt.title_en, css=".st-key-card-counter")
    other_browser.click("Hand over")
    other_browser.sees(f"{shirt.title_en} handed over to Anna Berg.")

    browser.refresh()
    browser.sees("Collected", shirt.title_en, css=".st-key-card-redemptions")
    assert code not in browser.text()
    browser.open("/points")
    browser.sees("Put aside for a reward", f"−{COST}", shirt.title_en, css=".st-key-card-movements")
    browser.sees(f"You have {POINTS - COST} points", css=".st-key-card-balance")


def test_a_double_click_redeems_once(
    browser: Browser, rich_anna: Person, api: FitBurn, desk: FitBurn, shirt: Reward
) -> None:
    desk.rewards.update(shirt.reward_id, stock=None, cost=COST // 2)
    log_in(browser, rich_anna, "/shop")
    browser.until(lambda: browser.press(browser.find(f".st-key-redeem-{shirt.reward_id} button")))
    button = browser.button(f"Redeem for {COST // 2} points")
    browser.driver.execute_script("arguments[0].click(); arguments[0].click();", button)
    browser.find("[role=dialog] .fb-code")
    browser.settle()
    assert len(list(as_member(api, rich_anna).redemptions.mine())) == 1


def test_what_was_redeemed_can_be_given_back(
    browser: Browser, rich_anna: Person, api: FitBurn, desk: FitBurn, shirt: Reward
) -> None:
    as_member(api, rich_anna).redemptions.create(shirt.reward_id)
    log_in(browser, rich_anna, "/shop")
    browser.click("Give it back")
    browser.click("Yes, give it back")
    browser.sees("Given back", css=".st-key-card-redemptions")
    assert as_member(api, rich_anna).points.get().balance == POINTS


def test_a_member_who_comes_too_late_for_the_last_one_keeps_the_points(
    browser: Browser, rich_anna: Person, api: FitBurn, desk: FitBurn, shirt: Reward
) -> None:
    log_in(browser, rich_anna, "/shop")
    answer = choose(browser, shirt)
    desk.rewards.update(shirt.reward_id, stock=0)
    browser.click(answer)
    browser.sees("Somebody was quicker", css="[role=dialog]")
    assert as_member(api, rich_anna).points.get().balance == POINTS


def test_a_retry_after_the_api_was_away_redeems_once(
    browser: Browser, rich_anna: Person, api: FitBurn, shirt: Reward, stack: RunningStack
) -> None:
    log_in(browser, rich_anna, "/shop")
    answer = choose(browser, shirt)
    stack.stop("api")
    try:
        browser.click(answer)
        browser.sees("We cannot reach the club right now", "nothing is ever taken twice", css="[role=dialog]")
    finally:
        stack.start("api")
    browser.click(answer)
    browser.find("[role=dialog] .fb-code")
    assert as_member(api, rich_anna).points.get().balance == POINTS - COST


def test_a_reward_out_of_reach_shows_the_missing_points(browser: Browser, anna: Person, shirt: Reward) -> None:
    log_in(browser, anna, "/shop")
    browser.sees(f"{COST} points to go", f"0 of {COST}", css=f".st-key-card-offer-{shirt.reward_id}")


def test_an_empty_shop_says_so(browser: Browser, anna: Person, stack: RunningStack) -> None:
    stack.sql("with hidden as (update rewards set active = false returning 1) select count(*) from hidden")
    log_in(browser, anna, "/shop")
    browser.sees("The shelves are still empty")


def test_an_unknown_or_malformed_code_gets_a_message(browser: Browser, operator: Person) -> None:
    log_in(browser, operator, "/desk")
    browser.fill_in({"Code": "000000"})
    browser.click("Look it up")
    browser.sees("Nothing waits under this code.")
    browser.fill_in({"Code": "12"})
    browser.click("Look it up")
    browser.sees("A code has 6 letters and digits.")
