"""The model auto of srna-train: what is chosen where studies differ much, and what its bundle says of it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.errors import SampleError
from srna_tools.evaluate.automatic import choose_for, with_choice
from srna_tools.evaluate.carry_out import carry_out
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.fits import Fit, Material, predict_unseen
from srna_tools.evaluate.record import calibration_of
from srna_tools.models.discriminant import DiscriminantSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.preprocess.specification import EXPRESSED, PUBLISHED, RANKED
from srna_tools.training import TrainingSet, train_on
from srna_tools.validation.splits import Fold

DISCRIMINANT = Contender("discriminant", "discriminant", DiscriminantSettings(), EXPRESSED)
LOGISTIC = Contender("logistic", "logistic", LogisticSettings(), RANKED)
FOREST = Contender("forest", "random-forest", ForestSettings(4, 20, 40, down_sample=False), PUBLISHED)
# No feature has so many reads.
IMPOSSIBLE = replace(LOGISTIC, name="impossible", transform=replace(RANKED, min_rpm=2e6))


def training_set(samples):
    return TrainingSet.of(samples, "tissue", EXPRESSED)


def choose(chosen, candidates, threads=1, seed=0, said=None):
    say = (lambda sentence: None) if said is None else said.append
    return choose_for(chosen, candidates, seed=seed, threads=threads, say=say)


def trained(chosen, choice):
    model = choice.chosen.contender
    return with_choice(train_on(chosen, model.kind, model.settings, model.transform)[0], choice)


def test_where_studies_differ_much_the_discriminant_is_chosen_though_it_comes_last(biased_studies):
    """And it does better on studies that had no part in the choice."""
    everything = biased_studies(studies=8)
    known = (everything.obs["dataset"] < "study 6").to_numpy()
    material = Material(everything, everything.obs["tissue"].to_numpy(str))
    choice = choose(training_set(everything[known].copy()), [LOGISTIC, FOREST, DISCRIMINANT])
    assert choice.chosen.contender == DISCRIMINANT
    assert choice.reason().endswith("the best of 3 models")
    new = Fold(1, 1, "new studies", np.flatnonzero(known), np.flatnonzero(~known))
    right = [
        (predict_unseen(Fit(one, new, 0), material).argmax(axis=1) == material.codes[new.test]).mean()
        for one in (LOGISTIC, FOREST, DISCRIMINANT)
    ]
    assert right[2] > max(right[:2]) + 0.1


def test_the_same_is_chosen_side_by_side_and_inside_a_fold(biased_studies):
    samples = biased_studies(resources=("x", "y"))
    chosen, candidates = training_set(samples), (LOGISTIC, FOREST, DISCRIMINANT)
    one, two = (choose(chosen, candidates, threads) for threads in (1, 2))
    assert one.table().equals(two.table())
    assert one.chosen.contender == two.chosen.contender
    material = Material(samples, chosen.classes)
    everything = np.arange(samples.n_obs)
    auto = replace(LOGISTIC, name="auto", candidates=candidates)
    result = carry_out(Fit(auto, Fold(1, 1, "all", everything, everything[:5]), 0), material)
    table = one.table()
    assert [row["setting"] for row in result.scores] == table["model"].tolist()
    assert [row["mca"] for row in result.scores] == table["score"].tolist()
    assert [row["chosen"] for row in result.scores] == table["chosen"].tolist()
    assert choose(chosen, candidates, seed=1).table()["score"].tolist() != table["score"].tolist()


def test_the_bundle_says_what_was_chosen_how_good_it_is_and_among_how_many(biased_studies, tmp_path):
    chosen = training_set(biased_studies(resources=("x", "y")))
    choice = choose(chosen, [DISCRIMINANT, LOGISTIC])
    bundle = trained(chosen, choice)
    save_bundle(bundle, tmp_path / "b.safetensors")
    stored = load_bundle(tmp_path / "b.safetensors")
    facts = stored.training["choice"]
    assert facts["reason"] == choice.reason()
    assert [row["model"] for row in facts["models"]] == ["discriminant", "logistic"]
    assert facts["models"] == json.loads(json.dumps(choice.table().to_dict("records")))
    assert (facts["not_judged"], facts["left_out"]) == ([], {})
    table = choice.chosen.tables["studies"]
    assert stored.calibration == {"scheme": "group-kfold"} | calibration_of(table)
    right = table["true"] == table["predicted"]
    assert stored.evaluation == pytest.approx(
        {
            "scheme": "group-kfold", "samples": 72, "datasets": 6, "msa": right.mean(),
            "mca": right.groupby(table["true"]).mean().mean(),
            "mean_dataset_accuracy": right.groupby(table["dataset"]).mean().mean(), "chosen_among": 2,
        },
        abs=1e-5,
    )  # fmt: skip


def test_a_class_of_one_study_is_trained_though_it_is_not_judged(biased_studies):
    chosen = training_set(biased_studies(alone="lonely"))
    bundle = trained(chosen, choose(chosen, [DISCRIMINANT]))
    assert bundle.classes == ("a", "b", "c", "lonely")
    assert bundle.training["choice"]["not_judged"] == ["lonely"]
    assert bundle.evaluation["samples"] == 68


def test_one_study_is_judged_on_samples_left_out_which_is_warned_of(biased_studies, warnings_logged):
    chosen = training_set(biased_studies(studies=1, each=8))
    choice = choose(chosen, [DISCRIMINANT, LOGISTIC])
    bundle = trained(chosen, choice)
    assert bundle.evaluation["scheme"] == bundle.calibration["scheme"] == "kfold"
    assert " on samples left out" in bundle.training["choice"]["reason"]
    assert bundle.training["choice"]["not_judged"] == []
    assert [message.split(":")[0] for message in warnings_logged.messages if "no study" in message] == [
        "no study could be left out, only random samples"
    ]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_candidate_that_cannot_be_fitted_is_left_out_with_its_name_and_why(biased_studies, warnings_logged, threads):
    chosen = training_set(biased_studies(studies=3))
    choice = choose(chosen, [IMPOSSIBLE, DISCRIMINANT], threads)
    assert choice.chosen.contender == DISCRIMINANT
    (warning,) = [message for message in warnings_logged.messages if "left out of the choice" in message]
    assert warning.startswith(
        "impossible is left out of the choice: the model 'impossible' cannot be fitted for fold 1: no feature passes "
        "the filters (of 60: "
    )
    bundle = trained(chosen, choice)
    assert set(bundle.training["choice"]["left_out"]) == {"impossible"}
    assert bundle.evaluation["chosen_among"] == 1


def test_if_nothing_can_be_fitted_or_held_out_it_ends_with_a_sentence(biased_studies):
    chosen = training_set(biased_studies(studies=2))
    with pytest.raises(
        SampleError, match=r"^--model auto cannot choose: none of the models can be fitted: the model 'i"
    ):
        choose(chosen, [IMPOSSIBLE])
    one_patient = chosen.samples.copy()
    one_patient.obs["patient"] = "p"
    with pytest.raises(SampleError, match=r"cannot choose: the samples form only 1 sets .*; name a kind of model$"):
        choose(replace(chosen, samples=one_patient), [DISCRIMINANT])


def test_what_it_will_take_is_said_before(biased_studies):
    said = []
    choose(training_set(biased_studies(resources=("x", "y"))), [DISCRIMINANT, LOGISTIC], said=said)
    (sentence,) = said
    assert sentence.startswith("choosing the model: 14 fits (2 models, 7 folds), of up to 60 samples: about ")
    said = []
    with pytest.raises(SampleError):
        choose(training_set(biased_studies(studies=2)), [IMPOSSIBLE], said=said)
    assert len(said) == 1
