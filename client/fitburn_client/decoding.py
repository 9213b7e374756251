"""JSON to frozen dataclasses, without a dependency.

Unknown fields are ignored, so that a newer API does not break an older client.
"""

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from fitburn_client.errors import UnexpectedResponseError

T = TypeVar("T")


def decode(kind: type[T], data: object) -> T:
    """An instance of the dataclass `kind`.

    UnexpectedResponseError if a required field is missing or a value does not fit its type.
    """
    if not isinstance(data, Mapping):
        raise UnexpectedResponseError(f"expected a JSON object for {kind.__name__}, got {type(data).__name__}")
    types = _field_types(cast(Hashable, kind))
    try:
        return kind(**{name: _convert(hint, data[name]) for name, hint in types if name in data})
    except (TypeError, ValueError) as error:
        raise UnexpectedResponseError(f"the answer does not fit {kind.__name__}: {error}") from None


@cache
def _field_types(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


def _convert(hint: Any, value: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        if value is None:
            return None
        hint = next(option for option in get_args(hint) if option is not type(None))
    if isinstance(hint, type) and issubclass(hint, date):
        return hint.fromisoformat(value)
    if get_origin(hint) is tuple:
        return tuple(_convert(get_args(hint)[0], item) for item in value or ())
    if get_origin(hint) is Mapping:
        return {name: _convert(get_args(hint)[1], item) for name, item in dict(value).items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, value)
    return value
