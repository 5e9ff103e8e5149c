"""TreeSHAP of our forests: by the definition of Shapley values, by shap on scikit-learn's forest, and its own laws."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import combinations
from math import factorial

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from srna_tools.attribute.forest_engine import ForestEngine, levels
from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.errors import MissingExtraError, SampleError
from srna_tools.models.random_forest import RandomForest, flattened


def forest_of(features=5, classes=3, trees=6, samples=60, grid=None, weight=None):
    """Make a scikit-learn forest on every second of the features, ours, and new samples."""
    rng = np.random.default_rng(8)
    values, codes = rng.random((samples, 2 * features)).astype(np.float32), np.arange(samples) % classes
    values[:, 2] += codes
    new = rng.random((40, 2 * features)).astype(np.float32) * 3
    if grid:  # thresholds lie between the values of the grid, and new values on the thresholds
        values, new = np.round(values / grid) * grid, np.round(new / (grid / 2)) * (grid / 2)
    selected = np.arange(0, 2 * features, 2)
    forest = RandomForestClassifier(trees, random_state=1, class_weight=weight).fit(values[:, selected], codes)
    return forest, flattened(forest, selected, values.shape[1]), new


def engine_of(forest):
    return ForestEngine(forest, np.zeros(forest.inputs), "zero")


def expectation(forest, root, sample, known):
    """Probabilities of a tree where only some features are known; elsewhere both ways, weighted by training samples."""
    feature = forest.feature[root]
    if feature < 0:
        return forest.value[root].astype(np.float64)
    left, right = forest.left[root], forest.right[root]
    if feature in known:
        return expectation(forest, left if sample[feature] <= forest.threshold[root] else right, sample, known)
    share = forest.reached[left] / forest.reached[root]
    return share * expectation(forest, left, sample, known) + (1 - share) * expectation(forest, right, sample, known)


def shapley_values(forest, values):
    """Shapley values by their definition: over all sets of features that may be known before."""
    number = len(forest.selected)
    result = np.zeros((len(values), forest.outputs, forest.inputs))

    def worth(sample, known):
        return np.mean([expectation(forest, root, sample, known) for root in forest.roots], axis=0)

    for row, sample in enumerate(values[:, forest.selected]):
        for feature in range(number):
            others = [other for other in range(number) if other != feature]
            for size in range(number):
                chance = factorial(size) * factorial(number - size - 1) / factorial(number)
                for known in combinations(others, size):
                    gain = worth(sample, {*known, feature}) - worth(sample, set(known))
                    result[row, :, forest.selected[feature]] += chance * gain
    return result


@pytest.mark.parametrize("weight", [None, "balanced"])
def test_scores_are_shapley_values_by_their_definition(weight):
    _, forest, new = forest_of(features=4, samples=58, weight=weight)
    np.testing.assert_allclose(engine_of(forest).scores(new[:5]), shapley_values(forest, new[:5]), atol=1e-6)


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("grid", [None, 0.5], ids=["any values", "values on thresholds"])
def test_scores_are_those_of_shap_on_the_forest_of_scikit_learn(classes, grid):
    theirs, forest, new = forest_of(classes=classes, trees=20, grid=grid)
    engine = engine_of(forest)
    ours = engine.scores(new)

    import shap  # loaded by the engine, without the warnings of its plots

    expected = shap.TreeExplainer(theirs).shap_values(new[:, forest.selected], check_additivity=False)
    np.testing.assert_allclose(ours[:, :, forest.selected], expected.transpose(0, 2, 1), atol=1e-6)
    if grid:
        assert np.isin(forest.threshold[forest.feature >= 0], new).mean() > 0.5


@pytest.mark.parametrize("grid", [None, 0.5], ids=["any values", "values on thresholds"])
def test_scores_sum_to_the_probabilities_less_their_average(grid):
    _, forest, new = forest_of(trees=20, grid=grid)
    engine = engine_of(forest)
    change = forest.probabilities(new) - engine.start()
    np.testing.assert_allclose(engine.scores(new).sum(axis=2, dtype=np.float64), change, atol=1e-6)
    np.testing.assert_array_equal(engine.outputs(new), forest.probabilities(new))


def test_inputs_a_hair_beside_a_threshold_go_where_the_forest_sends_them():
    """Thresholds are float64, inputs float32: the next smaller and larger input of each threshold."""
    _, forest, _ = forest_of()
    thresholds = forest.threshold[forest.feature == 1].astype(np.float32)
    beside = [np.nextafter(thresholds, np.float32(side)) for side in (-9, 9)]
    new = np.full((3 * len(thresholds), forest.inputs), 0.5, dtype=np.float32)
    new[:, forest.selected[1]] = np.concatenate([thresholds, *beside])
    engine = engine_of(forest)
    change = forest.probabilities(new) - engine.start()
    np.testing.assert_allclose(engine.scores(new).sum(axis=2, dtype=np.float64), change, atol=1e-6)


def test_the_start_is_the_average_over_the_training_samples_that_each_tree_drew():
    theirs, forest, _ = forest_of()
    drawn = np.mean([tree.tree_.value[0, 0] for tree in theirs.estimators_], axis=0)
    np.testing.assert_allclose(engine_of(forest).start(), drawn, atol=1e-6)


def test_features_that_no_tree_uses_score_nothing():
    _, forest, new = forest_of()
    scores = engine_of(forest).scores(new)
    assert not scores[:, :, 1::2].any()
    assert scores[:, :, 2].any()
    assert scores.dtype == np.float32


def test_a_sample_has_the_same_scores_alone_and_in_a_batch():
    _, forest, new = forest_of()
    engine = engine_of(forest)
    np.testing.assert_array_equal(engine.scores(new[[7]])[0], engine.scores(new)[7])
    assert engine.scores(new[:0]).shape == (0, 3, 10)


def test_a_forest_that_does_not_know_its_training_samples_is_refused():
    _, forest, _ = forest_of()
    with pytest.raises(SampleError, match=r"training samples reached each node .* train it again with srna-train"):
        engine_of(replace(forest, reached=None))


def test_a_stored_forest_is_explained_as_before(forest_bundle, tmp_path):
    save_bundle(forest_bundle, tmp_path / "forest")
    stored = load_bundle(tmp_path / "forest").model
    new = np.random.default_rng(0).random((3, stored.inputs))
    np.testing.assert_array_equal(engine_of(stored).scores(new), engine_of(forest_bundle.model).scores(new))


def chain(depth):
    """One tree with a leaf and a further question on every level."""
    nodes, inner = 2 * depth + 1, np.arange(2 * depth + 1) % 2 == 0
    inner[-1] = False
    position = np.arange(nodes, dtype=np.int32)
    # Node 2n asks, node 2n + 1 is its leaf.
    return RandomForest(
        selected=np.array([0], np.int32),
        roots=np.array([0], np.int32),
        feature=np.where(inner, 0, -1).astype(np.int32),
        threshold=np.zeros(nodes),
        left=np.where(inner, position + 1, 0).astype(np.int32),
        right=np.where(inner, position + 2, 0).astype(np.int32),
        value=np.full((nodes, 2), 0.5, np.float32),
        features=1,
        reached=np.where(inner | (position == nodes - 1), depth + 1 - position // 2, 1).astype(np.float64),
    )


def test_a_forest_too_deep_for_the_memory_is_refused():
    assert levels(chain(7)) == 7
    assert np.isfinite(engine_of(chain(7)).scores(np.ones((1, 1)))).all()
    RandomForest.from_state(*chain(2000).to_state())  # sound, but for its depth
    with pytest.raises(SampleError, match="more than 1,000 levels"):
        engine_of(chain(2000))


def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", None)
    _, forest, new = forest_of()
    with pytest.raises(MissingExtraError, match=r"pip install 'srna-tools\[explain\]'"):
        engine_of(forest).scores(new)


@pytest.mark.parametrize("reference", ["zero", "mean"])
def test_the_description_says_what_is_explained_and_what_the_reference_is_for(reference):
    _, forest, _ = forest_of()
    engine = ForestEngine(forest, np.zeros(forest.inputs), reference)
    for words in ("TreeSHAP", "average over the training samples", "no rule applies", f"removed: {reference}"):
        assert words in engine.describe()
    assert engine.facts() == {
        "method": "tree-shap",
        "engine": "shap",
        "rule": "none",
        "start": "training samples",
        "reference": reference,
    }
