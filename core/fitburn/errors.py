"""Domain errors: each has a stable code, and its message is fit to be shown to whoever caused it."""

from typing import ClassVar


class DomainError(Exception):
    """Something that the caller can understand and act upon."""

    code: ClassVar[str] = "error"


class InvalidMessageError(DomainError):
    """A message on the queue that is not a score request."""

    code = "invalid_message"


class UnsafeSettingsError(DomainError):
    """A value made for a local machine, found in production."""

    code = "unsafe_settings"


class ConflictingSettingsError(DomainError):
    """A setting that is given twice, or by a file that cannot be read."""

    code = "conflicting_settings"


class ModelRefusedError(DomainError):
    """Model files that do not belong together, or are not what they say they are."""

    code = "model_refused"
