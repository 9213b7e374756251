"""Sending a change from a form, with the message for each refusal."""

from collections.abc import Callable, Mapping

import streamlit as st

from app.components import states
from app.session import idempotency
from app.text.language import N_, _
from fitburn_client import ConflictError, FitBurnError, InvalidRequestError, NotFoundError

ONLY_TITLES = N_("Somebody was paid for it already: only its titles can change, and it cannot be called off.")

CONFLICTS: Mapping[str, str] = {
    "challenge_paid": ONLY_TITLES,
    "challenge_cancelled": N_("It was called off. Set up a new one."),
    "redemption_closed": N_("It was handed over, given back or ran out meanwhile."),
    "already_reviewed": N_("Somebody has decided on it meanwhile."),
    "not_scored": N_("Its calories are not worked out yet. Come back in a moment."),
}


def title_with_button(title: str, label: str, *, key: str) -> bool:
    """The page's title with an *add* button beside it; True if the button was pressed."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        return st.button(label, type="primary", icon=":material/add:", key=key)


def send(act: Callable[[], object], *, form: str | None = None) -> bool:
    """Run `act`; True if it succeeded. Otherwise show why not and leave the form as it is.

    The idempotency key of `form` stays too. It is renewed where the form is opened, out of reach of a second click.
    """
    try:
        act()
    except ConflictError as error:
        st.warning(_(CONFLICTS.get(error.code or "", N_("That did not work. Look at the page again."))))
    except InvalidRequestError as error:
        _refused(error, form)
    except NotFoundError:
        st.warning(_("It is no longer there, or never was. Check the id, or look at the page again."))
    except FitBurnError as error:
        states.show_over_form(error)
    else:
        return True
    return False


def _refused(error: InvalidRequestError, form: str | None) -> None:
    if form and idempotency.is_mismatch(error):
        idempotency.renew(form)
        st.warning(_("An earlier try had arrived after all, as it was typed then. Close this and look at the list."))
    else:
        states.show_refusal(error)
