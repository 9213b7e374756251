"""Rules of redemptions: rewards that a member has put points aside for."""

from datetime import timedelta

COLLECT_WITHIN = timedelta(hours=72)
"""How long the desk can hand a reward over before its points go back. A test compares it with the table's default."""
CODE_LENGTH = 6
"""Letters and digits of the code that a member shows at the desk."""
