"""Names of columns in English, Russian and German, and the units of their values."""

from collections.abc import Mapping

from fitburn_client.csv_import.names import normal

START, TIME, PACE = "ts", "time", "pace"
DURATION = "duration_min"


def _names(*texts: str) -> tuple[str, ...]:
    return tuple(name.strip() for text in texts for name in text.split(","))


ALIASES: Mapping[str, tuple[str, ...]] = {
    "user_id": _names(
        "user, member id, member, member number, athlete id, athlete, person id, person, participant, subject",
        "client id",
        "участник, id участника, клиент, id клиента, код клиента, пользователь, id пользователя, член клуба, спортсмен",
        "Mitglied, Mitgliedsnummer, Mitglieds-ID, Benutzer, Nutzer, Kunde, Kundennummer, Athlet, Sportler, Teilnehmer",
    ),
    "gender": _names("sex, пол, Geschlecht"),
    "age": _names("age years, возраст, Alter"),
    "height_cm": _names("height, рост, Größe, Groesse, Körpergröße"),
    "weight_kg": _names(
        "weight, body mass, body mass kg, mass, mass kg, body weight, вес, масса, масса тела, Gewicht, Körpergewicht"
    ),
    START: _names(
        "start, start time, started at, start date, timestamp, datetime, date time, date and time, date, activity date",
        "workout date, start datetime, started, begin, дата, дата и время, начало, дата начала, время начала",
        "дата тренировки, дата занятия, Datum, Beginn, Startzeit, Startdatum, Datum und Uhrzeit, Aktivitätsdatum",
    ),
    TIME: _names("time, start time, time of day, время, время начала, Zeit, Uhrzeit, Startzeit"),
    DURATION: _names(
        "duration, minutes, duration minutes, mins, min, total duration, elapsed time, moving time, total time",
        "workout duration, длительность, продолжительность, минуты, минут, мин, длительность тренировки",
        "продолжительность тренировки, общее время, затраченное время, время в движении, время тренировки",
        "Dauer, Minuten, Trainingsdauer, Trainingszeit, Gesamtzeit, Bewegungszeit, Verstrichene Zeit",
    ),
    "distance_km": _names(
        "distance, km, total distance, kilometers, kilometres, miles, дистанция, расстояние, км, километры, пробег",
        "Distanz, Strecke, Entfernung, Kilometer",
    ),
    "avg_hr": _names(
        "hr, heart rate, avg heart rate, average heart rate, mean hr, mean heart rate, avg bpm, bpm, average hr",
        "hr avg",
        "average heartrate, avg heartrate, heartrate, heart rate avg, pulse, avg pulse, average pulse, mean pulse",
        "пульс, средний пульс, ср. пульс, чсс, средняя чсс, средний чсс, средняя частота пульса, Puls, Herzfrequenz",
        "Ø Herzfrequenz, durchschnittliche Herzfrequenz, mittlere Herzfrequenz, Durchschnittspuls, Ø Puls, HF, Ø HF",
    ),
    "speed_kmh": _names(
        "speed, avg speed, average speed, km h, kmh, скорость, средняя скорость, Geschwindigkeit",
        "Durchschnittsgeschwindigkeit, Ø Geschwindigkeit",
    ),
    PACE: _names("avg pace, average pace, темп, средний темп, Ø Pace, Durchschnittspace"),
    "workout_type": _names(
        "type, workout, activity type, activity, sport, exercise, sport type, exercise type, тип, вид",
        "тип тренировки",
        "вид тренировки, тип активности, вид активности, тип занятия, вид спорта, активность, тренировка, упражнение",
        "спорт, Sportart, Aktivität, Aktivitätstyp, Aktivitätsart, Trainingsart, Training",
    ),
    "calories_measured": _names(
        "calories, kcal, kcal measured, measured kcal, measured calories, calories burned, total energy, energy",
        "total energy burned, калории, ккал, килокалории, сожжено калорий, расход калорий, энергия, Kalorien",
        "Kilokalorien, Energie",
    ),
}
"""Fields of a workout and the names that their column may have. `time` is the time of day beside a day, `pace` the
inverse of speed."""

FIELDS_BY_NAME: Mapping[str, tuple[str, ...]] = {
    name: tuple(field for field, names in ALIASES.items() if name in {normal(text) for text in (field, *names)})
    for name in {normal(text) for field, names in ALIASES.items() for text in (field, *names)}
}
"""The fields of each normalised name; some names, such as start time, may be two things."""

BLANKS = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "—", "–"})
"""Cells that mean no value, in lower case."""

MINUTES, HOURS, SECONDS = 1.0, 60.0, 1 / 60
CLOCK_UNITS = {"hmm": "h:mm", "hhmm": "h:mm", "mmss": "mm:ss", "hmmss": "", "hhmmss": ""}
"""Forms of a clock in a name or an option; h:mm:ss needs no decision."""


def _units(**factors: tuple[float, str]) -> dict[str, float]:
    return {normal(name): factor for factor, names in factors.values() for name in names.split()}


_LENGTHS = {
    "km": (1.0, "km км kilometer kilometers kilometre kilometres километры"),
    "m": (0.001, "m м meter meters metre metres метры метров"),
    "mi": (1.609344, "mi mile miles мили миль meilen"),
    "yd": (0.0009144, "yd yds yard yards"),
}
UNITS: Mapping[str, Mapping[str, float]] = {
    "age": _units(y=(1.0, "y years yrs год лет jahre")),
    "height_cm": _units(
        cm=(1.0, "cm см"), m=(100.0, "m м"), mm=(0.1, "mm мм"), inch=(2.54, "in inch inches"), ft=(30.48, "ft feet")
    ),
    "weight_kg": _units(kg=(1.0, "kg кг"), lb=(0.45359237, "lb lbs pounds"), st=(6.35029318, "st stone")),
    DURATION: _units(
        min=(MINUTES, "min mins minute minutes m мин минут минуты минута м minuten"),
        s=(SECONDS, "s sec secs second seconds с сек секунд секунды sek sekunden"),
        h=(HOURS, "h hr hrs hour hours ч час часа часы часов std stunde stunden"),
        ms=(SECONDS / 1000, "ms millis milliseconds мс"),
    ),
    "distance_km": _units(**_LENGTHS),
    "avg_hr": _units(bpm=(1.0, "bpm удмин уд/мин 1/min /min beats/min schläge/min s/min")),
    "speed_kmh": _units(
        kmh=(1.0, "km/h kmh kph км/ч km/hr"), mph=(1.609344, "mph mi/h mi/hr миль/ч"), ms=(3.6, "m/s mps м/с m/sec")
    ),
    PACE: _units(km=(1.0, "min/km мин/км /km"), mi=(1.609344, "min/mi /mi min/mile")),
    "calories_measured": _units(kcal=(1.0, "kcal cal cals calories ккал кал"), kj=(1 / 4.184, "kj кдж")),
}
"""Factors to the unit of the field's name; a pace counts minutes per distance, so its factor is in km."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "age": (10, 100),
    "height_cm": (100, 250),
    "weight_kg": (25, 300),
    DURATION: (1, 600),
    "distance_km": (0, 500),
    "avg_hr": (30, 240),
    "speed_kmh": (0, 80),
    "calories_measured": (0, 20_000),
}
"""What the API accepts: of two readings, one beyond these limits is none. A system test compares it with the API."""
