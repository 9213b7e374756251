"""Kinds of fields that the bodies of requests share, and what makes a value wrong."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import (
    AfterValidator,
    AwareDatetime,
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

EARLIEST_START = datetime(2000, 1, 1, tzinfo=UTC)
MAX_PASSWORD = 200
LATEST_AHEAD = timedelta(hours=24)
"""A start a little ahead is a wrong clock or time zone, and is held for review; one further ahead is an error."""

DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}")
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")


class Body(BaseModel):
    """A request's body: a field that it does not know is an error, not a wish that nobody hears."""

    model_config = ConfigDict(extra="forbid")


def number_within(limits: Limits) -> Any:
    return Field(strict=True, ge=limits.low, le=limits.high, allow_inf_nan=False)


def _as_gender(value: object) -> object:
    return value.capitalize() if isinstance(value, str) else value


def _text_only(value: object) -> object:
    # Pydantic would take digits for seconds since 1970.
    if not isinstance(value, str) or not DATE_AND_TIME.match(value):
        raise ValueError("should be an ISO 8601 date and time with a zone, such as 2026-01-01T10:00:00Z")
    return value


def _day_only(value: object) -> object:
    # Pydantic would take digits for seconds since 1970 here, too.
    if not isinstance(value, date) and not (isinstance(value, str) and DAY.fullmatch(value)):
        raise ValueError("should be a day such as 2026-01-01")
    return value


def _in_utc(moment: datetime) -> datetime:
    # PostgreSQL takes offsets of less than 16 hours, Python of less than 24: all of them mean a moment.
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not within the years 1 to 9999 in UTC") from None


def _within_time(start: datetime) -> datetime:
    if start < EARLIEST_START:
        raise ValueError("starts before 2000")
    if start > datetime.now(UTC) + LATEST_AHEAD:
        raise ValueError("starts more than 24 hours in the future")
    return start


def printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("contains characters that cannot be shown")
    return value


def _user_id(value: str) -> str:
    if not USER_ID.fullmatch(value):
        # Pydantic's own words for a pattern are a regular expression.
        raise PydanticCustomError(
            "string_pattern_mismatch",
            "Should be 1 to 64 letters (a-z, A-Z), digits or . _ : @ -, beginning with a letter or digit",
        )
    return value


def _idempotency_key(value: str) -> str:
    if not IDEMPOTENCY_KEY.fullmatch(value):
        raise PydanticCustomError("string_pattern_mismatch", "Should be 1 to 128 printable ASCII characters, no space")
    return value


def _long_enough(secret: SecretStr) -> SecretStr:
    # Pydantic's own length of a secret speaks of items.
    if not 10 <= len(secret) <= MAX_PASSWORD:
        raise PydanticCustomError("string_length", "Should have 10 to {longest} characters", {"longest": MAX_PASSWORD})
    return secret


def _whole_characters(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("contains half a character") from None
    return secret


def _text_like(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern.pattern}$"})


GenderIn = Annotated[Gender, BeforeValidator(_as_gender)]
Day = Annotated[date, BeforeValidator(_day_only)]
FromDay = Annotated[
    Day | None, Query(alias="from", description="First day; open when left out.", examples=["2026-01-01"])
]
ToDay = Annotated[Day | None, Query(alias="to", description="Last day; open when left out.", examples=["2026-01-31"])]
Moment = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_utc)]
Start = Annotated[Moment, AfterValidator(_within_time)]
UserId = Annotated[str, StringConstraints(strict=True), AfterValidator(_user_id), _text_like(USER_ID)]
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
    str, StringConstraints(strict=True), AfterValidator(_idempotency_key), _text_like(IDEMPOTENCY_KEY)
]
Password = Annotated[SecretStr, AfterValidator(_whole_characters)]
NewPassword = Annotated[
    Password,
    AfterValidator(_long_enough),
    WithJsonSchema(
        {"type": "string", "format": "password", "writeOnly": True, "minLength": 10, "maxLength": MAX_PASSWORD}
    ),
]
Club = Annotated[str, StringConstraints(max_length=63), AfterValidator(printable)]
HeightCm = Annotated[float, number_within(workouts.HEIGHT_CM)]
WeightKg = Annotated[float, number_within(workouts.WEIGHT_KG)]
