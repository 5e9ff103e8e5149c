"""Samples and a bundle to scores of features, class by class and sample by sample."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from srna_tools import schema
from srna_tools.attribute.class_expression import ClassExpression
from srna_tools.attribute.engine import BUILT_IN, Collector, Engine
from srna_tools.attribute.engines import engine_for
from srna_tools.attribute.ranking import PUBLISHED_TOP, ClassDifferences, top_features
from srna_tools.attribute.sample_expression import SampleExpression, reads_per_million
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, listed
from srna_tools.predict.annotate import annotate
from srna_tools.predict.status import OK, Thresholds

if TYPE_CHECKING:
    import anndata
    import pandas as pd

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Explainer:
    """What is needed to explain samples with one model.

    Attributes
    ----------
    samples
        Those with reads.
    inputs
        Their model inputs, shape (samples, features).
    probabilities
        Shape (samples, classes).
    codes
        Class number of each sample: its annotation where the model knows it, else the prediction; -1 where that
        was refused, so that a sample unlike all classes does not speak for one.
    annotated
        Which samples' class is their annotation.
    """

    bundle: Bundle
    engine: Engine
    samples: anndata.AnnData
    inputs: np.ndarray
    probabilities: np.ndarray
    codes: np.ndarray
    annotated: np.ndarray

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Scores of the given samples, shape (samples, classes, features), float32."""
        return self.engine.scores(self.inputs[rows])

    def collect(self, *collectors: Collector) -> None:
        """Explain all samples once, block by block, and give the scores to all who collect them."""
        for rows in self.blocks():
            scores = self.scores(rows)
            for collector in collectors:
                collector.add(rows, scores)

    def blocks(self) -> Iterator[np.ndarray]:
        """Rows of all samples, as many at a time as the engine takes, with a progress bar."""
        rows, size = np.arange(len(self.inputs)), self.engine.block
        with tqdm(total=len(rows), desc="explaining", unit=" samples", leave=False, disable=None) as bar:
            for begin in range(0, len(rows), size):
                block = rows[begin : begin + size]
                yield block
                bar.update(len(block))

    def rank_classes(self, top: int = PUBLISHED_TOP) -> tuple[pd.DataFrame, np.ndarray]:
        """Top features of every class that has samples.

        Returns
        -------
        The table of `top_features`, and the score of every class and feature, shape (classes, features).
        """
        collected = ClassDifferences(self.codes, len(self.bundle.classes), len(self.bundle.transform.features))
        self.collect(collected)
        return self.top_features(collected, top), collected.differences()[0]

    def top_features(
        self, collected: ClassDifferences, top: int = PUBLISHED_TOP, columns: np.ndarray | None = None
    ) -> pd.DataFrame:
        """Table of `ranking.top_features`, from what the samples were collected to.

        Parameters
        ----------
        columns
            Positions of the features that are ranked; without it, all.
        """
        ranked = np.arange(len(self.bundle.transform.features)) if columns is None else columns
        differences, number = collected.differences()
        expression, features = self.class_expression, np.asarray(self.bundle.transform.features)
        return top_features(
            differences[:, ranked], number, expression.rpm_sums[:, ranked], expression.measured[:, ranked],
            features[ranked].tolist(), self.bundle.classes, top,
        )  # fmt: skip

    @cached_property
    def rpm(self) -> np.ndarray:
        """Reads per million of the model's features, shape (samples, features), NaN where they were not measured."""
        return reads_per_million(self.samples, self.bundle.transform)

    @cached_property
    def class_expression(self) -> ClassExpression:
        """Reads per million in each class."""
        return ClassExpression.of(self.rpm, self.codes, len(self.bundle.classes))

    @cached_property
    def sample_expression(self) -> SampleExpression:
        """Reads per million of each sample, to be compared with those of the others."""
        return SampleExpression(self.rpm, self.codes)

    @property
    def datasets(self) -> np.ndarray:
        """Study of each sample."""
        return np.asarray(self.samples.obs[schema.DATASET], dtype=str)

    def row_of(self, sample: str) -> int:
        """Row of a sample by its id.

        Raises
        ------
        SampleError
            There is no such sample, or it has no reads.
        """
        place = int(self.samples.obs_names.get_indexer([sample])[0])
        if place < 0:
            raise SampleError(
                f"there is no sample '{sample}' with reads; the samples are: {listed(self.samples.obs_names)}"
            )
        return place

    def describe(self) -> str:
        """Say how the scores came about, in a line for captions."""
        return self.engine.describe()

    def summary(self) -> str:
        """Say whose class the samples counted for."""
        annotated, refused = int(self.annotated.sum()), int((self.codes < 0).sum())
        classes = len(np.unique(self.codes[self.codes >= 0]))
        return (
            f"{len(self.codes)} samples explained: {annotated} count for their annotated class, "
            f"{len(self.codes) - annotated - refused} for the predicted one, {refused} for none as their prediction is "
            f"refused; {classes} of {len(self.bundle.classes)} classes have samples"
        )


def prepare(
    samples: anndata.AnnData, bundle: Bundle, *, rule: str, reference: str, engine: str = BUILT_IN, threads: int = 1
) -> Explainer:
    """Apply the model to the samples with reads and settle each sample's class.

    Raises
    ------
    SampleError
        The engine does not explain this kind of model, or no sample has reads on its features.
    """
    chosen = engine_for(bundle, rule=rule, reference=reference, engine=engine, threads=threads)
    samples = samples[schema.with_reads(samples)]
    inputs = bundle.transform.apply(samples)
    usable = inputs.depth > 0
    if not usable.any():
        raise SampleError(f"none of the {samples.n_obs} samples has reads on the features that the model uses")
    samples, values = samples[usable], inputs.values[usable]
    probabilities = bundle.probabilities(values)
    codes, annotated = _classes_of(samples, bundle)
    return Explainer(bundle, chosen, samples, values, probabilities, codes, annotated)


def _classes_of(samples: anndata.AnnData, bundle: Bundle) -> tuple[np.ndarray, np.ndarray]:
    """Class number of each sample, -1 where there is none to speak for, and whether it is annotated."""
    place = {name: code for code, name in enumerate(bundle.classes)}
    predictions = annotate(samples, bundle, Thresholds()).table
    accepted = (predictions["status"] == OK).to_numpy()
    best = np.array([place.get(label, -1) for label in predictions["label"]])
    labels = schema.labels_of(samples, bundle.label) if bundle.label in samples.obs else [None] * samples.n_obs
    annotation = np.array([place.get(label, -1) if label is not None else -1 for label in labels])
    codes = np.where(annotation >= 0, annotation, np.where(accepted, best, -1))
    if (codes < 0).all():
        _LOG.warning("every prediction is refused and no sample is annotated: the best guesses are explained instead")
        codes = best
    return codes, annotation >= 0
