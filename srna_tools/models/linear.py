"""Training of the linear model of Ellis et al. 2018 (LIN): class means in the features that tell classes apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from srna_tools.models.class_means import ClassMeans
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.moderated_t import class_sums, moderated_t
from srna_tools.validation.inside import plan_inside
from srna_tools.validation.splits import Fold, Labelled, SplitPlan

#: Numbers of features a class that are tried where none is given; the range is the paper's.
CANDIDATES = (10, 25, 50, 100, 150, 200)
PUBLISHED = 100
_INNER_FOLDS, _FEWEST_CLASSES = 5, 2
_DIGITS = 12
# Of a sample, a feature and a class, and of a projected sample and a class; on a two-core server.
_SECONDS_PER_VALUE, _SECONDS_PER_PROJECTION = 4e-9, 5e-6


@dataclass(frozen=True)
class LinearSettings:
    """Hyperparameters: the number of features a class, 0 to choose it by cross-validation inside the training set."""

    features_per_class: int = 0


def train_linear(samples: TrainingSamples, settings: LinearSettings, seed: int, threads: int) -> TrainedModel:
    """Choose the features of each class by moderated t against the rest, and average the classes in all of them.

    Parameters
    ----------
    seed
        Of the folds that choose the number of features.
    threads
        Unused: one fit runs on one thread.
    """
    del threads
    number = settings.features_per_class or tuned_features_per_class(samples, seed)
    chosen = {} if settings.features_per_class else {"features_per_class": number}
    return TrainedModel(class_means(samples, ranked_features(samples), number), chosen=chosen)


def linear_seconds(class_sizes: np.ndarray, features: int, settings: LinearSettings) -> float:
    """Rough time of a fit on one core."""
    samples, classes = int(class_sizes.sum()), len(class_sizes)
    fits = 1 if settings.features_per_class else 1 + _INNER_FOLDS
    projected = 0 if settings.features_per_class else samples * len(CANDIDATES)
    return classes * (fits * _SECONDS_PER_VALUE * samples * features + _SECONDS_PER_PROJECTION * projected)


def ranked_features(samples: TrainingSamples) -> np.ndarray:
    """Features of each class by falling absolute moderated t, shape (classes, features); of equals the first."""
    return np.argsort(-np.abs(moderated_t(samples.values, samples.codes).t), axis=1, kind="stable")


def class_means(samples: TrainingSamples, ranked: np.ndarray, features_per_class: int) -> ClassMeans:
    """Average each class in the best features of all classes."""
    selected = np.unique(ranked[:, :features_per_class]).astype(np.int32)
    values = np.asarray(samples.values, dtype=np.float64)[:, selected]
    means = class_sums(values, samples.codes).T / np.bincount(samples.codes, minlength=samples.classes)
    return ClassMeans(selected, means, samples.values.shape[1])


def tuned_features_per_class(samples: TrainingSamples, seed: int) -> int:
    """Number of features a class with the best mean class accuracy on inner folds; of equals the smallest.

    The folds leave datasets whole where at least two classes can be tested so, else they are random. Samples without
    weight in any class count as wrong. Where no folds can be made, the published number is taken.
    """
    folds = inner_folds(samples, seed)
    if not folds:
        return PUBLISHED
    right = np.zeros((len(CANDIDATES), len(samples.codes)))
    for fold in folds:
        right[:, fold.test] = _right_with_each(samples, fold)
    tested = np.concatenate([fold.test for fold in folds])
    codes = samples.codes[tested]
    per_class = [right[:, tested[codes == code]].mean(axis=1) for code in np.unique(codes)]
    # What differs beyond this digit is rounding, and would break ties.
    return CANDIDATES[int(np.argmax(np.round(np.mean(per_class, axis=0), _DIGITS)))]


def inner_folds(samples: TrainingSamples, seed: int) -> tuple[Fold, ...]:
    """Split the training samples once more: whole datasets where at least two classes can be tested, else random."""
    labelled = Labelled(samples.codes, samples.datasets, np.arange(len(samples.codes)), samples.datasets)
    smallest = min(_INNER_FOLDS, int(np.bincount(samples.codes).min()))

    def suits(plan: SplitPlan) -> bool:
        return len({code for fold in plan.folds for code in samples.codes[fold.test]}) >= _FEWEST_CLASSES

    datasets = min(smallest, len(set(samples.datasets)))
    plan = plan_inside(labelled, dataset_folds=datasets, random_folds=smallest, seed=seed, suits=suits)
    return plan.folds if plan else ()


def _right_with_each(samples: TrainingSamples, fold: Fold) -> np.ndarray:
    """Whether each test sample is predicted right, shape (candidates, test samples)."""
    present, codes = np.unique(samples.codes[fold.train], return_inverse=True)
    inside = TrainingSamples(samples.values[fold.train], codes, len(present), samples.datasets[fold.train])
    ranked = ranked_features(inside)
    rows = []
    for candidate in CANDIDATES:
        weights = class_means(inside, ranked, candidate).weights(samples.values[fold.test])
        rows.append((present[weights.argmax(axis=1)] == samples.codes[fold.test]) & (weights > 0).any(axis=1))
    return np.array(rows)
