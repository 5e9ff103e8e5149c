"""One-hot matrices."""

from __future__ import annotations

import numpy as np

from srna_tools.sequences.one_hot import one_hot


def test_rows_are_bases_and_unknown_letters_and_the_padding_are_zeros():
    matrices = one_hot(("GANU", "", "CCCCCCC"), 5)
    assert matrices.shape == (3, 5, 4)
    assert matrices.dtype == np.float32
    assert matrices[0].tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert not matrices[1].any()
    assert matrices[2].tolist() == [[0, 1, 0, 0]] * 5
