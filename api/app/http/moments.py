"""Dates with a time and a zone, as request bodies and cursors carry them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

EARLIEST_START = datetime(2000, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(hours=24)
"""A start up to this far in the future is a wrong clock or time zone and is held for review; later is an error."""

_DAY = r"\d{4}-\d\d-\d\d"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_SIGNS = "+\N{MINUS SIGN}-"
_ZONE = rf"(?:[Zz]|[{_SIGNS}](?:[01]\d|2[0-3])(?::?[0-5]\d)?)"
_MOMENT = re.compile(f"{_DAY}[Tt ]{_TIME}{_ZONE}", re.ASCII)
_PARTS = re.compile(f"{_DAY}[Tt ](?P<time>{_TIME})?(?P<zone>.*)", re.ASCII | re.DOTALL)


def _readable(value: object) -> object:
    """The text in a form that Pydantic parses. Pydantic alone would parse digits as seconds since 1970."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise _error(value)
    # ISO 8601 allows hours alone, and PostgreSQL prints them: 2026-01-01 10:00:00+03.
    return f"{value}:00" if value[-3] in _SIGNS else value


def _error(value: object) -> PydanticCustomError:
    parts = _PARTS.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        wrong = "Should be an ISO 8601 date and time with a zone, such as 2026-01-01T10:00:00Z"
    elif parts["time"] is None:
        wrong = "Should have a time from 00:00:00 to 23:59:59 after the day, such as 2026-01-01T10:00:00Z"
    elif not parts["zone"]:
        return PydanticCustomError("timezone_aware", "Has no time zone: add Z or an offset, such as +03:00")
    else:
        wrong = "Should end with Z or an offset such as +03:00 right after the time"
    return PydanticCustomError("value_error", wrong)


def _to_utc(moment: datetime) -> datetime:
    # Python accepts offsets below 24 hours, PostgreSQL only below 16, so the offset is resolved here.
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not within the years 1 to 9999 in UTC") from None


def _require_plausible_start(start: datetime) -> datetime:
    if start < EARLIEST_START:
        raise ValueError("starts before 2000")
    if start > datetime.now(UTC) + MAX_AHEAD:
        raise ValueError("starts more than 24 hours in the future")
    return start


Moment = Annotated[AwareDatetime, BeforeValidator(_readable), AfterValidator(_to_utc)]
Start = Annotated[Moment, AfterValidator(_require_plausible_start)]
