"""Mature miRNAs are found in precursors as a naive search finds them, and windows are measured against them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.motifs import Motif
from srna_tools.sequences.motifs_mature import MatureHit, MatureIndex, mature_overlap

MIR160 = "UGCCUGGCUCCCUGUAUGCCA"
PRECURSOR = "GUAU" + MIR160 + "CAGCAAAGACC"


def motif_of(starts, width=8):
    places = np.arange(len(starts))
    return Motif(0, width, 1.0, 1.0, 1, places, np.array(starts), np.zeros((width, 4), np.int64))


def test_a_mature_mirna_is_found_where_it_lies():
    index = MatureIndex([("ath-miR160a", MIR160), ("ath-miR160b", MIR160)])

    assert len(index) == 1
    assert index.hits(PRECURSOR) == (MatureHit("ath-miR160a", 4, 25, 0),)


@pytest.mark.parametrize("place", [0, 9, 10, 20])
def test_one_base_may_differ_but_not_two(place):
    index = MatureIndex([("miR160", MIR160)])
    other = "A" if MIR160[place] != "A" else "G"
    once = MIR160[:place] + other + MIR160[place + 1 :]
    twice = once[:5] + ("A" if once[5] != "A" else "C") + once[6:]

    assert index.hits("GG" + once) == (MatureHit("miR160", 2, 23, 1),)
    assert index.hits("GG" + twice) == ()


def test_of_overlapping_ones_the_exact_then_the_longest_stays():
    longer, differs = "A" + MIR160, MIR160[1:] + "C"
    index = MatureIndex([("differs", differs), ("short", MIR160[:18]), ("long", longer)])

    assert index.hits("CC" + longer + "GGGG" + MIR160[:18]) == (
        MatureHit("long", 2, 24, 0),
        MatureHit("short", 28, 46, 0),
    )


def test_short_ones_are_left_out():
    assert len(MatureIndex([("too short", MIR160[:14])])) == 0


@given(st.lists(st.text("AC", min_size=15, max_size=17), max_size=4), st.text("AC", min_size=10, max_size=40))
def test_every_hit_of_a_naive_search_is_kept_or_overlaps_a_better_one(matures, precursor):
    naive = {
        (start, start + len(mature), mismatches)
        for mature in matures
        for start in range(len(precursor) - len(mature) + 1)
        if (mismatches := sum(a != b for a, b in zip(mature, precursor[start:], strict=False))) < 2
    }

    hits = MatureIndex((str(place), mature) for place, mature in enumerate(matures)).hits(precursor)

    kept = {(hit.start, hit.end, hit.mismatches) for hit in hits}
    assert kept <= naive
    for start, end, mismatches in naive - kept:
        better = [one for one in kept if one[0] < end and start < one[1]]
        assert any((other[2], other[0] - other[1]) <= (mismatches, start - end) for other in better)


def test_overlap_by_hand():
    hits = [(MatureHit("a", 10, 30, 0),), (MatureHit("a", 0, 20, 0), MatureHit("b", 40, 60, 1)), (), ()]

    overlap = mature_overlap(motif_of([6, 45, 3, 3]), ["A" * 50, "A" * 80, "A" * 20, "A" * 20], hits)

    # 4 of 8 bases in the first, all in the second; the third and fourth have no mature miRNA.
    assert (overlap.sequences, overlap.share, overlap.name) == (2, 0.75, "a")
    assert overlap.chance == pytest.approx((20 / 50 + 40 / 80) / 2)
    np.testing.assert_array_equal(overlap.starts, [-4, 5])


def test_windows_beside_every_mature_mirna_overlap_none():
    overlap = mature_overlap(motif_of([50]), ["A" * 80], [(MatureHit("a", 10, 30, 0),)])

    assert (overlap.sequences, overlap.share, overlap.name, overlap.starts.size) == (1, 0.0, "", 0)


def test_without_any_mature_mirna_there_is_no_share():
    assert np.isnan(mature_overlap(motif_of([50]), ["A" * 80], [()]).share)
