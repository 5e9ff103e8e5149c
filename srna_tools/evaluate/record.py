"""What an evaluation tells the bundle of a model: how it did on unseen samples, and its calibration."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.bundle import Bundle
from srna_tools.errors import InputError, SampleError, listed
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.evaluation import Evaluation
from srna_tools.io.text import read_json
from srna_tools.validation.metrics import OVERALL
from srna_tools.validation.out_of_fold import by_model, classes_of, codes_of, probabilities_of
from srna_tools.validation.probability_error import expected_calibration_error, log_loss
from srna_tools.validation.splits import RANDOM_SCHEMES
from srna_tools.validation.temperature import best_temperature, with_temperature

if TYPE_CHECKING:
    import pandas as pd

_LOG = logging.getLogger(__name__)
_COUNTS = ("samples", "datasets")
_FIGURES = ("msa", "mca", "mean_dataset_accuracy")
_KEYS = ("label", "classes", "models")
_DIGITS = 6


def record_of(
    evaluation: Evaluation, predictions: pd.DataFrame, metrics: pd.DataFrame, label: str, *, searched: bool
) -> dict[str, Any]:
    """Make the record, as JSON can hold it.

    Parameters
    ----------
    searched
        Settings were chosen anew in each fold, so that no single model was judged.

    Returns
    -------
    ``label``, ``classes`` and ``models``: by name the ``model`` (kind, settings, transform), its ``evaluation`` and its
    ``calibration``.
    """
    contenders = {} if searched else {model.name: model for model in evaluation.models if not model.candidates}
    scheme = evaluation.plan.scheme
    return {
        "label": label,
        "classes": list(classes_of(predictions)),
        "models": {
            name: {
                "model": contenders[name].to_dict() if name in contenders else None,
                "evaluation": {"scheme": scheme} | figures_of(metrics, name),
                "calibration": {"scheme": scheme} | calibration_of(table),
            }
            for name, table in by_model(predictions)
        },
    }


def figures_of(metrics: pd.DataFrame, model: str) -> dict[str, float]:
    """What a bundle says of how good its model is: samples, datasets and the accuracies, from the metrics table."""
    rows = metrics[(metrics["scope"] == OVERALL) & (metrics["model"] == model)]
    overall = rows.set_index("metric")["value"]
    return {name: int(overall[name]) for name in _COUNTS} | {name: _short(overall[name]) for name in _FIGURES}


def calibration_of(table: pd.DataFrame) -> dict[str, float]:
    """Temperature of one model, and what it does to the error of probabilities.

    Parameters
    ----------
    table
        Out-of-fold table of one model.

    Returns
    -------
    ``temperature``, fitted on all rows; ``ece`` and ``log_loss`` of the model as it is; ``calibrated_ece`` and
    ``calibrated_log_loss``, where each dataset is judged with the temperature of the others.
    """
    classes = classes_of(table)
    true, probabilities = codes_of(table["true"], classes), probabilities_of(table)
    datasets = table["dataset"].to_numpy(str)
    calibrated = probabilities.copy()
    for name in np.unique(datasets) if len(set(datasets)) > 1 else ():
        rows = datasets == name
        temperature = best_temperature(true[~rows], probabilities[~rows])
        calibrated[rows] = with_temperature(probabilities[rows], temperature)
    found = {"temperature": best_temperature(true, probabilities)}
    found |= _errors(true, probabilities, "")
    if len(set(datasets)) > 1:
        found |= _errors(true, calibrated, "calibrated_")
    return {name: _short(value) for name, value in found.items()}


def with_evaluation(bundle: Bundle, path: Path, model: Contender) -> Bundle:
    """Give the bundle of a model the figures and the calibration of its record.

    Parameters
    ----------
    model
        What was trained, under the name in the record.

    Raises
    ------
    InputError, SampleError
        Not such a record; it is of another label, other classes, or of a model with other settings.
    """
    record, name, label, classes = _read(path), model.name, bundle.label, bundle.classes
    if record["label"] != label or list(record["classes"]) != list(classes):
        raise SampleError(
            f"{path} judges models of '{record['label']}' with the classes {listed(record['classes'], 20)}, but this "
            f"one is of '{label}' with {listed(classes, 20)}; evaluate on the samples that are trained on"
        )
    if name not in record["models"]:
        raise SampleError(f"{path} does not judge a model '{name}', but: {listed(record['models'], 20)}")
    entry = record["models"][name]
    if entry["model"] is None:
        raise SampleError(
            f"{path} judges '{name}' with settings that each fold chose anew; evaluate the settings that are trained, "
            "without --search"
        )
    expected = json.loads(json.dumps(model.to_dict()))
    if entry["model"] != expected:
        different = sorted(
            key
            for part in ("settings", "transform")
            for key, value in expected[part].items()
            if entry["model"].get(part, {}).get(key) != value
        )
        raise SampleError(
            f"{path} judges '{name}' with other settings ({listed(different) or 'of another kind'}); "
            "evaluate the model as it is trained"
        )
    if entry["calibration"]["scheme"] in RANDOM_SCHEMES:
        _LOG.warning(
            "%s comes from random folds: its figures and its calibration hold for the studies of the training, not for "
            "new ones; use --scheme dataset-out", path,
        )  # fmt: skip
    return replace(bundle, calibration=entry["calibration"], evaluation=entry["evaluation"])


def _read(path: Path) -> dict[str, Any]:
    record = read_json(path)
    try:
        parts = [entry[part] for entry in record["models"].values() for part in ("evaluation", "calibration")]
        sound = all(key in record for key in _KEYS) and all(isinstance(part, dict) for part in parts)
    except (LookupError, TypeError, AttributeError) as error:
        raise InputError(path, f"is not the record of srna-evaluate --evaluation-output ({error!r})") from error
    if not sound:
        raise InputError(path, "is not the record of srna-evaluate --evaluation-output")
    return dict(record)


def _errors(true: np.ndarray, probabilities: np.ndarray, prefix: str) -> dict[str, float]:
    weights = np.ones((1, len(true)))
    right = probabilities.argmax(axis=1) == true
    error = expected_calibration_error(right, probabilities.max(axis=1), weights)
    return {f"{prefix}ece": float(error[0]), f"{prefix}log_loss": float(log_loss(true, probabilities, weights)[0])}


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
