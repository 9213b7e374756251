"""Idempotency keys of operators' forms: a form keeps its key until its change was made, so that no click repeats it."""

import uuid

import streamlit as st

from fitburn_client import FitBurnError

MISMATCH = "idempotency_mismatch"


def key(form: str) -> str:
    """The form's key, the same until `renew`."""
    name = _name(form)
    st.session_state.setdefault(name, f"ui-{uuid.uuid4()}")
    return str(st.session_state[name])


def renew(form: str) -> None:
    """Drop the key: what is typed from now on is another change."""
    st.session_state.pop(_name(form), None)


def is_mismatch(error: FitBurnError) -> bool:
    """Whether an earlier attempt of the form had reached the API, with other values."""
    return error.code == MISMATCH


def _name(form: str) -> str:
    return f"idempotency_{form}"
