"""Files of programs whose columns mean something only they define: Garmin Connect, Strava, Polar Flow, FitBurn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fitburn_client.csv_import.names import normal
from fitburn_client.csv_import.vocabulary import DURATION, PACE, START, TIME


@dataclass(frozen=True, slots=True)
class Program:
    """How to read a program's file: for each field its columns by preference, and the unit of its values.

    A column is named, and counted from the last of its name: Strava's file has some names twice. `utc`: times without
    an offset are in UTC. `swims_in_metres`: distances of swims are in metres.
    """

    title: str
    marks: frozenset[str]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    utc: bool = False
    swims_in_metres: bool = False


def _marks(text: str) -> frozenset[str]:
    return frozenset(normal(name) for name in text.split(","))


KIND = "workout_type"
_NONE: tuple[str, ...] = ()
_STRAVA_UNITS = {DURATION: "s", "distance_km": "m"}


def _garmin(marks: str, start: str, duration: str, distance: str) -> Program:
    columns = {START: (start,), DURATION: (duration,), "distance_km": (distance,), TIME: _NONE, PACE: _NONE}
    return Program("Garmin Connect", _marks(marks), {**columns, "speed_kmh": _NONE}, swims_in_metres=True)


def _strava(marks: str, start: str, durations: tuple[str, ...], distance: str) -> Program:
    columns = {START: (start,), DURATION: durations, "distance_km": (distance,), "speed_kmh": _NONE, PACE: _NONE}
    return Program("Strava", _marks(marks), columns, _STRAVA_UNITS, utc=True)


PROGRAMS: Sequence[Program] = (
    _strava(
        "Activity ID, Activity Date, Activity Type, Elapsed Time",
        "Activity Date", ("Moving Time", "Elapsed Time"), "Distance",
    ),
    _strava(
        "ID тренировки, Дата тренировки, Затраченное время",
        "Дата тренировки", ("Время в движении", "Затраченное время"), "Расстояние",
    ),
    _strava(
        "Aktivitäts-ID, Aktivitätsdatum, Aktivitätsart, Verstrichene Zeit",
        "Aktivitätsdatum", ("Bewegungszeit", "Verstrichene Zeit"), "Distanz",
    ),
    _garmin("Activity Type, Date, Title, Distance, Time", "Date", "Time", "Distance"),
    _garmin("Aktivitätstyp, Datum, Titel, Distanz, Zeit", "Datum", "Zeit", "Distanz"),
    _garmin("Тип активности, Дата, Название, Расстояние, Время", "Дата", "Время", "Расстояние"),
    _garmin("Тип занятия, Дата, Название, Расстояние, Время", "Дата", "Время", "Расстояние"),
    _garmin("Вид деятельности, Дата, Название, Расстояние, Время", "Дата", "Время", "Расстояние"),
    Program(
        "Strava's API",
        _marks("start_date, moving_time"),
        {START: ("start_date",), DURATION: ("moving_time",), "speed_kmh": _NONE, KIND: ("sport_type", "type")},
        _STRAVA_UNITS,
    ),
    Program(
        "Strava's API",
        _marks("start_date, sport_type, average_heartrate"),
        units={"distance_km": "m", "speed_kmh": "m/s"},
    ),
    Program(
        "Polar Flow",
        _marks("Name, Sport, Date, Start time, Duration"),
        {START: ("Date",), TIME: ("Start time",), PACE: _NONE},
    ),
)  # fmt: skip


def recognised(header: Sequence[str]) -> Program | None:
    """The program whose file has such a header."""
    names = {normal(name) for name in header}
    return next((program for program in PROGRAMS if program.marks <= names), None)
