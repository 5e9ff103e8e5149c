"""Profiles and k-mers together: their weights, their sum, and what is stored of them."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from srna_tools.errors import BundleError, SampleError
from srna_tools.sequences.combined import CombinedModel, CombinedSettings, best_weights, train_combined
from srna_tools.sequences.families import Families
from srna_tools.sequences.kmer import KmerSettings, train_kmer
from srna_tools.sequences.profile_model import ProfileSettings, train_profile
from srna_tools.sequences.registry import FAMILY_MODELS, family_model_from_state

pytest.importorskip("pyhmmer")
pytest.importorskip("pyfamsa")

SMALL = {"k": (2, 3), "gapped": ()}


@pytest.fixture(scope="module")
def trained(mutated_families):
    training, test = mutated_families(4, changes=18)
    return training, test, train_combined(training, CombinedSettings(**SMALL), 0, 1).model


def test_logits_are_the_weighted_sum_of_both_models_trained_alone(trained):
    training, test, model = trained
    profile = train_profile(training, ProfileSettings(), 0, 1).model.scores(test.sequences)
    kmer = train_kmer(training, KmerSettings(**SMALL), 0, 1).model.scores(test.sequences)

    scores = model.scores(test.sequences)

    expected = model.weights[0] * profile.logits + model.weights[1] * kmer.logits
    np.testing.assert_allclose(scores.logits, expected, rtol=1e-9)
    assert set(scores.known) == {*profile.known, *kmer.known, "sum"}
    np.testing.assert_allclose(scores.known["sum"], expected.max(axis=1))
    assert (scores.logits.argmax(axis=1) == test.members).mean() > 0.95


def test_two_families_are_weighed_as_by_logistic_regression():
    """Of two families, the weights are those of a regression on the differences of their logits."""
    generator = np.random.default_rng(2)
    members = generator.integers(0, 2, 400)
    first, second = (generator.normal(np.eye(2)[members] * distance, 2.0) for distance in (2.0, 1.0))

    weights = best_weights(first, second, members)

    differences = np.column_stack([logits[:, 1] - logits[:, 0] for logits in (first, second)])
    machine = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-8).fit(differences, members)
    np.testing.assert_allclose(weights, machine.coef_[0], atol=2e-4)


def test_no_other_weights_have_a_smaller_loss():
    generator = np.random.default_rng(4)
    members = generator.integers(0, 5, 300)
    first, second = (generator.normal(np.eye(5)[members] * distance) for distance in (3.0, 1.0))
    best = best_weights(first, second, members)

    def loss(weights):
        logits = weights[0] * first + weights[1] * second
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return log_loss(members, powers / powers.sum(axis=1, keepdims=True))

    for first_factor in (0.8, 1, 1.25):
        for second_factor in (0.8, 1, 1.25):
            assert loss(best) <= loss((best[0] * first_factor, best[1] * second_factor)) + 1e-7


def test_a_model_that_says_nothing_is_hardly_heard():
    generator = np.random.default_rng(1)
    members = np.arange(300) % 3
    good, noise = generator.normal(np.eye(3)[members] * 4), generator.normal(size=(300, 3))
    of_good, of_noise = best_weights(good, noise, members)
    assert of_noise < 0.2 * of_good


def test_families_too_small_to_hold_out_from_are_learnt_all_the_same():
    families = Families(("A", "C"), ("AAGAAGAAGCAAGAAG", "CCUCCUCCUACCUCCU"), np.array([0, 1]))
    model = train_combined(families, CombinedSettings(**SMALL), 0, 1).model
    assert list(model.scores(["AAGAAGAAGCAAGAA", "CUCCUCCUACCUCCU"]).logits.argmax(axis=1)) == [0, 1]


def test_threads_play_no_role(trained):
    training, test, model = trained
    again = train_combined(training, CombinedSettings(**SMALL), 0, 2).model
    np.testing.assert_array_equal(again.scores(test.sequences).logits, model.scores(test.sequences).logits)


def test_settings_are_those_of_both():
    names = {field.name for field in fields(CombinedSettings)}
    assert names == {field.name for kind in (KmerSettings, ProfileSettings) for field in fields(kind)}
    for wrong in ({"k": (0,)}, {"max_aligned": 0}):
        with pytest.raises(SampleError):
            CombinedSettings(**wrong)


def test_a_stored_model_scores_the_same(trained):
    _, test, model = trained
    again = family_model_from_state("combined", *model.to_state())
    np.testing.assert_array_equal(again.scores(test.sequences).logits, model.scores(test.sequences).logits)


def without_a_family(arrays, _):
    arrays["kmer.weights"], arrays["kmer.bias"] = arrays["kmer.weights"][:, 1:], arrays["kmer.bias"][1:]


DAMAGE = {
    "no profiles": lambda _, description: description.pop("profile"),
    "k-mers that are a list": lambda _, description: description.update(kmer=[]),
    "no weights": lambda _, description: description.pop("weights"),
    "one weight": lambda _, description: description.update(weights=[1.0]),
    "an endless weight": lambda _, description: description.update(weights=[1.0, float("inf")]),
    "text for a weight": lambda _, description: description.update(weights=["1", 1.0]),
    "no nodes": lambda arrays, _: arrays.pop("profile.nodes"),
    "no words": lambda arrays, _: arrays.pop("kmer.kept"),
    "a family less": without_a_family,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_refused(trained, damage):
    arrays, description = trained[2].to_state()
    damage(arrays, description)
    with pytest.raises(BundleError):
        CombinedModel.from_state(arrays, description)


def test_the_kind_is_registered():
    kind = FAMILY_MODELS["combined"]
    assert (kind.model, kind.settings, kind.train, kind.needs) == (
        CombinedModel,
        CombinedSettings,
        train_combined,
        ("pyfamsa", "pyhmmer"),
    )
