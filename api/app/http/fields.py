"""Field types that request bodies and parameters share, with their validation."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from fitburn import workouts
from fitburn.physiology import Gender
from fitburn.workouts import Limits

MAX_PASSWORD = 200

DAY = re.compile(r"\d{4}-\d\d-\d\d")
USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}")
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")


class Body(BaseModel):
    """A request body. An unknown field is an error instead of being silently ignored."""

    model_config = ConfigDict(extra="forbid")


def number_within(limits: Limits) -> Any:
    return Field(strict=True, ge=limits.low, le=limits.high, allow_inf_nan=False)


def _normalize_gender(value: object) -> object:
    return value.capitalize() if isinstance(value, str) else value


def _require_day(value: object) -> object:
    # Pydantic would parse digits as seconds since 1970.
    if not isinstance(value, date) and not (isinstance(value, str) and DAY.fullmatch(value)):
        raise ValueError("should be a day such as 2026-01-01")
    return value


def printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("contains characters that cannot be shown")
    return value


def _user_id(value: str) -> str:
    if not USER_ID.fullmatch(value):
        # Pydantic's own message would quote the regular expression.
        raise PydanticCustomError(
            "string_pattern_mismatch",
            "Should be 1 to 64 letters (a-z, A-Z), digits or . _ : @ -, beginning with a letter or digit",
        )
    return value


def _idempotency_key(value: str) -> str:
    if not IDEMPOTENCY_KEY.fullmatch(value):
        raise PydanticCustomError("string_pattern_mismatch", "Should be 1 to 128 printable ASCII characters, no space")
    return value


def _check_password_length(secret: SecretStr) -> SecretStr:
    # Pydantic's own message about a secret's length speaks of items.
    if not 10 <= len(secret) <= MAX_PASSWORD:
        raise PydanticCustomError("string_length", "Should have 10 to {max} characters", {"max": MAX_PASSWORD})
    return secret


def _require_encodable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("contains half a character") from None
    return secret


def _pattern_schema(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern.pattern}$"})


GenderIn = Annotated[Gender, BeforeValidator(_normalize_gender)]
Day = Annotated[date, BeforeValidator(_require_day)]
FromDay = Annotated[
    Day | None, Query(alias="from", description="First day; open when left out.", examples=["2026-01-01"])
]
ToDay = Annotated[Day | None, Query(alias="to", description="Last day; open when left out.", examples=["2026-01-31"])]
UserId = Annotated[str, StringConstraints(strict=True), AfterValidator(_user_id), _pattern_schema(USER_ID)]
UserIdInPath = Annotated[UserId, Path(description="The club's or partner's id of the member.")]
Printable = Annotated[str, AfterValidator(printable)]
DisplayName = Annotated[
    str, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=80), AfterValidator(printable)
]
Title = Annotated[
    str,
    StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(printable),
]
IdempotencyKey = Annotated[
    str, StringConstraints(strict=True), AfterValidator(_idempotency_key), _pattern_schema(IDEMPOTENCY_KEY)
]
Password = Annotated[SecretStr, AfterValidator(_require_encodable)]
NewPassword = Annotated[
    Password,
    AfterValidator(_check_password_length),
    WithJsonSchema(
        {"type": "string", "format": "password", "writeOnly": True, "minLength": 10, "maxLength": MAX_PASSWORD}
    ),
]
Club = Annotated[str, StringConstraints(max_length=63), AfterValidator(printable)]
HeightCm = Annotated[float, number_within(workouts.HEIGHT_CM)]
WeightKg = Annotated[float, number_within(workouts.WEIGHT_KG)]
