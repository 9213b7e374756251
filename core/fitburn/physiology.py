"""Published human physiology that features, points and plausibility rest on.

Units are in the names: `ml_kg_min` is millilitres of oxygen per kilogram and minute, `kcal_min` is
gross kilocalories per minute. One litre of oxygen is taken as 5 kcal, as the MET equation does.
"""

from enum import StrEnum

LB_PER_KG = 2.20462
REST_ML_KG_MIN = 3.5
"""Oxygen uptake of one MET."""

VO2MAX_SPREAD_ML_KG_MIN = 13.0
"""Two standard deviations of VO2max around its norm (Myers 2017): hardly anyone is fitter than norm + this."""


class Gender(StrEnum):
    MALE = "Male"
    FEMALE = "Female"


def kcal_per_minute(vo2_ml_kg_min: float, weight_kg: float) -> float:
    """Gross kcal per minute of an oxygen uptake per kilogram of body weight."""
    return vo2_ml_kg_min * weight_kg / 200.0


def met_kcal_per_minute(met: float, weight_kg: float) -> float:
    """Gross kcal per minute of an activity, from its metabolic equivalent (2024 Compendium)."""
    return kcal_per_minute(met * REST_ML_KG_MIN, weight_kg)


def hr_max(age: float) -> float:
    """Highest heart rate expected at an age, beats per minute (Tanaka 2001)."""
    return 208.0 - 0.7 * age


def vo2max_norm(gender: Gender, age: float, weight_kg: float) -> float:
    """Expected VO2max in ml/kg/min (Myers 2017, the FRIEND registry).

    The published line falls with weight until it turns negative. Body mass beyond the point where it would make
    the *absolute* uptake fall adds load but no aerobic tissue, so from there on the absolute uptake is kept.
    """
    intercept = 79.9 - 0.39 * age - (13.7 if gender is Gender.FEMALE else 0.0)
    slope = 0.127 * LB_PER_KG
    peak_weight_kg = intercept / (2.0 * slope)
    counted_kg = min(weight_kg, peak_weight_kg)
    return (intercept - slope * counted_kg) * counted_kg / weight_kg


def aerobic_ceiling_kcal_per_minute(gender: Gender, age: float, weight_kg: float) -> float:
    """The most that a very fit person of this age, sex and weight can burn in a steady minute."""
    return kcal_per_minute(vo2max_norm(gender, age, weight_kg) + VO2MAX_SPREAD_ML_KG_MIN, weight_kg)


def resting_kcal_per_minute(gender: Gender, age: float, height_cm: float, weight_kg: float) -> float:
    """Energy that the body uses at rest (Mifflin-St Jeor 1990)."""
    sex = 5.0 if gender is Gender.MALE else -161.0
    return (10.0 * weight_kg + 6.25 * height_cm - 5.0 * age + sex) / 1440.0
