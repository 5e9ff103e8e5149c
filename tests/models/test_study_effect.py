"""Networks on whitened inputs, stored as networks on plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.domain_adaptation import DomainAdaptationSettings
from srna_tools.models.interface import TrainingSamples
from srna_tools.models.logistic import LogisticSettings, train_logistic
from srna_tools.models.mlp import MlpSettings
from srna_tools.models.registry import MODELS
from srna_tools.models.shrinkage import SHRINKAGES, tune
from srna_tools.models.study_effect import without_study_effect
from srna_tools.models.study_variance import StudyVariance

SETTINGS = {
    "mlp": MlpSettings(hidden=(16,), dropout=(0.1,), epochs=3, study_effect="whiten"),
    "logistic": LogisticSettings(study_effect="whiten"),
    "domain-adaptation": DomainAdaptationSettings(mapper=(16,), epochs=3, bias_epochs=2, study_effect="whiten"),
}


@pytest.fixture
def studies(problem):
    values, codes, new = problem(3)
    return TrainingSamples(values, codes, 3, np.array([f"study {place % 3}" for place in range(len(codes))])), new


def test_the_stored_logistic_model_is_that_of_whitened_inputs(studies):
    samples, new = studies
    whitening = StudyVariance.of(samples).whitening(tune(samples, SHRINKAGES, 0).shrinkage)
    whitened = TrainingSamples(whitening.apply(samples.values), samples.codes, 3, samples.datasets)
    expected = train_logistic(whitened, LogisticSettings(), 0, 1).classifier.probabilities(whitening.apply(new))
    stored = MODELS["logistic"].train(samples, SETTINGS["logistic"], 0, 1).classifier
    np.testing.assert_allclose(stored.probabilities(new), expected, atol=1e-4)


@pytest.mark.parametrize("kind", ["mlp", "domain-adaptation"])
def test_the_keras_model_takes_plain_inputs_too(studies, kind):
    samples, new = studies
    trained = MODELS[kind].train(samples, SETTINGS[kind], 0, 1)
    np.testing.assert_allclose(trained.keras.predict(new, verbose=0), trained.classifier.probabilities(new), atol=1e-4)


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_model_is_blinder_to_what_moves_studies(kind):
    generator = np.random.default_rng(0)
    codes, study = np.tile(np.repeat([0, 1], 5), 6), np.repeat(np.arange(6), 10)
    directions, of_class = generator.normal(size=(5, 40)), generator.normal(size=40).astype(np.float32)
    values = generator.normal(size=(60, 40)) + codes[:, None] * of_class
    values += 2 * (generator.normal(size=(6, 2, 5)) @ directions)[study, codes]
    values = values.astype(np.float32)
    samples = TrainingSamples(values, codes, 2, study.astype(str))
    of_studies = (generator.normal(size=(60, 5)) @ directions).astype(np.float32)
    response = {}
    for effect in ("keep", "whiten"):
        settings = {
            "mlp": MlpSettings((16,), (0.1,), epochs=20, learning_rate=1e-2, study_effect=effect),
            "logistic": LogisticSettings(study_effect=effect),
            "domain-adaptation": DomainAdaptationSettings(
                mapper=(16,), epochs=20, bias_epochs=20, learning_rate=1e-2, study_effect=effect
            ),
        }[kind]
        model = MODELS[kind].train(samples, settings, 0, 1).classifier
        moved = [np.diff(model.logits(values + shift) - model.logits(values)) for shift in (of_studies, of_class)]
        response[effect] = np.abs(moved[0]).mean() / np.abs(moved[1]).mean()
    assert response["whiten"] < 0.7 * response["keep"]


@pytest.mark.parametrize("settings", [MlpSettings, LogisticSettings, DomainAdaptationSettings])
def test_an_unknown_treatment_is_refused(settings):
    with pytest.raises(SampleError, match="study effect must be keep or whiten, not 'ignore'"):
        settings(study_effect="ignore")


def test_only_networks_can_be_trained_this_way(studies, problem):
    samples, _ = studies

    def train(given, settings, seed, threads):
        forest = MODELS["random-forest"]
        return forest.train(given, forest.settings(2, 2, 4), seed, threads)

    with pytest.raises(TypeError, match="RandomForest has none"):
        without_study_effect(train)(samples, SETTINGS["logistic"], 0, 1)


def test_keeping_the_effect_changes_nothing(studies):
    samples, new = studies
    plain = train_logistic(samples, LogisticSettings(), 0, 1).classifier
    kept = MODELS["logistic"].train(samples, LogisticSettings(), 0, 1).classifier
    assert isinstance(kept, DenseNetwork)
    np.testing.assert_array_equal(kept.probabilities(new), plain.probabilities(new))
