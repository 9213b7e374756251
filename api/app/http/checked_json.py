"""A route class for the hot path: Pydantic validates the JSON body while it parses it."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, get_type_hints

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.http.routing import Route

JSON = "application/json"


class CheckedJsonRoute(Route):
    """For endpoints of exactly (request, caller, body): the caller from a dependency, the body a Pydantic model.

    FastAPI parses the JSON into Python objects, resolves all parameters and then validates the objects. That takes
    longer than the rest of a submission in this process. Here Pydantic reads the bytes directly. An invalid request
    falls back to FastAPI's own handler, so that errors and documentation come from FastAPI alone.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle_with_fastapi = super().get_route_handler()
        endpoint: Callable[[Request, Any, BaseModel], Awaitable[Response]] = self.endpoint
        find_caller, model = _parameters(endpoint)

        async def handle(request: Request) -> Response:
            if request.headers.get("content-type") != JSON:
                return await handle_with_fastapi(request)
            try:
                body = model.model_validate_json(await request.body())
            except ValidationError:
                return await handle_with_fastapi(request)
            except ClientDisconnect:
                raise HTTPException(400) from None
            return await endpoint(request, await find_caller(request), body)

        return handle


def _parameters(endpoint: Callable[..., Any]) -> tuple[Callable[[Request], Awaitable[Any]], type[BaseModel]]:
    """The dependency that authenticates the caller, and the model of the body."""
    hints = get_type_hints(endpoint, include_extras=True)
    [request, caller, model] = (hints[name] for name in hints if name != "return")
    if request is not Request or not issubclass(model, BaseModel):
        raise TypeError(f"{endpoint.__name__} should take (request: Request, caller: Annotated[…], body: a model)")
    return caller.__metadata__[0].dependency, model
