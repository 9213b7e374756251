"""Composes a fitted scikit-learn model into plain functions, to avoid its per-call validation on small batches.

In `predict` of a nested model each part validates its input, parameters and tags again: for one row that takes twice
as long as the arithmetic. Here each part is decomposed once, through its documented attributes.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor, StackingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from app.matrices import Function, Matrix
from app.trees import FEW_ROWS, walk_few
from fitburn.features import FEATURES, MISSING, Feature

log = logging.getLogger(__name__)

CHECKED_ROWS = 512
ROUNDING = 1e-12
"""Relative tolerance. The sums and their order are the same; only the processor's rounding may differ."""


def fast_predict(model: Any) -> Function:
    """A faster equivalent of `model.predict`; `model.predict` itself if a check on sample rows shows any difference."""
    predict: Function = model.predict
    rows = _sample_rows()
    try:
        composed = _predicting(model)
        batches = [composed(rows[start : start + FEW_ROWS]) for start in range(0, len(rows), FEW_ROWS)]
        expected = predict(rows)
        results = (composed(rows), np.hstack(batches))
        same = all(np.allclose(result, expected, rtol=ROUNDING, atol=0) for result in results)
    except Exception as error:
        # A model of another structure may fail in any way; its own predict is always right.
        log.warning("model cannot be composed", extra={"reason": f"{type(error).__name__}: {error}"})
        return predict
    if not same:
        log.warning("model cannot be composed", extra={"reason": "the results differ"})
        return predict
    return composed


def _predicting(model: Any) -> Function:
    """The function of a regressor, which returns a value per row. An unsupported class keeps its own predict."""
    function: Function = model.predict
    match model:
        case TransformedTargetRegressor(transformer_=FunctionTransformer()):
            function = _through([_predicting(model.regressor_), _column, _inverse(model.transformer_), np.ravel])
        case StackingRegressor(passthrough=False):
            columns = [_through([_predicting(part), _column]) for part in model.estimators_]
            function = _through([_side_by_side(columns), _predicting(model.final_estimator_)])
        case Pipeline():
            *steps, (_, last) = model.steps
            function = _through([*(_transforming(step) for _, step in steps), _predicting(last)])
        case FrozenEstimator():
            function = _predicting(model.estimator)
        case HistGradientBoostingRegressor():
            function = walk_few(model)
        case LinearRegression():
            function = _linear(model.coef_, model.intercept_)
    return function


def _linear(weights: Matrix, constant: float) -> Function:
    return lambda matrix: matrix @ weights + constant


def _transforming(step: Any) -> Function:
    """The function of a transformer, which returns a matrix with the same number of rows."""
    match step:
        case FunctionTransformer():
            function, arguments = step.func or _same, step.kw_args or {}
            return lambda matrix: function(matrix, **arguments)
        case ColumnTransformer():
            parts = [(step, columns) for _, step, columns in step.transformers_ if step != "drop"]
            return _side_by_side([_of_columns(columns, _transforming(part)) for part, columns in parts])
    transform: Function = step.transform
    return transform


def _through(functions: Sequence[Function]) -> Function:
    def chain(matrix: Matrix) -> Matrix:
        for function in functions:
            matrix = function(matrix)
        return matrix

    return chain


def _side_by_side(functions: Sequence[Function]) -> Function:
    return lambda matrix: np.hstack([function(matrix) for function in functions])


def _of_columns(columns: Sequence[int], function: Function) -> Function:
    return lambda matrix: function(matrix[:, columns])


def _inverse(transformer: FunctionTransformer) -> Function:
    function, arguments = transformer.inverse_func or _same, transformer.inv_kw_args or {}
    return lambda matrix: function(matrix, **arguments)


def _same(matrix: Matrix) -> Matrix:
    return matrix


def _column(values: Matrix) -> Matrix:
    return values.reshape(-1, 1)


def _sample_rows() -> Matrix:
    """Rows drawn from the whole range of the features, the same on each call."""
    rng = np.random.default_rng(CHECKED_ROWS)
    return np.column_stack([_sample_values(feature, rng) for feature in FEATURES])


def _sample_values(feature: Feature, rng: np.random.Generator) -> Matrix:
    if feature.limits is None:
        return rng.integers(len(feature.categories), size=CHECKED_ROWS).astype(np.float64)
    values = rng.uniform(feature.limits.low, feature.limits.high, CHECKED_ROWS)
    return np.where(feature.nullable & (rng.random(CHECKED_ROWS) < 0.25), MISSING, values)
