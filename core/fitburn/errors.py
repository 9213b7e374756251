"""Domain errors: each has a stable code and a message that may be shown to the caller."""

from typing import ClassVar


class DomainError(Exception):
    """An error that the caller can understand and act upon."""

    code: ClassVar[str] = "error"


class InvalidMessageError(DomainError):
    """A message on the queue that is not a score request."""

    code = "invalid_message"


class UnsafeSettingsError(DomainError):
    """A value for a local machine in a production environment."""

    code = "unsafe_settings"


class ConflictingSettingsError(DomainError):
    """A setting that is set twice, or whose file cannot be read."""

    code = "conflicting_settings"


class ModelRefusedError(DomainError):
    """Model files that do not belong together, or do not match their checksums."""

    code = "model_refused"
