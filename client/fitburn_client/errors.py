"""The client's exceptions.

FitBurnError
├── UnreachableError         no response: connection refused, timed out or cut
├── UnexpectedResponseError  a response that does not follow FitBurn's contract
├── StillPendingError        no result within the caller's timeout (also a TimeoutError)
└── ApiError                 the API refused the request; carries its problem document
    ├── UnauthorizedError 401, ForbiddenError 403, NotFoundError 404, ConflictError 409
    ├── InvalidRequestError  400, 413, 415, 422
    └── OverloadedError      429, 502, 503, 504
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "ApiError",
    "ConflictError",
    "FieldError",
    "FitBurnError",
    "ForbiddenError",
    "InvalidRequestError",
    "NotFoundError",
    "OverloadedError",
    "Problem",
    "StillPendingError",
    "UnauthorizedError",
    "UnexpectedResponseError",
    "UnreachableError",
]


@dataclass(frozen=True, slots=True)
class FieldError:
    """A field that the API refused; `pointer` is a JSON pointer such as `/duration_min`."""

    pointer: str
    code: str
    detail: str

    def __str__(self) -> str:
        return f"{self.pointer.lstrip('/')}: {self.detail}" if self.pointer else self.detail


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem document with FitBurn's stable `code`."""

    status: int
    code: str
    title: str = ""
    detail: str | None = None
    type: str = "about:blank"
    request_id: str | None = None
    errors: tuple[FieldError, ...] = ()

    def __str__(self) -> str:
        if self.errors:
            return "; ".join(str(error).rstrip(".") for error in self.errors)
        return self.detail or self.title or self.code


class FitBurnError(Exception):
    """Base of all errors of a call. The message names the remedy where the caller has one."""

    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    errors: tuple[FieldError, ...] = ()


class UnreachableError(FitBurnError):
    """No response. `sent`: the request may have reached the API."""

    code = "unreachable"

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class UnexpectedResponseError(FitBurnError):
    """The response does not follow the contract; usually the base URL points at another server."""

    code = "unexpected_answer"


class StillPendingError(FitBurnError, TimeoutError):
    """The workouts in `workout_ids` are accepted but were not scored within the timeout; ask again later."""

    code = "still_pending"

    def __init__(self, workout_ids: Sequence[str], seconds: float) -> None:
        self.workout_ids = tuple(workout_ids)
        super().__init__(
            f"{len(self.workout_ids)} accepted but not scored within {seconds:g} s, the first is "
            f"{self.workout_ids[0]}; they are kept and will be scored: ask again later"
        )


class ApiError(FitBurnError):
    """The API refused the request."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        request = f" (request {problem.request_id})" if problem.request_id else ""
        super().__init__(f"{problem.status} {problem.code}: {problem}{request}")
        self.problem = problem
        self.retry_after = retry_after
        self.status = problem.status
        self.code = problem.code
        self.request_id = problem.request_id
        self.errors = problem.errors


class UnauthorizedError(ApiError):
    """The key or token is missing, unknown, revoked or expired."""


class ForbiddenError(ApiError):
    """The key lacks a scope, or the member a role."""


class NotFoundError(ApiError):
    """The club has no such resource."""


class ConflictError(ApiError):
    """The present state does not allow it, such as an e-mail address that is taken; `code` names the reason."""


class InvalidRequestError(ApiError):
    """The input was refused; `errors` names the fields."""


class OverloadedError(ApiError):
    """A transient refusal; `retry_after` is the seconds to wait, if the API sent them."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: InvalidRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    422: InvalidRequestError,
    429: OverloadedError,
    502: OverloadedError,
    503: OverloadedError,
    504: OverloadedError,
}


def error_of(problem: Problem, retry_after: float | None = None) -> ApiError:
    """The exception for a problem document."""
    return _BY_STATUS.get(problem.status, ApiError)(problem, retry_after)
