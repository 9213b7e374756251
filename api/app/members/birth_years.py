"""Birth years that a profile may have: those of the ages that a workout may have."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.http.integers import IntegerWithin
from fitburn.workouts import AGE, Limits


def accepted() -> Limits:
    """The first and the last birth year that is accepted today. Both move with the year."""
    this_year = datetime.now(UTC).year
    return Limits(this_year - AGE.high, this_year - AGE.low)


def _require_accepted(year: int) -> int:
    limits = accepted()
    if limits.low <= year <= limits.high:
        return year
    raise PydanticCustomError(
        "greater_than_equal" if year < limits.low else "less_than_equal",
        "Should be a year from {first} to {last}: ages from {youngest} to {oldest} are accepted",
        {
            "first": int(limits.low), "last": int(limits.high),
            "youngest": int(AGE.low), "oldest": int(AGE.high),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class _CurrentRange:
    """Documents the range of the year in which the schema is made: a constant would be wrong a year later."""

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        limits = accepted()
        return handler(core_schema.int_schema(ge=int(limits.low), le=int(limits.high)))


BirthYear = Annotated[int, IntegerWithin(0, 9999), AfterValidator(_require_accepted), _CurrentRange()]
