"""States of a prediction, and why it can fail for good.

    pending ──> done      calories and points are there
            └─> failed    with an error code

A prediction leaves `pending` once and never comes back.
"""

from enum import StrEnum

MAX_ATTEMPTS = 5
"""Deliveries of a message, or claims of a row, before it is given up."""


class Status(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class Standing(StrEnum):
    """What a scored workout counts for."""

    CREDITED = "credited"
    """It earns points and counts in all statistics."""
    HELD = "held"
    """It waits for review and earns nothing meanwhile."""
    REJECTED = "rejected"
    """An operator found that it does not count."""
    DELETED = "deleted"
    """The member or an operator took it away: it is no longer shown either."""


class ErrorCode(StrEnum):
    """Why a prediction failed for good."""

    MODEL_ERROR = "model_error"
    """The model raised an error on this row."""
    IMPLAUSIBLE_OUTPUT = "implausible_output"
    """The model gave no positive finite number."""
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    """The row was claimed MAX_ATTEMPTS times and no worker lived to tell."""
    PROCESSING_ERROR = "processing_error"
    """Something else about this row alone could not be processed."""
