"""Matrices of base pairs against the paper's formulas, written as loops over whole matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.structure_folding import BasePairs, base_pairs
from srna_tools.sequences.structure_matrices import Encoding, EncodingError, cells_of, matrix_of

WITH_ORDER = {"AU": 1 / 6, "UA": 2 / 6, "CG": 3 / 6, "GC": 4 / 6, "GU": 5 / 6, "UG": 6 / 6}
WITHOUT_ORDER = {"AU": 1 / 3, "UA": 1 / 3, "CG": 2 / 3, "GC": 2 / 3, "GU": 3 / 3, "UG": 3 / 3}
#: G1 pairs with C8, U2 with G7, A3 with U6; the last pair is hardly probable.
SEQUENCE = "GUACCUGC"
PAIRS = BasePairs(np.array([0, 1, 2, 0]), np.array([7, 6, 5, 5]), np.array([0.9, 0.4, 0.002, 1e-5]))


def formula(sequence, pairs, kind, ordered, threshold, size):
    """The paper's three equations, cell by cell."""
    p = np.zeros((size, size))
    for i, j, probability in zip(*pairs, strict=True):
        p[i, j] = p[j, i] = probability
    number = WITH_ORDER if ordered else WITHOUT_ORDER
    layers = {"probability": np.zeros((size, size)), "pair": np.zeros((size, size))}
    for i in range(len(sequence)):
        for j in range(len(sequence)):
            if p[i, j] >= threshold:
                layers["probability"][i, j] = p[i, j]
                layers["pair"][i, j] = number[sequence[i] + sequence[j]]
    return np.stack([layers[name] for name in (["probability", "pair"] if kind == "mixed" else [kind])], axis=2)


def test_a_hairpin_by_hand():
    matrix = matrix_of(cells_of(SEQUENCE, PAIRS, Encoding("mixed", threshold=1e-4)), 10)

    assert matrix.dtype == np.float32
    assert matrix.shape == (10, 10, 2)
    probability, pair = matrix[..., 0], matrix[..., 1]
    assert (probability[0, 7], probability[7, 0]) == pytest.approx((0.9, 0.9))
    assert (pair[0, 7], pair[7, 0]) == pytest.approx((4 / 6, 3 / 6))  # GC, CG
    assert (pair[1, 6], pair[6, 1]) == pytest.approx((6 / 6, 5 / 6))  # UG, GU
    assert (pair[2, 5], pair[5, 2]) == pytest.approx((1 / 6, 2 / 6))  # AU, UA
    assert np.count_nonzero(pair) == np.count_nonzero(probability) == 6


@pytest.mark.parametrize("kind", ["pair", "probability", "mixed"])
@pytest.mark.parametrize("ordered", [True, False])
@given(st.text("ACGUN", min_size=1, max_size=50), st.sampled_from([1e-4, 0.00487, 0.02411, 0.5]))
def test_matrices_are_those_of_the_formulas(kind, ordered, sequence, threshold):
    pairs = base_pairs(sequence, 1e-4)
    encoding = Encoding(kind, ordered, threshold)

    matrix = matrix_of(cells_of(sequence, pairs, encoding), 60)

    np.testing.assert_allclose(matrix, formula(sequence, pairs, kind, ordered, threshold, 60), rtol=1e-6)
    assert matrix.shape[2] == encoding.channels
    if kind == "probability" or not ordered:
        np.testing.assert_array_equal(matrix, matrix.transpose(1, 0, 2))


def test_the_default_matrix_is_the_papers():
    matrix = matrix_of(cells_of(SEQUENCE, PAIRS, Encoding()))

    assert matrix.shape == (200, 200, 1)
    assert (Encoding().matrix, Encoding().ordered, Encoding().threshold) == ("pair", True, 1e-4)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [({"matrix": "triple"}, "must be one of pair, probability, mixed"), ({"threshold": 0.0}, "above 0"),
     ({"threshold": 1.5}, "at most 1"), ({"threshold": float("nan")}, "above 0")],
)  # fmt: skip
def test_other_encodings_are_refused(encoding, words):
    with pytest.raises(EncodingError, match=words):
        Encoding(**encoding)
