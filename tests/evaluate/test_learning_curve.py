"""Learning curves: smaller parts lie within larger ones, and the whole training set gives the ordinary result."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SampleError
from srna_tools.evaluate.evaluation import Run
from srna_tools.evaluate.fits import predictions_of
from srna_tools.evaluate.learning_curve import COLUMNS, curve_table, fits_of_curve, reduced
from srna_tools.evaluate.side_by_side import carry_out_all
from srna_tools.validation.metrics import measure
from srna_tools.validation.splits import Fold

FRACTIONS = (0.05, 0.3, 0.31, 0.8, 1.0)


@pytest.fixture(scope="module")
def labels():
    return np.random.default_rng(0).permutation(np.repeat(["a", "b", "c"], [60, 20, 3]))


def fold_of(labels, number=1):
    return Fold(1, number, "", np.arange(0, len(labels) - 10), np.arange(len(labels) - 10, len(labels)))


def test_parts_are_nested_and_have_their_share_of_each_class_at_least_two(labels):
    fold = fold_of(np.sort(labels)[::-1])
    names = np.sort(labels)[::-1]
    parts = [reduced(fold, names, fraction, 7) for fraction in FRACTIONS]
    for smaller, larger in pairwise(parts):
        assert set(smaller.train) <= set(larger.train)
    for fraction, part in zip(FRACTIONS, parts, strict=True):
        np.testing.assert_array_equal(part.train, np.unique(part.train))
        np.testing.assert_array_equal(part.test, fold.test)
        for name in "abc":
            of_class = int((names[fold.train] == name).sum())
            assert (names[part.train] == name).sum() == min(of_class, max(2, math.ceil(fraction * of_class)))
    np.testing.assert_array_equal(parts[-1].train, fold.train)


def test_parts_are_drawn_by_seed_and_fold(labels):
    def drawn(number, seed):
        return reduced(fold_of(labels, number), labels, 0.3, seed).train.tolist()

    assert drawn(1, 7) == drawn(1, 7)
    assert len({tuple(drawn(*which)) for which in ((1, 7), (2, 7), (1, 8))}) == 3


@pytest.mark.parametrize("fractions", [(0.0,), (0.5, 1.01), (-0.1,), (float("nan"),)])
def test_fractions_outside_0_to_1_are_refused(studies, evaluation_of, fractions):
    evaluation = evaluation_of(studies)
    with pytest.raises(SampleError, match="fractions of a learning curve must lie above 0 and at most at 1"):
        fits_of_curve(evaluation.fits(evaluation.plan.folds, {}, 2), evaluation.material, fractions, 0)


def test_the_curve_is_measured_on_the_predictions_from_each_part(studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest", folds=2)
    material, fractions = evaluation.material, (0.2, 1.0)
    run = Run.of(evaluation, evaluation.fits(evaluation.plan.folds, {}, 2), fractions=fractions)
    outcome = run.carry_out(200)
    assert outcome.curve.columns.tolist() == list(COLUMNS)
    fits = run.fits[4:6]  # the logistic model on a fifth
    assert {fit.contender.name for fit in fits} == {"logistic"}
    found = [one.probabilities for one in carry_out_all(fits, material)]
    table = pd.concat([predictions_of(*pair, material) for pair in zip(fits, found, strict=True)])
    of_fifth = outcome.curve[(outcome.curve["model"] == "logistic") & (outcome.curve["fraction"] == 0.2)]
    assert of_fifth["metric"].tolist() == ["msa", "mca"]
    assert of_fifth["value"].iloc[0] == pytest.approx((table["true"] == table["predicted"]).mean())
    assert of_fifth["samples"].tolist() == pytest.approx([np.mean([len(fit.fold.train) for fit in fits])] * 2)
    assert (of_fifth["low"] <= of_fifth["value"]).all()
    assert (of_fifth["value"] <= of_fifth["high"]).all()


def test_the_whole_training_set_gives_the_ordinary_result(studies, evaluation_of):
    evaluation = evaluation_of(studies, "logistic", "random-forest", folds=2)
    run = Run.of(evaluation, evaluation.fits(evaluation.plan.folds, {}, 2), fractions=(0.5, 1.0))
    outcome = run.carry_out(100)
    ordinary = measure(outcome.predictions, "kfold", bootstraps=100)
    ordinary = ordinary[(ordinary["scope"] == "overall") & ordinary["metric"].isin(["msa", "mca"])]
    whole = outcome.curve[outcome.curve["fraction"] == 1.0]
    columns = ["model", "metric", "value", "low", "high"]
    pd.testing.assert_frame_equal(whole[columns].reset_index(drop=True), ordinary[columns].reset_index(drop=True))
    alone = Run.of(evaluation, evaluation.fits(evaluation.plan.folds, {}, 2)).carry_out(100)
    pd.testing.assert_frame_equal(outcome.predictions, alone.predictions)
    assert alone.curve is None


def test_more_samples_teach_more(studies, evaluation_of):
    evaluation = evaluation_of(studies, folds=3, repeats=2)
    fits = fits_of_curve(evaluation.fits(evaluation.plan.folds, {}, 2), evaluation.material, (0.01, 1.0), 0)
    results = [one.probabilities for one in carry_out_all(fits, evaluation.material)]
    table = curve_table(fits, results, evaluation.material, (0.01, 1.0), scheme="kfold", draws=0)
    few, all_samples = table[table["metric"] == "msa"].sort_values("fraction")["value"]
    assert table["samples"].unique().tolist() == [8.0, 32.0]
    assert few < all_samples
