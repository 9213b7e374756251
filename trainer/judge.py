"""Errors of the model: cross-validated on the cohort, and on measured workouts beside published equations."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypedDict

import numpy as np
from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, r2_score, root_mean_squared_error
from sklearn.model_selection import KFold

from fitburn import physiology
from fitburn.features import FEATURES, feature_row
from fitburn.physiology import Gender
from trainer import heart_rate
from trainer.arrays import Flags, Floats
from trainer.cohort import Cohort
from trainer.measured import Measured
from trainer.pipeline import NAMES, Predictor, fit_model

FOLDS = 5
ALL = "all"

Progress = Callable[[str], None]


class GroupErrors(TypedDict):
    """Errors on the measured workouts of one kind and gender, in per cent; None if an estimate lacks its input."""

    kind: str
    gender: str
    n: int
    bias_percent: float
    mape_percent: dict[str, float | None]


def cross_validate(cohort: Cohort, seed: int, progress: Progress) -> dict[str, object]:
    """Errors of models on rows that they were not trained on: overall, by gender, by workout type."""
    predicted = np.empty_like(cohort.kcal)
    for number, (train, test) in enumerate(KFold(FOLDS, shuffle=True, random_state=seed).split(cohort.matrix), 1):
        model = fit_model(cohort.matrix[train], cohort.kcal[train], seed)
        predicted[test] = model.predict(cohort.matrix[test])
        progress(f"cross-validation: {number} of {FOLDS}")
    return {
        "folds": FOLDS,
        "overall": _errors(cohort.kcal, predicted),
        "by_gender": _errors_by("gender", cohort, predicted),
        "by_type": _errors_by("workout_type", cohort, predicted),
    }


def _errors_by(name: str, cohort: Cohort, predicted: Floats) -> dict[str, dict[str, float]]:
    codes = cohort.matrix[:, NAMES.index(name)]
    categories = FEATURES[NAMES.index(name)].categories
    rows = {category: codes == code for code, category in enumerate(categories)}
    return {category: _errors(cohort.kcal[selected], predicted[selected]) for category, selected in rows.items()}


def _errors(kcal: Floats, predicted: Floats) -> dict[str, float]:
    """MAE and RMSE in kcal, MAPE in per cent, R2 as a share."""
    return {
        "n": len(kcal),
        "mae_kcal": round(float(mean_absolute_error(kcal, predicted)), 2),
        "rmse_kcal": round(float(root_mean_squared_error(kcal, predicted)), 2),
        "mape_percent": round(100.0 * float(mean_absolute_percentage_error(kcal, predicted)), 2),
        "r2": round(float(r2_score(kcal, predicted)), 4),
    }


def check(model: Predictor, sessions: Sequence[Measured]) -> list[GroupErrors]:
    """Errors of the model and of two published equations on measured workouts, by kind and gender. Reveals no row."""
    measured = np.array([session.calories_measured for session in sessions])
    matrix = np.array([feature_row(session) for session in sessions])
    estimates = {"model": np.asarray(model.predict(matrix))} | _keytel_estimates(sessions)
    return [
        {
            "kind": kind,
            "gender": gender,
            "n": int(selected.sum()),
            "bias_percent": round(100.0 * float(np.mean(estimates["model"][selected] / measured[selected] - 1.0)), 1),
            "mape_percent": {name: _mape(measured[selected], kcal[selected]) for name, kcal in estimates.items()},
        }
        for kind, gender, selected in _groups(sessions)
    ]


def _keytel_estimates(sessions: Sequence[Measured]) -> dict[str, Floats]:
    """Gross kcal by both forms of Keytel 2005, NaN where a heart rate is missing."""
    female = np.array([session.gender is Gender.FEMALE for session in sessions])
    age = np.array([session.age for session in sessions])
    weight_kg = np.array([session.weight_kg for session in sessions])
    vo2max = np.array([physiology.vo2max_norm(s.gender, s.age, s.weight_kg) for s in sessions])
    beats = np.array([np.nan if session.avg_hr is None else session.avg_hr for session in sessions])
    minutes = np.array([session.duration_min for session in sessions])
    return {
        "keytel": heart_rate.keytel(female, age, weight_kg).kcal_min(beats) * minutes,
        "keytel_vo2max": heart_rate.keytel_vo2max(female, age, weight_kg, vo2max).kcal_min(beats) * minutes,
    }


def _groups(sessions: Sequence[Measured]) -> Iterator[tuple[str, str, Flags]]:
    kinds = np.array([session.kind for session in sessions])
    genders = np.array([session.gender.value for session in sessions])
    for kind in sorted(set(kinds.tolist())):
        for gender in (ALL, *Gender):
            selected = (kinds == kind) & ((genders == gender) | (gender == ALL))
            if selected.any():
                yield kind, str(gender), selected


def _mape(measured: Floats, estimated: Floats) -> float | None:
    if np.isnan(estimated).any():
        return None
    return round(100.0 * float(np.mean(np.abs(estimated / measured - 1.0))), 1)
