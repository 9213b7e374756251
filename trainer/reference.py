"""Reference distributions of inputs and predictions, with which later workouts are compared (population stability)."""

import numpy as np
import numpy.typing as npt

from fitburn.features import FEATURES, Feature
from trainer.arrays import Floats

BINS = 10


def describe_spread(matrix: Floats, predicted: Floats) -> dict[str, object]:
    """Histograms of every feature and of the predictions, gross kcal.

    A measure has ascending `edges` of bins that each hold about a tenth of the rows with a value, the `shares` of all
    rows in each bin, and the share that is `missing`; the first and the last bin are open-ended.
    A category has the share of each name.
    """
    columns = {feature.name: _spread(feature, matrix[:, index]) for index, feature in enumerate(FEATURES)}
    return {"n": len(matrix), "features": columns, "calories_pred": _histogram(predicted)}


def _spread(feature: Feature, column: Floats) -> dict[str, object]:
    if not feature.categories:
        return _histogram(column)
    counts = np.bincount(column.astype(int), minlength=len(feature.categories))
    return {"categories": list(feature.categories), "shares": _shares(counts, len(column))}


def _histogram(column: Floats) -> dict[str, object]:
    present = column[~np.isnan(column)]
    edges = np.unique(np.quantile(present, np.linspace(0.0, 1.0, BINS + 1)).round(3))
    counts, _ = np.histogram(np.clip(present, edges[0], edges[-1]), edges)
    missing = round(1.0 - len(present) / len(column), 6)
    return {"edges": edges.tolist(), "shares": _shares(counts, len(column)), "missing": missing}


def _shares(counts: npt.NDArray[np.int64], total: int) -> list[float]:
    return [round(count / total, 6) for count in counts.tolist()]
