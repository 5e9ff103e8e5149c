"""Small evaluations: samples of few features, and models of each kind that are trained in a moment."""

from __future__ import annotations

import logging
from dataclasses import fields

import numpy as np
import pytest
from scipy import sparse

from srna_tools.evaluate.contenders import contenders
from srna_tools.evaluate.design import Design
from srna_tools.evaluate.evaluation import Evaluation
from srna_tools.models.registry import MODELS

QUICK = {
    "hidden": (8,), "dropout": (0.1,), "epochs": 2, "first_trees": 4, "trees": 6, "top_features": 40,
    "down_sample": False, "mapper": (8,), "bias_epochs": 2,
}  # fmt: skip


@pytest.fixture
def warnings_logged(caplog, monkeypatch):
    """Warnings of the package, each once, also after an executable has sent them to stderr."""
    logger = logging.getLogger("srna_tools")
    monkeypatch.setattr(logger, "handlers", [caplog.handler])
    monkeypatch.setattr(logger, "propagate", False)
    return caplog


@pytest.fixture(scope="session")
def studies(simulated_studies):
    """48 samples of three studies and four tissues, some hundred features; tests that change them take a copy."""
    return simulated_studies[:, ::5].copy()


@pytest.fixture(scope="session")
def quick():
    """Make contenders that are trained in a moment."""

    def make(samples, *names, **given):
        has = {field.name for name in names for field in fields(MODELS[name].settings)}
        return contenders(samples, names, {name: value for name, value in QUICK.items() if name in has} | given, {})

    return make


@pytest.fixture(scope="session")
def evaluation_of(quick):
    """Make an evaluation of quick models, three random folds unless told otherwise."""

    def make(samples, *names, scheme="kfold", label="tissue", given=None, **design):
        models = quick(samples, *(names or ("logistic",)), **(given or {}))
        return Evaluation.of(samples, label, models, Design(scheme, **({"folds": 3} | design)))

    return make


@pytest.fixture(scope="session")
def noise(make_samples):
    """Make samples of independent counts: no label can be learnt from them."""

    def make(samples, features, seed=0, **columns):
        counts = np.random.default_rng(seed).negative_binomial(2, 0.05, size=(samples, features))
        return make_samples(sparse.csr_matrix(counts).toarray(), **columns)

    return make


@pytest.fixture(scope="session")
def with_counts():
    """Return samples of other counts, everything else the same."""

    def change(samples, counts):
        changed = samples.copy()
        changed.layers["counts"] = sparse.csr_matrix(counts).astype(samples.layers["counts"].dtype)
        changed.X = changed.layers["counts"].astype(np.float32)
        return changed

    return change
