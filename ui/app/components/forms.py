"""What forms of operators share: how a change is sent, and what is said when it cannot be."""

from collections.abc import Callable, Mapping

import streamlit as st

from app.components import states
from app.session import idempotency
from app.text.language import N_, _
from fitburn_client import Conflict, FitBurnError, Invalid, NotFound

ONLY_TITLES = N_("Somebody was paid for it already: only its titles can change, and it cannot be called off.")

CONFLICTS: Mapping[str, str] = {
    "challenge_paid": ONLY_TITLES,
    "challenge_cancelled": N_("It was called off. Set up a new one."),
    "redemption_closed": N_("It was handed over, given back or ran out meanwhile."),
    "already_reviewed": N_("Somebody has decided on it meanwhile."),
    "not_scored": N_("Its calories are not worked out yet. Come back in a moment."),
}


def title_with_button(title: str, label: str, *, key: str) -> bool:
    """The page's title, and beside it what adds to its list; whether that was pressed."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        return st.button(label, type="primary", icon=":material/add:", key=key)


def send(act: Callable[[], object], *, form: str | None = None) -> bool:
    """Whether it was done; otherwise the page has said why not, and the form stays as it is.

    The key of the `form` stays too: it is renewed where the form is opened, out of the reach of a second click.
    """
    try:
        act()
    except Conflict as error:
        st.warning(_(CONFLICTS.get(error.code or "", N_("That did not work. Look at the page again."))))
    except Invalid as error:
        _refused(error, form)
    except NotFound:
        st.warning(_("It is no longer there, or never was. Check the id, or look at the page again."))
    except FitBurnError as error:
        states.show_over_form(error)
    else:
        return True
    return False


def _refused(error: Invalid, form: str | None) -> None:
    if form and idempotency.is_mismatch(error):
        idempotency.renew(form)
        st.warning(_("An earlier try had arrived after all, as it was typed then. Close this and look at the list."))
    else:
        states.show_refusal(error)
