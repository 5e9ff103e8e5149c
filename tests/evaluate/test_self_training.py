"""Self-training: new studies help where there are few labelled ones, and before and after are compared honestly."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import accuracy_score, balanced_accuracy_score
from sklearn.model_selection import StratifiedGroupKFold

from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.self_training import self_train
from srna_tools.evaluate.unlabelled import Unlabelled
from srna_tools.models.discriminant import DiscriminantSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.mlp import MlpSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.preprocess.catch_all import ClassChoice
from srna_tools.preprocess.specification import EXPRESSED, PUBLISHED, RANKED
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.training import TrainingSet, train_on

TISSUES = ("blood", "brain", "liver", "skin", "kidney", "lung", "heart", "skeletal muscle")
FEW = SimulationSettings(studies=3, samples_per_study=16, tissues=TISSUES)
LOGISTIC = Contender("logistic", "logistic", LogisticSettings(C=100), RANKED)
MODELS = {
    "logistic": LOGISTIC,
    "random-forest": Contender("forest", "random-forest", ForestSettings(4, 20, 60, down_sample=False), PUBLISHED),
    "discriminant": Contender("discriminant", "discriminant", DiscriminantSettings(), EXPRESSED),
    "mlp": Contender("mlp", "mlp", MlpSettings((24,), (0.1,), epochs=8, batch_size=8), PUBLISHED),
}


def studies(first, number, size, seed=1):
    return to_anndata(simulate(replace(FEW, first_study=first, studies=number, samples_per_study=size, seed=seed)))


def without_labels(samples):
    hidden = samples.copy()
    del hidden.obs["tissue"]
    return hidden


def training_set(samples, model=LOGISTIC):
    return TrainingSet.of(samples, "tissue", model.transform)


def first_of(labelled, model=LOGISTIC):
    return train_on(labelled, model.kind, model.settings, model.transform)[0]


def predicted(bundle, samples):
    best = bundle.probabilities(bundle.transform.apply(samples).values).argmax(axis=1)
    return np.array(bundle.classes)[best]


@pytest.fixture(scope="module")
def labelled():
    return training_set(studies(1, 3, 16))


@pytest.fixture(scope="module")
def unlabelled():
    return without_labels(studies(14, 4, 24))


def test_eight_unlabelled_studies_help_in_studies_that_neither_model_saw():
    """Mean over three simulations; two samples of each tissue in each of three labelled studies."""
    gains = []
    for seed in (1, 2, 3):
        labelled, test = training_set(studies(1, 3, 16, seed)), studies(44, 4, 32, seed)
        first = first_of(labelled)
        outcome = self_train(labelled, without_labels(studies(14, 8, 24, seed)), LOGISTIC, first, min_confidence=0.5)
        assert outcome.bundle.training["self_training"]["added"] > 30
        truth = test.obs["tissue"].to_numpy(str)
        gains.append(
            accuracy_score(truth, predicted(outcome.bundle, test)) - accuracy_score(truth, predicted(first, test))
        )
    assert min(gains) > 0
    assert np.mean(gains) > 0.02


def test_how_the_first_model_was_chosen_stays_in_the_bundle(labelled, unlabelled):
    choice = {"reason": "the best of 2 models", "models": [], "not_judged": []}
    first = first_of(labelled)
    first = replace(first, training=first.training | {"choice": choice})
    for confidence in (0.5, 1.0):
        facts = self_train(labelled, unlabelled, LOGISTIC, first, min_confidence=confidence).bundle.training
        assert facts["choice"] == choice
        assert (facts["self_training"]["added"] > 0) == (confidence < 1)
    assert "choice" not in self_train(labelled, unlabelled, LOGISTIC, first_of(labelled)).bundle.training


def of_the_same_studies(labelled):
    """Make 16 more samples of each labelled study, without labels."""
    known = set(labelled.datasets)
    more = without_labels(studies(1, 3, 32))
    assert set(more.obs["dataset"]) == known
    more = more[[int(name[-3:]) > 16 for name in more.obs_names]].copy()
    more.obs_names = [f"unlabelled {name}" for name in more.obs_names]
    return more


@pytest.mark.parametrize("same_studies", [False, True])
def test_before_and_after_are_those_of_folds_made_by_hand(labelled, unlabelled, same_studies):
    """The same folds with scikit-learn's splitter and metrics; each fold's own first model chooses, and none from the
    studies that it is tested on."""
    new = of_the_same_studies(labelled) if same_studies else unlabelled
    figures = self_train(labelled, new, LOGISTIC, first_of(labelled), min_confidence=0.5, seed=3).bundle.training[
        "self_training"
    ]
    labels = labelled.classes
    splitter = StratifiedGroupKFold(3, shuffle=True, random_state=3)
    before, after = np.empty(48, dtype=object), np.empty(48, dtype=object)
    for train, test in splitter.split(labels, labels, labelled.datasets):
        pool = Unlabelled.beside(labelled, new[~new.obs["dataset"].isin(labelled.datasets[test]).to_numpy()])
        own_first = first_of(labelled.with_samples(labelled.samples[train], labels[train]))
        own_second = first_of(pool.added_to(train, pool.choose(own_first, train, 0.5)))
        before[test] = predicted(own_first, labelled.samples[test])
        after[test] = predicted(own_second, labelled.samples[test])
    assert (figures["scheme"], figures["folds"], figures["tested"]) == ("group-kfold", 3, 48)
    for when, guessed in (("before", before), ("after", after)):
        assert figures[f"msa_{when}"] == pytest.approx(accuracy_score(labels, guessed.astype(str)))
        assert figures[f"mca_{when}"] == pytest.approx(balanced_accuracy_score(labels, guessed.astype(str)))
    assert (before != after).any()


def test_one_study_is_split_at_random_and_linked_pairs_not_at_all(unlabelled, warnings_logged):
    samples = studies(1, 1, 32)
    facts = []
    for patients in (range(32), [*["one"] * 31, "two"]):
        linked = samples.copy()
        linked.obs["patient"] = [f"patient {one}" for one in patients]
        chosen = training_set(linked)
        outcome = self_train(chosen, unlabelled, LOGISTIC, first_of(chosen), min_confidence=0.5)
        facts.append(outcome.bundle.training["self_training"])
    assert (facts[0]["scheme"], facts[0]["folds"], facts[0]["tested"]) == ("kfold", 4, 32)
    assert facts[1]["added"] > 0
    assert "scheme" not in facts[1]
    assert any("too much linked, to compare before and after" in message for message in warnings_logged.messages)


def test_what_the_bundle_and_the_table_say_is_what_was_done(labelled, unlabelled, tmp_path):
    first = replace(first_of(labelled), licence="CC0-1.0")
    outcome = self_train(labelled, unlabelled, LOGISTIC, first, min_confidence=0.6)
    facts, table = outcome.bundle.training["self_training"], outcome.table
    assert table.columns.tolist() == ["sample", "dataset", "label", "probability", "used", "reason"]
    assert table["sample"].tolist() == unlabelled.obs_names.tolist()
    used = table[table["used"] == "yes"]
    assert (used["probability"] >= 0.6).all()
    assert facts["added_per_class"] == used["label"].value_counts().to_dict()
    assert facts["added_per_dataset"] == used["dataset"].value_counts().to_dict()
    assert (facts["unlabelled"], facts["added"]) == (96, len(used))
    assert outcome.bundle.training["samples"] == 48 + len(used)
    assert outcome.sentences[0].startswith(f"self-training: {len(used)} of 96 unlabelled samples added, from ")
    assert f"before: accuracy over samples {facts['msa_before']:.3f}, mean accuracy of the" in outcome.sentences[2]
    assert outcome.bundle.licence == "CC0-1.0"
    save_bundle(outcome.bundle, tmp_path / "b")
    assert load_bundle(tmp_path / "b").training == json.loads(json.dumps(outcome.bundle.training))


def test_the_second_model_is_that_of_the_joined_samples(labelled, unlabelled):
    outcome = self_train(labelled, unlabelled, LOGISTIC, first_of(labelled), min_confidence=0.6)
    used = outcome.table[outcome.table["used"] == "yes"]
    pool = Unlabelled.beside(labelled, unlabelled)
    names = [*labelled.samples.obs_names, *used["sample"]]
    together = labelled.with_samples(pool.joined[names], np.array([*labelled.classes, *used["label"]]))
    expected = first_of(together)
    values = expected.transform.apply(unlabelled).values
    np.testing.assert_array_equal(outcome.bundle.transform.apply(unlabelled).values, values)
    np.testing.assert_array_equal(outcome.bundle.probabilities(values), expected.probabilities(values))


@pytest.mark.parametrize("kind", MODELS)
def test_every_kind_of_model_and_one_seed_gives_one_result(kind):
    model = MODELS[kind]
    tissues = SimulationSettings(studies=3, samples_per_study=12, tissues=("blood", "brain", "liver", "skin"))
    labelled = training_set(to_anndata(simulate(tissues)), model)
    new = without_labels(to_anndata(simulate(replace(tissues, first_study=8))))
    first = first_of(labelled, model)
    outcomes = [self_train(labelled, new, model, first, min_confidence=0.5) for _ in range(2)]
    assert outcomes[0].bundle.training["self_training"]["added"] > 0
    assert outcomes[0].bundle.training == outcomes[1].bundle.training
    assert outcomes[0].table.equals(outcomes[1].table)
    values = outcomes[0].bundle.transform.apply(new).values
    np.testing.assert_array_equal(*(one.bundle.probabilities(values) for one in outcomes))


def test_the_temperature_of_an_evaluation_comes_before_the_threshold(labelled, unlabelled):
    """Cooler probabilities are surer; the figures of the evaluation say that they are of the earlier model."""
    first = first_of(labelled)
    cooler = replace(first, calibration={"temperature": 0.5}, evaluation={"msa": 0.9})
    plain, calibrated = (self_train(labelled, unlabelled, LOGISTIC, one, min_confidence=0.7) for one in (first, cooler))
    assert calibrated.bundle.training["self_training"]["added"] > plain.bundle.training["self_training"]["added"]
    assert calibrated.bundle.training["self_training"]["temperature"] == 0.5
    assert calibrated.bundle.calibration == {"temperature": 0.5, "before_self_training": True}
    assert calibrated.bundle.evaluation == {"msa": 0.9, "before_self_training": True}
    assert (plain.bundle.calibration, plain.bundle.evaluation) == ({}, {})


def test_a_catch_all_class_gains_nothing(labelled, unlabelled):
    classes = np.where(np.isin(labelled.classes, TISSUES[:4]), labelled.classes, "other")
    chosen = TrainingSet.of(labelled.samples, "tissue", RANKED, ClassChoice(TISSUES[:4], "other"))
    assert chosen.classes.tolist() == classes.tolist()
    outcome = self_train(chosen, unlabelled, LOGISTIC, first_of(chosen), min_confidence=0.5)
    facts = outcome.bundle.training["self_training"]
    assert facts["added"] > 0
    assert "other" not in facts["added_per_class"]
    likes_other = outcome.table[outcome.table["label"] == "other"]
    assert len(likes_other) > 20
    assert likes_other["reason"].str.contains("most like the catch-all class 'other'").any()
    assert outcome.bundle.catch_all == "other"


def test_where_nothing_is_sure_enough_the_first_model_stands(labelled, unlabelled, warnings_logged):
    first = first_of(labelled)
    outcome = self_train(labelled, unlabelled, LOGISTIC, first, min_confidence=1.0)
    assert outcome.trained is None
    assert outcome.bundle.model is first.model
    assert outcome.bundle.training["self_training"]["added"] == 0
    assert "no unlabelled sample was added: the model is that of the labelled samples alone" in warnings_logged.messages
    assert outcome.sentences[0] == "self-training: 0 of 96 unlabelled samples added"


def test_samples_that_mislead_are_said_not_to_help(warnings_logged, noise):
    """Two marks tell the classes, and one labelled study shows the second alone; the unlabelled have it reversed."""
    labels, datasets = ["a", "b"] * 30, np.repeat(list("vwxyz"), 12).tolist()
    samples = with_marks(noise(60, 60, seed=2, tissue=labels, dataset=datasets), labels, labels, absent="z")
    new = noise(48, 60, seed=3, dataset=np.repeat(list("klmn"), 12).tolist())
    new.obs_names = [f"new {name}" for name in new.obs_names]
    misleading = with_marks(new, labels[:48], ["b", "a"] * 24)
    chosen = training_set(samples)
    outcome = self_train(chosen, misleading, LOGISTIC, first_of(chosen), min_confidence=0.5)
    facts = outcome.bundle.training["self_training"]
    assert facts["mca_after"] < facts["mca_before"]
    assert (
        "the added samples did not help: the mean accuracy of the classes on samples left out fell from "
        f"{facts['mca_before']:.3f} to {facts['mca_after']:.3f}; train without --unlabelled"
    ) in warnings_logged.messages


def with_marks(samples, first, second, absent=""):
    """Return samples with many reads on six features by their `first` class, on four by their `second`."""
    counts = samples.layers["counts"].toarray()
    for row, (one, other, dataset) in enumerate(zip(first, second, samples.obs["dataset"], strict=True)):
        start = 0 if one == "a" else 6
        counts[row, start : start + 6] += 0 if dataset == absent else 2000
        start = 12 if other == "a" else 16
        counts[row, start : start + 4] += 2000
    changed = samples.copy()
    changed.layers["counts"] = sparse.csr_matrix(counts)
    return changed
