"""Fits side by side: bitwise the same results with one worker, two, and on a Dask cluster."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srna_tools.errors import SampleError
from srna_tools.evaluate import side_by_side
from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.finished import FinishedFits
from srna_tools.evaluate.side_by_side import carry_out_all

KINDS = ("mlp", "random-forest", "logistic", "domain-adaptation")
GRIDS = {"logistic": {"C": [0.01, 1.0]}}


@pytest.fixture(scope="module")
def fits_and_results(studies, evaluation_of):
    """Two folds of each kind, the logistic one with a search, and their results with one worker."""
    evaluation = evaluation_of(studies, *KINDS, folds=2)
    fits = evaluation.fits(evaluation.plan.folds, GRIDS, 2)
    return fits, evaluation.material, carry_out_all(fits, evaluation.material)


def assert_same(results, expected):
    assert len(results) == len(expected)
    for one, other in zip(results, expected, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)
        assert one.scores == other.scores
        assert one.warnings == other.warnings


def test_results_are_in_the_order_of_the_fits(fits_and_results):
    fits, material, results = fits_and_results
    assert [fit.contender.kind for fit in fits] == [kind for kind in KINDS for _ in range(2)]
    for fit, result in zip(fits, results, strict=True):
        (alone,) = carry_out_all([fit], material)
        np.testing.assert_array_equal(result.probabilities, alone.probabilities)
        assert bool(result.scores) == (fit.contender.kind == "logistic")


def test_two_workers_give_the_same_bits(fits_and_results):
    fits, material, expected = fits_and_results
    assert_same(carry_out_all(fits, material, workers=2), expected)


def test_two_dask_workers_give_the_same_bits(fits_and_results):
    from distributed import LocalCluster

    fits, material, expected = fits_and_results
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, processes=True
    ) as cluster:
        results = carry_out_all(fits, material, scheduler=cluster.scheduler_address)
    assert_same(results, expected)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://127.0.0.1:1", "not an address"])
def test_an_address_at_which_no_scheduler_answers_is_named(fits_and_results, monkeypatch, address):
    monkeypatch.setattr(side_by_side, "_CONNECT_SECONDS", 1)
    fits, material, _ = fits_and_results
    with pytest.raises(SampleError, match=f"no Dask scheduler answers at {address} .*start one with: dask scheduler"):
        carry_out_all(fits, material, scheduler=address)


def test_warnings_of_several_fits_are_said_once(studies, evaluation_of, warnings_logged):
    samples = studies.copy()
    samples.obs["tissue"] = np.where(np.arange(48) < 3, "rare", "common")
    evaluation = evaluation_of(samples, "logistic", folds=3)
    warnings_logged.clear()
    fits = evaluation.fits(evaluation.plan.folds, {"logistic": {"feature_types": [["contaminant", "miRNA"]]}}, 2)
    results = carry_out_all(fits, evaluation.material)
    said = [message for message in warnings_logged.messages if "no feature of the type contaminant" in message]
    assert len(said) == 1
    assert all(said[0] in result.warnings for result in results)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fit_that_is_impossible_ends_all_or_is_handed_back_beside_the_others(fits_and_results, tmp_path, workers):
    fits, material, results = fits_and_results
    possible, expected = fits[-1], results[-1]
    contender = with_changes(replace(possible.contender, name="impossible"), {"min_rpm": 2e6})
    impossible = replace(possible, contender=contender, search=None)
    sentence = "^the model 'impossible' cannot be fitted for fold 2: no feature passes the filters"
    with pytest.raises(SampleError, match=sentence):
        carry_out_all([impossible, possible], material, workers=workers)
    finished = FinishedFits.within(tmp_path, material)
    failed, done = carry_out_all(
        [impossible, possible], material, workers=workers, finished=finished, keep_failures=True
    )
    assert_same([done], [expected])
    assert done.failure is None
    with pytest.raises(SampleError, match=sentence):
        raise failed.failure
    assert [finished.holds(fit, material) for fit in (impossible, possible)] == [False, True]
