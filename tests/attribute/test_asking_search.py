"""Removals followed by asking the model: the same steps as asking about one after another, for every kind of model."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.attribute.asking_search import AskingSearch
from srna_tools.attribute.network_search import NetworkSearch
from srna_tools.attribute.removal import features_that_matter, removal_of
from srna_tools.attribute.stability import search_for


@pytest.mark.parametrize("kind", ["random-forest", "linear", "logistic", "mlp", "domain-adaptation"])
@pytest.mark.parametrize("reference", ["zero", "mean"])
def test_steps_are_those_of_removing_and_asking(bundle_of_kind, steps_by_hand, kind, reference):
    bundle, rng = bundle_of_kind(kind), np.random.default_rng(7)
    values = rng.random((4, bundle.model.inputs)).astype(np.float32)
    start = np.zeros(bundle.model.inputs) if reference == "zero" else rng.random(bundle.model.inputs)
    scores = rng.normal(size=(4, 3, bundle.model.inputs)).astype(np.float32)
    own = bundle.probabilities(values).argmax(axis=1)
    matters = features_that_matter(bundle.model)
    removals = [removal_of(values[row], start, scores[row], int(own[row]), matters) for row in range(4)]

    found = search_for(bundle, threads=2).find(removals)

    def predict(inputs):
        return bundle.probabilities(inputs).argmax(axis=1)

    for row, (removal, change) in enumerate(zip(removals, found, strict=True)):
        expected = steps_by_hand(predict, values[row], start, scores[row], int(own[row]))
        steps = (
            removal.steps_after(change.moves_to_change),
            change.changed_to,
            removal.steps_after(change.moves_to_target),
        )
        assert np.array(steps).T.tolist() == [list(each) for each in expected]


def test_dense_networks_are_not_asked_about_every_step(bundle_of_kind):
    assert isinstance(search_for(bundle_of_kind("logistic"), 1), NetworkSearch)
    assert isinstance(search_for(bundle_of_kind("random-forest"), 1), AskingSearch)


def test_features_that_no_tree_looks_at_do_not_matter(bundle_of_kind):
    forest = bundle_of_kind("random-forest").model
    matters = features_that_matter(forest)
    rng = np.random.default_rng(0)
    values = rng.random((50, forest.inputs)).astype(np.float32)

    others = np.where(matters, values, rng.random(values.shape)).astype(np.float32)

    assert 0 < matters.sum() < forest.inputs
    np.testing.assert_array_equal(forest.probabilities(values), forest.probabilities(others))


def test_paths_longer_than_a_block_are_followed_to_their_end():
    # The class changes when the last of 500 features is removed.
    values, own = np.ones(500, dtype=np.float32), 0
    scores = np.stack([np.arange(500, 0, -1), np.zeros(500)]).astype(np.float32)
    removal = removal_of(values, np.zeros(500), scores, own, np.ones(500, dtype=bool))

    (change,) = AskingSearch(lambda inputs: (inputs.sum(axis=1) < 0.5).astype(int)).find([removal])

    assert removal.steps_after(change.moves_to_change).tolist() == [500]
    assert change.changed_to.tolist() == [1]
    assert removal.steps_after(change.moves_to_target).tolist() == [500]
