"""The search for settings: what it chooses against brute force with scikit-learn, and where it looks."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold

from srna_tools.errors import InputError, SampleError
from srna_tools.evaluate.carry_out import carry_out
from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.fits import Fit, Material
from srna_tools.evaluate.search import GRIDS, choose_settings, read_grids, search_for
from srna_tools.models.registry import MODELS
from srna_tools.preprocess.transform import Transform

GRID = {"normalisation": ["clr", "rank"], "C": [1e-4, 1e-2, 1.0]}


def test_the_choice_is_that_of_brute_force(studies, evaluation_of):
    """Sexes, which are hard: all candidates by hand, with scikit-learn's own splitter, model and metric."""
    evaluation = evaluation_of(studies, label="sex")
    fit = evaluation.fits(evaluation.plan.folds, {"logistic": GRID}, 3)[1]
    chosen, rows = choose_settings(fit, fit.search, evaluation.material)
    samples, sexes = studies[fit.fold.train], evaluation.material.labels[fit.fold.train]
    expected = []
    for normalisation, strength in product(GRID["normalisation"], GRID["C"]):
        predicted = np.empty(len(sexes), dtype=object)
        for train, test in StratifiedKFold(3, shuffle=True, random_state=fit.seed).split(sexes, sexes):
            specification = replace(fit.contender.transform, normalisation=normalisation)
            transform = Transform.fit(samples[train], specification)
            model = LogisticRegression(C=strength, max_iter=5000)
            model.fit(transform.apply(samples[train]).values.astype(float), sexes[train])
            predicted[test] = model.predict(transform.apply(samples[test]).values.astype(float))
        expected.append(balanced_accuracy_score(sexes, predicted.astype(str)))
    assert len(set(expected)) > 1
    assert [row["mca"] for row in rows] == pytest.approx(expected)
    best = int(np.argmax(expected))
    assert [row["chosen"] for row in rows] == ["yes" if place == best else "" for place in range(6)]
    assert rows[4]["setting"] == "normalisation=rank, C=0.01"
    normalisation, strength = list(product(GRID["normalisation"], GRID["C"]))[best]
    assert (chosen.transform.normalisation, chosen.settings.C) == (normalisation, strength)


def test_of_equals_the_first_is_chosen(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    fit = evaluation.fits(evaluation.plan.folds, {"logistic": {"max_iterations": [4000, 5000, 6000]}}, 2)[0]
    chosen, rows = choose_settings(fit, fit.search, evaluation.material)
    assert len({row["mca"] for row in rows}) == 1
    assert chosen.settings.max_iterations == 4000


@pytest.mark.parametrize(("scheme", "inner"), [("kfold", "kfold"), ("group-kfold", "group-kfold"),
                                               ("dataset-out", "group-kfold"), ("split", "group-kfold")])  # fmt: skip
def test_what_shall_hold_in_new_studies_is_chosen_on_studies_left_out(quick, studies, scheme, inner):
    assert search_for(quick(studies, "logistic")[0], GRIDS, scheme, 3).scheme == inner


def test_inner_folds_of_dataset_out_are_whole_datasets(studies, evaluation_of, with_counts):
    """Each dataset gets its own shift: a model that saw the dataset of an inner test sample would do much better."""
    shifted = studies.layers["counts"].toarray()
    labels = np.array(["a", "b"])[np.random.default_rng(5).integers(0, 2, 48)]
    for place, (dataset, label) in enumerate(zip(studies.obs["dataset"], labels, strict=True)):
        column = (int(dataset[-1]) * 2 + (label == "a")) * 5
        shifted[place, column : column + 5] += 200_000
    samples = with_counts(studies, shifted)
    samples.obs["label"] = labels
    inside = {}
    for scheme in ("kfold", "dataset-out"):
        evaluation = evaluation_of(samples, label="label", scheme=scheme)
        fit = evaluation.fits(evaluation.plan.folds, {"logistic": {"normalisation": ["clr"], "C": [1.0, 2.0]}}, 3)[0]
        inside[scheme] = max(row["mca"] for row in choose_settings(fit, fit.search, evaluation.material)[1])
    assert inside["kfold"] > 0.9
    assert inside["dataset-out"] < 0.8


def test_a_single_candidate_is_applied(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    fit = evaluation.fits(evaluation.plan.folds, {"logistic": {"C": [0.25]}}, 2)[0]
    chosen, rows = choose_settings(fit, fit.search, evaluation.material)
    assert chosen.settings.C == 0.25
    assert [row["chosen"] for row in rows] == ["yes"]


def test_one_candidate_is_chosen_in_every_fit(studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest")
    grids = {"logistic": {"C": [0.1, 1.0]}, "random-forest": {"trees": [2, 4], "scaling": ["none"]}}
    for fit in evaluation.fits(evaluation.plan.folds, grids, 2):
        scores = carry_out(fit, evaluation.material).scores
        assert [row["chosen"] for row in scores].count("yes") == 1
        assert len(scores) == 2


def test_a_training_set_that_cannot_be_split_takes_the_first_candidate_and_says_so(
    studies, evaluation_of, warnings_logged
):
    evaluation = evaluation_of(studies, scheme="dataset-out")
    material = evaluation.material
    fit = evaluation.fits(evaluation.plan.folds, {"logistic": {"C": [0.25, 1.0]}}, 3)[0]
    one = fit.fold.train[material.datasets[fit.fold.train] == "study02"]
    alone = Fit(fit.contender, replace(fit.fold, train=one), 0, fit.search)
    chosen, rows = choose_settings(alone, fit.search, material)
    assert (chosen.settings.C, rows) == (0.25, ())
    assert [message.split(":")[0] for message in warnings_logged.messages if "no search" in message] == [
        "no search for settings in study01"
    ]


def test_the_built_in_candidates_are_settings_of_their_kinds(studies, quick):
    assert set(GRIDS) == set(MODELS)
    for kind in MODELS:
        (model,) = quick(studies, kind)
        search = search_for(model, GRIDS, "kfold", 3)
        assert len(search.grid) == np.prod([len(values) for values in GRIDS[kind].values()])
        made = [with_changes(model, candidate) for candidate in search.grid]
        assert all(one != other for place, one in enumerate(made) for other in made[:place])


def test_a_grid_by_name_wins_over_one_by_kind(studies, quick):
    model = replace(quick(studies, "logistic")[0], name="mine")
    grids = {"logistic": {"C": [1.0, 2.0]}, "mine": {"C": [3.0, 4.0]}}
    assert search_for(model, grids, "kfold", 2).grid == ({"C": 3.0}, {"C": 4.0})
    assert search_for(replace(model, name="other"), grids, "kfold", 2).grid == ({"C": 1.0}, {"C": 2.0})
    assert search_for(model, {"mlp": {"epochs": [1, 2]}}, "kfold", 2) is None
    assert search_for(model, {}, "kfold", 2) is None


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        ({"logistic": {"trees": [1, 2]}}, "a model of the kind logistic has no setting trees"),
        ({"logistic": {"C": [1.0, "strong"]}}, "the setting 'C' is 'strong', but must be like its default 1.0"),
        ({"logistic": {"normalisation": ["tmm"]}}, "the transform's normalisation is 'tmm'"),
        ({"logistc": {"C": [1.0]}}, "the grid is for logistc, but the models are logistic"),
    ],
)
def test_candidates_that_are_no_settings_are_refused_before_any_fit(studies, evaluation_of, grids, message):
    evaluation = evaluation_of(studies)
    with pytest.raises(SampleError, match=message):
        evaluation.fits(evaluation.plan.folds, grids, 2)


def test_grids_are_read_from_a_file(tmp_path):
    grids = {"logistic": {"C": [0.1, 1]}, "mlp": {"hidden": [[8], [16, 4]]}}
    (tmp_path / "g.json").write_text(json.dumps(grids))
    assert read_grids(tmp_path / "g.json") == grids


@pytest.mark.parametrize("text", ["[1]", '{"logistic": [1]}', '{"logistic": {"C": 1}}', '{"logistic": {"C": []}}'])
def test_grids_of_another_form_are_refused(tmp_path, text):
    (tmp_path / "g.json").write_text(text)
    with pytest.raises(InputError, match=r"g.json: must hold lists of values by model and setting, such as"):
        read_grids(tmp_path / "g.json")
    (tmp_path / "g.json").write_text(text[:-1])
    with pytest.raises(InputError, match=r"g.json: is not JSON"):
        read_grids(tmp_path / "g.json")


def test_the_search_sees_the_training_samples_alone(studies, evaluation_of, with_counts):
    evaluation = evaluation_of(studies, label="sex")
    fit = evaluation.fits(evaluation.plan.folds, {"logistic": GRID}, 2)[0]
    counts = studies.layers["counts"].toarray()
    counts[fit.fold.test] = np.random.default_rng(1).permuted(counts[fit.fold.test], axis=1)
    labels = evaluation.material.labels.copy()
    labels[fit.fold.test] = labels[fit.fold.test][::-1]
    other = Material(with_counts(studies, counts), labels)
    assert choose_settings(fit, fit.search, evaluation.material) == choose_settings(fit, fit.search, other)
