"""Desk, for the operator: hand over rewards by their code, and adjust points by hand."""

import streamlit as st

from app import rules, session
from app.components import cards, forms, member_search, states
from app.components.paging import Pages
from app.session import idempotency
from app.text import language, rewards, workouts
from app.text.language import _, n_, number, signed
from fitburn_client import Adjustment, FitBurnError, InvalidRequestError, Redemption

PAGE = 10
ADJUSTMENT = "adjustment"
MEMBER = "adjust_member"

_FOUND, _HANDED_OVER, _ADJUSTED = "desk_found", "desk_handed_over", "desk_adjusted"


def show() -> None:
    st.title(_("Desk"), anchor=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _counter()
        _waiting()
    with right:
        _adjustment()


# ---------------------------------------------------------------------------------------------------- handing over


def _counter() -> None:
    with st.container(key="card-counter", border=True):
        st.subheader(_("Hand over a reward"), anchor=False)
        _last_one()
        with st.form("counter", border=False, clear_on_submit=True):
            code = st.text_input(
                _("Code"), max_chars=20, placeholder="7QK 4ZD", key="desk_code", autocomplete="off",
                help=_("As the member shows it; capitals and spaces do not matter."),
            )  # fmt: skip
            if st.form_submit_button(_("Look it up"), type="primary", width="stretch"):
                _look_up(code.strip())
        redemption: Redemption | None = st.session_state.get(_FOUND)
        if redemption:
            _hand_over(redemption)


def _look_up(code: str) -> None:
    for name in (_FOUND, _HANDED_OVER):
        st.session_state.pop(name, None)
    try:
        redemption = next(iter(session.api().redemptions.list(code=code).first(1)), None) if code else None
    except InvalidRequestError:
        st.error(_code_length(), icon=":material/error:")
        return
    except FitBurnError as error:
        states.show_over_form(error)
        return
    if redemption is None:
        st.warning(
            _("Nothing waits under this code. It may have been collected, given back, or run out."),
            icon=":material/search_off:",
        )
    else:
        st.session_state[_FOUND] = redemption


def _code_length() -> str:
    length = rules.current().redemptions.code_length
    return n_("A code has {n} letter or digit.", "A code has {n} letters and digits.", length)


def _hand_over(redemption: Redemption) -> None:
    """The redemption and the button to hand it over."""
    cards.rows([_row(redemption)])
    if redemption.expires_at <= language.now():
        st.warning(_("It ran out; the points go back to the member."), icon=":material/hourglass_disabled:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Hand over"), type="primary", icon=":material/check:", key="hand_over") and forms.send(
            lambda: session.api().redemptions.fulfil(redemption.redemption_id, f"ui-fulfil-{redemption.redemption_id}")
        ):
            st.session_state[_HANDED_OVER] = st.session_state.pop(_FOUND)
            st.rerun()
        if st.button(_("Not now"), type="tertiary", key="not_now"):
            st.session_state.pop(_FOUND, None)
            st.rerun()


def _last_one() -> None:
    last: Redemption | None = st.session_state.get(_HANDED_OVER)
    if last:
        message = _("{reward} handed over to {member}.", reward=rewards.title_of(last), member=_who(last))
        st.success(language.plain(message), icon=":material/check_circle:")


def _waiting() -> None:
    pages = Pages("desk", None)
    page = session.api().redemptions.list(rewards.HELD).page(limit=PAGE, cursor=pages.cursor)
    with st.container(key="card-waiting", border=True):
        st.subheader(_("Waiting to be collected"), anchor=False)
        if page.items:
            cards.rows([_row(redemption) for redemption in page.items])
        else:
            st.caption(_("Nothing at the moment. What members redeem appears here."))
    pages.buttons(page.next_cursor)


def _row(redemption: Redemption) -> cards.Row:
    return cards.Row(
        icon="redeem",
        title=rewards.title_of(redemption),
        subtitle=f"{_who(redemption)} · {_('until {time}', time=language.moment(redemption.expires_at))}",
        figure=number(redemption.cost),
        detail=workouts.points_word(redemption.cost),
    )


def _who(redemption: Redemption) -> str:
    return redemption.display_name or redemption.user_id


# ------------------------------------------------------------------------------------------------- putting points right


def _adjustment() -> None:
    with st.container(key="card-adjustment", border=True):
        st.subheader(_("Put points right"), anchor=False)
        if _ADJUSTED in st.session_state:
            _adjusted(st.session_state[_ADJUSTED])
        else:
            _ask_for_adjustment()


def _adjusted(done: Adjustment) -> None:
    """Confirmation in the form's place, so that a second click has nothing to press."""
    message = _("{points} booked. They have {balance} now.", points=signed(done.points), balance=number(done.balance))
    st.success(message, icon=":material/check_circle:")
    if st.button(_("Another one"), icon=":material/add:", width="stretch", key="adjust_again"):
        idempotency.renew(ADJUSTMENT)
        member_search.reset(MEMBER)
        st.session_state.pop(_ADJUSTED)
        st.rerun()


def _ask_for_adjustment() -> None:
    user_id = member_search.choose(MEMBER)
    with st.form("adjustment", border=False, enter_to_submit=False):
        points = st.number_input(
            _("Points to give, or with a minus to take"),
            *rules.whole_range("adjusted_points"),
            None,
            key="adjust_points",
            placeholder="–",
        )
        why = st.text_area(_("Why"), max_chars=rules.max_chars("reason"), key="adjust_why", height=90).strip()
        st.caption(_("The reason stays in the log, with your name."))
        sent = st.form_submit_button(_("Book it"), width="stretch")
    if sent and _adjust(user_id, int(points or 0), why):
        st.rerun()


def _adjust(user_id: str | None, points: int, why: str) -> bool:
    if not (user_id and points and why):
        st.error(_("It takes a member, a number of points and a reason."), icon=":material/error:")
        return False

    def book() -> None:
        st.session_state[_ADJUSTED] = session.api().points.adjust(user_id, points, why, idempotency.key(ADJUSTMENT))

    return forms.send(book, form=ADJUSTMENT)
