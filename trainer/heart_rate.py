"""Three published equations from heart rate to energy, each linear in heart rate, and their consensus.

Arrays have one entry per person; energy is gross kcal per minute, VO2 is ml/kg/min.
"""

from dataclasses import dataclass

import numpy as np

from fitburn.physiology import REST_ML_KG_MIN
from trainer.arrays import Flags, Floats

KJ_PER_KCAL = 4.184


@dataclass(frozen=True, slots=True)
class Line:
    """kcal per minute = intercept + slope x beats per minute."""

    intercept: Floats
    slope: Floats

    def kcal_min(self, heart_rate: Floats) -> Floats:
        return self.intercept + self.slope * heart_rate

    def heart_rate(self, kcal_min: Floats) -> Floats:
        """The inverse. The slope must not be zero."""
        return (kcal_min - self.intercept) / self.slope


def keytel(female: Flags, age: Floats, weight_kg: Floats) -> Line:
    """Keytel et al. 2005, the form without a fitness measure."""
    men = -55.0969 + 0.1988 * weight_kg + 0.2017 * age
    women = -20.4022 - 0.1263 * weight_kg + 0.074 * age
    return Line(np.where(female, women, men) / KJ_PER_KCAL, np.where(female, 0.4472, 0.6309) / KJ_PER_KCAL)


def keytel_vo2max(female: Flags, age: Floats, weight_kg: Floats, vo2max: Floats) -> Line:
    """Keytel et al. 2005, the form with VO2max."""
    men = -95.7735 + 0.404 * vo2max + 0.394 * weight_kg + 0.271 * age
    women = -59.3954 + 0.380 * vo2max + 0.103 * weight_kg + 0.274 * age
    return Line(np.where(female, women, men) / KJ_PER_KCAL, np.where(female, 0.450, 0.634) / KJ_PER_KCAL)


def reserve(weight_kg: Floats, vo2max: Floats, hr_rest: Floats, hr_max: Floats) -> Line:
    """The same share of the heart-rate reserve as of the oxygen-uptake reserve (Swain and Leutholtz 1997)."""
    vo2_per_beat = (vo2max - REST_ML_KG_MIN) / (hr_max - hr_rest)
    kcal_per_vo2 = weight_kg / 200.0
    return Line((REST_ML_KG_MIN - vo2_per_beat * hr_rest) * kcal_per_vo2, vo2_per_beat * kcal_per_vo2)


def keytel_trust(age: Floats, weight_kg: Floats) -> Floats:
    """Weight of the Keytel forms, 0 to 1.

    They were fitted to people of 18-45 years and 47-116 kg. Energy *rises* with age in them, so for old people they
    exceed the oxygen uptake of a body of that age; outside the sample they are faded out.
    """
    by_age = np.interp(age, [10.0, 18.0, 45.0, 65.0], [0.0, 1.0, 1.0, 0.0])
    by_weight = np.interp(weight_kg, [30.0, 47.0, 116.0, 150.0], [0.0, 1.0, 1.0, 0.0])
    return np.asarray(by_age * by_weight, dtype=np.float64)


def consensus(female: Flags, age: Floats, weight_kg: Floats, vo2max: Floats, hr_rest: Floats, hr_max: Floats) -> Line:
    """The mean of the three lines, whose error on measured energy is lower than that of each line."""
    trust = keytel_trust(age, weight_kg)
    lines = (
        keytel(female, age, weight_kg),
        keytel_vo2max(female, age, weight_kg, vo2max),
        reserve(weight_kg, vo2max, hr_rest, hr_max),
    )
    weights = (trust / 3.0, trust / 3.0, 1.0 - 2.0 * trust / 3.0)
    return Line(
        sum((w * line.intercept for w, line in zip(weights, lines, strict=True)), np.zeros_like(age)),
        sum((w * line.slope for w, line in zip(weights, lines, strict=True)), np.zeros_like(age)),
    )
