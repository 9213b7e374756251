"""Domain errors of the API. `problems.STATUS_OF` maps each to its HTTP status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from fitburn.errors import DomainError


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error of one field. `pointer` is a JSON pointer to the field."""

    pointer: str
    code: str
    detail: str


class UnauthenticatedError(DomainError):
    """The key or token is missing, unknown, revoked or expired."""

    code = "unauthenticated"


class WrongCredentialsError(DomainError):
    code = "wrong_credentials"


class ForbiddenError(DomainError):
    """The caller is authenticated but lacks a scope or role."""

    code = "forbidden"


class NotFoundError(DomainError):
    """Does not exist, or the caller may not see it: the error does not reveal which."""

    code = "not_found"


class EmailTakenError(DomainError):
    code = "email_taken"


class InvalidFieldsError(DomainError):
    """Fields that are invalid, alone or combined with stored data."""

    code: ClassVar[str] = "invalid_fields"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Some fields are missing or wrong; see errors.")
        self.errors = list(errors)


_SEND = "Send it: this member's profile does not have it yet."
_SEND_AGE = "Send it: this member's profile has no birth year yet, or one of an age out of range at this workout."


class ProfileIncompleteError(InvalidFieldsError):
    """Scoring needs a complete profile, and a member's first workout did not bring it."""

    code = "profile_incomplete"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__([FieldError(f"/{name}", "missing", _SEND_AGE if name == "age" else _SEND) for name in missing])


class IdempotencyMismatchError(DomainError):
    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for a different body. Use a new key for a new request.")


class OutOfStockError(DomainError):
    code = "out_of_stock"


class LimitReachedError(DomainError):
    """The member has reached the reward's limit per member."""

    code = "limit_reached"


class InsufficientPointsError(DomainError):
    code = "insufficient_points"


class NotAvailableError(DomainError):
    """The reward is inactive, not valid yet, or no longer valid."""

    code = "not_available"


class RedemptionClosedError(DomainError):
    """The redemption was fulfilled, cancelled or expired; these states are final."""

    code = "redemption_closed"


class AlreadyReviewedError(DomainError):
    code = "already_reviewed"


class NotScoredError(DomainError):
    """The workout is not scored yet."""

    code = "not_scored"


class ChallengeCancelledError(DomainError):
    code = "challenge_cancelled"


class ChallengePaidError(DomainError):
    """The challenge has paid a bonus, so its terms are final."""

    code = "challenge_paid"


class NotWritableError(DomainError):
    """The database refuses a row that passed validation."""

    code = "not_writable"


class OverloadedError(DomainError):
    code = "overloaded"


class TooManyRequestsError(DomainError):
    """The caller exceeded a rate limit, which resets in `retry_after` seconds."""

    code = "rate_limited"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class DatabaseAwayError(DomainError):
    code = "database_away"


T = TypeVar("T")


def require_found(result: T | None, noun: str) -> T:
    """The result of a query. Raises NotFoundError if it is None: it does not exist, or the caller may not see it."""
    if result is None:
        raise NotFoundError(f"No such {noun}.")
    return result
