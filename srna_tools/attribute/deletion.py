"""Deletion curves: how fast the probability of a class falls when the features that rank first are removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from srna_tools.attribute.explain import Explainer
from srna_tools.attribute.ranking import ClassDifferences, falling, own_advantages

COLUMNS = ("order", "removed", "probability", "samples")
OWN, OF_CLASS, RANDOM = "ranking of the sample", "ranking of its class", "random"
DRAWS = 5
_SERIES = (1, 2, 5)

#: From model inputs, shape (samples, features), to class probabilities, shape (samples, classes).
Probabilities = Callable[[np.ndarray], np.ndarray]


def removal_steps(features: int) -> np.ndarray:
    """Numbers of removed features at which curves are drawn: 0, 1, 2, 5, 10, 20, 50 and so on, and all."""
    decades = range(len(str(features)))
    within = [number * 10**decade for decade in decades for number in _SERIES]
    return np.array([0, *(number for number in within if number < features), features])


def after_removal(
    probabilities: Probabilities,
    inputs: np.ndarray,
    codes: np.ndarray,
    order: np.ndarray,
    reference: np.ndarray,
) -> np.ndarray:
    """Probability of each sample's class after setting more and more of its features to the reference.

    Parameters
    ----------
    probabilities
        Of the model.
    inputs
        Shape (samples, features).
    codes
        Class number of each sample whose probability is followed.
    order
        Features by their numbers, first those that are removed first: shape (features,) for all samples alike, or
        (samples, features).
    reference
        What a removed feature is set to, shape (features,).

    Returns
    -------
    Shape (samples, steps), at the steps of `removal_steps`.

    References
    ----------
    Samek et al. 2017, "Evaluating the visualization of what a deep neural network has learned", IEEE Transactions on
    Neural Networks and Learning Systems 28, section III.
    """
    samples, features = inputs.shape
    order = np.broadcast_to(order, (samples, features))
    rows = np.arange(samples)
    values, removed, curve = inputs.copy(), 0, []
    for step in removal_steps(features):
        chosen = order[:, removed:step]
        values[rows[:, None], chosen] = reference[chosen]
        curve.append(probabilities(values)[rows, codes])
        removed = step
    return np.stack(curve, axis=1)


def random_orders(features: int, draws: int, seed: int) -> np.ndarray:
    """Orders of features by chance alone, shape (draws, features)."""
    generator = np.random.default_rng(seed)
    return np.stack([generator.permutation(features) for _ in range(draws)])


class DeletionCurves:
    """Curves of the explained samples, collected while scores pass: by their own rankings, by class, and by chance.

    A feature ranks in a sample by what it adds to the sample's class beyond what it adds to the other classes on
    average, and in a class by the mean of that over the samples of the class (`ClassDifferences`). Samples that count
    for no class are left out.

    Parameters
    ----------
    explainer
        Samples, model and reference.
    seed
        Of the random orders.
    """

    def __init__(self, explainer: Explainer, seed: int) -> None:
        self._explainer, self._seed = explainer, seed
        self._features = len(explainer.bundle.transform.features)
        self._classes = ClassDifferences(explainer.codes, len(explainer.bundle.classes), self._features)
        self._own = np.full((len(explainer.codes), len(removal_steps(self._features))), np.nan)

    def add(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Take the scores of some samples, shape (rows, classes, features)."""
        self._classes.add(rows, scores)
        codes = self._explainer.codes[rows]
        for code in np.unique(codes[codes >= 0]):
            order = falling(own_advantages(scores[codes == code], int(code)))
            chosen = rows[codes == code]
            self._own[chosen] = self._curves(chosen, order)

    def table(self) -> pd.DataFrame:
        """Mean curve of each kind of order, columns `COLUMNS`."""
        rows = np.flatnonzero(self._explainer.codes >= 0)
        of_classes = falling(self._classes.differences()[0])[self._explainer.codes[rows]]
        by_chance = [self._curves(rows, order) for order in random_orders(self._features, DRAWS, self._seed)]
        curves = {
            OWN: self._own[rows],
            OF_CLASS: self._curves(rows, of_classes),
            RANDOM: np.mean(by_chance, axis=0),
        }
        return curve_table(curves, self._features)

    def _curves(self, rows: np.ndarray, order: np.ndarray) -> np.ndarray:
        explainer = self._explainer
        return after_removal(
            explainer.bundle.probabilities, explainer.inputs[rows], explainer.codes[rows], order,
            explainer.engine.reference,
        )  # fmt: skip


def curve_table(curves: Mapping[str, np.ndarray], features: int) -> pd.DataFrame:
    """Mean curve of each order.

    Parameters
    ----------
    curves
        By the name of the order, as `after_removal` gives them.
    features
        Number of features of the model.

    Returns
    -------
    Columns `COLUMNS`: ``removed`` features, mean ``probability`` over the ``samples``.
    """
    tables = [
        pd.DataFrame(
            {
                "order": order,
                "removed": removal_steps(features),
                "probability": curve.mean(axis=0),
                "samples": len(curve),
            },
            columns=list(COLUMNS),
        )
        for order, curve in curves.items()
    ]
    return pd.concat(tables, ignore_index=True)


def areas(table: pd.DataFrame) -> dict[str, float]:
    """Area under the curve of each order, by trapezoids over the share of features removed, 0 to 1.

    The smaller, the sooner the features go that the model needs. The highest possible area is 1; the curves of all
    orders begin and end at the same probability.
    """
    from scipy.integrate import trapezoid

    return {
        str(order): float(trapezoid(rows["probability"], rows["removed"] / rows["removed"].max()))
        for order, rows in table.groupby("order", sort=False)
    }
