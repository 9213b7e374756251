"""The options of `fitburn import`."""

import argparse
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fitburn_client.arguments import seconds
from fitburn_client.csv_import.activities import known_types
from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.vocabulary import ALIASES, CLOCK_UNITS, UNITS

EPILOG = (
    "Fields and the column names that are recognised, in any case and with units, such as `Distance (mi)`:\n"
    + "\n".join(f"  {field:<18} {', '.join((field, *names))}" for field, names in ALIASES.items())
    + "\n\nFiles of Garmin Connect, Strava and Polar Flow are recognised by their columns. A column may also be named"
    "\nby its number: --map avg_hr=#7. --map FIELD= ignores a column. A file that may mean two things is refused, with"
    "\nthe option that decides. Exit code: 0 all rows accepted or deleted before, 1 some rejected, 2 could not run."
    "\nEvery row carries a key made of its content and place: a second run doubles nothing, unless --start or a"
    "\n--default for user_id or ts differs."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE", help="CSV file with a header line")
    add("--yes", action="store_true", help="send without asking; the plan is printed all the same")
    add("--out", type=Path, metavar="FILE", help="write all rows here, with calories and points")
    add("--rejects", type=Path, metavar="FILE", help="write rejected rows here, to be corrected and imported")
    add("--map", action="append", default=[], type=pair, metavar="FIELD=COLUMN", help="which column holds a field")
    add("--default", action="append", default=[], type=pair, metavar="FIELD=VALUE", help="value where a row has none")
    add("--unit", action="append", default=[], type=pair, metavar="FIELD=UNIT", help="such as duration_min=s, =h:mm")
    add("--type", action="append", default=[], type=pair, metavar="NAME=TYPE", help="such as --type 'Golf=walking'")
    add("--decimal", choices=("point", "comma"), help="decimal sign (default: what the file's numbers prove)")
    add(
        "--date-order",
        choices=("dmy", "mdy", "excel"),
        help="of 05/06/2026, or days as Excel's numbers (default: what the file's dates prove)",
    )
    add("--timezone", metavar="ZONE", help="zone of times without an offset (default: the club's)")
    add("--encoding", metavar="NAME", help="such as utf-8, cp1251 (default: detected)")
    add("--delimiter", type=_character, metavar="CHAR", help="between the cells (default: detected)")
    add(
        "--start",
        type=_day,
        metavar="YYYY-MM-DD",
        help="a file without times: its workouts end before this day, UTC (default: the day the file was changed)",
    )
    add("--group-by", metavar="COLUMN", help="split the accuracy by the values of this column")
    add(
        "--wait",
        type=seconds,
        default=60.0,
        metavar="SECONDS",
        help="give up on scoring after this long without any (60)",
    )


def units_of(args: argparse.Namespace) -> dict[str, str]:
    """Units by field. CsvImportError for one that the field does not have."""
    units = {}
    for name, text in args.unit:
        unit = normal(text)
        known = {*UNITS.get(name, ()), *(CLOCK_UNITS if name == "duration_min" else ())}
        if unit not in known:
            raise CsvImportError(f"--unit: {name!r} has no unit {text!r}; it has: {', '.join(sorted(known)) or 'none'}")
        units[name] = unit
    return units


def types_of(args: argparse.Namespace) -> Mapping[str, str]:
    """Workout types by normalised name. CsvImportError for a type that does not exist."""
    kinds = known_types().split(", ")
    for name, kind in args.type:
        if kind.strip() not in kinds:
            raise CsvImportError(f"--type {name}={kind}: {kind!r} is no workout type; these are: {', '.join(kinds)}")
    return {normal(name): kind.strip() for name, kind in args.type}


def pair(text: str) -> tuple[str, str]:
    field, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=VALUE")
    return field.strip(), value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-12-31") from None


def _character(text: str) -> str:
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1:
        raise argparse.ArgumentTypeError(f"{text!r}: write one character")
    return text
