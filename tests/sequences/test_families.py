from __future__ import annotations

import numpy as np

from srna_tools.sequences.families import Families

FAMILIES = Families(("a", "b", "c"), ("AC", "AG", "GG", "CC"), np.array([0, 0, 1, 2]))


def test_sizes_and_sequences_of_a_family():
    assert FAMILIES.sizes.tolist() == [2, 1, 1]
    assert FAMILIES.of(0) == ("AC", "AG")


def test_chosen_places_keep_names_and_order():
    chosen = FAMILIES.at([3, 0])

    assert chosen.names == FAMILIES.names
    assert chosen.sequences == ("AC", "CC")
    assert chosen.members.tolist() == [0, 2]


def test_empty_families_go_and_the_others_are_numbered_anew():
    kept = FAMILIES.at([3, 0]).without_empty()

    assert kept.names == ("a", "c")
    assert kept.members.tolist() == [0, 1]
