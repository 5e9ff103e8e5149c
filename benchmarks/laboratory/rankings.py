"""Features ranked for each class: by explanations of models, and by what users could pick instead."""

from __future__ import annotations

from collections.abc import Mapping

import anndata
import numpy as np

from srna_tools import schema
from srna_tools.attribute.explain import prepare
from srna_tools.attribute.ranking import falling
from srna_tools.bundle import Bundle
from srna_tools.evaluate.contender import Contender
from srna_tools.models.moderated_t import moderated_t
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform
from srna_tools.training import train_bundle

#: Names of features of each class, those that matter most first.
Ranking = Mapping[str, np.ndarray]
_TREES = 500


def trained(samples: anndata.AnnData, label: str, model: Contender, seed: int, threads: int) -> Bundle:
    """Train one model on all samples, with the normalisation that it names."""
    samples = samples.copy()
    model.transform.record(samples)
    return train_bundle(samples, label, model.kind, model.settings, seed=seed, threads=threads)[0]


def by_explanation(samples: anndata.AnnData, bundle: Bundle, reference: str, rule: str = "rescale") -> Ranking:
    """Rank as srna-attribute does: D1 of Fiosina, Fiosins & Bonn 2019, section 2.3.4."""
    _, differences = prepare(samples, bundle, rule=rule, reference=reference).rank_classes()
    return _ordered(differences, bundle.classes, bundle.transform.features)


def by_moderated_t(samples: anndata.AnnData, label: str, specification: TransformSpecification) -> Ranking:
    """Rank by differential expression of each class against all other samples, whichever its direction."""
    values, codes, classes, features = _inputs(samples, label, specification)
    return _ordered(np.abs(moderated_t(values, codes).t), classes, features)


def by_forest(
    samples: anndata.AnnData, label: str, specification: TransformSpecification, seed: int, threads: int
) -> Ranking:
    """Rank by the Gini importance of one forest for all classes: every class gets the same order."""
    values, codes, classes, features = _inputs(samples, label, specification)
    importance = _importance(values, codes, seed, threads)
    return _ordered(np.tile(importance, (len(classes), 1)), classes, features)


def by_forests_of_classes(
    samples: anndata.AnnData, label: str, specification: TransformSpecification, seed: int, threads: int
) -> Ranking:
    """Rank by the Gini importance of a forest that tells one class from all others."""
    values, codes, classes, features = _inputs(samples, label, specification)
    importances = [_importance(values, codes == code, seed, threads) for code in range(len(classes))]
    return _ordered(np.array(importances), classes, features)


def _inputs(
    samples: anndata.AnnData, label: str, specification: TransformSpecification
) -> tuple[np.ndarray, np.ndarray, list[str], tuple[str, ...]]:
    transform = Transform.fit(samples, specification)
    classes, codes = np.unique(schema.labels_of(samples, label).to_numpy(str), return_inverse=True)
    return transform.apply(samples).values, codes, classes.tolist(), transform.features


def _importance(values: np.ndarray, codes: np.ndarray, seed: int, threads: int) -> np.ndarray:
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        _TREES, max_features="sqrt", class_weight="balanced", random_state=seed, n_jobs=threads
    )
    return np.asarray(forest.fit(values, codes).feature_importances_)


def _ordered(scores: np.ndarray, classes: list[str] | tuple[str, ...], features: tuple[str, ...]) -> Ranking:
    order = falling(scores)
    return dict(zip(classes, np.asarray(features)[order], strict=True))
