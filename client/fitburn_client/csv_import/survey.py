"""The first pass over a file: what its cells prove about each other, before anything is sent."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from fitburn_client.csv_import.columns import Columns
from fitburn_client.csv_import.durations import Clock, TwoClocks, read_clock
from fitburn_client.csv_import.ledger import Ledger
from fitburn_client.csv_import.moments import DateOrder, NotAMomentError, Readings, read_start
from fitburn_client.csv_import.numbers import Decimal, NotANumberError, TwoNumbers
from fitburn_client.csv_import.table import Line
from fitburn_client.csv_import.values import NUMBERS, Amount, Conventions, amount, plausible
from fitburn_client.csv_import.vocabulary import CLOCK_UNITS, DURATION, LIMITS, START, TIME

MOST_TYPES = 1000
Example = tuple[int, str]
"""A line number and the text of a cell."""


@dataclass(slots=True)
class Survey:
    """Evidence from all rows, in constant memory: the first example of each kind. `untimed`: a row has no time."""

    rows: int = 0
    decimals: dict[str, dict[Decimal, Example]] = field(default_factory=dict)
    two_numbers: dict[str, tuple[Example, TwoNumbers]] = field(default_factory=dict)
    large: dict[str, Example] = field(default_factory=dict)
    orders: dict[DateOrder, Example] = field(default_factory=dict)
    two_orders: tuple[Example, Readings] | None = None
    excel: tuple[Example, Readings] | None = None
    clocks: dict[Clock, Example] = field(default_factory=dict)
    plain_duration: Example | None = None
    two_clocks: tuple[Example, TwoClocks] | None = None
    local_time: Example | None = None
    untimed: bool = False
    types: Counter[str] = field(default_factory=Counter)
    unknown_types: Counter[str] = field(default_factory=Counter)
    first_unknown: Example | None = None

    @property
    def all_decimals(self) -> set[Decimal]:
        return {decimal for found in self.decimals.values() for decimal in found}

    def add(self, line: Line, columns: Columns, conventions: Conventions) -> None:
        self.rows += 1
        texts = columns.texts(line.cells)
        for name in NUMBERS:
            if name in texts:
                self._add_number(name, (line.number, texts[name]), columns.units.get(name))
        if DURATION in texts:
            self._add_duration((line.number, texts[DURATION]), columns.units.get(DURATION))
        if START in texts:
            self._add_start((line.number, texts[START]), has_clock=TIME in texts)
        self.untimed |= START not in texts
        if "workout_type" in texts:
            self._add_type((line.number, texts["workout_type"]), conventions)

    def _add_number(self, name: str, example: Example, unit: str | None) -> None:
        try:
            found = amount(name, example[1], unit)
        except NotANumberError:
            return
        if isinstance(found.number, TwoNumbers):
            if plausible(name, found) is None:
                self.two_numbers.setdefault(name, (example, found.number))
            return
        if found.number.decimal:
            self.decimals.setdefault(name, {}).setdefault(found.number.decimal, example)
        self._note_large(name, example, found)

    def _note_large(self, name: str, example: Example, found: Amount) -> None:
        """A number without a unit that only a smaller unit explains."""
        number, may_be_smaller = found.number, found.unit is None and name in ("distance_km", DURATION)
        if may_be_smaller and not isinstance(number, TwoNumbers) and number.value > LIMITS[name][1]:
            self.large.setdefault(name, example)

    def _add_duration(self, example: Example, unit: str | None) -> None:
        found = read_clock(example[1])
        if found is None:
            self._add_number(DURATION, example, None if unit in CLOCK_UNITS else unit)
            if unit is None and example[1].isdecimal():
                self.plain_duration = self.plain_duration or example
        elif isinstance(found, TwoClocks):
            if found.only:
                self.clocks.setdefault(found.only, example)
            else:
                self.two_clocks = self.two_clocks or (example, found)
        elif found >= 60 and ":" in example[1]:
            self.clocks.setdefault("mm:ss", example)  # 1:05:12 beside 45:30: hours are written where they exist

    def _add_start(self, example: Example, *, has_clock: bool) -> None:
        try:
            value = read_start(example[1])
        except NotAMomentError:
            return
        if isinstance(value, Readings):
            self._add_readings(example, value)
            value = next(iter(value.by_order.values()))
        if isinstance(value, date) and getattr(value, "tzinfo", None) is None:
            self.local_time = self.local_time or example
        self.untimed |= not (has_clock or isinstance(value, datetime))

    def _add_readings(self, example: Example, value: Readings) -> None:
        if "excel" in value.by_order:
            self.excel = self.excel or (example, value)
        elif len(value.by_order) == 2:
            self.two_orders = self.two_orders or (example, value)
        else:
            self.orders.setdefault(next(iter(value.by_order)), example)

    def _add_type(self, example: Example, conventions: Conventions) -> None:
        kind = conventions.type_of(example[1])
        if kind is not None:
            self.types[kind] += 1
            return
        self.first_unknown = self.first_unknown or example
        if len(self.unknown_types) < MOST_TYPES or example[1] in self.unknown_types:
            self.unknown_types[example[1]] += 1


def survey_rows(lines: Iterable[Line], columns: Columns, types: Mapping[str, str], ledger: Ledger) -> Survey:
    """Survey all rows; the ledger counts the rows of each member's start."""
    survey, conventions = Survey(), Conventions(types=types)
    for line in lines:
        if line.fault is None:
            survey.add(line, columns, conventions)
            ledger.count_start(start_of(columns, line.cells))
        else:
            survey.rows += 1
    return survey


def start_of(columns: Columns, cells: Iterable[str]) -> str:
    """A text that rows of one member with one start share."""
    texts = columns.texts(list(cells))
    return "\x1f".join(texts.get(name, "") for name in ("user_id", START, TIME))
