"""Networks of all kinds explained: the deeplift package as judge, sums to the logits, and what is said about it."""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
import pytest

from srna_tools.attribute.deeplift_package import package_contributions
from srna_tools.attribute.engine import BUILT_IN, PACKAGE
from srna_tools.attribute.explain import prepare
from srna_tools.attribute.network_engine import NetworkEngine
from srna_tools.errors import MissingExtraError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.domain_adaptation import DomainAdaptationSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.mlp import MlpSettings
from srna_tools.training import train_bundle

KINDS = ("mlp", "logistic", "domain-adaptation")
EFFECTS = ("keep", "whiten")
RULES = ("rescale", "reveal-cancel")
REFERENCES = ("zero", "mean")
# Of the package in float32, relative to the largest score; test_deeplift holds ours to 5e-5, and to 1e-9 in float64.
ROUNDING = 1e-4


def settings_of(kind, effect):
    if kind == "logistic":
        return LogisticSettings(study_effect=effect)
    if kind == "mlp":
        return MlpSettings(hidden=(20, 10), dropout=(0.2, 0.2), epochs=4, study_effect=effect)
    return DomainAdaptationSettings(mapper=(20, 10), epochs=4, bias_epochs=3, learning_rate=1e-3, study_effect=effect)


@pytest.fixture(scope="module", params=list(product(KINDS, EFFECTS)), ids="-".join)
def trained(request, simulated):
    """A trained bundle of a kind; with whitening, part of its first layer was a map of the inputs."""
    kind, effect = request.param
    return train_bundle(simulated, "tissue", kind, settings_of(kind, effect))[0]


def start_of(bundle, reference):
    return np.zeros(bundle.model.inputs) if reference == "zero" else bundle.transform.mean


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("reference", REFERENCES)
def test_scores_are_those_of_the_deeplift_package_and_sum_to_the_logits(simulated, trained, rule, reference):
    explainer = prepare(simulated, trained, rule=rule, reference=reference)
    start = start_of(trained, reference)

    scores = explainer.scores(np.arange(len(explainer.inputs)))

    theirs = package_contributions(trained.model.weights, explainer.inputs, start, rule)
    np.testing.assert_allclose(scores, theirs, rtol=0, atol=ROUNDING * np.abs(theirs).max())
    change = trained.model.logits(explainer.inputs) - trained.model.logits(start[None, :])
    np.testing.assert_allclose(scores.sum(axis=2), change, atol=1e-5 * np.abs(theirs).sum(axis=2).max())
    np.testing.assert_array_equal(explainer.engine.outputs(explainer.inputs) - explainer.engine.start(), change)


def small_engine(layers=2, **keywords):
    rng = np.random.default_rng(2)
    sizes = [(6, 5), (5, 3)][2 - layers :]
    weights = tuple((rng.normal(size=s).astype(np.float32), rng.normal(size=s[1]).astype(np.float32)) for s in sizes)
    settings = {"reference": np.full(sizes[0][0], 0.25), "reference_name": "mean", "rule": "rescale"} | keywords
    return NetworkEngine(DenseNetwork(weights), **settings), rng.normal(size=(9, sizes[0][0])).astype(np.float32)


@pytest.mark.parametrize("rule", ["rescale", "reveal-cancel", "genomics-default"])
def test_the_package_scores_as_it_does_when_called_by_hand(rule):
    engine, values = small_engine(rule=rule, engine=PACKAGE, block=4)
    expected = package_contributions(engine.network.weights, values, engine.reference, rule)
    np.testing.assert_allclose(engine.scores(values), expected, rtol=1e-6, atol=1e-7)
    ours = small_engine(rule=rule)[0].scores(values)
    np.testing.assert_allclose(ours, expected, atol=5e-5 * np.abs(expected).max())


def test_the_package_is_asked_for_where_it_was_chosen(monkeypatch):
    monkeypatch.setitem(sys.modules, "deeplift", None)
    for engine, values in (small_engine(engine=PACKAGE), small_engine(layers=1, engine=PACKAGE)):
        with pytest.raises(MissingExtraError, match=r"pip install 'srna-tools\[deeplift\]'"):
            engine.scores(values)
    engine, values = small_engine(engine=BUILT_IN)
    engine.scores(values)


def test_one_layer_is_weight_times_the_difference_by_any_rule():
    for rule in ("rescale", "reveal-cancel", "genomics-default"):
        engine, values = small_engine(layers=1, rule=rule)
        expected = (values - 0.25)[:, None] * engine.network.weights[0][0].T
        np.testing.assert_allclose(engine.scores(values), expected, rtol=1e-5)
        assert f"rule {rule} (exact, as by any rule: weight x (input - reference)" in engine.describe()


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({}, "DeepLIFT, rule rescale, compared with the average training sample (reference: mean)"),
        ({"reference_name": "zero"}, "DeepLIFT, rule rescale, compared with inputs of zero (reference: zero)"),
        (
            {"rule": "genomics-default"},
            "DeepLIFT, rule genomics-default (RevealCancel, as all layers are dense), "
            "compared with the average training sample (reference: mean)",
        ),
        (
            {"engine": PACKAGE, "rule": "reveal-cancel"},
            "DeepLIFT by the deeplift package, rule reveal-cancel, "
            "compared with the average training sample (reference: mean)",
        ),
    ],
)
def test_engine_rule_and_reference_are_named(keywords, sentence):
    engine = small_engine(**keywords)[0]
    assert engine.describe() == sentence
    expected = {"engine": BUILT_IN, "rule": "rescale", "reference_name": "mean"} | keywords
    assert engine.facts() == {
        "method": "deeplift", "engine": expected["engine"], "rule": expected["rule"],
        "reference": expected["reference_name"],
    }  # fmt: skip
