"""The estimator: log kcal = log minutes + log kcal per minute, the latter learnt and bounded by physiology."""

from typing import Protocol, cast

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, StackingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from fitburn.features import FEATURES
from fitburn.physiology import Gender
from trainer.arrays import Floats
from trainer.people import GENDER_CODE, MOST_SD, capacity

NAMES = [feature.name for feature in FEATURES]
DURATION = NAMES.index("duration_min")
BODY = [NAMES.index(name) for name in ("gender", "age", "height_cm", "weight_kg")]

RISING = ("weight_kg", "avg_hr", "speed_kmh")
"""Features in which energy never falls."""

BOUND_ROWS = 60_000
"""Rows from which the bounds are learnt. They have no noise, so a part of the cohort is enough."""

SUM_ROWS = 1000
"""Rows for fitting the sum; enough to solve for its two weights."""

BELOW_THE_TOP = 0.95
"""Keeps the steps of the upper bound's trees below the uptake that they approximate."""


class Predictor(Protocol):
    """The interface of the artefact."""

    def predict(self, matrix: Floats, /) -> Floats:
        """Gross kcal, one value per row of a float64 matrix with the columns of `fitburn.features.FEATURES`."""
        ...


def fit_model(matrix: Floats, kcal: Floats, seed: int) -> Predictor:
    """Learn gross kcal from a matrix with the columns of `fitburn.features.FEATURES`, NaN where missing.

    The model contains only scikit-learn classes and numpy functions, so it loads wherever these are installed.
    """
    bound_rows, sum_rows = matrix[:BOUND_ROWS], matrix[:SUM_ROWS]
    lowest, highest = _bounds(bound_rows)
    parts = {
        "rate": _trees(seed, 100, 0.12).fit(_per_minute(matrix), np.log(kcal / matrix[:, DURATION])),
        "lowest": _lowest_rate().fit(bound_rows, np.log(lowest)),
        "highest": _trees(seed, 25, 0.3).fit(_bodies_only(bound_rows), np.log(highest)),
        "minutes": _log_minutes().fit(sum_rows, np.log(sum_rows[:, DURATION])),
    }
    stack = StackingRegressor(
        [(name, FrozenEstimator(part)) for name, part in parts.items()], final_estimator=_sum_within(), cv="prefit"
    )
    # The sum is defined, not learnt: fitted to itself it gets weights of one, so twice the time is twice the energy.
    columns = np.column_stack([part.predict(sum_rows) for part in parts.values()])
    total = np.median(columns[:, :3], axis=1) + columns[:, 3]
    model = TransformedTargetRegressor(stack, func=np.log, inverse_func=np.exp, check_inverse=False)
    return cast(Predictor, model.fit(sum_rows, np.exp(total)))


def _trees(seed: int, rounds: int, learning_rate: float) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        max_iter=rounds,
        learning_rate=learning_rate,
        max_leaf_nodes=63,
        min_samples_leaf=100,
        monotonic_cst=[1 if name in RISING else 0 for name in NAMES],
        early_stopping=False,
        random_state=seed,
    )


def _bounds(matrix: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest kcal per minute that the model may predict for each row's body."""
    gender, age, height_cm, weight_kg = (matrix[:, column] for column in BODY)
    able = capacity(gender == GENDER_CODE[Gender.FEMALE], age, height_cm, weight_kg)
    kcal_per_vo2 = weight_kg / 200.0
    return able.standing * kcal_per_vo2, BELOW_THE_TOP * able.vo2max(MOST_SD) * kcal_per_vo2


def _lowest_rate() -> TransformedTargetRegressor:
    """Energy of standing: resting metabolism and a part for weight, both linear, so this regression is exact."""
    line = make_pipeline(_columns(BODY), LinearRegression())
    return TransformedTargetRegressor(line, func=np.exp, inverse_func=np.log, check_inverse=False)


def _log_minutes() -> Pipeline:
    """Returns the logarithm of the duration: a line through (log minutes, log minutes)."""
    return make_pipeline(_columns([DURATION]), FunctionTransformer(np.log), LinearRegression(fit_intercept=False))


def _sum_within() -> Pipeline:
    """log minutes + the rate, clipped to its bounds: the median of lowest, rate and highest."""
    middle = FunctionTransformer(np.median, kw_args={"axis": 1, "keepdims": True})
    columns = ColumnTransformer([("rate", middle, [0, 1, 2]), ("minutes", "passthrough", [3])])
    return make_pipeline(columns, LinearRegression(fit_intercept=False))


def _columns(indices: list[int]) -> FunctionTransformer:
    return FunctionTransformer(np.take, kw_args={"indices": indices, "axis": 1})


def _per_minute(matrix: Floats) -> Floats:
    """The same rows as workouts of one minute: no tree can split on a constant column."""
    one_minute = matrix.copy()
    one_minute[:, DURATION] = 1.0
    return one_minute


def _bodies_only(matrix: Floats) -> Floats:
    """The same rows with only the body to split on."""
    bodies = np.zeros_like(matrix)
    bodies[:, BODY] = matrix[:, BODY]
    return bodies
