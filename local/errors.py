"""Errors that are shown to the user without a traceback."""


class StackError(Exception):
    """The user can fix this; the message explains how."""


class RunnerAwayError(StackError):
    """The process runner does not answer: it was not started, or is being stopped."""
