from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from Bio.Seq import Seq
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.letters import LetterError, clean, codes, packed, reverse_complement


def test_case_thymine_gaps_and_ambiguity_are_spelled_one_way():
    assert clean("acgT u-R.n") == "ACGUUNN"


@pytest.mark.parametrize("letter", "EFILPQJOXZ*1")
def test_letters_of_proteins_are_refused_by_name(letter):
    with pytest.raises(LetterError, match=f"the letter '[{letter}]', which stands for no nucleotide"):
        clean(f"ACG{letter}")


def test_codes_are_places_in_the_alphabet():
    np.testing.assert_array_equal(codes("ACGUN"), [0, 1, 2, 3, 4])


def test_packed_sequences_lie_between_their_starts():
    values, starts = packed(["AC", "", "GUN"])

    assert [list(values[a:b]) for a, b in pairwise(starts)] == [[0, 1], [], [2, 3, 4]]


@given(st.text("ACGUN"))
def test_the_other_strand_is_biopythons(sequence):
    assert reverse_complement(sequence) == str(Seq(sequence).reverse_complement_rna())
