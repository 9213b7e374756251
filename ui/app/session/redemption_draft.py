"""Idempotency keys and results of the rewards that a member is about to redeem.

A key is made when the reward is shown and stays until the member has seen the result. A double click and a retry after
a broken connection send the same key, so that the API redeems once.
"""

import uuid

import streamlit as st

from app import session
from fitburn_client import Redemption

_KEYS, _RESULTS = "redemption_keys", "redemption_results"


def prepare(reward_id: str) -> None:
    """Make a key for this reward: a new one if the last was used and its ticket has been seen."""
    if reward_id in _results():
        del _results()[reward_id]
        _keys().pop(reward_id, None)
    _keys().setdefault(reward_id, f"ui-{uuid.uuid4()}")


def result(reward_id: str) -> Redemption | None:
    """The redemption since the reward was shown, or None."""
    return _results().get(reward_id)


def redeem(reward_id: str) -> None:
    """Redeem the reward. Idempotent. Raises FitBurnError; it may be called again after that."""
    if reward_id not in _results():
        _results()[reward_id] = session.api().redemptions.create(reward_id, _keys()[reward_id])


def _keys() -> dict[str, str]:
    keys: dict[str, str] = st.session_state.setdefault(_KEYS, {})
    return keys


def _results() -> dict[str, Redemption]:
    results: dict[str, Redemption] = st.session_state.setdefault(_RESULTS, {})
    return results
