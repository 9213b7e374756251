"""Errors of the API's domain. `problems` maps each to its HTTP status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from fitburn.errors import DomainError


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with one field, which a JSON pointer names."""

    pointer: str
    code: str
    detail: str


class UnauthenticatedError(DomainError):
    """No key or token, or one that is unknown, revoked or expired."""

    code = "unauthenticated"


class WrongCredentialsError(DomainError):
    code = "wrong_credentials"


class ForbiddenError(DomainError):
    """Known, but not allowed: a scope or role is missing."""

    code = "forbidden"


class NotFoundError(DomainError):
    """Not there, or not the caller's to see: the two cannot be told apart."""

    code = "not_found"


class EmailTakenError(DomainError):
    code = "email_taken"


class InvalidFieldsError(DomainError):
    """Fields that are wrong in themselves or for what is known."""

    code: ClassVar[str] = "invalid_fields"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("Some fields are missing or wrong; see errors.")
        self.errors = list(errors)


class ProfileIncompleteError(InvalidFieldsError):
    """A member's first workout has to bring the profile that scoring needs."""

    code = "profile_incomplete"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            [
                FieldError(f"/{name}", "missing", "Send it: this member's profile does not have it yet.")
                for name in missing
            ]
        )


class IdempotencyMismatchError(DomainError):
    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for a different body. Use a new key for a new request.")


class OutOfStockError(DomainError):
    code = "out_of_stock"


class LimitReachedError(DomainError):
    """The member has as many of this reward as one member can have."""

    code = "limit_reached"


class InsufficientPointsError(DomainError):
    code = "insufficient_points"


class NotAvailableError(DomainError):
    """The reward is not active, not yet valid, or no longer."""

    code = "not_available"


class RedemptionClosedError(DomainError):
    """It was handed over, cancelled or expired before: it never goes back."""

    code = "redemption_closed"


class AlreadyReviewedError(DomainError):
    code = "already_reviewed"


class NotScoredError(DomainError):
    """There is nothing to review yet."""

    code = "not_scored"


class ChallengeCancelledError(DomainError):
    code = "challenge_cancelled"


class ChallengePaidError(DomainError):
    """Somebody was paid by the rules as they are: they stay."""

    code = "challenge_paid"


class NotWritableError(DomainError):
    """A row that the database refuses for a reason that the door did not foresee."""

    code = "not_writable"


class OverloadedError(DomainError):
    code = "overloaded"


class TooManyRequestsError(DomainError):
    """The caller has used up what a rate limit allows; `retry_after` seconds from now there is more."""

    code = "rate_limited"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class DatabaseAwayError(DomainError):
    code = "database_away"


T = TypeVar("T")


def found(thing: T | None, noun: str) -> T:
    """The thing that a query looked for. Raises NotFoundError if it does not exist or is not the caller's to see."""
    if thing is None:
        raise NotFoundError(f"There is no such {noun}.")
    return thing
