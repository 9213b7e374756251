"""Walks the trees of a fitted scikit-learn gradient-boosted regressor in Python, for a few rows.

Its `predict` calls into C once for each tree, which costs the same for one row as for five hundred. The structure of a
tree is private to scikit-learn: the caller checks the results first, and the worker requires the scikit-learn version
that the model was trained with.
"""

from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from app.matrices import Function, Matrix

FEW_ROWS = 16
"""About the number of rows from which one call for each tree is cheaper."""

IDENTITY_LOSSES = ("squared_error", "absolute_error", "quantile")
"""Losses whose trees add up to the prediction itself, not to its logarithm."""

Node = Any
"""A leaf's value, or (column, threshold, whether missing values go below, node below, node above)."""


def walk_few(model: HistGradientBoostingRegressor) -> Function:
    """An equivalent of `model.predict` that is faster for up to `FEW_ROWS` rows, and equal to the last bit.

    Raises ValueError for trees that only scikit-learn can evaluate.
    """
    if model.loss not in IDENTITY_LOSSES or any(model.is_categorical_ if model.is_categorical_ is not None else ()):
        raise ValueError("trees with categories, or with a loss whose sum is not the prediction")
    trees = [_node(predictor.nodes.tolist(), predictor.nodes.dtype.names, 0) for [predictor] in model._predictors]
    baseline = float(model._baseline_prediction.item())
    predict: Function = model.predict

    def few(matrix: Matrix) -> Matrix:
        if len(matrix) > FEW_ROWS:
            return predict(matrix)
        return np.array([_walk(trees, baseline, row) for row in matrix.tolist()], dtype=np.float64)

    return few


def _node(nodes: list[tuple[Any, ...]], names: tuple[str, ...], number: int) -> Node:
    fields = dict(zip(names, nodes[number], strict=True))
    if fields["is_leaf"]:
        return fields["value"]
    below, above = (_node(nodes, names, fields[side]) for side in ("left", "right"))
    return fields["feature_idx"], fields["num_threshold"], bool(fields["missing_go_to_left"]), below, above


def _walk(trees: list[Node], total: float, row: list[float]) -> float:
    for tree in trees:
        node = tree
        while type(node) is tuple:
            column, threshold, missing_below, below, above = node
            value = row[column]
            # A missing value is NaN: it compares as not below anything, and not equal to itself.
            node = below if value <= threshold or (missing_below and value != value) else above  # noqa: PLR0124
        total += node
    return total
