"""Identity of sequences against biopython's alignments, and clusters against their definition."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from Bio.Align import PairwiseAligner
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from srna_tools.io.family_files import read_family_files
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import identity, identity_clusters, most_alike, nearest_identity
from srna_tools.sequences.selection import at_most
from srna_tools.sequences.splits import cluster_split

BASES = st.text("ACGU", min_size=1, max_size=14)


def draw(generator, length):
    return "".join(generator.choice(list("ACGU"), length))


def mutated(generator, sequence, changes):
    letters = list(sequence)
    for place in generator.choice(len(letters), changes, replace=False):
        letters[place] = generator.choice([letter for letter in "ACGU" if letter != letters[place]])
    return "".join(letters)


def made(*families):
    members = np.repeat(np.arange(len(families)), [len(family) for family in families])
    names = tuple(f"family {number}" for number in range(len(families)))
    return Families(names, tuple(sequence for family in families for sequence in family), members)


@given(BASES, BASES)
def test_identical_columns_are_the_most_of_all_best_alignments(first, second):
    aligner = PairwiseAligner(match_score=2, mismatch_score=-2, open_gap_score=-6, extend_gap_score=-1)
    aligner.end_gap_score = 0
    best = [alignment.counts().identities for alignment in islice(aligner.align(first, second), 500)]

    assert identity(first, second) == max(best) / min(len(first), len(second))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ACGUACGUAC", "ACGUACGUAC", 1.0),
        ("ACGUACGUAC", "GGACGUACGUACUU", 1.0),  # flanks cost nothing
        ("ACGUACGUAC", "ACGUUCGUAC", 0.9),  # one base changed
        ("ACGUACGUACNN", "ACGUACGUACNN", 10 / 12),  # what is unknown is identical to nothing
        ("ACGGAUCUAGCCUUAGAC", "ACGGAUCUACCCGCCUUAGAC", 1.0),  # three bases more inside
        ("AAAA", "CCCC", 0.0),
        ("", "ACGU", 0.0),
    ],
)
def test_cases_by_hand(first, second, expected):
    assert identity(first, second) == pytest.approx(expected)
    assert identity(second, first) == pytest.approx(expected)


def test_clusters_are_the_copies_that_were_made():
    generator = np.random.default_rng(3)
    founders = [draw(generator, 90) for _ in range(6)]
    copies = [[mutated(generator, founder, 4) for _ in range(5)] for founder in founders]
    families = made([*copies[0], *copies[1]], copies[2], [*copies[3], *copies[4], *copies[5]])

    clusters = identity_clusters(families, 0.8)

    assert len(np.unique(clusters)) == 6
    for number in range(6):
        assert len(np.unique(clusters[5 * number : 5 * number + 5])) == 1


def test_clusters_do_not_reach_over_families():
    sequence = draw(np.random.default_rng(0), 80)
    np.testing.assert_array_equal(identity_clusters(made([sequence], [sequence])), [0, 1])


@pytest.mark.parametrize("least", [0.8, 0.9])
def test_near_copies_share_a_cluster_and_a_cluster_hangs_together(least):
    generator = np.random.default_rng(8)
    founder = draw(generator, 70)
    family = [mutated(generator, founder, changes)[: 70 - cut] for changes in (2, 6, 10, 15) for cut in range(0, 9, 2)]

    clusters = identity_clusters(made(family), least)

    near = np.array([[identity(one, other) >= least for other in family] for one in family])
    groups, labels = connected_components(near)
    assert 1 < groups < len(family)
    assert len(set(zip(clusters.tolist(), labels.tolist(), strict=True))) == groups == len(set(clusters.tolist()))


def test_no_test_sequence_of_real_families_has_a_near_copy_in_training(real_data):
    files = sorted((real_data / "rfam_mirna").glob("RF000[5-7]*.fa"))[:6]
    families = at_most(read_family_files(files).families, 40, 0)

    split = cluster_split(families, identity_clusters(families), 8, 0)

    assert len(split.test) > 10
    for place in split.test:
        own = split.training[families.members[split.training] == families.members[place]]
        assert max(identity(families.sequences[place], families.sequences[other]) for other in own) < 0.8


def test_empty_families_and_sequences_without_words_have_clusters():
    families = Families(("empty", "short"), ("AC", "NNNNNN"), np.array([1, 1]))
    np.testing.assert_array_equal(identity_clusters(families), [1, 0])


def test_the_nearest_training_sequence_is_that_of_all_pairs():
    generator = np.random.default_rng(5)
    training = [draw(generator, int(length)) for length in generator.integers(60, 110, 40)]
    sequences = [mutated(generator, training[place], 8 * (place % 4)) for place in range(12)]

    found = nearest_identity(sequences, training)

    expected = [max(identity(sequence, other) for other in training) for sequence in sequences]
    np.testing.assert_allclose(found, expected)
    assert found[0] == 1


def test_without_training_sequences_nothing_is_identical():
    np.testing.assert_array_equal(nearest_identity(["ACGU"], []), [0.0])
    assert nearest_identity([], ["ACGU"]).shape == (0,)


def test_sequences_that_are_alike_come_best_first_and_equals_in_their_order():
    among = ["GGGGGGGG", "ACGUACGUAC", "ACGUACGGGG", "ACGUACGUAC"]
    np.testing.assert_array_equal(most_alike(["ACGUACGUAC"], among, 3, 3), [[1, 3, 2]])
