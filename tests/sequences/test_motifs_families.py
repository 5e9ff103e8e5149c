"""Motifs of several families: which have any, and of how many sequences."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import SrnaToolsError
from srna_tools.sequences.family_bundle import FamilyBundle
from srna_tools.sequences.letters import codes
from srna_tools.sequences.motifs_families import MOST_SEQUENCES, motifs_of_families
from srna_tools.sequences.one_hot_network import OneHotNetwork

WORDS = {"a": "GGCUCC", "b": "AUACGA"}


@pytest.fixture(scope="module")
def bundle():
    kernel = np.stack([2 * np.eye(4)[codes(word)] - 1 for word in WORDS.values()], axis=2).astype(np.float32)
    layers = [(np.eye(2, dtype=np.float32), np.zeros(2, np.float32))] * 2
    network = OneHotNetwork(((kernel, np.full(2, -4, np.float32)),), tuple(layers), np.eye(2, dtype=np.float32), 40)
    return FamilyBundle("cnn", tuple(WORDS), network)


def test_each_family_has_its_own(bundle):
    found = motifs_of_families(bundle, {"b": ["CCCAUACGA", "AUACGAC"], "a": ["GGCUCC"] * 3}, most=5)

    assert [(one.family, [motif.filter for motif in one.motifs]) for one in found] == [("b", [1]), ("a", [0])]
    assert all(one.hits is None for one in found)


def test_a_family_of_one_sequence_has_none_and_all_of_one_are_refused(bundle):
    assert [one.family for one in motifs_of_families(bundle, {"a": ["GGCUCC"] * 2, "b": ["AUACGA"]}, most=5)] == ["a"]
    with pytest.raises(SrnaToolsError, match="no family has 2 sequences"):
        motifs_of_families(bundle, {"a": ["GGCUCC"]}, most=5)


def test_of_a_large_family_sequences_are_taken_evenly(bundle):
    sequences = ["GGCUCC"] * 1500 + ["AAGGCUCC"] * 1500

    (one,) = motifs_of_families(bundle, {"a": sequences}, most=5)

    assert len(one.sequences) == MOST_SEQUENCES
    assert one.sequences.count("GGCUCC") == MOST_SEQUENCES // 2
