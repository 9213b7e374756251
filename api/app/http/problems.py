"""Renders every error as application/problem+json (RFC 9457); the only place that does."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic_core import ErrorDetails
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.http import errors
from app.http.errors import FieldError, InvalidFieldsError, TooManyRequestsError
from fitburn import logs
from fitburn.database import is_transient, reason
from fitburn.errors import DomainError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SEC = 2

STATUS_OF: dict[type[DomainError], HTTPStatus] = {
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.WrongCredentialsError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.EmailTakenError: HTTPStatus.CONFLICT,
    errors.OutOfStockError: HTTPStatus.CONFLICT,
    errors.LimitReachedError: HTTPStatus.CONFLICT,
    errors.InsufficientPointsError: HTTPStatus.CONFLICT,
    errors.NotAvailableError: HTTPStatus.CONFLICT,
    errors.RedemptionClosedError: HTTPStatus.CONFLICT,
    errors.AlreadyReviewedError: HTTPStatus.CONFLICT,
    errors.NotScoredError: HTTPStatus.CONFLICT,
    errors.ChallengeCancelledError: HTTPStatus.CONFLICT,
    errors.ChallengePaidError: HTTPStatus.CONFLICT,
    errors.InvalidFieldsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ProfileIncompleteError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.IdempotencyMismatchError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotWritableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.DatabaseAwayError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_CODE_OF_STATUS = {
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
}


def problem(error: DomainError) -> dict[str, Any]:
    """The response body of a domain error."""
    fields = error.errors if isinstance(error, InvalidFieldsError) else None
    return _body(STATUS_OF[type(error)], error.code, str(error), fields)


def invalid_fields(details: Sequence[ErrorDetails], *, skip: int = 0) -> InvalidFieldsError:
    """Pydantic's errors with a JSON pointer each. `skip` drops leading parts of the location, such as "body"."""
    return InvalidFieldsError([_field_error(detail, skip) for detail in details])


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error responses of a route, for the OpenAPI document. 401 implies 429: authenticated routes are limited."""
    limited = {HTTPStatus.TOO_MANY_REQUESTS} if HTTPStatus.UNAUTHORIZED in statuses else set()
    return {int(status): _error_response(HTTPStatus(status)) for status in sorted({*statuses, *limited})}


def _error_response(status: HTTPStatus) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return response


def install(app: FastAPI) -> None:
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(SQLAlchemyError, _database_error)


def render(
    status: int,
    code: str,
    detail: str,
    fields: Sequence[FieldError] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error response, with the headers that its status requires."""
    headers = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(RETRY_AFTER_SEC)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(_body(status, code, detail, fields)), status, headers, MEDIA_TYPE)


def _body(status: int, code: str, detail: str, fields: Sequence[FieldError] | None) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "request_id": logs.request_id.get() or "",
    }
    if fields is not None:
        body["errors"] = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in fields]
    return body


def _field_error(detail: ErrorDetails, skip: int) -> FieldError:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in detail["loc"][skip:])
    return FieldError(
        "".join(f"/{part}" for part in parts), detail["type"], detail["msg"].removeprefix("Value error, ")
    )


async def _domain_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    fields = error.errors if isinstance(error, InvalidFieldsError) else None
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooManyRequestsError) else None
    return render(STATUS_OF[type(error)], error.code, str(error), fields, headers)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = error.errors()
    if any(detail["type"] == "json_invalid" for detail in details):
        return _invalid_json()
    if details[0]["loc"] == ("body",) and isinstance(error.body, bytes):
        return render(415, "unsupported_media_type", "Send the body as JSON, with Content-Type: application/json.")
    # The first part is the location: body, query, path or header.
    return await _domain_error(request, invalid_fields(details, skip=1))


def _invalid_json() -> Response:
    return render(400, "invalid_json", "The body is not valid JSON that can be read.")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    # FastAPI's own error for a body that cannot be decoded: invalid UTF-8, numbers of thousands of digits.
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return _invalid_json()
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed_methods(request))
    code = _CODE_OF_STATUS.get(error.status_code, "error")
    return render(error.status_code, code, str(error.detail), headers=headers)


def _allowed_methods(request: Request) -> list[str]:
    """All methods of this path; Starlette lists only those of one endpoint function."""
    url_path = request.url.path
    routes = [route for route in iter_route_contexts(request.app.routes) if route.path_regex.match(url_path)]
    # A literal path takes precedence over a pattern that matches it, too.
    path = url_path if any(route.path == url_path for route in routes) else routes[0].path
    return sorted({method for route in routes if route.path == path for method in route.methods or ()})


async def _database_error(_request: Request, error: Exception) -> Response:
    if not is_transient(error):
        return internal_error(error)
    log.warning("database away", extra={"reason": reason(error)})
    return render(503, errors.DatabaseAwayError.code, "The database cannot be reached. Try again in a moment.")


def internal_error(error: Exception) -> Response:
    """500 for an unexpected error; only the log has the details."""
    log.error("unexpected error", exc_info=error)
    return render(500, "internal_error", "Something went wrong on our side; the request id helps us find it.")
