"""Shop: rewards to redeem, open redemptions, and past ones."""

from collections.abc import Sequence

import streamlit as st

from app import paths, rules, session
from app.components import cards, meters, reward_cards, states
from app.components.paging import Pages
from app.session import redemption_draft
from app.text import language, rewards, workouts
from app.text.language import _, n_, number
from fitburn_client import ApiError, FitBurnError, Points, Redemption, Reward

MAX_SHOWN = 60
PAGE = 10


def show() -> None:
    st.title(_("Shop"), anchor=False)
    api = session.api()
    points = api.points.get()
    with st.container(key="purse"):
        cards.figures(
            [cards.Figure(_("You have"), number(points.balance), workouts.points_word(points.balance), hero=True)]
        )
    _waiting(api.redemptions.mine(rewards.HELD).first(MAX_SHOWN))
    offered = api.rewards.list().first(MAX_SHOWN)
    if offered:
        _offers(offered, points)
    else:
        states.empty(
            "redeem",
            _("The shelves are still empty"),
            _("Your club has not set up rewards yet. Your points keep until it does."),
            key="no-rewards",
        )
    _past()


# ----------------------------------------------------------------------------------------------------- open redemptions


def _waiting(held: Sequence[Redemption]) -> None:
    if not held:
        return
    with st.grid(min_column_width=280, gap="medium", key="tickets"):
        for redemption in held:
            with st.container(key=f"ticket-{redemption.redemption_id}"):
                reward_cards.ticket(redemption)
                with st.popover(_("Give it back"), icon=":material/undo:", type="tertiary", width="stretch"):
                    _give_back(redemption)


def _give_back(redemption: Redemption) -> None:
    back = n_("{n} point comes back to you at once.", "{n} points come back to you at once.", redemption.cost)
    st.markdown(f"**{_('Give it back?')}**  \n{back}")
    if st.button(_("Yes, give it back"), key=f"cancel-{redemption.redemption_id}", width="stretch"):
        try:
            session.api().redemptions.cancel(redemption.redemption_id, f"ui-cancel-{redemption.redemption_id}")
        except FitBurnError as error:
            _show_error(error)
        else:
            st.toast(back, icon=":material/undo:")
            st.rerun()


# --------------------------------------------------------------------------------------------------------------- offers


def _offers(offered: Sequence[Reward], points: Points) -> None:
    in_reach_first = sorted(offered, key=lambda reward: (not reward.can_redeem, reward.cost))
    with st.grid(min_column_width=260, gap="medium", key="offers"):
        for reward in in_reach_first:
            redemption_draft.prepare(reward.reward_id)
            with st.container(key=f"card-offer-{reward.reward_id}", border=True, height="stretch"):
                reward_cards.face(reward, workouts.points_word(reward.cost))
                _redeem_or_obstacle(reward, points.balance)


def _redeem_or_obstacle(reward: Reward, balance: int) -> None:
    if reward.can_redeem:
        if st.button(_("Redeem"), key=f"redeem-{reward.reward_id}", width="stretch", icon=":material/redeem:"):
            title = language.plain(rewards.title_of(reward))
            st.dialog(title, on_dismiss="rerun")(_confirm)(reward, balance)
        return
    obstacle = rewards.why_not(reward, balance)
    if reward.why_not == "insufficient_points":
        have = _("{have} of {cost}", have=number(max(0, balance)), cost=number(reward.cost))
        meters.show(meters.Meter(title=obstacle, share=max(0, balance) / reward.cost, left=have))
    else:
        st.caption(f":material/block: {obstacle}")


def _confirm(reward: Reward, balance: int) -> None:
    """Ask for confirmation, then show the code."""
    redemption = redemption_draft.result(reward.reward_id)
    if redemption:
        reward_cards.ticket(redemption)
        st.caption(_("You find it in the shop until you have collected it."))
        if st.button(_("Done"), type="primary", width="stretch", key="redemption_done"):
            st.rerun()
        return
    _terms(reward, balance - reward.cost)
    price = n_("Redeem for {n} point", "Redeem for {n} points", reward.cost)
    if st.button(price, type="primary", width="stretch", key="redemption_redeem"):
        try:
            redemption_draft.redeem(reward.reward_id)
        except FitBurnError as error:
            _show_error(error)
        else:
            st.rerun(scope="fragment")


def _terms(reward: Reward, remaining: int) -> None:
    """Cost, what remains, and how long the reward waits at the desk."""
    cards.tiles(
        [
            cards.Figure(_("It costs"), number(reward.cost), workouts.points_word(reward.cost)),
            cards.Figure(_("Then you have"), number(remaining), workouts.points_word(remaining)),
        ]
    )
    st.caption(
        n_(
            "You have {n} hour to collect it at the desk. If you do not, your points come back by themselves.",
            "You have {n} hours to collect it at the desk. If you do not, your points come back by themselves.",
            rules.current().redemptions.collect_within_hours,
        )
    )


def _show_error(error: FitBurnError) -> None:
    if isinstance(error, ApiError) and error.code in rewards.REFUSALS:
        st.warning(rewards.refusal(error), icon=":material/info:")
    else:
        states.show_briefly(error, _("Try again: nothing is ever taken twice."))


# ----------------------------------------------------------------------------------------------------- past redemptions


def _past() -> None:
    pages = Pages("redemptions", None)
    page = session.api().redemptions.mine().page(limit=PAGE, cursor=pages.cursor)
    if not page.items:
        return
    with st.container(key="card-redemptions", border=True):
        st.subheader(_("What you have redeemed"), anchor=False)
        cards.rows([reward_cards.row(redemption) for redemption in page.items])
    pages.buttons(page.next_cursor)
    paths.link("points", _("All movements of your points"), ":material/stars:")
