"""Every run of the pages starts here: who is it, which pages are theirs, which one is asked for."""

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
    with states.friendly():  # also what surrounds the page
        _show()


def _show() -> None:
    try:
        member = session.member()
    except FitBurnError as error:
        framework.speak()
        pages.navigation(None)
        states.show(error)
        return
    framework.speak()  # in the language of whoever came in
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
