"""Alignments by FAMSA: nothing is lost, order and letters stay."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.errors import MissingExtraError
from srna_tools.sequences.alignment import aligned


def test_a_deletion_becomes_gaps_where_it_is():
    whole = "GGAUCCGAUUACGCAUGCAAUGC"
    first, second, third = aligned([whole, whole[:9] + whole[13:], whole])
    assert (first, third) == (whole, whole)
    assert second == whole[:9] + "----" + whole[13:]


@settings(max_examples=30)
@given(st.lists(st.text("ACGUN", min_size=1, max_size=40), min_size=1, max_size=8))
def test_rows_without_gaps_are_the_sequences_in_their_order(sequences):
    rows = aligned(sequences)
    assert [row.replace("-", "") for row in rows] == sequences
    assert len({len(row) for row in rows}) == 1


def test_without_pyfamsa_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyfamsa", None)
    with pytest.raises(MissingExtraError, match=r"needs pyfamsa.*srna-tools\[sequence\]"):
        aligned(["ACGU", "ACGU"])
