"""Routes that document their errors by what they take."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase

from app.http.problems import answers


class Route(APIRoute):
    """A route of the API. `responses` adds what does not follow from its parameters, such as 404 and 409."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.responses = answers(*_errors_of(self)) | self.responses


def _errors_of(route: APIRoute) -> Iterator[int]:
    """Statuses that any route with such parameters can answer."""
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
    """A noun's router."""
    return APIRouter(prefix=prefix, tags=[tag], route_class=Route)
