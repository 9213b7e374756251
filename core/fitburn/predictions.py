"""States of a prediction, and why it can fail for good.

    pending ──> done      with calories and points
            └─> failed    with an error code

A prediction leaves `pending` once and never returns to it.
"""

from enum import StrEnum

MAX_ATTEMPTS = 5
"""Deliveries of a message, or claims of a row, before it fails for good."""


class PredictionStatus(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class Standing(StrEnum):
    """What a scored workout counts for."""

    CREDITED = "credited"
    """Earns points and counts in all statistics."""
    HELD = "held"
    """Waits for review and earns nothing until then."""
    REJECTED = "rejected"
    """An operator decided that it does not count."""
    DELETED = "deleted"
    """Soft-deleted by the member or an operator; it is no longer shown either."""


class ErrorCode(StrEnum):
    """Why a prediction failed for good."""

    MODEL_ERROR = "model_error"
    """The model raised an error on this row."""
    IMPLAUSIBLE_OUTPUT = "implausible_output"
    """The model did not return a positive finite number."""
    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    """The row was claimed MAX_ATTEMPTS times, and no worker survived to finish it."""
    PROCESSING_ERROR = "processing_error"
    """Any other error that this row alone causes."""
