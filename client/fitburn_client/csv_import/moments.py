"""Days and times as programs and people write them: ISO 8601, 26.11.2026 18:30, Nov 26, 2026, 6:30:12 PM."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal

DateOrder = Literal["dmy", "mdy", "excel"]
EXCEL_ZERO = datetime(1899, 12, 30)
EXCEL_DAYS = (20_000, 80_000)
UNIX_SEC = (946_684_800, 4_102_444_800)  # the years 2000 to 2099

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan янв", "feb фев", "mar мар mär mae mrz", "apr апр", "may май мая mai", "jun июн", "jul июл",
            "aug авг", "sep сен", "oct окт okt", "nov ноя", "dec дек dez",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

_TIME = (
    r"(?P<h>\d{1,2})(?::(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?)?(?:\s*uhr)?"
    r"(?:\s*(?P<half>[ap])\.?\s?m\.?)?"
)
_OFFSET = r"\s*(?:(?P<utc>z|utc|gmt)?(?P<off>[+-]\d{1,2}(?::?\d\d)?)?)"
_COMPACT_TIME = r"(?P<h>\d\d)(?P<mi>\d\d)?(?P<s>\d\d)?(?:[.,](?P<f>\d{1,9}))?"
_WEEKDAY = r"(?:[^\W\d]+\.?,\s*)?"
_DAYS = (
    r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})",
    r"(?P<a>\d{1,2})(?P<sign>[./-])(?P<b>\d{1,2})(?P=sign)(?P<y>\d{4}|\d\d)(?:\s*г\.?)?",
    rf"{_WEEKDAY}(?P<d>\d{{1,2}})\.?[\s-]+(?P<name>[^\W\d]+)\.?,?[\s-]+(?P<y>\d{{4}})(?:\s*г\.?)?",
    rf"{_WEEKDAY}(?P<name>[^\W\d]+)\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}})",
)
_FORMS = (
    *(re.compile(rf"{day}(?:(?:t|,?\s+(?:(?:at|um|в)\s+)?){_TIME}{_OFFSET})?", re.ASCII) for day in _DAYS[:2]),
    *(re.compile(rf"{day}(?:,?\s+(?:(?:at|um|в)\s+)?{_TIME}{_OFFSET})?") for day in _DAYS[2:]),
    re.compile(rf"(?P<y>\d{{4}})(?P<m>\d\d)(?P<d>\d\d)(?:[t ]?{_COMPACT_TIME}{_OFFSET})?", re.ASCII),
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_CLOCK = re.compile(rf"{_TIME}{_OFFSET}", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d+))?", re.ASCII)
_UNIX = re.compile(r"\d{10}|\d{13}", re.ASCII)
_SPACES = re.compile(r"\s+")


class NotAMomentError(ValueError):
    """The text is no day or time that is understood."""


Start = date | datetime | time
"""A day, a day with a time (aware or in local time), or a time of day."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a text means by each order: 05/06/2026 has two readings, 26/11/2026 one; 46352 is a day only of Excel."""

    by_order: Mapping[DateOrder, date | datetime]

    def under(self, order: DateOrder | None) -> date | datetime:
        """The reading under `order`; NotAMomentError if it has none."""
        if order is None or order not in self.by_order:
            raise NotAMomentError
        return self.by_order[order]


@lru_cache(maxsize=10_000)
def read_start(text: str) -> Start | Readings:
    """The start that the text states, or its readings if that depends on the order. NotAMomentError if it is none."""
    if _ISO.fullmatch(text):  # what most files have
        return _iso(text)
    text = _SPACES.sub(" ", text.strip().casefold())
    if serial := _SERIAL.fullmatch(text):
        return _excel(float(text.replace(",", ".")), has_time=bool(serial[2]))
    if _UNIX.fullmatch(text) and UNIX_SEC[0] <= int(text[:10]) <= UNIX_SEC[1]:
        return datetime.fromtimestamp(int(text) / 10 ** (len(text) - 10), UTC)
    try:
        for form in _FORMS:
            if match := form.fullmatch(text):
                return _dated(match)
        if (match := _CLOCK.fullmatch(text)) and match["mi"] and not (match["utc"] or match["off"]):
            return _time(match)
    except (ValueError, KeyError, OverflowError):
        raise NotAMomentError from None
    raise NotAMomentError


def combined(day: date, clock: time) -> datetime:
    """A day and a time of day from two columns, in local time."""
    return datetime.combine(day, clock)


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment with `zone` unless it has an offset. NotAMomentError for a local time that exists twice or never."""
    if moment.tzinfo is not None:
        return moment
    local = moment.replace(tzinfo=zone)
    try:
        if local.replace(fold=1).utcoffset() != local.utcoffset():
            exists = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
            how_often = "exists twice" if exists else "does not exist"
            raise NotAMomentError(f"{moment:%Y-%m-%d %H:%M} {how_often} in {zone}: the clocks change; add the offset")
        local.astimezone(UTC)
    except OverflowError:
        raise NotAMomentError from None
    return local


def _iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise NotAMomentError from None


def _excel(days: float, *, has_time: bool) -> Readings:
    if not EXCEL_DAYS[0] <= days <= EXCEL_DAYS[1]:
        raise NotAMomentError
    moment = EXCEL_ZERO + timedelta(seconds=round(days * 86_400))
    return Readings({"excel": moment if has_time else moment.date()})


def _dated(match: re.Match[str]) -> date | datetime | Readings:
    parts = match.groupdict()
    if "a" in parts:
        return _numeric(match)
    month = MONTHS[parts["name"][:3]] if parts.get("name") else int(parts["m"])
    return _on(match, int(parts["y"]), month, int(parts["d"]))


def _numeric(match: re.Match[str]) -> date | datetime | Readings:
    """The day comes first where points are used; with slashes and dashes that depends on the country."""
    first, second, sign = int(match["a"]), int(match["b"]), match["sign"]
    if len(match["y"]) == 2 and sign == "-":
        raise NotAMomentError
    year = int(match["y"]) + (2000 if len(match["y"]) == 2 else 0)
    if sign == "." or first == second:
        return _on(match, year, second, first)
    by_order: dict[DateOrder, date | datetime] = {}
    if second <= 12:
        by_order["dmy"] = _on(match, year, second, first)
    if first <= 12:
        by_order["mdy"] = _on(match, year, first, second)
    if not by_order:
        raise NotAMomentError
    return Readings(by_order)


def _on(match: re.Match[str], year: int, month: int, day: int) -> date | datetime:
    if match["h"] is None:
        return date(year, month, day)
    zone = _offset(match)
    return datetime.combine(date(year, month, day), _time(match), zone)


def _time(match: re.Match[str]) -> time:
    parts = match.groupdict()
    hour = int(parts["h"])
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise NotAMomentError
        hour = hour % 12 + (12 if half == "p" else 0)
    microsecond = int((parts["f"] or "0")[:6].ljust(6, "0"))
    return time(hour, int(parts["mi"] or 0), int(parts["s"] or 0), microsecond)


def _offset(match: re.Match[str]) -> tzinfo | None:
    text = match["off"]
    if text is None:
        return UTC if match["utc"] else None
    digits = text[1:].replace(":", "").rjust(2, "0").ljust(4, "0") if len(text) < 4 else text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:-2]), minutes=int(digits[-2:]))
    return timezone(-offset if text[0] == "-" else offset)
