"""Routes that document the errors that follow from their parameters."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase

from app.http.problems import error_responses


class Route(APIRoute):
    """A route of the API. Pass in `responses` only what does not follow from its parameters, such as 404 and 409."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.responses = error_responses(*_errors_of(self)) | self.responses


def _errors_of(route: APIRoute) -> Iterator[int]:
    """Error statuses that follow from the route's dependencies, body and parameters."""
    yield 503
    dependant = route.dependant
    if any(isinstance(dependency.call, SecurityBase) for dependency in dependant.dependencies):
        yield from (401, 403)
    if route.body_field is not None:
        yield from (400, 413, 415)
    if route.body_field is not None or _has_parameters(dependant):
        yield 422


def _has_parameters(dependant: Dependant) -> bool:
    return bool(dependant.path_params or dependant.query_params or dependant.header_params)


def noun_router(tag: str, prefix: str = "") -> APIRouter:
    """A router whose routes document their errors."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Route)
