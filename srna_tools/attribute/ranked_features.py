"""Features ranked for each class: srna-attribute's table read back, and the background that it was ranked among."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.bundle import load_bundle
from srna_tools.errors import InputError, listed
from srna_tools.features import feature_type
from srna_tools.io.h5ad import read_samples
from srna_tools.io.lines import read_lines
from srna_tools.io.matrix import numbers_or_nan
from srna_tools.io.step_table import FIRST_LINE, read_table
from srna_tools.namespace import Namespace

_COLUMNS = ("class", "feature", "score")
_SAFETENSORS_START = 9


@dataclass(frozen=True)
class RankedFeatures:
    """Scores of the features for each class.

    Attributes
    ----------
    classes, features
        Their names; the features are the background.
    scores
        Shape (classes, features), NaN for features that were not listed for a class.
    """

    classes: tuple[str, ...]
    features: tuple[str, ...]
    scores: np.ndarray

    @property
    def is_complete(self) -> bool:
        """Whether the features were not cut to the best: all are listed for all classes, and some speak for none."""
        return not bool(np.isnan(self.scores).any()) and bool((self.scores <= 0).any())

    def among(self, features: Sequence[str]) -> RankedFeatures:
        """Take other features as background; those that were not listed have no score."""
        place = {name: number for number, name in enumerate(self.features)}
        scores = np.full((len(self.classes), len(features)), np.nan)
        listed_before = [number for number, name in enumerate(features) if name in place]
        scores[:, listed_before] = self.scores[:, [place[features[number]] for number in listed_before]]
        return RankedFeatures(self.classes, tuple(features), scores)

    def of_the_types_of(self, members: Collection[str]) -> RankedFeatures:
        """Keep the features of the kinds of RNA that these are of."""
        types = {feature_type(name) for name in members}
        return self.among([name for name in self.features if feature_type(name) in types])

    def orders(self, seed: int) -> list[np.ndarray]:
        """Features of each class from the highest score to the lowest, unlisted last, equal ones by chance.

        The order in which a table lists features of one score may put families beside each other, and must not count.
        """
        chance = np.random.default_rng(seed).permutation(len(self.features))
        return [np.lexsort((chance, -own)) for own in self.scores]


@dataclass(frozen=True)
class Background:
    """The features that could have been ranked.

    Attributes
    ----------
    features
        Their names.
    namespace
        How they are named, where the file says it.
    datasets
        What the model was trained on, where the file says it.
    """

    features: tuple[str, ...]
    namespace: Namespace
    datasets: frozenset[str] | None = None


def read_ranked(path: Path) -> RankedFeatures:
    """Read a table with the columns class, feature and score; others are not read.

    Raises
    ------
    InputError
        A column or name is missing, a score is no finite number, or a feature stands twice for a class.
    """
    table = read_table(path, _COLUMNS, "srna-attribute --ranking-output", all_named=False)
    table = table[list(_COLUMNS)].assign(score=numbers_or_nan(table["score"].to_numpy(dtype=object)))
    _refuse_rows(path, table)
    scores = table.pivot(index="class", columns="feature", values="score")  # noqa: PD010 - no pair stands twice
    classes, features = (tuple(table[column].drop_duplicates()) for column in ("class", "feature"))
    return RankedFeatures(classes, features, scores.loc[list(classes), list(features)].to_numpy(np.float64))


def read_background(path: Path) -> Background:
    """Read the measured features from a bundle, an h5ad or a text with one name a line.

    Of a bundle they are those that the model uses, of an h5ad those that a resource measured and, if it was
    normalised, srna-normalize kept.

    Raises
    ------
    InputError, BundleError
        It is none of these, or a name stands twice.
    """
    if path.is_file() and h5py.is_hdf5(path):
        samples = read_samples(path)
        kept = schema.measured_of(samples).any(axis=1).to_numpy()
        if schema.SELECTED in samples.var:
            kept &= samples.var[schema.SELECTED].to_numpy(bool)
        return Background(tuple(map(str, samples.var_names[kept])), Namespace.of(samples))
    if _is_bundle(path):
        bundle = load_bundle(path)
        datasets = bundle.training.get("samples_per_dataset")
        known = frozenset(map(str, datasets)) if isinstance(datasets, dict) else None
        return Background(bundle.transform.features, bundle.transform.namespace, known)
    names = [line.strip() for _, line in read_lines(path)]
    if not names or any("\t" in name for name in names):
        raise InputError(path, "is no list of features; give a model bundle, an h5ad, or a text with one name a line")
    twice = pd.Index(names)[pd.Index(names).duplicated()]
    if len(twice):
        raise InputError(path, f"the feature {listed(twice)} stands twice; list each once")
    return Background(tuple(names), Namespace.told_by(names))


def _refuse_rows(path: Path, table: pd.DataFrame) -> None:
    """Refuse what could not be ranked; the first line that is wrong is named."""
    problems = (
        (table["class"].fillna("").eq("") | table["feature"].isna(), "the class or the feature has no name"),
        (~np.isfinite(table["score"]), "the score is missing or no finite number"),
        (table.duplicated(["class", "feature"]), "the feature stands twice for its class; keep one row"),
    )
    for wrong, problem in problems:
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            what = ", ".join(str(table[column].iloc[row]) for column in ("class", "feature"))
            raise InputError(path, problem, f"line {row + FIRST_LINE} ({what})")


def _is_bundle(path: Path) -> bool:
    """Whether a file starts as safetensors do: the length of the header in eight bytes, then JSON."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        start = stream.read(_SAFETENSORS_START)
    return start[8:] == b"{" and b"\x00" in start[:8]
