"""How much of the correlations of features to take back, and how sure to be: told by training studies left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from srna_tools.models.dense_network import softmax
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.study_variance import StudyMeans, StudyVariance
from srna_tools.validation.temperature import best_temperature, with_temperature

#: Few studies want much shrinkage, many little; the loss is flat between neighbours.
SHRINKAGES = (0.03, 0.1, 0.3, 0.6)
FOLDS = 5
_FIRST_TEMPERATURE = 20.0


class Tuned(NamedTuple):
    """What suits studies that were left out.

    Attributes
    ----------
    shrinkage
        One of the candidates.
    temperature
        Divides the logits.
    """

    shrinkage: float
    temperature: float


def tune(samples: TrainingSamples, candidates: tuple[float, ...], seed: int) -> Tuned:
    """Choose by the log loss on studies left out in turn, each candidate at its best temperature.

    The largest shrinkage that is no worse than the best beyond chance is taken: studies that one has are more alike
    than those to come, and less shrinkage relies more on what they have in common.
    Where all samples are of one study, samples are left out instead; a sample of a class that no other study has
    cannot be judged.
    """
    true: list[np.ndarray] = []
    studies: list[np.ndarray] = []
    held_out: list[list[np.ndarray]] = [[] for _ in candidates]
    for train, left_out in _folds(samples, seed):
        present, numbers = np.unique(samples.codes[train], return_inverse=True)
        test = left_out[np.isin(samples.codes[left_out], present)]
        known = TrainingSamples(samples.values[train], numbers, len(present), samples.datasets[train])
        variance, means = StudyVariance.of(known), StudyMeans.of(known).by_class(len(present))
        true.append(samples.codes[test])
        studies.append(samples.datasets[test])
        for place, shrinkage in enumerate(candidates):
            kernel, bias = discriminant_weights(variance, means, shrinkage)
            probabilities = np.zeros((len(test), samples.classes))
            # Logits are so far apart that their probabilities would be 0 without a first temperature.
            probabilities[:, present] = softmax((samples.values[test] @ kernel + bias) / _FIRST_TEMPERATURE)
            held_out[place].append(probabilities)
    return _choose(
        np.concatenate(true), np.concatenate(studies), [np.concatenate(parts) for parts in held_out], candidates
    )


def discriminant_weights(variance: StudyVariance, means: np.ndarray, shrinkage: float) -> tuple[np.ndarray, np.ndarray]:
    """Kernel and bias of the logits of linear discriminant analysis at a temperature of 1, float64."""
    whitening = variance.whitening(shrinkage)
    centres = whitening.apply(means)
    return whitening.folded(centres.T, -(centres**2).sum(axis=1) / 2)


def _choose(true: np.ndarray, studies: np.ndarray, held_out: list[np.ndarray], candidates: tuple[float, ...]) -> Tuned:
    """Take the largest shrinkage whose loss is within one standard error, over studies, of the smallest."""
    if len(true) == 0:
        return Tuned(candidates[len(candidates) // 2], _FIRST_TEMPERATURE)
    temperatures = [best_temperature(true, probabilities) for probabilities in held_out]
    losses = np.array([
        _loss_by_study(true, studies, with_temperature(probabilities, temperature))
        for probabilities, temperature in zip(held_out, temperatures, strict=True)
    ])  # fmt: skip
    excess = losses - losses[losses.mean(axis=1).argmin()]
    error = excess.std(axis=1) / np.sqrt(excess.shape[1])
    within = np.flatnonzero(excess.mean(axis=1) <= error)
    place = max(within, key=lambda one: candidates[one])
    return Tuned(candidates[place], _FIRST_TEMPERATURE * temperatures[place])


def _loss_by_study(true: np.ndarray, studies: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    _, number = np.unique(studies, return_inverse=True)
    loss = -np.log(np.maximum(probabilities[np.arange(len(true)), true], np.finfo(float).tiny))
    return np.asarray(np.bincount(number, loss) / np.bincount(number))


def _folds(samples: TrainingSamples, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    from sklearn.model_selection import GroupKFold

    several = len(set(samples.datasets)) > 1
    groups = samples.datasets if several else np.arange(len(samples.codes))
    splitter = GroupKFold(min(FOLDS, len(set(groups))), shuffle=True, random_state=seed)
    yield from splitter.split(samples.values, samples.codes, groups)
