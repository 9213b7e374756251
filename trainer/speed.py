"""Speed and energy of the workout types that move over ground, water or a rower's flywheel."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fitburn.workouts import WorkoutType
from trainer.arrays import Floats


@dataclass(frozen=True, slots=True)
class Pace:
    """Gross METs at rising speeds on level ground, and how much the speed at a given MET varies between people.

    `spread` is the standard deviation of the logarithm: economy, hills, wind and water.
    """

    speeds_kmh: tuple[float, ...]
    mets: tuple[float, ...]
    spread: float

    def speed_kmh(self, met: Floats) -> Floats:
        return np.asarray(np.interp(met, self.mets, self.speeds_kmh), dtype=np.float64)


# 2024 Adult Compendium of Physical Activities; 0 km/h is standing. Rowing is given there in watts, converted to speed
# by the ergometer's law, watts = 2.8 v^3 (v in m/s).
PACES: Mapping[WorkoutType, Pace] = {
    WorkoutType.WALKING: Pace((0.0, 3.5, 4.0, 5.0, 6.0, 6.8, 7.6, 8.4), (1.3, 2.8, 3.0, 3.8, 4.8, 5.8, 6.8, 8.3), 0.10),
    WorkoutType.RUNNING: Pace(
        (0.0, 6.4, 8.0, 9.0, 10.0, 11.3, 12.0, 13.8, 16.1, 17.7, 19.3),
        (1.3, 6.5, 8.5, 9.0, 9.5, 11.0, 11.8, 12.5, 14.8, 16.8, 18.5),
        0.08,
    ),
    WorkoutType.CYCLING: Pace((0.0, 14.0, 17.6, 20.8, 24.0, 28.0, 34.0), (1.3, 4.0, 6.8, 8.0, 10.0, 12.0, 16.8), 0.15),
    WorkoutType.ROWING: Pace((0.0, 10.8, 12.8, 14.3, 15.3), (1.3, 5.0, 7.3, 11.0, 14.0), 0.06),
    WorkoutType.SWIMMING: Pace((0.0, 2.0, 2.7, 4.1), (1.3, 5.8, 8.3, 9.8), 0.15),
}
