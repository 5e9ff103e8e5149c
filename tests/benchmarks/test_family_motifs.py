"""The benchmark of motifs: its word without a network, and the overlap of windows with it."""

from __future__ import annotations

import numpy as np
import pytest
from family_motifs import most_frequent_word, overlap_with_word

from srna_tools.sequences.motifs import Motif


def test_the_word_is_the_one_that_the_others_have_not():
    family = ["AAAAAAAA" + "GGCUCCCU", "GGCUCCCU" + "AAAAAAAA", "AAAAAAAAC"]

    word, share, places = most_frequent_word(family, ["AAAAAAAAA"] * 4)

    assert (word, places) == ("GGCUCCCU", [8, 0, -1])
    assert share == pytest.approx(2 / 3)


def test_overlap_counts_sequences_with_both():
    motif = Motif(0, 6, 1.0, 1.0, 1, np.array([0, 1, 2]), np.array([3, 8, 5]), np.zeros((6, 4), np.int64))

    assert overlap_with_word(motif, [8, 0, -1, 4]) == pytest.approx(0.5)
