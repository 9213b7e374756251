"""Login and registration. Typed values stay after an error."""

from collections.abc import Callable

import streamlit as st

from app import api_client, rules, session
from app.components import cards, states
from app.text import fields, language
from app.text.language import LANGUAGES, _
from fitburn_client import ConflictError, FitBurnError, InvalidRequestError, Login, NotFoundError, UnauthorizedError

LOG_IN, JOIN = "log_in", "join"
_BY_HAND = "language_by_hand"


def show() -> None:
    """What visitors see: a headline and the two forms."""
    with st.container(key="entrance"):
        headline, forms = st.columns([6, 5], gap="xlarge", vertical_alignment="center")
        with headline:
            _headline()
        with forms:
            _forms()


def _headline() -> None:
    cards.promise(
        _("Every workout"),
        _("counts."),
        _("Log it in ten seconds. See calories and points at once. Come back for more tomorrow."),
        [
            _("Calories from your own body, not from a table"),
            _("Points that say how they came about"),
            _("A board of your club, if you like"),
        ],
    )


def _forms() -> None:
    if session.has_ended():
        st.info(_("Your session has ended. Log in and you are back where you were."), icon=":material/lock_clock:")
    names = {LOG_IN: _("Log in"), JOIN: _("Become a member")}
    chosen = st.segmented_control(
        _("What would you like to do?"),
        list(names),
        default=LOG_IN,
        required=True,
        format_func=names.__getitem__,
        key="entrance_choice",
        label_visibility="collapsed",
        width="stretch",
    )
    if chosen == JOIN:
        _join()
    else:
        _log_in()
    _language()


def _log_in() -> None:
    with st.container(key="card-log-in", border=True), st.form("log_in", border=False):
        email = st.text_input(_("E-mail"), key="log_in_email", autocomplete="username", persist_state="session")
        password = st.text_input(_("Password"), type="password", key="log_in_password", autocomplete="current-password")
        remember = _remember("log_in")
        if st.form_submit_button(_("Log in"), type="primary", width="stretch") and _complete(email, password):
            _enter(lambda: api_client.anonymous().accounts.login(email.strip(), password, remember=remember))


def _join() -> None:
    with st.container(key="card-join", border=True), st.form("join", border=False):
        name = st.text_input(
            _("Name"),
            key="join_name",
            autocomplete="name",
            max_chars=rules.max_chars("display_name"),
            help=_("Others see it on the board."),
        )
        email = st.text_input(_("E-mail"), key="join_email", autocomplete="email")
        password = st.text_input(
            _("Password"),
            type="password",
            key="join_password",
            autocomplete="new-password",
            help=f"{fields.password_hint()} {_('A few words in a row are easy to keep in mind.')}",
        )
        remember = _remember("join")
        if st.form_submit_button(_("Become a member"), type="primary", width="stretch") and _complete(
            name, email, password
        ):
            client = api_client.anonymous()
            _enter(lambda: client.accounts.register(email.strip(), password, name.strip(), remember=remember))


def _remember(form: str) -> bool:
    return st.checkbox(_("Stay logged in on this device"), value=True, key=f"{form}_remember")


def _complete(*typed: str | None) -> bool:
    if all(value and value.strip() for value in typed):
        return True
    st.error(_("Fill in every field."), icon=":material/error:")
    return False


def _enter(ask: Callable[[], Login]) -> None:
    try:
        session.enter(ask())
        if by_hand := st.session_state.pop(_BY_HAND, None):
            session.remember_profile(session.api().me.update(language=by_hand))
    except UnauthorizedError:
        st.error(_("The e-mail or the password is wrong."), icon=":material/error:")
    except ConflictError:
        st.error(_("This e-mail has an account already. Log in instead."), icon=":material/error:")
    except NotFoundError:
        st.error(_("There is no such club."), icon=":material/error:")
    except InvalidRequestError as error:
        states.show_refusal(error)
    except FitBurnError as error:
        icon, title, text = states.described(error)
        st.error(f"**{_(title)}**  \n{_(text)}", icon=f":material/{icon}:")
    else:
        st.rerun()


def _language() -> None:
    chosen = st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        default=language.current(),
        required=True,
        format_func=LANGUAGES.__getitem__,
        key="entrance_language",
    )
    if chosen != language.current():
        language.choose(chosen)
        st.session_state[_BY_HAND] = chosen
        st.rerun()
