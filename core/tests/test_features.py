import math

from hypothesis import given
from strategies import plain, workout

from fitburn.features import FEATURES, describe_features, feature_row
from fitburn.physiology import Gender
from fitburn.workouts import INTENSITY, SPEED_KMH, WorkoutType

NAMES = [feature.name for feature in FEATURES]


def feature_value(w, name: str) -> float:
    return feature_row(w)[NAMES.index(name)]


def test_a_category_is_the_index_of_its_name() -> None:
    categories = {entry["name"]: entry["categories"] for entry in describe_features()}
    row = plain(gender=Gender.FEMALE, workout_type=WorkoutType.YOGA)
    assert categories["gender"][int(feature_value(row, "gender"))] == "Female"
    assert categories["workout_type"][int(feature_value(row, "workout_type"))] == "yoga"


def test_speed_is_taken_as_sent_else_from_the_distance_else_missing() -> None:
    assert feature_value(plain(speed_kmh=8.9), "speed_kmh") == 8.9
    assert feature_value(plain(speed_kmh=None, distance_km=7, duration_min=35), "speed_kmh") == 12
    assert math.isnan(feature_value(plain(speed_kmh=None, distance_km=None), "speed_kmh"))


@given(workout)
def test_every_accepted_workout_has_a_row_within_the_described_limits(w) -> None:
    for feature, value in zip(FEATURES, feature_row(w), strict=True):
        if math.isnan(value):
            assert feature.nullable
        elif feature.limits is not None:
            assert feature.limits.low <= value <= feature.limits.high
        else:
            assert feature.categories[int(value)]


def test_a_distance_that_no_speed_explains_stays_within_the_limits() -> None:
    assert feature_value(plain(speed_kmh=None, distance_km=500, duration_min=1), "speed_kmh") == SPEED_KMH.high


def test_every_type_has_an_intensity() -> None:
    assert set(INTENSITY) == set(WorkoutType)
    assert all(1 < intensity.met_low < intensity.met_high for intensity in INTENSITY.values())
