"""One fit with its search and warnings: warnings are handed back, threads and loggers are as before."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from srna_tools.errors import SampleError
from srna_tools.evaluate.carry_out import carry_out
from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.fits import Fit, predict_unseen


def test_a_fit_without_search_gives_its_predictions_alone(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    (fit, *_) = evaluation.fits(evaluation.plan.folds, {}, 3)
    result = carry_out(fit, evaluation.material)
    np.testing.assert_array_equal(result.probabilities, predict_unseen(fit, evaluation.material))
    assert (result.scores, result.warnings) == ((), ())


def test_what_the_search_chose_is_fitted(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    grids = {"logistic": {"C": [1e-6, 1.0], "normalisation": ["clr"]}}
    (fit, *_) = evaluation.fits(evaluation.plan.folds, grids, 2)
    result = carry_out(fit, evaluation.material)
    (best,) = [row["setting"] for row in result.scores if row["chosen"]]
    chosen = {row["setting"]: candidate for row, candidate in zip(result.scores, fit.search.grid, strict=True)}[best]
    expected = predict_unseen(Fit(with_changes(fit.contender, chosen), fit.fold, fit.seed), evaluation.material)
    np.testing.assert_array_equal(result.probabilities, expected)
    default = predict_unseen(Fit(fit.contender, fit.fold, fit.seed), evaluation.material)
    assert not np.array_equal(result.probabilities, default)


def automatic(evaluation, *candidates):
    """The first fit of the model auto among some candidates."""
    (fit, *_) = evaluation.fits(evaluation.plan.folds, {}, 3)
    return replace(fit, contender=replace(candidates[0], name="auto", candidates=tuple(candidates)))


def test_what_auto_chose_is_fitted_and_its_candidates_are_listed(studies, evaluation_of, quick):
    evaluation = evaluation_of(studies, scheme="dataset-out")
    (plain,) = quick(studies, "logistic")
    weak, strong = (with_changes(replace(plain, name=f"C {c:g}"), {"C": c}) for c in (1e-6, 1.0))
    fit = automatic(evaluation, weak, strong)
    result = carry_out(fit, evaluation.material)
    assert [row["setting"] for row in result.scores] == ["C 1e-06", "C 1"]
    (best,) = [row["setting"] for row in result.scores if row["chosen"]]
    chosen = {one.name: one for one in (weak, strong)}[best]
    expected = predict_unseen(replace(fit, contender=chosen), evaluation.material)
    np.testing.assert_array_equal(result.probabilities, expected)


def test_a_candidate_that_cannot_be_fitted_is_left_out_inside_the_fold_and_named(studies, evaluation_of, quick):
    evaluation = evaluation_of(studies, scheme="dataset-out")
    (plain,) = quick(studies, "logistic")
    impossible = with_changes(replace(plain, name="impossible"), {"min_rpm": 2e6})
    result = carry_out(automatic(evaluation, impossible, plain), evaluation.material)
    assert [(row["setting"], row["chosen"]) for row in result.scores] == [("logistic", "yes")]
    (warning,) = result.warnings
    assert warning.startswith("impossible is left out of the choice: the model 'impossible' cannot be fitted for fold")
    sentence = "the model 'auto' cannot be fitted for study01: none of the models can be fitted: the model 'impossible'"
    with pytest.raises(SampleError, match=f"^{sentence}"):
        carry_out(automatic(evaluation, impossible), evaluation.material)


def test_warnings_are_handed_back_once_and_not_printed(studies, evaluation_of, quick, warnings_logged):
    """Contaminants are asked for, and there are none."""
    evaluation = evaluation_of(studies)
    contender = with_changes(quick(studies, "logistic")[0], {"feature_types": ["miRNA", "contaminant"]})
    logger = logging.getLogger("srna_tools")
    before = logger.handlers, logger.propagate
    result = carry_out(Fit(contender, evaluation.plan.folds[0], 0), evaluation.material)
    (warning,) = result.warnings
    assert warning.startswith("no feature of the type contaminant is used")
    assert warning not in warnings_logged.messages
    assert (logger.handlers, logger.propagate) == before


def test_the_threads_of_the_process_are_as_before(studies, evaluation_of):
    evaluation = evaluation_of(studies)
    (fit, *_) = evaluation.fits(evaluation.plan.folds, {}, 3)
    carry_out(fit, evaluation.material)
    before = [pool["num_threads"] for pool in threadpool_info()]
    carry_out(fit, evaluation.material)
    assert [pool["num_threads"] for pool in threadpool_info()] == before
