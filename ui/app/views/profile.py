"""Profile: the member's data, password, language, units, and place on the board."""

from typing import Unpack

import streamlit as st

from app import rules, session
from app.components import body_profile, states
from app.text import fields, language, units
from app.text.language import LANGUAGES, N_, _
from fitburn_client import FitBurnError, InvalidRequestError, Profile, ProfileChanges

UNITS = {"metric": N_("Kilometres, kilograms"), "imperial": N_("Miles, pounds")}


def show() -> None:
    profile = session.member()
    assert profile is not None
    st.title(_("Profile"), anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _about(profile)
        _password()
    with right:
        _pages(profile)
        _board(profile)
        _leave()


def _about(profile: Profile) -> None:
    with st.container(key="card-about", border=True):
        st.subheader(_("You"), anchor=False)
        name = st.text_input(
            _("Name"), profile.display_name or "", max_chars=rules.max_chars("display_name"), key="profile_name"
        )
        st.text_input(_("E-mail"), profile.email or "–", disabled=True, key="profile_email")
        st.caption(_("Your id in the club: {id}", id=language.plain(profile.user_id)))
        with st.container(key="about"):
            st.caption(_("From this your calories are worked out. The board never shows any of it."))
            body = body_profile.fields(profile, "profile")
        if st.button(_("Save"), type="primary", width="stretch", key="save_about"):
            answers = {field: getattr(body, field) for field in body_profile.NEEDED}
            _change(display_name=name.strip(), **answers)


def _pages(profile: Profile) -> None:
    with st.container(key="card-pages", border=True):
        st.subheader(_("These pages"), anchor=False)
        spoken = st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            default=language.current(),
            required=True,
            format_func=LANGUAGES.__getitem__,
            key="profile_language",
            width="stretch",
        )
        measured = st.segmented_control(
            _("Units"),
            list(UNITS),
            default=units.of(profile.units).name,
            required=True,
            format_func=lambda name: _(UNITS[name]),
            key="profile_units",
            width="stretch",
        )
        if spoken != language.current():
            _change(language=spoken)
        if measured != profile.units:
            _change(units=measured)


def _board(profile: Profile) -> None:
    with st.container(key="card-board", border=True):
        st.subheader(_("The club's board"), anchor=False)
        shown = st.toggle(_("Show me on the board"), not profile.leaderboard_opt_out, key="profile_board")
        st.caption(_("Others see your name, your calories and your workouts. Turned off, you are in no ranking."))
        if shown == profile.leaderboard_opt_out:
            _change(leaderboard_opt_out=not shown)


def _password() -> None:
    with st.container(key="card-password", border=True), st.form("password", border=False, clear_on_submit=True):
        st.subheader(_("Password"), anchor=False)
        old = st.text_input(_("Present password"), type="password", autocomplete="current-password")
        new = st.text_input(
            _("New password"), type="password", autocomplete="new-password", help=fields.password_hint()
        )
        if st.form_submit_button(_("Change the password"), width="stretch"):
            try:
                session.api().accounts.change_password(old, new)
            except InvalidRequestError as error:
                states.show_refusal(error)
            except FitBurnError as error:
                states.show_over_form(error)
            else:
                st.success(_("Changed. Other devices have to log in again."), icon=":material/check:")


def _leave() -> None:
    with st.container(key="card-leave", border=True):
        st.subheader(_("Leave"), anchor=False)
        here = st.button(_("Log out"), icon=":material/logout:", width="stretch", key="log_out")
        everywhere = st.button(_("Log out on every device"), width="stretch", type="tertiary", key="log_out_everywhere")
        if here or everywhere:
            session.leave(everywhere=everywhere)
            st.rerun()


def _change(**changes: Unpack[ProfileChanges]) -> None:
    try:
        session.remember_profile(session.api().me.update(**changes))
    except InvalidRequestError as error:
        states.show_refusal(error)
    except FitBurnError as error:
        states.show_over_form(error)
    else:
        st.toast(_("Saved"), icon=":material/check:")
        st.rerun()
