"""What a member is about to redeem.

The idempotency key is made when the reward is shown and stays until the member has seen what came of it: a double
click, and a second try after a broken connection, send the same key, and the API redeems once.
"""

import uuid

import streamlit as st

from app import session
from fitburn_client import Redemption

_KEYS, _RESULTS = "redemption_keys", "redemption_results"


def prepare(reward_id: str) -> None:
    """A key for this reward; a new one if the last was used, and its ticket has been seen."""
    if reward_id in _results():
        del _results()[reward_id]
        _keys().pop(reward_id, None)
    _keys().setdefault(reward_id, f"ui-{uuid.uuid4()}")


def result(reward_id: str) -> Redemption | None:
    """What the reward was redeemed as, since it was shown."""
    return _results().get(reward_id)


def redeem(reward_id: str) -> None:
    """Once, however often it is called. Raises FitBurnError; it may be tried again after that."""
    if reward_id not in _results():
        _results()[reward_id] = session.api().redeem(reward_id, _keys()[reward_id])


def _keys() -> dict[str, str]:
    keys: dict[str, str] = st.session_state.setdefault(_KEYS, {})
    return keys


def _results() -> dict[str, Redemption]:
    results: dict[str, Redemption] = st.session_state.setdefault(_RESULTS, {})
    return results
