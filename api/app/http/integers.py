"""Integers of request bodies, as JSON Schema defines them: 30 and 30.0 are the same integer."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from fitburn.workouts import Limits

# Pydantic's strict mode refuses 30.0, and its lax mode takes "30" and true. All steps run in pydantic-core, since the
# hot path reads an age. An integer matches the first choice and never reaches the second one.
_WHOLE_FLOAT = core_schema.chain_schema([core_schema.float_schema(strict=True), core_schema.int_schema()])
_INTEGER = core_schema.union_schema(
    [core_schema.int_schema(strict=True), _WHOLE_FLOAT],
    mode="left_to_right",
    custom_error_type="int_type",
)


@dataclass(frozen=True, slots=True)
class IntegerWithin:
    """Annotates an int that is accepted from `low` to `high`. A fraction, a boolean and a text are refused."""

    low: int
    high: int

    @classmethod
    def limits(cls, limits: Limits) -> "IntegerWithin":
        return cls(int(limits.low), int(limits.high))

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.chain_schema([_INTEGER, self._bounded()])

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._bounded())

    def _bounded(self) -> CoreSchema:
        return core_schema.int_schema(ge=self.low, le=self.high)
