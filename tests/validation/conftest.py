"""Out-of-fold tables for the tests of metrics."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools.validation.out_of_fold import make_table

CLASSES = ("blood", "brain", "liver")


@pytest.fixture(scope="session")
def predictions_of():
    """Make the rows of one model from what is predicted right: a probability for each sample's predicted class."""

    def make(true, predicted, probability=None, datasets=None, *, model="mlp", repeat=1, classes=CLASSES):
        number = len(true)
        top = np.full(number, 0.9) if probability is None else np.asarray(probability, dtype=float)
        probabilities = np.repeat((1 - top)[:, None] / (len(classes) - 1), len(classes), axis=1)
        probabilities[np.arange(number), [classes.index(name) for name in predicted]] = top
        return make_table(
            samples=[f"s{place}" for place in range(number)],
            datasets=["study"] * number if datasets is None else datasets,
            model=model, repeat=repeat, fold=1, seed=repeat, true=true, classes=classes, probabilities=probabilities,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def random_predictions():
    """Make predictions with ties, of classes of different size and datasets of different size and difficulty."""

    def make(models=("mlp",), repeats=1, samples=60, classes=CLASSES, datasets=5, seed=0):
        generator = np.random.default_rng(seed)
        shares = np.arange(1, len(classes) + 1) / np.arange(1, len(classes) + 1).sum()
        true = generator.choice(len(classes), samples, p=shares)
        study = generator.integers(0, datasets, samples)
        parts = []
        for model in models:
            for repeat in range(1, repeats + 1):
                logits = generator.normal(size=(samples, len(classes))).round(1)
                logits[np.arange(samples), true] += 1.0 + study / datasets
                probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
                parts.append(
                    make_table(
                        samples=[f"s{place}" for place in range(samples)],
                        datasets=[f"study {number}" for number in study],
                        model=model, repeat=repeat, fold=1, seed=repeat, true=[classes[code] for code in true],
                        classes=classes, probabilities=probabilities,
                    )
                )  # fmt: skip
        return pd.concat(parts, ignore_index=True)

    return make
