"""Suspects: surprise by hand, planted wrong labels on top, and what ids look like."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from srna_tools.evaluate.evaluation import Run
from srna_tools.evaluate.suspects import COLUMNS, ranked_by_surprise, suspects
from srna_tools.io.output import write_table
from srna_tools.simulate import SimulationSettings, simulate, to_anndata
from srna_tools.validation.out_of_fold import make_table, read_out_of_fold

CLASSES = ("blood", "brain", "liver")


def predictions(probabilities, *, model="mlp", repeat=1, samples=("001", "002", "003", "1e5"),
                true=("blood", "brain", "liver", "blood"), datasets=("x", "x", "x", "y")):  # fmt: skip
    return make_table(
        samples=samples, datasets=datasets, model=model, repeat=repeat, fold=1, seed=0, true=true, classes=CLASSES,
        probabilities=np.array(probabilities),
    )  # fmt: skip


FIRST = [[0.1, 0.7, 0.2], [0.2, 0.5, 0.3], [0.0, 1.0, 0.0], [0.4, 0.3, 0.3]]
SECOND = [[0.5, 0.3, 0.2], [0.4, 0.5, 0.1], [0.0, 1.0, 0.0], [0.2, 0.2, 0.6]]


def test_surprise_by_hand():
    """Sample 001: log(0.7 / 0.1); 003: its class has probability 0, which counts as 0.001."""
    table = suspects(predictions(FIRST))
    assert table.columns.tolist() == list(COLUMNS)
    assert table["rank"].tolist() == [1, 2]
    assert table["sample"].tolist() == ["003", "001"]
    assert table["annotated"].tolist() == ["liver", "blood"]
    assert table["predicted"].tolist() == ["brain", "brain"]
    assert table["surprise"].tolist() == pytest.approx([math.log(1000), math.log(7)])
    assert table["probability_annotated"].tolist() == pytest.approx([0, 0.1])
    assert table["probability_predicted"].tolist() == pytest.approx([1, 0.7])
    assert table["agreeing_models"].tolist() == [0, 0]
    assert table["dataset_samples"].tolist() == [3, 3]
    assert table["dataset_disagreeing"].tolist() == [2, 2]


@pytest.mark.parametrize("second", [{"model": "forest"}, {"repeat": 2}])
def test_probabilities_are_averaged_over_models_and_repeats(second):
    """Means: 001 (0.3, 0.5, 0.2), 1e5 (0.3, 0.25, 0.45); half of the models agree with each annotation."""
    both = pd.concat([predictions(FIRST), predictions(SECOND, **second)], ignore_index=True)
    table = suspects(both)
    assert table["sample"].tolist() == ["003", "001", "1e5"]
    assert table["predicted"].tolist() == ["brain", "brain", "liver"]
    assert table["surprise"].tolist() == pytest.approx([math.log(1000), math.log(5 / 3), math.log(1.5)])
    assert table["agreeing_models"].tolist() == [0, 0.5, 0.5]
    assert table["dataset_disagreeing"].tolist() == [2, 2, 1]


def test_all_samples_are_ranked_the_surest_last():
    ranked = ranked_by_surprise(predictions(FIRST))
    assert ranked["sample"].tolist() == ["003", "001", "1e5", "002"]
    assert ranked["surprise"].iloc[2:].tolist() == pytest.approx([math.log(0.3 / 0.4), math.log(0.3 / 0.5)])
    assert ranked["rank"].tolist() == [1, 2, 3, 4]


def test_equals_are_ordered_by_name_and_the_order_of_rows_plays_no_role():
    rows = predictions([[0.1, 0.8, 0.1]] * 4, true=["blood"] * 4, samples=["b", "a", "10", "9"])
    table = suspects(rows)
    assert table["sample"].tolist() == ["10", "9", "a", "b"]
    pd.testing.assert_frame_equal(suspects(rows.sample(frac=1, random_state=1)), table)


def test_without_disagreement_the_table_is_empty_but_has_its_columns():
    table = suspects(predictions(np.eye(3)[[0, 1, 2, 0]]))
    assert len(table) == 0
    assert table.columns.tolist() == list(COLUMNS)


def test_ids_that_look_like_numbers_survive_the_way_through_a_file(tmp_path):
    write_table(predictions(FIRST), tmp_path / "p.tsv")
    table = suspects(read_out_of_fold(tmp_path / "p.tsv"))
    assert table["sample"].tolist() == ["003", "001"]
    pd.testing.assert_frame_equal(table, suspects(predictions(FIRST)))


@pytest.fixture(scope="module")
def clear_tissues():
    """96 samples whose tissues are clear: studies differ little."""
    settings = SimulationSettings(3, 32, ("blood", "brain", "liver", "skin"), study_effect=0.3)
    return to_anndata(simulate(settings))


@pytest.mark.parametrize("models", [("logistic",), ("logistic", "random-forest")])
def test_wrong_annotations_that_were_planted_are_found(clear_tissues, evaluation_of, models):
    """Six of 96 samples get the label of the next tissue."""
    samples = clear_tissues.copy()
    planted = np.random.default_rng(3).choice(96, 6, replace=False)
    tissues = samples.obs["tissue"].to_numpy(str)
    following = dict(zip(("blood", "brain", "liver", "skin"), ("brain", "liver", "skin", "blood"), strict=True))
    tissues[planted] = [following[name] for name in tissues[planted]]
    samples.obs["tissue"] = tissues
    evaluation = evaluation_of(samples, *models, folds=4, repeats=2)
    predicted = Run.of(evaluation, evaluation.fits(evaluation.plan.folds, {}, 2)).carry_out(0).predictions
    ranked = ranked_by_surprise(predicted)
    wrong = ranked["sample"].isin(samples.obs_names[planted])
    assert roc_auc_score(wrong, ranked["surprise"]) > 0.9
    assert wrong[:6].sum() >= 5
    assert set(suspects(predicted)["sample"]) >= set(ranked["sample"][:5])
