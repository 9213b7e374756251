"""Error and empty states of a page: each has its own text and a next step."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from app import session
from app.text import fields
from app.text.language import N_, _
from fitburn_client import (
    FitBurnError,
    ForbiddenError,
    InvalidRequestError,
    OverloadedError,
    UnauthorizedError,
    UnreachableError,
)

log = logging.getLogger("fitburn.ui")


@contextmanager
def friendly() -> Iterator[None]:
    """Show an exception as an error state; an ended session leads to the login."""
    try:
        yield
    except UnauthorizedError:
        session.end()
        st.rerun()
    except Exception as error:
        # Outermost handler of a page: the reader gets a text and a next step, the log the details.
        show(error)


def show(error: Exception) -> None:
    """Log the error and show its state, with a *try again* button."""
    if isinstance(error, FitBurnError):
        log.warning("the API failed: %s", error)
    else:
        log.error("unexpected error", exc_info=error)
    icon, title, text = described(error)
    empty(icon, _(title), _(text), key="trouble")
    if request_id := getattr(error, "request_id", None):
        st.caption(_("Number of this case: {id}", id=request_id), text_alignment="center")
    with st.container(horizontal_alignment="center"):
        st.button(_("Try again"), icon=":material/refresh:", type="primary", key="again")


def show_over_form(error: FitBurnError) -> None:
    """Show the error briefly above a form that keeps its values."""
    show_briefly(error, _("What you typed is still here."))


def show_briefly(error: FitBurnError, comfort: str) -> None:
    """Show the error briefly without replacing the page; `comfort` names what is not lost."""
    if isinstance(error, UnauthorizedError):
        session.end()
        st.rerun()
    log.warning("the API failed: %s", error)
    icon, title, text = described(error)
    st.warning(f"**{_(title)}**  \n{_(text)} {comfort}", icon=f":material/{icon}:")


def show_closed() -> None:
    """For a page of another role."""
    empty("lock", _("This page is not for your role"), _("Ask the club if you think it should be."), key="closed")


def described(error: Exception) -> tuple[str, str, str]:
    """Icon, title and text of an error, untranslated."""
    if isinstance(error, UnreachableError):
        return (
            "cloud_off",
            N_("We cannot reach the club right now"),
            N_("Nothing of yours is lost. It is usually back within a minute."),
        )
    if isinstance(error, OverloadedError):
        return (
            "hourglass_top",
            N_("The club's system is busy"),
            N_("Nothing of yours is lost. Give it a moment and try again."),
        )
    if isinstance(error, ForbiddenError):
        return "lock", N_("This page is not for your role"), N_("Ask the club if you think it should be.")
    return "error", N_("Something went wrong on our side"), N_("We have written it down. Try again in a moment.")


def empty(icon: str, title: str, text: str, key: str) -> None:
    """Empty state of a page or of a part."""
    with st.container(key=f"empty-{key}", horizontal_alignment="center", gap="xsmall"):
        st.markdown(f":material/{icon}:", width="content")
        st.markdown(f"**{title}**", width="content", text_alignment="center")
        st.caption(text, width="content", text_alignment="center")


# --------------------------------------------------------------------------------------------------------- wrong input


def show_refusal(error: InvalidRequestError) -> None:
    """One message per invalid field."""
    if not error.errors:
        st.error(_("This was not understood. Check what you typed."), icon=":material/error:")
    for field_error in error.errors:
        st.error(fields.refusal(field_error), icon=":material/error:")
