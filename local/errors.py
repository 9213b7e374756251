"""What the commands of this package raise for the person at the keyboard."""


class StackError(Exception):
    """Something that the person who ran the command can mend; the message says how."""


class RunnerAwayError(StackError):
    """The process runner does not answer: it was not started, or someone stops it at this moment."""
