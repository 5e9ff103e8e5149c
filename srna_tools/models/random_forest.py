"""The two-stage random forest of Fiosina, Fiosins & Bonn 2019, section 2.3.2, applied with numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from srna_tools.errors import BundleError
from srna_tools.models.interface import TrainedModel, TrainingSamples

_BLOCK = 256
_SECONDS_PER_VALUE = 2.0e-8  # of a tree, a sample and a feature looked at; on a two-core server
# Number type and dimensions of each stored array.
_ARRAYS = {
    "selected": ("int32", 1),
    "roots": ("int32", 1),
    "feature": ("int32", 1),
    "threshold": ("float64", 1),
    "left": ("int32", 1),
    "right": ("int32", 1),
    "value": ("float32", 2),
}
# What only explanations need; bundles of older versions lack it.
_OPTIONAL_ARRAYS = {"reached": ("float64", 1)}
_OF_NODES = ("feature", "threshold", "left", "right", "value", "reached")
# Weights of training samples add up to their number; what lies outside is damage, and could overflow.
_LEAST_WEIGHT, _MOST_WEIGHT = 1e-9, 1e15
_ROUNDING = 1e-6


@dataclass(frozen=True)
class ForestSettings:
    """Hyperparameters; the defaults are the paper's."""

    first_trees: int = 100
    trees: int = 500
    top_features: int = 1000
    down_sample: bool = True
    balanced: bool = False


@dataclass(frozen=True)
class RandomForest:
    """All trees as flat node arrays.

    Attributes
    ----------
    selected
        Model features that the second stage uses, shape (at most 1,000,).
    roots
        First node of each tree.
    feature, threshold, left, right
        Of each node: the position in `selected` (-1 in a leaf), the largest value that goes left, the children.
    value
        Class probabilities in each node, shape (nodes, classes).
    features
        Number of model features.
    reached
        Weight of the training samples that reached each node, float64; None in bundles of older versions.
    """

    kinds: ClassVar[tuple[str, ...]] = ("random-forest",)
    selected: np.ndarray
    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    features: int
    reached: np.ndarray | None = None

    @property
    def inputs(self) -> int:
        """Number of model features."""
        return self.features

    @property
    def outputs(self) -> int:
        """Number of classes."""
        return int(self.value.shape[1])

    def probabilities(self, values: np.ndarray) -> np.ndarray:
        """Mean of the leaf probabilities of all trees, shape (samples, classes), float64."""
        inputs = np.asarray(values, dtype=np.float32)[:, self.selected]
        return np.concatenate(
            [self._of_block(inputs[start : start + _BLOCK]) for start in range(0, len(inputs), _BLOCK)]
            or [np.zeros((0, self.outputs))]
        )

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Seven arrays, eight where it is known what reached the nodes, and their sizes."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        if self.reached is not None:
            arrays["reached"] = self.reached
        return arrays, {"features": self.features, "trees": len(self.roots)}

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Self:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError
            An array is missing, or an index points outside; children must follow their parent, so that
            no walk down a tree can run in a circle.
        """
        missing = [name for name in _ARRAYS if name not in arrays]
        if missing:
            raise BundleError(f"the forest lacks its array '{missing[0]}'")
        known = {name: arrays[name] for name in (*_ARRAYS, *_OPTIONAL_ARRAYS) if name in arrays}
        forest = cls(**known, features=int(description["features"]))
        if not (_are_arrays_of_a_forest(known) and forest._is_sound()):
            raise BundleError("the forest's nodes point outside of it, or its arrays do not fit each other")
        return forest

    def _is_sound(self) -> bool:
        nodes = len(self.feature)
        inner = np.flatnonzero(self.feature >= 0)
        children = (self.left[inner], self.right[inner])
        return (
            len(self.roots) > 0
            and _all_within(self.selected, 0, self.features)
            and _all_within(self.feature, -1, len(self.selected))
            and _all_within(self.roots, 0, nodes)
            and all((child > inner).all() and _all_within(child, 0, nodes) for child in children)
            and bool(np.isfinite(self.threshold).all())
            and bool((self.value >= 0).all() and np.allclose(self.value.sum(axis=1, dtype=np.float64), 1, atol=1e-3))
            and (self.reached is None or self._passes_all_on(self.reached))
        )

    def _passes_all_on(self, reached: np.ndarray) -> bool:
        """Whether each node but the roots has one parent, in its tree, and each parent's samples reach its children."""
        nodes = np.arange(len(self.feature))
        inner = np.flatnonzero(self.feature >= 0)
        left, right = self.left[inner], self.right[inner]
        tree = np.searchsorted(self.roots, nodes, side="right")
        return (
            bool(((reached >= _LEAST_WEIGHT) & (reached <= _MOST_WEIGHT)).all())
            and bool((np.diff(self.roots) > 0).all())
            and np.array_equal(np.sort(np.concatenate([self.roots, left, right])), nodes)
            and all(np.array_equal(tree[child], tree[inner]) for child in (left, right))
            and np.allclose(reached[left] + reached[right], reached[inner], rtol=_ROUNDING, atol=0)
        )

    def _of_block(self, inputs: np.ndarray) -> np.ndarray:
        """Walk all samples down all trees together, one level a step."""
        node = np.tile(self.roots, (len(inputs), 1))
        rows = np.arange(len(inputs))[:, None]
        while True:
            feature = self.feature[node]
            inner = feature >= 0
            if not inner.any():
                break
            goes_left = inputs[rows, feature] <= self.threshold[node]
            node = np.where(inner, np.where(goes_left, self.left[node], self.right[node]), node)
        result = np.zeros((len(inputs), self.outputs))
        for tree in range(node.shape[1]):
            result += self.value[node[:, tree]]
        return result / len(self.roots)


def train_random_forest(samples: TrainingSamples, settings: ForestSettings, seed: int, threads: int) -> TrainedModel:
    """Fit 100 trees on all features, then 500 on the 1,000 with the largest Gini importance.

    Large classes are down-sampled to the size of the smallest, once, as the paper says.
    """
    from sklearn.ensemble import RandomForestClassifier

    codes = samples.codes
    rows = _down_sampled(codes, samples.classes, seed) if settings.down_sample else np.arange(len(codes))
    inputs, codes = np.asarray(samples.values, dtype=np.float32)[rows], codes[rows]
    weight = "balanced" if settings.balanced else None

    def fit(columns: np.ndarray, trees: int, stage: int) -> Any:
        forest = RandomForestClassifier(
            trees, max_features="sqrt", class_weight=weight, random_state=seed + stage, n_jobs=threads
        )
        return forest.fit(inputs[:, columns], codes)

    everything = np.arange(inputs.shape[1])
    importance = fit(everything, settings.first_trees, 0).feature_importances_
    selected = np.sort(np.argsort(-importance, kind="stable")[: settings.top_features])
    return TrainedModel(flattened(fit(selected, settings.trees, 1), selected, inputs.shape[1]))


def forest_seconds(class_sizes: np.ndarray, features: int, settings: ForestSettings) -> float:
    """Rough time of a fit on one core."""
    samples = len(class_sizes) * int(class_sizes.min()) if settings.down_sample else int(class_sizes.sum())
    values = samples * np.log2(samples + 1) * np.sqrt(features)
    return float((settings.first_trees + settings.trees) * values * _SECONDS_PER_VALUE)


def flattened(forest: Any, selected: np.ndarray, features: int) -> RandomForest:
    """Put the trees of a scikit-learn forest end to end."""
    trees = [estimator.tree_ for estimator in forest.estimators_]
    starts = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])]).astype(np.int32)
    leaf = np.concatenate([tree.children_left < 0 for tree in trees])

    def shifted(name: str) -> np.ndarray:
        children = [getattr(tree, name) + start for tree, start in zip(trees, starts[:-1], strict=True)]
        return np.where(leaf, 0, np.concatenate(children)).astype(np.int32)

    return RandomForest(
        selected=selected.astype(np.int32),
        roots=starts[:-1],
        feature=np.where(leaf, -1, np.concatenate([tree.feature for tree in trees])).astype(np.int32),
        threshold=np.where(leaf, 0.0, np.concatenate([tree.threshold for tree in trees])),
        left=shifted("children_left"),
        right=shifted("children_right"),
        value=np.concatenate([tree.value[:, 0, :] for tree in trees]).astype(np.float32),
        features=features,
        reached=np.concatenate([tree.weighted_n_node_samples for tree in trees]),
    )


def _down_sampled(codes: np.ndarray, classes: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    smallest = np.bincount(codes, minlength=classes).min()
    chosen = [generator.choice(np.flatnonzero(codes == code), smallest, replace=False) for code in range(classes)]
    return np.sort(np.concatenate(chosen))


def _are_arrays_of_a_forest(arrays: dict[str, np.ndarray]) -> bool:
    expected = _ARRAYS | {name: kind for name, kind in _OPTIONAL_ARRAYS.items() if name in arrays}
    found = {name: (array.dtype.name, array.ndim) for name, array in arrays.items()}
    return found == expected and len({len(arrays[name]) for name in _OF_NODES if name in arrays}) == 1


def _all_within(indices: np.ndarray, low: int, high: int) -> bool:
    return bool(((indices >= low) & (indices < high)).all())
