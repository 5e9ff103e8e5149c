"""Normalisation against pencil and paper, scanpy and pandas, and the laws of each formula."""

from __future__ import annotations

import anndata
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from srna_tools.preprocess import normalise

COUNTS = np.array([[1.0, 3.0, 0.0], [0.0, 2.0, 8.0]])
LIBRARY = COUNTS.sum(axis=1)
LENGTHS = np.array([10.0, 20.0, 40.0])

counts_of_libraries = arrays.arrays(
    np.int64, st.tuples(st.integers(1, 6), st.integers(1, 12)), elements=st.integers(0, 10**7)
)
with_reads = counts_of_libraries.map(lambda counts: counts + 1)


@pytest.mark.parametrize(
    ("values", "by_hand"),
    [
        (normalise.reads_per_million(COUNTS, LIBRARY), [[250_000, 750_000, 0], [0, 200_000, 800_000]]),
        (normalise.log_reads_per_million(COUNTS, np.array([1e6, 5e5])), [[1, 2, 0], [0, np.log2(5), np.log2(17)]]),
        # Rates 0.1 0.15 0 of 0.25, and 0 0.1 0.2 of 0.3.
        (
            normalise.log_transcripts_per_million(COUNTS, LENGTHS, np.array([0.25, 0.3])),
            [[np.log2(400_001), np.log2(600_001), 0], [0, np.log2(1e6 / 3 + 1), np.log2(2e6 / 3 + 1)]],
        ),
        (
            normalise.centred_log_ratio(COUNTS),
            [
                [np.log(2 / 2), np.log(4 / 2), np.log(1 / 2)],  # geometric mean of 2 4 1
                [np.log(1 / 3), np.log(3 / 3), np.log(9 / 3)],  # and of 1 3 9
            ],
        ),
        (normalise.within_sample_rank(COUNTS), [[0.5, 1, 0], [0, 0.5, 1]]),
        (normalise.within_sample_rank(np.array([[5, 0, 0, 5, 5]])), [[0.75, 0.125, 0.125, 0.75, 0.75]]),
        (normalise.presence(COUNTS), [[1, 1, 0], [0, 1, 1]]),
    ],
)
def test_formulas_by_hand(values, by_hand):
    np.testing.assert_allclose(values, by_hand, rtol=1e-12, atol=1e-12)


@given(with_reads)
def test_rpm_sums_to_a_million(counts):
    rpm = normalise.reads_per_million(counts, counts.sum(axis=1))
    np.testing.assert_allclose(rpm.sum(axis=1), 1e6, rtol=1e-9)


@given(with_reads)
def test_tpm_sums_to_a_million(counts):
    lengths = np.arange(18.0, 18.0 + counts.shape[1])
    values = normalise.log_transcripts_per_million(counts, lengths, (counts / lengths).sum(axis=1))
    np.testing.assert_allclose((2**values - 1).sum(axis=1), 1e6, rtol=1e-9)


@given(counts_of_libraries)
def test_clr_sums_to_zero(counts):
    np.testing.assert_allclose(normalise.centred_log_ratio(counts).sum(axis=1), 0, atol=1e-9)


@given(counts_of_libraries)
def test_rank_is_that_of_pandas_between_0_and_1(counts):
    ours = normalise.within_sample_rank(counts)
    theirs = (pd.DataFrame(counts).rank(axis=1, method="average") - 1) / max(counts.shape[1] - 1, 1)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    assert ((ours >= 0) & (ours <= 1)).all()


@pytest.mark.parametrize("method", [normalise.reads_per_million, normalise.log_reads_per_million])
@given(counts=with_reads, factor=st.integers(2, 1000))
def test_rpm_does_not_depend_on_depth(method, counts, factor):
    library = counts.sum(axis=1)
    np.testing.assert_allclose(method(counts * factor, library * factor), method(counts, library), rtol=1e-9)


@pytest.mark.parametrize("method", [normalise.within_sample_rank, normalise.presence])
@given(counts=counts_of_libraries, factor=st.integers(2, 1000))
def test_rank_and_presence_do_not_depend_on_depth(method, counts, factor):
    np.testing.assert_array_equal(method(counts * factor), method(counts))


def test_rpm_and_log_rpm_are_those_of_scanpy(simulated_studies):
    counts = simulated_studies.layers["counts"].toarray()
    theirs = anndata.AnnData(counts.astype(np.float64))
    sc.pp.normalize_total(theirs, target_sum=1e6)
    np.testing.assert_allclose(normalise.reads_per_million(counts, counts.sum(axis=1)), theirs.X, rtol=1e-9)
    sc.pp.log1p(theirs, base=2)
    np.testing.assert_allclose(normalise.log_reads_per_million(counts, counts.sum(axis=1)), theirs.X, rtol=1e-9)


def test_a_library_without_reads_becomes_zeros():
    counts = np.array([[0, 0], [1, 3]])
    for method in (normalise.reads_per_million, normalise.log_reads_per_million):
        assert method(counts, counts.sum(axis=1))[0].tolist() == [0, 0]
    assert normalise.centred_log_ratio(counts)[0].tolist() == [0, 0]


@pytest.mark.parametrize("method", [normalise.centred_log_ratio, normalise.within_sample_rank])
def test_features_that_were_not_measured_play_no_part(method):
    counts = np.array([[4, 99, 0, 7], [1, 2, 3, 4]])
    measured = np.array([[True, False, True, True], [True, True, True, True]])
    values = method(counts, measured)
    np.testing.assert_allclose(values[0, [0, 2, 3]], method(counts[:1, [0, 2, 3]])[0])
    np.testing.assert_allclose(values[1], method(counts[1:])[0])
    assert values[0, 1] == 0


def test_the_rank_of_a_single_measured_feature_is_zero():
    assert normalise.within_sample_rank(np.array([[7, 9]]), np.array([[True, False]])).tolist() == [[0, 0]]
