"""The random forest: numpy inference against scikit-learn, and the paper's two stages."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from srna_tools.errors import BundleError
from srna_tools.models.random_forest import ForestSettings, RandomForest, flattened, train_random_forest

SMALL = ForestSettings(first_trees=10, trees=20, top_features=5)


def arrays_of(trained):
    return trained.classifier.to_state()[0]


def assert_same_arrays(first, second):
    for name, array in first.items():
        np.testing.assert_array_equal(array, second[name], err_msg=name)


def test_the_defaults_are_the_papers():
    """Fiosina 2019, section 2.3.2."""
    settings = ForestSettings()
    assert (settings.first_trees, settings.trees, settings.top_features, settings.down_sample) == (100, 500, 1000, True)


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("grid", [None, 0.5], ids=["any values", "values on thresholds"])
def test_probabilities_are_those_of_scikit_learn(problem, classes, grid):
    """On a grid of halves, thresholds are quarters and halves: new values lie exactly on many of them."""
    values, codes, new = problem(classes, distance=0.5)
    if grid:
        values, new = np.round(values / grid) * grid, np.round(new / (grid / 2)) * (grid / 2)
    forest = RandomForestClassifier(30, random_state=1).fit(values, codes)
    ours = flattened(forest, np.arange(values.shape[1]), values.shape[1])
    np.testing.assert_allclose(ours.probabilities(new), forest.predict_proba(new), atol=1e-6)
    if grid:
        assert np.isin(ours.threshold[ours.feature >= 0], new).mean() > 0.5


def test_the_second_stage_uses_the_most_important_features_of_the_first(problem, training_samples):
    """Both stages made anew with scikit-learn alone."""
    values, codes, new = problem(3, features=40)
    settings = ForestSettings(first_trees=15, trees=25, top_features=9, down_sample=False)
    ours = train_random_forest(training_samples(values, codes, 3), settings, 4, 1).classifier
    first = RandomForestClassifier(15, max_features="sqrt", random_state=4).fit(values, codes)
    top = np.sort(np.argsort(-first.feature_importances_)[:9])
    second = RandomForestClassifier(25, max_features="sqrt", random_state=5).fit(values[:, top], codes)
    assert ours.selected.tolist() == top.tolist()
    assert (len(ours.roots), ours.inputs, ours.outputs) == (25, 40, 3)
    np.testing.assert_allclose(ours.probabilities(new), second.predict_proba(new[:, top]), atol=1e-6)


def test_the_published_forest_has_500_trees_on_at_most_1000_features(problem, training_samples):
    values, codes, _ = problem(2, samples=8, features=1010)
    forest = train_random_forest(training_samples(values, codes, 2), ForestSettings(), 0, 1).classifier
    assert (len(forest.roots), len(forest.selected), forest.inputs) == (500, 1000, 1010)


def test_large_classes_are_reduced_to_the_size_of_the_smallest(problem, training_samples):
    values, _, _ = problem(2, samples=60)
    codes = np.repeat([0, 1, 2], [6, 20, 34])
    roots = {}
    for down_sample in (True, False):
        settings = ForestSettings(5, 200, 12, down_sample=down_sample)
        forest = train_random_forest(training_samples(values, codes, 3), settings, 0, 1).classifier
        roots[down_sample] = forest.value[forest.roots].mean(axis=0)
    np.testing.assert_allclose(roots[True], [1 / 3, 1 / 3, 1 / 3], atol=0.03)
    np.testing.assert_allclose(roots[False], [0.1, 1 / 3, 17 / 30], atol=0.03)


def test_balanced_weights_count_rare_classes_as_much(problem, training_samples):
    values, _, new = problem(2, samples=60)
    codes = np.repeat([0, 1], [6, 54])
    settings = ForestSettings(5, 30, 12, down_sample=False, balanced=True)
    forest = train_random_forest(training_samples(values, codes, 2), settings, 0, 1).classifier
    first = RandomForestClassifier(30, max_features="sqrt", random_state=1, class_weight="balanced")
    np.testing.assert_allclose(forest.probabilities(new), first.fit(values, codes).predict_proba(new), atol=1e-6)


def test_one_seed_gives_the_same_arrays_with_one_thread_and_two(problem, training_samples):
    values, codes, _ = problem()
    one, two, other = (
        train_random_forest(training_samples(values, codes, 3), SMALL, *how) for how in ((3, 1), (3, 2), (4, 1))
    )
    assert_same_arrays(arrays_of(one), arrays_of(two))
    assert not np.array_equal(arrays_of(one)["threshold"], arrays_of(other)["threshold"])


def test_a_sample_has_bitwise_the_same_result_alone_and_in_a_batch(problem, training_samples):
    values, codes, new = problem()
    forest = train_random_forest(training_samples(values, codes, 3), SMALL, 0, 1).classifier
    together = forest.probabilities(new)
    for row in (0, 255, 256, 299):
        np.testing.assert_array_equal(forest.probabilities(new[[row]])[0], together[row])
    assert forest.probabilities(new[:0]).shape == (0, 3)


@pytest.fixture(scope="module")
def state(problem, training_samples):
    values, codes, _ = problem()
    return train_random_forest(training_samples(values, codes, 3), SMALL, 0, 1).classifier.to_state()


def test_storage_keeps_every_bit(state):
    assert_same_arrays(state[0], RandomForest.from_state(*state).to_state()[0])


def changed(array, place, value):
    copy = array.copy()
    copy[place] = value
    return copy


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("selected", lambda a, n: changed(a, 0, 12)),
        ("selected", lambda a, n: changed(a, 0, -1)),
        ("roots", lambda a, n: changed(a, -1, n)),
        ("roots", lambda a, n: changed(a, 0, -1)),
        ("roots", lambda a, n: a[:0]),
        ("roots", lambda a, n: a[:, None]),
        ("roots", lambda a, n: np.array(0, np.int32)),
        ("feature", lambda a, n: changed(a, 0, 5)),
        ("feature", lambda a, n: changed(a, 0, -2)),
        ("feature", lambda a, n: a.astype(np.float32)),
        ("feature", lambda a, n: a[:-1]),
        ("left", lambda a, n: changed(a, 0, n)),
        ("left", lambda a, n: changed(a, 0, 0)),
        ("right", lambda a, n: changed(a, 0, -1)),
        ("right", lambda a, n: a.astype(np.float64)),
        ("threshold", lambda a, n: changed(a, 0, np.nan)),
        ("threshold", lambda a, n: a.astype(np.int64)),
        ("threshold", lambda a, n: a[:, None]),
        ("value", lambda a, n: changed(a, (0, 0), np.inf)),
        ("value", lambda a, n: changed(a, (0, 0), -0.5)),
        ("value", lambda a, n: a * 2),
        ("value", lambda a, n: a.ravel()),
        ("value", lambda a, n: a[:, :, None]),
        ("reached", lambda a, n: a[:-1]),
        ("reached", lambda a, n: a[:, None]),
        ("reached", lambda a, n: a.astype(np.float32)),
        ("reached", lambda a, n: a * 0),
        ("reached", lambda a, n: -a),
        ("reached", lambda a, n: a * 1e300),
        ("reached", lambda a, n: changed(a, 1, np.nan)),
        ("reached", lambda a, n: changed(a, 0, np.inf)),
        ("reached", lambda a, n: changed(a, 0, a[0] + 1)),
    ],
)
def test_arrays_that_are_not_a_forest_are_refused(state, name, change):
    arrays, description = state
    broken = arrays | {name: change(arrays[name], len(arrays["feature"]))}
    with pytest.raises(BundleError, match="nodes point outside of it, or its arrays do not fit"):
        RandomForest.from_state(broken, description)


def test_the_training_samples_that_reached_each_node_are_those_of_scikit_learn(problem):
    values, codes, _ = problem(3)
    for weight in (None, "balanced"):
        forest = RandomForestClassifier(7, random_state=1, class_weight=weight).fit(values, codes)
        ours = flattened(forest, np.arange(values.shape[1]), values.shape[1])
        expected = np.concatenate([tree.tree_.weighted_n_node_samples for tree in forest.estimators_])
        np.testing.assert_array_equal(ours.reached, expected)
        RandomForest.from_state(*ours.to_state())


def test_a_forest_of_an_older_version_loads_and_predicts_as_before(state, problem):
    arrays, description = state
    old = {name: array for name, array in arrays.items() if name != "reached"}
    forest, new = RandomForest.from_state(old, description), problem()[2]
    assert forest.reached is None
    np.testing.assert_array_equal(forest.probabilities(new), RandomForest.from_state(*state).probabilities(new))
    assert_same_arrays(forest.to_state()[0], old)
    assert "reached" not in forest.to_state()[0]


def test_a_child_of_two_parents_or_in_another_tree_is_refused(state):
    """Walks down would still end; explanations take every way and would not."""
    arrays, description = state
    left = arrays["left"][0]
    twin = {"right": changed(arrays["right"], 0, left), "reached": changed(arrays["reached"], 0, 0)}
    twin["reached"][0] = 2 * arrays["reached"][left]
    # The root of the first tree asks; its children are the second node and the last, which follows the second root.
    astray = {
        "selected": np.array([0], np.int32), "roots": np.array([0, 2], np.int32),
        "feature": np.array([0, -1, -1, -1], np.int32), "threshold": np.zeros(4),
        "left": np.array([1, 0, 0, 0], np.int32), "right": np.array([3, 0, 0, 0], np.int32),
        "value": np.full((4, 2), 0.5, np.float32), "reached": np.array([2.0, 1, 1, 1]),
    }  # fmt: skip
    for forest in (arrays | twin, astray):
        with pytest.raises(BundleError, match="nodes point outside"):
            RandomForest.from_state(forest, description)
        RandomForest.from_state({key: array for key, array in forest.items() if key != "reached"}, description)


def test_trees_that_run_in_a_circle_are_refused(state):
    arrays, description = state
    inner = np.flatnonzero(arrays["feature"] >= 0)
    broken = arrays | {"right": changed(arrays["right"], inner[1], inner[0])}
    with pytest.raises(BundleError, match="nodes point outside"):
        RandomForest.from_state(broken, description)


@pytest.mark.parametrize("name", ["selected", "roots", "feature", "threshold", "left", "right", "value"])
def test_a_missing_array_is_named(state, name):
    arrays, description = state
    with pytest.raises(BundleError, match=f"lacks its array '{name}'"):
        RandomForest.from_state({key: array for key, array in arrays.items() if key != name}, description)
