"""Ways to make a model blind to studies that were tried: each learns from one training set and predicts another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg
from sklearn.linear_model import LogisticRegression

from srna_tools.models.dense_network import softmax
from srna_tools.models.discriminant import DiscriminantSettings, train_discriminant
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.logistic import LogisticSettings, train_logistic
from srna_tools.models.study_effect import without_study_effect
from srna_tools.models.study_variance import StudyMeans, deviations


@dataclass(frozen=True)
class Task:
    """Model inputs of one fold.

    Attributes
    ----------
    train
        Samples to learn from.
    resources
        Of the training samples.
    values, datasets
        Of the samples to be predicted.
    """

    train: TrainingSamples
    resources: np.ndarray
    values: np.ndarray
    datasets: np.ndarray


#: Gives class probabilities, shape (samples to be predicted, classes).
Method = Callable[[Task], np.ndarray]


def plain(task: Task) -> np.ndarray:
    """Logistic regression as it is."""
    return train_logistic(task.train, LogisticSettings(), 0, 1).classifier.probabilities(task.values)


def whitened(task: Task) -> np.ndarray:
    """Logistic regression on whitened inputs."""
    settings = LogisticSettings(study_effect="whiten")
    return without_study_effect(train_logistic)(task.train, settings, 0, 1).classifier.probabilities(task.values)


def discriminant(task: Task) -> np.ndarray:
    """The discriminant of the suite."""
    return discriminant_with(0.0)(task)


def discriminant_with(shrinkage: float) -> Method:
    """Make the discriminant of a given shrinkage; 0 for the one that training studies choose."""

    def method(task: Task) -> np.ndarray:
        settings = DiscriminantSettings(shrinkage)
        return train_discriminant(task.train, settings, 0, 1).classifier.probabilities(task.values)

    return method


def study_weights(task: Task) -> np.ndarray:
    """Logistic regression in which each study counts the same inside its class."""
    cells = StudyMeans.of(task.train)
    studies = np.bincount(cells.classes)[task.train.codes]
    classes = np.bincount(task.train.codes)[task.train.codes]
    weights = classes / (studies * np.bincount(cells.cell_of)[cells.cell_of])
    model = LogisticRegression(max_iter=1000).fit(task.train.values, task.train.codes, sample_weight=weights)
    return np.asarray(model.predict_proba(task.values))


def projected(directions: int) -> Method:
    """Project out the directions in which the studies of a class differ most (nuisance attribute projection)."""

    def method(task: Task) -> np.ndarray:
        cells = StudyMeans.of(task.train)
        centres = cells.by_class(task.train.classes)[cells.classes]
        basis = np.linalg.svd(cells.means - centres, full_matrices=False)[2][:directions]
        return _on(task, lambda values, _: values - (values @ basis.T) @ basis, study_weights)

    return method


def identity_whitened(task: Task) -> np.ndarray:
    """Whiten by the covariance half shrunk to a multiple of the identity (WCCN), in place of its diagonal."""
    rows = deviations(task.train, StudyMeans.of(task.train))
    covariance = rows.T @ rows
    level = np.trace(covariance) / len(covariance)
    values, vectors = linalg.eigh(0.5 * covariance + 0.5 * level * np.eye(len(covariance)))
    root = (vectors / np.sqrt(values / level)) @ vectors.T
    return _on(task, lambda inputs, _: inputs @ root, plain)


def recoloured(of: Method) -> Method:
    """Give each resource's training samples the covariance of all of them (CORAL, resources in place of domains)."""

    def root(covariance: np.ndarray, power: float) -> np.ndarray:
        level = np.trace(covariance) / len(covariance)
        values, vectors = linalg.eigh(covariance + level * np.eye(len(covariance)))
        return np.asarray((vectors * values**power) @ vectors.T)

    def method(task: Task) -> np.ndarray:
        values = np.array(task.train.values, dtype=np.float64)
        wanted = root(np.cov(values.T), 0.5)
        for name in np.unique(task.resources):
            rows = task.resources == name
            if rows.sum() > 1:
                mean = values[rows].mean(axis=0)
                values[rows] = (values[rows] - mean) @ root(np.cov(values[rows].T), -0.5) @ wanted + mean
        return of(replace(task, train=replace(task.train, values=values.astype(np.float32))))

    return method


def consistent_features(of: Method, share: float) -> Method:
    """Keep the share of features whose class means differ most against how studies of one class differ."""

    def method(task: Task) -> np.ndarray:
        cells = StudyMeans.of(task.train)
        rows = deviations(task.train, cells)
        between_classes = cells.by_class(task.train.classes).var(axis=0)
        ratio = between_classes / ((rows**2).sum(axis=0) + 1e-9)
        kept = np.sort(np.argsort(-ratio)[: max(2, int(share * len(ratio)))])
        return _on(task, lambda values, _: values[:, kept], of)

    return method


def centred(of: Method) -> Method:
    """Subtract from each dataset its own mean; of test datasets too, which needs all of their samples at once."""

    def centre(values: np.ndarray, datasets: np.ndarray) -> np.ndarray:
        result = np.array(values, dtype=np.float64)
        for name in np.unique(datasets):
            result[datasets == name] -= result[datasets == name].mean(axis=0)
        return result

    return lambda task: _on(task, centre, of)


def mixed_studies(of: Method) -> Method:
    """Add samples halfway between samples of one class from two studies, as many as there are samples."""

    def method(task: Task) -> np.ndarray:
        train, generator = task.train, np.random.default_rng(0)
        first, second = [], []
        for place, (code, dataset) in enumerate(zip(train.codes, train.datasets, strict=True)):
            others = np.flatnonzero((train.codes == code) & (train.datasets != dataset))
            if len(others):
                first.append(place)
                second.append(int(generator.choice(others)))
        mixed = (train.values[first] + train.values[second]) / 2
        larger = replace(
            train,
            values=np.vstack([train.values, mixed]),
            codes=np.concatenate([train.codes, train.codes[first]]),
            # A mixture is a study of its own to what looks at studies.
            datasets=np.concatenate([train.datasets, [f"mixed {place}" for place in range(len(first))]]),
        )
        resources = np.concatenate([task.resources, task.resources[first]])
        return of(replace(task, train=larger, resources=resources))

    return method


def unequal_means(task: Task) -> np.ndarray:
    """Add to the covariance of each class what its mean is unsure of (probabilistic linear discriminant analysis)."""
    train, shrinkage = task.train, 0.3
    cells = StudyMeans.of(train)
    rows = deviations(train, cells)
    single = replace(train, datasets=np.char.add(train.codes.astype(str), train.datasets))
    within = deviations(replace(single, codes=StudyMeans.of(single).cell_of), StudyMeans.of(single))
    scale = np.sqrt((rows**2).sum(axis=0) + 1e-3 * (rows**2).sum() / rows.shape[1])

    def shrunk(some: np.ndarray) -> np.ndarray:
        covariance = (some / scale).T @ (some / scale)
        return (1 - shrinkage) * covariance + shrinkage * np.diag(np.diag(covariance) + 1e-3)

    noise = shrunk(within)
    between = np.maximum(0, shrunk(rows) - 0.99 * noise)
    spread, directions = linalg.eigh((between + between.T) / 2, noise)
    spread = np.maximum(spread, 0)
    means, studies = cells.by_class(train.classes) / scale @ directions, np.bincount(cells.classes)
    new = task.values / scale @ directions
    logits = np.empty((len(new), train.classes))
    for code in range(train.classes):
        variance = 1 + spread * (1 + 1 / studies[code])
        logits[:, code] = -0.5 * (np.log(variance) + (new - means[code]) ** 2 / variance).sum(axis=1)
    return softmax(logits)


def _on(task: Task, change: Callable[[np.ndarray, np.ndarray], np.ndarray], of: Method) -> np.ndarray:
    """Apply a method to changed inputs; `change` is told the datasets of its rows."""
    values = change(np.asarray(task.train.values, dtype=np.float64), task.train.datasets).astype(np.float32)
    new = change(np.asarray(task.values, dtype=np.float64), task.datasets).astype(np.float32)
    return of(replace(task, train=replace(task.train, values=values), values=new))
