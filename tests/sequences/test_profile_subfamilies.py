"""Groups of alike sequences inside a family."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.sequences.profile_subfamilies import subfamilies, word_distances

FIRST, SECOND = "UGAGGUAGUAGGUUGUAUAGUU", "CUAUACAACCUACUGCCUUCCC"


def variants(sequence):
    return [sequence[:last] for last in range(len(sequence), len(sequence) - 4, -1)]


def test_two_arms_are_two_groups():
    groups = subfamilies([*variants(FIRST), *variants(SECOND)], 0.8, 3)
    assert [places.tolist() for places in groups] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_uniform_family_has_no_groups_and_small_groups_are_left_out():
    assert subfamilies(variants(FIRST), 0.8, 3) == []
    assert [len(places) for places in subfamilies([*variants(FIRST), SECOND], 0.8, 3)] == [4]
    assert subfamilies([FIRST], 0.8, 1) == []


def test_the_distance_is_the_share_of_words_that_the_poorer_one_lacks():
    """ACGUA has ACGU and CGUA, ACGUU has ACGU and CGUU, UACGUA has both of the first and one more."""
    distances = word_distances(["ACGUA", "ACGUU", "UACGUA", "NNNNN", "A"])
    np.testing.assert_allclose(distances[0], [0, 0.5, 0, 1, 1])
    np.testing.assert_allclose(distances, distances.T)


@pytest.mark.parametrize("window", range(1, 40))
def test_words_are_those_of_a_set_of_substrings(window):
    generator = np.random.default_rng(window)
    first, second = ("".join(generator.choice(list("ACGUN"), window, p=[0.24] * 4 + [0.04])) for _ in range(2))
    words = [{s[at : at + 4] for at in range(len(s) - 3) if "N" not in s[at : at + 4]} for s in (first, second)]
    poorer = max(1, min(map(len, words)))
    assert word_distances([first, second])[0, 1] == pytest.approx(1 - len(words[0] & words[1]) / poorer)
