"""How many features have to be removed until the prediction changes: stability of classes, and their similarity."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.attribute.asking_search import AskingSearch
from srna_tools.attribute.explain import Explainer
from srna_tools.attribute.network_search import NetworkSearch
from srna_tools.attribute.removal import Change, Removal, Search, features_that_matter, removal_of
from srna_tools.bundle import Bundle
from srna_tools.errors import counted, listed
from srna_tools.models.dense_network import DenseNetwork

STEP_COLUMNS = ("sample", "from", "to", "steps_to_change", "changed_to", "steps_to_class")
MATRIX_COLUMNS = ("from", "to", "mean_steps", "median_steps", "samples", "censored")
_TO_CHANGE, _TO_CLASS = "steps_to_change", "steps_to_class"
# Samples a thread whose orders of the features are held at a time.
_TOGETHER = 64


class RemovalSteps:
    r"""Steps until the prediction changes, when features are set to the reference one after another.

    For each correctly classified sample :math:`i` of class :math:`y` and each other class :math:`k'` the features are
    removed in the order of falling :math:`D2_{ijk'} = C_{ijy} - C_{ijk'}`. The step at which the predicted class is no
    longer :math:`y` says how stable the class is, the step at which it is :math:`k'` how similar the two classes are.
    A step is a place in the whole order, from 1: a feature that equals the reference already is counted as well.

    Parameters
    ----------
    explainer
        Samples and model. Correct is a sample whose predicted class is its annotation; where no sample is annotated
        with a class of the model, accepted predictions stand in. Without any, the tables are empty.
    threads
        Samples that are followed side by side; the result does not depend on it.

    References
    ----------
    Fiosina, Fiosins & Bonn 2019, section 2.3.4.
    """

    def __init__(self, explainer: Explainer, threads: int = 1) -> None:
        self._explainer, self._threads = explainer, threads
        self._counted = explainer.annotated if explainer.annotated.any() else explainer.codes >= 0
        self.correct = self._counted & (explainer.codes == explainer.probabilities.argmax(axis=1))
        self._search = search_for(explainer.bundle, threads)
        self._matters = features_that_matter(explainer.bundle.model)
        self._found: list[np.ndarray] = []

    def add(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Follow the correct ones of some samples; their scores have the shape (rows, classes, features)."""
        chosen = np.flatnonzero(self.correct[rows])
        together = _TOGETHER * self._threads
        with tqdm(total=len(chosen), desc="removing features", unit=" samples", leave=False, disable=None) as bar:
            for start in range(0, len(chosen), together):
                part = chosen[start : start + together]
                removals = self._removals(rows[part], scores[part])
                for row, removal, change in zip(rows[part], removals, self._search.find(removals), strict=True):
                    self._note(int(row), removal, change)
                bar.update(len(part))

    def steps(self) -> pd.DataFrame:
        """Table of one row a sample and other class, columns `STEP_COLUMNS`; missing where it never happened."""
        none = np.empty((len(STEP_COLUMNS), 0), dtype=np.int64)
        row, own, other, to_change, changed_to, to_class = np.concatenate([none, *self._found], axis=1)
        classes = np.array([*self._explainer.bundle.classes, ""], dtype=object)
        columns = (
            self._explainer.samples.obs_names.to_numpy()[row],
            classes[own],
            classes[other],
            _whole(to_change),
            classes[changed_to],
            _whole(to_class),
        )
        return pd.DataFrame(dict(zip(STEP_COLUMNS, columns, strict=True)))

    def stability(self) -> pd.DataFrame:
        """Steps until the class is any other, for each class and class that features were removed in favour of."""
        return self._matrix(_TO_CHANGE)

    def similarity(self) -> pd.DataFrame:
        """Steps from one class to another."""
        return self._matrix(_TO_CLASS)

    def sentences(self) -> list[str]:
        """Say which samples were followed, and which classes have none."""
        classes = self._explainer.bundle.classes
        found = np.unique(self._explainer.codes[self.correct])
        lacking = [name for code, name in enumerate(classes) if code not in found]
        said = [
            f"stability and similarity: {int(self.correct.sum())} of {counted(int(self._counted.sum()), 'sample')} "
            "are predicted as their class and followed"
        ]
        if not self._explainer.annotated.any():
            said.append(
                "stability and similarity: no sample is annotated with a class of the model, predictions stand in"
            )
        if lacking:
            said.append(f"stability and similarity: no correctly predicted sample of {listed(lacking)}")
        return said

    def _removals(self, rows: np.ndarray, scores: np.ndarray) -> list[Removal]:
        def ordered(place: int) -> Removal:
            row = rows[place]
            explainer = self._explainer
            own = int(explainer.codes[row])
            return removal_of(explainer.inputs[row], explainer.engine.reference, scores[place], own, self._matters)

        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(ordered, range(len(rows))))

    def _note(self, row: int, removal: Removal, change: Change) -> None:
        paths = len(removal.targets)
        found = (
            np.full(paths, row),
            np.full(paths, removal.own),
            removal.targets,
            removal.steps_after(change.moves_to_change),
            change.changed_to,
            removal.steps_after(change.moves_to_target),
        )
        self._found.append(np.array(found))

    def _matrix(self, column: str) -> pd.DataFrame:
        """Mean and median over the samples in which it happened, in the order of the classes."""
        steps, rows = self.steps(), []
        classes = self._explainer.bundle.classes
        groups = dict(list(steps[column].groupby([steps["from"], steps["to"]])))
        for pair in itertools.product(classes, classes):
            if pair in groups:
                happened = groups[pair].dropna().astype(np.float64)
                number = len(groups[pair])
                rows.append((*pair, happened.mean(), happened.median(), number, number - len(happened)))
        return pd.DataFrame(rows, columns=list(MATRIX_COLUMNS))


def search_for(bundle: Bundle, threads: int) -> Search:
    """Choose the way to follow removals: by running sums in a dense network, else by asking the model."""

    def predict(values: np.ndarray) -> np.ndarray:
        return np.asarray(bundle.probabilities(values).argmax(axis=1))

    if isinstance(bundle.model, DenseNetwork):
        return NetworkSearch(bundle.model, predict, threads)
    return AskingSearch(predict, threads)


def _whole(steps: np.ndarray) -> pd.Series:
    """Whole numbers, missing where they are 0."""
    numbers = pd.Series(steps, dtype="Int64")
    return numbers.mask(numbers == 0)
