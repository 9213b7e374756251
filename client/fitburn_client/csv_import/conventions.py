"""Decides from survey and options what cells mean, or asks: one question for each thing that nothing decides."""

from collections.abc import Iterator, Mapping, Sequence

from fitburn_client.csv_import.columns import Columns
from fitburn_client.csv_import.durations import Clock, TwoClocks
from fitburn_client.csv_import.errors import CsvImportError, shortened
from fitburn_client.csv_import.moments import DateOrder
from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.numbers import Decimal
from fitburn_client.csv_import.survey import Example, Survey
from fitburn_client.csv_import.values import Conventions
from fitburn_client.csv_import.vocabulary import CLOCK_UNITS, DURATION, START

SECONDS_OR_MINUTES = frozenset(
    normal(name)
    for name in (
        "elapsed time", "moving time", "time", "total time", "время", "общее время", "затраченное время",
        "время в движении", "Zeit", "Gesamtzeit", "Bewegungszeit", "verstrichene Zeit",
    )
)  # fmt: skip
SMALLER_UNIT = {DURATION: ("minutes", "min", "seconds", "s"), "distance_km": ("kilometres", "km", "metres", "m")}


def settle(
    survey: Survey,
    header: Sequence[str],
    columns: Columns,
    *,
    decimal: Decimal | None,
    order: DateOrder | None,
    types: Mapping[str, str],
) -> Conventions:
    """The conventions of the file. CsvImportError with all questions that remain."""
    decimals = {name: found for name in _numeric(survey) if (found := decimal or _decimal(survey, name))}
    clock = _clock(survey, columns)
    settled = Conventions(decimals, order or _order(survey), clock, types)
    questions = list(_questions(survey, header, columns, settled))
    if questions:
        raise CsvImportError("nothing was sent, since the file may mean two things:\n  " + "\n  ".join(questions))
    return settled


def _numeric(survey: Survey) -> set[str]:
    return {*survey.decimals, *survey.two_numbers}


def _decimal(survey: Survey, name: str) -> Decimal | None:
    """What the column proves, else what all columns prove."""
    own = set(survey.decimals.get(name, ()))
    proven = own or survey.all_decimals
    return next(iter(proven)) if len(proven) == 1 else None


def _order(survey: Survey) -> DateOrder | None:
    return next(iter(survey.orders)) if len(survey.orders) == 1 else None


def _clock(survey: Survey, columns: Columns) -> Clock | None:
    named = CLOCK_UNITS.get(columns.units.get(DURATION, ""))
    if named in ("h:mm", "mm:ss"):
        return "h:mm" if named == "h:mm" else "mm:ss"
    return next(iter(survey.clocks)) if len(survey.clocks) == 1 else None


def _questions(survey: Survey, header: Sequence[str], columns: Columns, settled: Conventions) -> Iterator[str]:
    for name, (example, two) in survey.two_numbers.items():
        if name not in settled.decimals:
            readings = f"{two.decimal.value:g} (--decimal {two.decimal.decimal})"
            other = f"{two.thousands.value:g} (--decimal {two.thousands.decimal})"
            yield f"{_where(header, columns, name, example)} may be {readings} or {other}"
    yield from _date_questions(survey, header, columns, settled.order)
    yield from _duration_questions(survey, header, columns, settled.clock)
    for name, example in _without_unit(survey, header, columns).items():
        unit, short, smaller, short_smaller = SMALLER_UNIT[name]
        yield (
            f"{_where(header, columns, name, example)} may be {unit} (--unit {name}={short}) "
            f"or {smaller} (--unit {name}={short_smaller})"
        )
    if survey.first_unknown and not survey.types:
        where = _where(header, columns, "workout_type", survey.first_unknown)
        yield f"{where} is no workout type, and no other row has one: --type NAME=TYPE, or --map workout_type="


def _without_unit(survey: Survey, header: Sequence[str], columns: Columns) -> dict[str, Example]:
    """Numbers that only a smaller unit explains, and durations in a column that other programs fill with seconds."""
    at = columns.index.get(DURATION)
    if survey.plain_duration and at is not None and normal(header[at]) in SECONDS_OR_MINUTES:
        return {DURATION: survey.plain_duration} | survey.large
    return survey.large


def _date_questions(survey: Survey, header: Sequence[str], columns: Columns, order: DateOrder | None) -> Iterator[str]:
    if survey.excel and order != "excel":
        example, readings = survey.excel
        day = f"{readings.by_order['excel']:%Y-%m-%d}"
        yield (
            f"{_where(header, columns, START, example)} may be a number or Excel's number of {day} (--date-order excel)"
        )
    if order is None and len(survey.orders) > 1:
        first, second = survey.orders["dmy"], survey.orders["mdy"]
        yield (
            f"{_where(header, columns, START, first)} has its day first, line {second[0]} {shortened(second[1])} its "
            "month: --date-order dmy or mdy rejects the other rows"
        )
    elif order is None and survey.two_orders:
        example, readings = survey.two_orders
        dmy, mdy = (f"{readings.by_order[name]:%Y-%m-%d}" for name in ("dmy", "mdy"))
        yield (
            f"{_where(header, columns, START, example)} may be {dmy} (--date-order dmy) or {mdy} (--date-order mdy), "
            "and no row decides"
        )


def _duration_questions(survey: Survey, header: Sequence[str], columns: Columns, clock: Clock | None) -> Iterator[str]:
    unclear = survey.two_clocks
    if unclear and clock is None:
        example, two = unclear
        yield f"{_where(header, columns, DURATION, example)} may be {_clock_readings(two)}"
    elif clock is None and len(survey.clocks) > 1:
        first, second = survey.clocks["h:mm"], survey.clocks["mm:ss"]
        yield (
            f"{_where(header, columns, DURATION, first)} looks like h:mm, line {second[0]} {shortened(second[1])} like "
            f"mm:ss: --unit {DURATION}=h:mm or {DURATION}=mm:ss"
        )


def _clock_readings(two: TwoClocks) -> str:
    return (
        f"{two.h_mm:g} minutes (--unit {DURATION}=h:mm) or {two.mm_ss:g} minutes (--unit {DURATION}=mm:ss), "
        "and no row decides"
    )


def _where(header: Sequence[str], columns: Columns, name: str, example: Example) -> str:
    at = columns.index.get(name)
    column = "the default value" if at is None else f"column {header[at]!r}"
    return f"line {example[0]}, {column} ({name}): {shortened(example[1])}"
