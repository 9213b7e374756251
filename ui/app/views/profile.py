"""Profile: who the member is to the club, and how the pages speak to them."""

import streamlit as st

from app import session
from app.language import _


def show() -> None:
    st.title(_("Profile"), anchor=False)
    if st.button(_("Log out"), icon=":material/logout:", key="log_out"):
        session.leave()
        st.rerun()
