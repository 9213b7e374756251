"""What the commands of this package raise for the person at the keyboard."""


class StackError(Exception):
    """Something that the person who ran the command can mend; the message says how."""
