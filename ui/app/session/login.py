"""Login state of one browser session.

The token lives in two places: in Streamlit's session state, which never leaves the server, and in an HttpOnly cookie,
so that a refresh finds it again. See `tickets` for how it gets there.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import streamlit as st

from app import api_client
from app.session import tickets
from app.session.tickets import COOKIE, SESSION_PATH
from app.text import language
from app.text.units import Units
from app.text.units import of as units_of
from fitburn_client import FitBurn, FitBurnError, Login, Profile, UnauthorizedError

RENEW_BEFORE = timedelta(minutes=20)
"""How long before its expiry a token is renewed."""

_COOKIE_READ, _LOGIN, _PROFILE, _TICKET, _ENDED = "cookie_read", "login", "profile", "ticket", "session_ended"

_post_ticket = st.components.v2.component(
    "fitburn_session",
    js="""
    export default function ({ data }) {
      fetch(data.path, { method: "POST", body: data.ticket, credentials: "same-origin" });
    }
    """,
)


def member() -> Profile | None:
    """The logged-in member, or None. Calls the API once per session and on renewal. Raises FitBurnError."""
    if _PROFILE not in st.session_state:
        _enter_by_cookie()
    elif _ends_soon(st.session_state[_LOGIN]):
        _renew(st.session_state[_LOGIN].access_token)
    return st.session_state.get(_PROFILE)


def api() -> FitBurn:
    """Client with the member's token. Requires a login."""
    return api_client.holder_of(st.session_state[_LOGIN].access_token)


def units() -> Units:
    """The units that the member chose; metric until then."""
    profile = st.session_state.get(_PROFILE)
    return units_of(profile.units if profile else None)


def enter(login: Login) -> None:
    """Keep a login in the session state and in the browser's cookie."""
    profile = api_client.holder_of(login.access_token).me.get()
    st.session_state[_LOGIN] = login
    st.session_state[_ENDED] = False
    remember_profile(profile)
    _send_cookie(tickets.Cookie(login.access_token, login.expires_at))


def remember_profile(profile: Profile) -> None:
    """Keep the profile, and switch to its language."""
    st.session_state[_PROFILE] = profile
    if profile.language:
        language.choose(profile.language)


def leave(*, everywhere: bool = False) -> None:
    """Log out: end the session at the API, clear the session state, delete the cookie."""
    with suppress(FitBurnError):  # unreachable or already ended: the token expires anyway
        api().accounts.logout(everywhere=everywhere)
    spoken = language.current()
    st.session_state.clear()
    language.choose(spoken)
    st.session_state[_COOKIE_READ] = True
    _send_cookie(tickets.Cookie(None))


def end() -> None:
    """Drop a token that the API no longer accepts. Typed values stay in the session state."""
    for name in (_LOGIN, _PROFILE):
        st.session_state.pop(name, None)
    st.session_state[_ENDED] = True


def has_ended() -> bool:
    """Whether the session expired or was revoked, as opposed to a logout."""
    return bool(st.session_state.get(_ENDED))


def mount_cookie() -> None:
    """Make the browser fetch a new cookie, on every run until it has."""
    ticket = st.session_state.get(_TICKET)
    if ticket and tickets.is_waiting(ticket):
        path = st.get_option("server.baseUrlPath").rstrip("/") + SESSION_PATH
        with st.container(key="session"):
            _post_ticket(key=f"ticket-{ticket[:8]}", data={"path": path, "ticket": ticket})


def _enter_by_cookie() -> None:
    token = st.context.cookies.get(COOKIE)
    if token and not st.session_state.get(_COOKIE_READ):
        with suppress(ValueError):  # a forged cookie that is not a token
            _renew(token)
    st.session_state[_COOKIE_READ] = True


def _ends_soon(login: Login) -> bool:
    now = datetime.now(UTC)
    can_be_renewed = login.renewable_until is not None and login.expires_at < login.renewable_until
    return can_be_renewed and login.expires_at - now < RENEW_BEFORE


def _renew(token: str) -> None:
    try:
        enter(api_client.holder_of(token).accounts.renew())
    except UnauthorizedError:
        end()


def _send_cookie(cookie: tickets.Cookie) -> None:
    st.session_state[_TICKET] = tickets.issue(cookie)
