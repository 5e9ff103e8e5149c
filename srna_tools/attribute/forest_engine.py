"""Forests explained by TreeSHAP: what each feature adds to the class probabilities of the average training sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from srna_tools.errors import SampleError
from srna_tools.extras import import_from_extra
from srna_tools.models.random_forest import RandomForest

# TreeSHAP needs memory for the square of the depth. Trees grown on samples are some dozen levels deep.
_DEEPEST = 1000


@dataclass(frozen=True)
class ForestEngine:
    r"""Path-dependent TreeSHAP of a forest, by the shap library.

    The score of a feature is its Shapley value: what it adds to a class's probability, averaged over all orders in
    which the features of the sample may become known. Where a tree asks for one that is not known yet, both ways are
    taken, each with the share of training samples that went there. Features that no tree uses score 0.

    Attributes
    ----------
    reference, reference_name
        What removed features are set to. It plays no part in the scores: they count from the training samples.

    Raises
    ------
    SampleError
        The forest does not know how many training samples reached its nodes, or is absurdly deep.

    References
    ----------
    Lundberg et al. 2020, From local explanations to global understanding with explainable AI for trees,
    doi:10.1038/s42256-019-0138-9.
    """

    forest: RandomForest
    reference: np.ndarray
    reference_name: str
    #: A sample takes a moment, so that few make a block.
    block: int = 16

    def __post_init__(self) -> None:
        """Refuse forests that TreeSHAP cannot walk."""
        if self.forest.reached is None:
            raise SampleError(
                "the bundle does not say how many training samples reached each node of its forest, which the "
                "explanation needs: it is of an older version; train it again with srna-train"
            )
        if levels(self.forest) > _DEEPEST:
            raise SampleError(f"a tree of the forest has more than {_DEEPEST:,} levels, too many to be explained")

    def scores(self, values: np.ndarray) -> np.ndarray:
        """Shapley values of the probabilities, shape (samples, classes, features), float32."""
        scores = np.zeros((len(values), self.forest.outputs, self.forest.inputs), dtype=np.float32)
        # The forest compares float32 inputs with float64 thresholds, and so does shap with the same numbers in float64.
        inputs = np.asarray(values, dtype=np.float32)[:, self.forest.selected].astype(np.float64)
        if len(inputs):
            found = self._explainer.shap_values(inputs, check_additivity=False)
            scores[:, :, self.forest.selected] = found.transpose(0, 2, 1)
        return scores

    def outputs(self, values: np.ndarray) -> np.ndarray:
        """Class probabilities, shape (samples, classes)."""
        return self.forest.probabilities(values)

    def start(self) -> np.ndarray:
        """Average probabilities of the training samples, as drawn and weighted by the trees, shape (classes,)."""
        return np.asarray(self._explainer.expected_value)

    def facts(self) -> dict[str, str]:
        """Method, that no rule applies, what the scores count from, and what removed features are set to."""
        return {
            "method": "tree-shap",
            "engine": "shap",
            "rule": "none",
            "start": "training samples",
            "reference": self.reference_name,
        }

    def describe(self) -> str:
        """Say how the scores come about, in a line for captions."""
        return (
            "TreeSHAP (Lundberg et al. 2020) of the class probabilities, counted from their average over the training "
            f"samples; no rule applies (reference, where features are removed: {self.reference_name})"
        )

    @cached_property
    def _explainer(self) -> Any:
        shap = import_from_extra("shap")
        return shap.TreeExplainer({"trees": trees_of(self.forest)}, feature_perturbation="tree_path_dependent")


def trees_of(forest: RandomForest) -> list[dict[str, np.ndarray]]:
    """Trees as the shap library takes them, each with its share of the forest's probabilities."""
    if forest.reached is None:
        raise ValueError("the forest does not know how many training samples reached its nodes")
    trees = []
    for start, end in zip(forest.roots, [*forest.roots[1:], len(forest.feature)], strict=True):
        nodes = slice(start, end)
        leaf = forest.feature[nodes] < 0
        left, right = (np.where(leaf, -1, child[nodes] - start) for child in (forest.left, forest.right))
        trees.append(
            {
                "children_left": left,
                "children_right": right,
                "children_default": left,
                "features": forest.feature[nodes],
                "thresholds": forest.threshold[nodes],
                "values": forest.value[nodes].astype(np.float64) / len(forest.roots),
                "node_sample_weight": forest.reached[nodes],
            }
        )
    return trees


def levels(forest: RandomForest) -> int:
    """Levels below the root of the deepest tree; it stops counting where they are more than can be explained."""
    nodes, depth = forest.roots, 0
    while depth <= _DEEPEST:
        inner = nodes[forest.feature[nodes] >= 0]
        if not len(inner):
            break
        nodes, depth = np.concatenate([forest.left[inner], forest.right[inner]]), depth + 1
    return depth
