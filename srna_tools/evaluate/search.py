"""Grid search, nested: settings are chosen inside each training set, by splitting it once more."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from srna_tools.errors import InputError, SampleError
from srna_tools.evaluate.contender import Contender, with_changes
from srna_tools.evaluate.fits import Fit, Material, Search, predict_unseen
from srna_tools.io.text import read_json
from srna_tools.validation.splits import Labelled, plan_splits

_LOG = logging.getLogger(__name__)
_FEWEST_FOLDS = 2
_DIGITS = 12

#: Candidates of each kind of model, unless the user gives others. All combinations are tried.
GRIDS: dict[str, dict[str, list[Any]]] = {
    "mlp": {"normalisation": ["rpm", "log-rpm"], "learning_rate": [1e-3, 3e-4]},
    "random-forest": {"normalisation": ["rpm", "log-rpm"], "down_sample": [True, False]},
    "discriminant": {"normalisation": ["log-rpm", "clr", "rank"], "shrinkage": [0.1, 0.3, 0.5]},
    "logistic": {"normalisation": ["rank", "clr", "log-rpm"], "C": [0.01, 0.1, 1.0]},
    # It chooses its number of features itself.
    "linear": {"normalisation": ["log-rpm", "clr", "rank"]},
    "domain-adaptation": {"scaling": ["none", "minmax"], "margin": [1.0, 5.0]},
}


def read_grids(path: Path) -> dict[str, dict[str, list[Any]]]:
    """Read candidates from JSON: ``{"logistic": {"C": [0.1, 1]}}``, by the name or kind of the model.

    Raises
    ------
    InputError
        Not JSON, or not of this form.
    """
    grids = read_json(path)
    is_grid = isinstance(grids, dict) and all(
        isinstance(grid, dict) and all(isinstance(values, list) and values for values in grid.values())
        for grid in grids.values()
    )
    if not is_grid:
        raise InputError(path, 'must hold lists of values by model and setting, such as {"logistic": {"C": [0.1, 1]}}')
    return dict(grids)


def search_for(
    contender: Contender, grids: Mapping[str, Mapping[str, list[Any]]], scheme: str, folds: int
) -> Search | None:
    """Make the search of one contender; None where the grids have no candidates for it.

    Raises
    ------
    SampleError
        A candidate is no setting of the model.
    """
    if contender.candidates:
        return None
    grid = grids.get(contender.name, grids.get(contender.kind, {}))
    candidates = tuple(dict(zip(grid, values, strict=True)) for values in product(*grid.values()))
    for candidate in candidates:
        with_changes(contender, candidate)
    # Settings that shall hold in a new study are chosen on studies left out.
    inner = "kfold" if scheme == "kfold" else "group-kfold"
    return Search(candidates, inner, folds) if grid else None


def choose_settings(fit: Fit, search: Search, material: Material) -> tuple[Contender, tuple[Mapping[str, Any], ...]]:
    """Choose the candidate with the best mean class accuracy over the inner folds; of equals the first.

    Returns
    -------
    The contender with these settings, and one row a candidate: ``setting mca chosen``.
    """
    train = fit.fold.train
    labels = material.labels[train]
    sizes = np.unique(labels, return_counts=True)[1]
    folds = min(search.folds, int(sizes.min()))
    if search.scheme != "kfold":
        folds = min(folds, len(set(material.datasets[train])))
    inside = Labelled(labels, material.datasets[train], material.linked[train], material.datasets[train])
    try:
        if folds < _FEWEST_FOLDS:
            raise SampleError("a class has a single training sample, or all training samples are of one dataset")
        plan = plan_splits(search.scheme, inside, folds=folds, seed=fit.seed)
    except SampleError as error:
        _LOG.warning("no search for settings in %s: %s; the first candidate was taken", fit.fold.name, error)
        return with_changes(fit.contender, search.grid[0]), ()
    scores = []
    for candidate in search.grid:
        contender = with_changes(fit.contender, candidate)
        right, tested = np.zeros(len(train), dtype=bool), np.zeros(len(train), dtype=bool)
        for fold in plan.folds:
            inner = replace(fold, train=train[fold.train], test=train[fold.test])
            predicted = predict_unseen(Fit(contender, inner, fit.seed), material).argmax(axis=1)
            right[fold.test] = predicted == material.codes[inner.test]
            tested[fold.test] = True
        scores.append(float(np.mean([right[tested & (labels == name)].mean() for name in np.unique(labels[tested])])))
    # What differs beyond this digit is rounding, and would break ties.
    best = int(np.argmax(np.round(scores, _DIGITS)))
    rows = tuple(
        {"setting": _in_words(candidate), "mca": score, "chosen": "yes" if place == best else ""}
        for place, (candidate, score) in enumerate(zip(search.grid, scores, strict=True))
    )
    return with_changes(fit.contender, search.grid[best]), rows


def _in_words(candidate: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in candidate.items())
