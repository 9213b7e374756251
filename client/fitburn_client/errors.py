"""What can go wrong, as the caller sees it.

FitBurnError
├── Unreachable        no answer: refused, timed out, cut off
├── UnexpectedAnswer   something answered that does not speak FitBurn's contract
├── StillPending       the answer did not come within the caller's time (also a TimeoutError)
└── ApiError           the API said no; carries its problem document
    ├── Unauthorized 401, Forbidden 403, NotFound 404, Conflict 409
    ├── Invalid          400, 413, 415, 422
    └── Overloaded       429, 502, 503, 504
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that the API refused; `pointer` is a JSON pointer such as `/duration_min`."""

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
    """Any failure of a call; the text says what to do about it where something can be done."""

    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    errors: tuple[FieldError, ...] = ()


class Unreachable(FitBurnError):
    """No answer came. `sent` tells whether the request may have reached the API."""

    code = "unreachable"

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class UnexpectedAnswer(FitBurnError):
    """The answer is not what the contract promises: usually the base URL leads somewhere else."""

    code = "unexpected_answer"


class StillPending(FitBurnError, TimeoutError):
    """The workouts in `workout_ids` are accepted but were not scored in time; ask again later."""

    code = "still_pending"

    def __init__(self, workout_ids: Sequence[str], seconds: float) -> None:
        self.workout_ids = tuple(workout_ids)
        super().__init__(
            f"{len(self.workout_ids)} accepted but not scored within {seconds:g} s, the first is "
            f"{self.workout_ids[0]}; they are kept and will be scored: ask again later"
        )


class ApiError(FitBurnError):
    """The API refused the call."""

    def __init__(self, problem: Problem, retry_after: float | None = None) -> None:
        place = f" (request {problem.request_id})" if problem.request_id else ""
        super().__init__(f"{problem.status} {problem.code}: {problem}{place}")
        self.problem = problem
        self.retry_after = retry_after
        self.status = problem.status
        self.code = problem.code
        self.request_id = problem.request_id
        self.errors = problem.errors


class Unauthorized(ApiError):
    """The key or token is missing, unknown, revoked or expired."""


class Forbidden(ApiError):
    """The key lacks a scope, or the member a role."""


class NotFound(ApiError):
    """No such thing in this club."""


class Conflict(ApiError):
    """The thing is there already, such as an e-mail address."""


class Invalid(ApiError):
    """The input was refused; `errors` names the fields."""


class Overloaded(ApiError):
    """The API cannot take it now; `retry_after` says in how many seconds to come back, if it knows."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: Invalid,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: Overloaded,
    502: Overloaded,
    503: Overloaded,
    504: Overloaded,
}


def error_of(problem: Problem, retry_after: float | None = None) -> ApiError:
    """The exception that fits a problem document."""
    return _BY_STATUS.get(problem.status, ApiError)(problem, retry_after)
