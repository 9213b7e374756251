"""Idempotency keys of forms: a form has one until what it says was done, so that no click does it twice."""

import uuid

import streamlit as st

from fitburn_client import FitBurnError

MISMATCH = "idempotency_mismatch"


def key(form: str) -> str:
    """The same one until `renew`."""
    name = _name(form)
    st.session_state.setdefault(name, f"ui-{uuid.uuid4()}")
    return str(st.session_state[name])


def renew(form: str) -> None:
    """What is typed from now on is another thing."""
    st.session_state.pop(_name(form), None)


def is_mismatch(error: FitBurnError) -> bool:
    """Whether an earlier try of the form had reached the API after all, with other values."""
    return error.code == MISMATCH


def _name(form: str) -> str:
    return f"once_{form}"
