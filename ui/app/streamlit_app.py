"""Entry point of every Streamlit run: authenticate, then show the requested page of the member's role."""

import streamlit as st

from app import pages, session
from app.components import cards, states
from app.text import framework, language
from app.views import entrance
from fitburn_client import FitBurnError


def main() -> None:
    st.set_page_config(page_title="FitBurn", page_icon=str(cards.LOGO), layout="wide")
    language.settle()
    cards.style()
    with states.friendly():  # covers the header too
        _show()


def _show() -> None:
    try:
        member = session.member()
    except FitBurnError as error:
        framework.speak()
        pages.navigation(None)
        states.show(error)
        return
    framework.speak()  # after the login, which may change the language
    page = pages.navigation(member)
    pages.header(member, page)
    with st.container(key="page"):
        if member is None:
            entrance.show()
        else:
            with states.friendly():
                page.run()
    session.mount_cookie()


main()
