"""Self-training: a model labels samples that have none, learns from the sure ones too, and is judged before and after.

The "positive feedback loop" of Wartmann et al. 2020, "Prediction and Availability of Novel Metadata".
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.bundle import Bundle
from srna_tools.errors import counted
from srna_tools.evaluate.carry_out import warnings_kept
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.pseudo_labels import COLUMNS, USED, WHY
from srna_tools.evaluate.unlabelled import Unlabelled
from srna_tools.models.interface import TrainedModel
from srna_tools.training import TrainingSet, train_on
from srna_tools.validation.class_metrics import accuracies_of
from srna_tools.validation.inside import plan_inside
from srna_tools.validation.linked import linked_samples
from srna_tools.validation.splits import RANDOM_SCHEMES, Fold, Labelled, SplitPlan

if TYPE_CHECKING:
    import anndata
    import pandas as pd

_LOG = logging.getLogger(__name__)
#: Smallest probability of a sample that is added (Wartmann et al. 2020).
MIN_CONFIDENCE = 0.9
_FOLDS = 5
_OF_EARLIER_MODEL = {"before_self_training": True}


@dataclass(frozen=True)
class SelfTrained:
    """What self-training gives.

    Attributes
    ----------
    bundle
        Trained on the labelled and the added samples; ``training["self_training"]`` holds the figures.
    trained
        The model fresh from training; None where nothing was added, and the first model stands.
    table
        One row an unlabelled sample: ``sample dataset label probability used reason``.
    sentences
        What was added, what was not and why, and what it did to the accuracy.
    """

    bundle: Bundle
    trained: TrainedModel | None
    table: pd.DataFrame
    sentences: tuple[str, ...]


def self_train(
    labelled: TrainingSet,
    unlabelled: anndata.AnnData,
    model: Contender,
    first: Bundle,
    *,
    min_confidence: float = MIN_CONFIDENCE,
    seed: int = 0,
    threads: int = 1,
) -> SelfTrained:
    """Train again, on the labelled samples and on those that a first model labels surely.

    Which samples are added says `pseudo_labels.choose`. Before and after are compared on folds of the labelled samples:
    in each, a first model of the fold's own chooses what its second model is given, so that no test sample has a part
    in either.

    Parameters
    ----------
    model
        Kind, settings and Transform of all models.
    first
        Bundle trained on all labelled samples. Where it is calibrated, its temperature is applied before
        `min_confidence`, in the folds too.
    min_confidence
        Smallest probability of a sample that is added.

    Raises
    ------
    SampleError
        None of the unlabelled samples may be added, or they cannot be joined to the labelled ones.
    """
    loop = _Loop(
        labelled, Unlabelled.beside(labelled, unlabelled), model, first.calibration, min_confidence, seed, threads
    )
    everything = np.arange(labelled.samples.n_obs)
    chosen = loop.unlabelled.choose(first, everything, min_confidence)
    table = loop.unlabelled.whole_table(chosen)
    facts = _chosen_facts(table) | {"min_confidence": min_confidence, "temperature": float(first.temperature)}
    sentences = _chosen_sentences(table)
    if not facts["added"]:
        _LOG.warning("no unlabelled sample was added: the model is that of the labelled samples alone")
        bundle = replace(first, training=first.training | {"self_training": facts})
        return SelfTrained(bundle, None, table[list(COLUMNS)], tuple(sentences))
    facts |= loop.before_and_after()
    second, trained = loop.train(loop.unlabelled.added_to(everything, chosen))
    facts |= {"features_before": len(first.transform.features), "features_after": len(second.transform.features)}
    bundle = replace(
        second,
        training=second.training | _how_it_was_chosen(first) | {"self_training": facts},
        # What an evaluation found out is of the model of the labelled samples alone.
        calibration=first.calibration and first.calibration | _OF_EARLIER_MODEL,
        evaluation=first.evaluation and first.evaluation | _OF_EARLIER_MODEL,
        licence=first.licence,
    )
    sentences += _judged_sentences(facts)
    _warn_where_it_did_not_help(facts)
    return SelfTrained(bundle, trained, table[list(COLUMNS)], tuple(sentences))


@dataclass(frozen=True)
class _Loop:
    """Everything that a round of self-training needs, on all labelled samples or on those of a fold."""

    labelled: TrainingSet
    unlabelled: Unlabelled
    model: Contender
    calibration: Mapping[str, Any]
    min_confidence: float
    seed: int
    threads: int

    def train(self, chosen: TrainingSet) -> tuple[Bundle, TrainedModel]:
        """Train the model on some samples; its probabilities have the given calibration."""
        model = self.model
        bundle, trained = train_on(
            chosen, model.kind, model.settings, model.transform, seed=self.seed, threads=self.threads
        )
        return replace(bundle, calibration=dict(self.calibration)), trained

    def before_and_after(self) -> dict[str, Any]:
        """Accuracy of both models on folds of the labelled samples; empty where these cannot be split."""
        plan = _plan(self.labelled, self.seed)
        if plan is None:
            _LOG.warning("the labelled samples are too few, or too much linked, to compare before and after")
            return {}
        classes = self.labelled.classes
        predicted = {"before": np.full(len(classes), None), "after": np.full(len(classes), None)}
        with warnings_kept() as warnings:
            for fold in plan.folds:
                first, second = self._fold(fold, plan.scheme)
                predicted["before"][fold.test], predicted["after"][fold.test] = first, second
        for sentence in dict.fromkeys(warnings):
            _LOG.warning("in folds: %s", sentence)
        tested = predicted["before"] != None  # noqa: E711 - element by element
        figures = {
            f"{metric}_{when}": value
            for when, labels in predicted.items()
            for metric, value in zip(("msa", "mca"), accuracies_of(classes[tested], labels[tested]), strict=True)
        }
        return {"scheme": plan.scheme, "folds": len(plan.folds), "tested": int(tested.sum()), **figures}

    def _fold(self, fold: Fold, scheme: str) -> tuple[np.ndarray, np.ndarray]:
        """Classes that the first and the second model of a fold predict for its test samples."""
        labelled, rows = self.labelled, fold.train
        first, _ = self.train(labelled.with_samples(labelled.samples[rows], labelled.classes[rows]))
        # Unlabelled samples of a tested study would make it a known one.
        barred = frozenset() if scheme in RANDOM_SCHEMES else frozenset(labelled.datasets[fold.test].tolist())
        chosen = self.unlabelled.choose(first, rows, self.min_confidence, barred)
        before = _predicted(first, labelled.samples[fold.test])
        if not (chosen["used"] == USED).any():
            return before, before
        second, _ = self.train(self.unlabelled.added_to(rows, chosen))
        return before, _predicted(second, labelled.samples[fold.test])


def _plan(labelled: TrainingSet, seed: int) -> SplitPlan | None:
    """Folds of whole studies where the samples allow it, else random ones, else None."""
    classes, datasets = labelled.classes, labelled.datasets
    facts = Labelled(classes, datasets, linked_samples(labelled.samples.obs), datasets)
    most = min(_FOLDS, int(np.unique(classes, return_counts=True)[1].min()))
    return plan_inside(facts, dataset_folds=min(most, len(set(datasets))), random_folds=most, seed=seed)


def _predicted(bundle: Bundle, samples: anndata.AnnData) -> np.ndarray:
    best = bundle.probabilities(bundle.transform.apply(samples).values).argmax(axis=1)
    labels: np.ndarray = np.array(bundle.classes, dtype=object)[best]
    return labels


def _how_it_was_chosen(bundle: Bundle) -> dict[str, Any]:
    return {name: facts for name, facts in bundle.training.items() if name == "choice"}


def _chosen_facts(table: pd.DataFrame) -> dict[str, Any]:
    used = table[table["used"] == USED]
    return {
        "unlabelled": len(table),
        "added": len(used),
        "added_per_class": {str(name): int(size) for name, size in used["label"].value_counts().sort_index().items()},
        "added_per_dataset": {
            str(name): int(size) for name, size in used["dataset"].value_counts().sort_index().items()
        },
    }


def _chosen_sentences(table: pd.DataFrame) -> list[str]:
    used, others = table[table["used"] == USED], table[table["used"] != USED]
    lines = [f"self-training: {len(used):,} of {counted(len(table), 'unlabelled sample')} added"]
    if len(used):
        by_class = ", ".join(f"{name} {size:,}" for name, size in used["label"].value_counts().sort_index().items())
        lines[0] += f", from {counted(used['dataset'].nunique(), 'dataset')}: {by_class}"
    if len(others):
        reasons = ", ".join(f"{size:,} {why}" for why, size in others[WHY].value_counts(sort=False).items())
        lines.append(f"  not added: {reasons}")
    return lines


def _judged_sentences(facts: Mapping[str, Any]) -> list[str]:
    lines = []
    if "scheme" in facts:
        of_what = "random folds" if facts["scheme"] in RANDOM_SCHEMES else "folds of whole datasets"
        figures = "; ".join(
            f"{when}: accuracy over samples {facts[f'msa_{when}']:.3f}, mean accuracy of the classes "
            f"{facts[f'mca_{when}']:.3f}"
            for when in ("before", "after")
        )
        lines.append(f"  {figures} ({facts['folds']} {of_what}, {counted(facts['tested'], 'sample')})")
    if facts["features_before"] != facts["features_after"]:
        lines.append(f"  features used before: {facts['features_before']:,}; after: {facts['features_after']:,}")
    return lines


def _warn_where_it_did_not_help(facts: Mapping[str, Any]) -> None:
    if "scheme" in facts and facts["mca_after"] < facts["mca_before"]:
        _LOG.warning(
            "the added samples did not help: the mean accuracy of the classes on samples left out fell from %.3f to "
            "%.3f; train without --unlabelled", facts["mca_before"], facts["mca_after"],
        )  # fmt: skip
