"""The composed model returns what the model returns, and a model that cannot be composed keeps its own predict."""

from typing import Any

import joblib
import numpy as np
import pytest
from conftest import MODELS
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from app.composition import fast_predict
from app.matrices import Function, Matrix
from app.trees import FEW_ROWS
from fitburn.features import FEATURES, MISSING, Feature


@pytest.fixture(scope="module")
def artefact() -> Any:
    return joblib.load(MODELS / "model.joblib")


@pytest.fixture(scope="module")
def fast(artefact: Any) -> Function:
    return fast_predict(artefact)


def values(feature: Feature) -> st.SearchStrategy[float]:
    if feature.limits is None:
        return st.integers(0, len(feature.categories) - 1).map(float)
    inside = st.floats(feature.limits.low, feature.limits.high)
    return inside | st.just(MISSING) if feature.nullable else inside


matrices = st.lists(st.tuples(*map(values, FEATURES)), min_size=1, max_size=2 * FEW_ROWS).map(np.array)


def drawn(rows: int) -> tuple[Matrix, Matrix]:
    """A matrix with a column for each feature and some missing values, and a target to learn."""
    rng = np.random.default_rng(rows)
    matrix = rng.uniform(0, 100, (rows, len(FEATURES)))
    target = 1 + matrix.sum(axis=1)
    return np.where(rng.random(matrix.shape) < 0.2, MISSING, matrix), target


@settings(max_examples=60, deadline=None)
@given(matrix=matrices)
def test_composed_model_predicts_the_same_calories_to_the_last_bit(
    artefact: Any, fast: Function, matrix: Matrix
) -> None:
    assert fast(matrix).tolist() == artefact.predict(matrix).tolist()


def test_committed_model_is_composed(artefact: Any, fast: Function) -> None:
    assert fast != artefact.predict


def test_missing_values_take_the_branch_that_the_trees_have_learnt() -> None:
    matrix, target = drawn(5_000)
    model = HistGradientBoostingRegressor(max_iter=20).fit(matrix, target)
    fast = fast_predict(model)
    assert fast != model.predict
    assert [fast(matrix[n : n + 1]).item() for n in range(500)] == model.predict(matrix[:500]).tolist()


@pytest.mark.parametrize("loss", ["poisson", "gamma"])
def test_trees_that_add_up_to_a_logarithm_are_left_alone(loss: str) -> None:
    model = HistGradientBoostingRegressor(loss=loss, max_iter=5).fit(*drawn(500))
    assert fast_predict(model) == model.predict


def test_trees_with_categories_are_left_alone() -> None:
    matrix, target = drawn(500)
    model = HistGradientBoostingRegressor(categorical_features=[0], max_iter=5).fit(np.floor(matrix), target)
    assert fast_predict(model) == model.predict


def test_unsupported_classes_keep_their_own_predict() -> None:
    matrix, target = drawn(500)
    matrix = np.nan_to_num(matrix)
    model = KNeighborsRegressor().fit(matrix, target)
    pipeline = make_pipeline(StandardScaler(), LinearRegression()).fit(matrix, target)
    nested = TransformedTargetRegressor(pipeline, func=np.log, inverse_func=np.exp).fit(matrix, target)
    for other in (model, pipeline, nested):
        assert fast_predict(other)(matrix) == pytest.approx(other.predict(matrix), rel=1e-12)


def test_model_whose_parts_predict_something_else_is_left_alone(artefact: Any) -> None:
    class Stranger(type(artefact)):  # type: ignore[misc]
        def predict(self, matrix: Matrix) -> Matrix:
            return 2 * np.asarray(super().predict(matrix))

    stranger = Stranger(artefact.regressor)
    vars(stranger).update(vars(artefact))
    assert fast_predict(stranger) == stranger.predict
