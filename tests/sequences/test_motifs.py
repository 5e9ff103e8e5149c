"""Motifs: a filter that knows a planted word finds it; a network trained on families that share words finds those."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import SrnaToolsError
from srna_tools.sequences.letters import LETTERS, codes
from srna_tools.sequences.motifs import filter_contributions, find_motifs, without_bases

WORD, OTHER = "GGCUCCCU", "AUACGAUA"


class PlainNetwork:
    """The one-hot network as the paper draws it, base by base."""

    kinds = ("cnn",)

    def __init__(self, kernels, biases, dense):
        self.filters, self.biases, self.dense = kernels, biases, dense

    def pooled(self, sequences):
        found = [self._pooled(sequence) for sequence in sequences]
        return np.array([value for value, _ in found]), np.array([start for _, start in found])

    def _pooled(self, sequence):
        one_hot = np.eye(5)[codes(sequence + "N" * max(map(len, self.filters)))][:, :4]
        values, starts = [], []
        for kernel, bias in zip(self.filters, self.biases, strict=True):
            seen = np.array(
                [np.tensordot(one_hot[s : s + len(kernel)], kernel, 2) for s in range(len(one_hot) - len(kernel) + 1)]
            )
            values.append(np.maximum(seen + bias, 0).max(axis=0))
            starts.append(seen.argmax(axis=0))
        return np.concatenate(values), np.concatenate(starts)


def kernel_of(*words):
    """One filter a word: 1 for its letters, -1 for others, so that it reaches its width on the word alone."""
    return np.stack([2 * np.eye(4)[codes(word)] - 1 for word in words], axis=2)


@pytest.fixture
def planted():
    """Thirty random sequences with the word at known places, and those places."""
    rng = np.random.default_rng(1)
    places = rng.integers(0, 50, 30)
    sequences = ["".join(rng.choice(list(LETTERS), 70)) for _ in places]
    return [one[:start] + WORD + one[start + 8 :] for one, start in zip(sequences, places, strict=True)], places


def network_of(*groups, least=6.0, weights=None):
    """Filters of each group of words; the first family likes all of them unless told otherwise."""
    kernels = [kernel_of(*group) for group in groups]
    biases = [np.full(kernel.shape[2], -least * len(kernel) / 8) for kernel in kernels]
    number = sum(kernel.shape[2] for kernel in kernels)
    likes = np.ones(number) if weights is None else np.asarray(weights, dtype=float)
    return PlainNetwork(kernels, biases, ((np.stack([likes, np.zeros(number)], axis=1), np.zeros(2)),))


def test_a_filter_that_knows_the_word_finds_it_where_it_was_planted(planted):
    sequences, places = planted

    (motif,) = find_motifs(network_of((WORD,)), sequences, 0)

    assert (motif.filter, motif.width, motif.activated, motif.alike) == (0, 8, 1.0, 1)
    np.testing.assert_array_equal(motif.starts, places)
    np.testing.assert_array_equal(motif.sequences, np.arange(30))
    np.testing.assert_array_equal(motif.counts, 30 * np.eye(4)[codes(WORD)])
    # The pooled value is 8 - 6, and the lead is half of the difference of the two logits.
    assert motif.contribution == pytest.approx(2 * 0.5)


def test_filters_that_more_sequences_activate_come_first_however_much_others_contribute(planted):
    sequences, _ = planted
    # The second word stands in every third sequence, always at the end, and contributes a hundred times as much.
    sequences = [one[:60] + (OTHER if row % 3 == 0 else "") for row, one in enumerate(sequences)]

    motifs = find_motifs(network_of((WORD, OTHER), weights=(1, 100)), sequences, 0)

    assert [motif.filter for motif in motifs] == [0, 1]
    assert motifs[1].activated == pytest.approx(10 / 30)
    np.testing.assert_array_equal(motifs[1].sequences, np.arange(0, 30, 3))
    np.testing.assert_array_equal(motifs[1].starts, 60)
    assert motifs[1].contribution > motifs[0].contribution


def test_of_filters_that_all_activate_the_one_that_contributes_most_leads_and_others_alike_are_counted(planted):
    sequences, places = planted

    motifs = find_motifs(network_of((WORD[:6],), (WORD, WORD), weights=(3, 1, 5)), sequences, 0)

    assert [(motif.filter, motif.alike) for motif in motifs] == [(2, 3)]
    np.testing.assert_array_equal(motifs[0].starts, places)


def test_what_speaks_against_the_family_or_sees_too_little_is_no_motif(planted):
    sequences, _ = planted
    network = network_of((WORD[:6],), (WORD,), weights=(1, -1))

    assert [motif.filter for motif in find_motifs(network, sequences, 0)] == [0]
    assert [motif.filter for motif in find_motifs(network, sequences, 1)] == [1]
    assert find_motifs(network, sequences, 0, least_width=7) == ()


def test_no_more_motifs_than_wanted(planted):
    sequences, _ = planted
    sequences = [one[:60] + OTHER for one in sequences]
    network = network_of((WORD, OTHER))

    assert len(find_motifs(network, sequences, 0)) == 2
    assert len(find_motifs(network, sequences, 0, most=1)) == 1


def test_windows_that_reach_over_the_end_have_no_letters_and_are_not_counted():
    # Seven letters of the word, then the end: the filter sees most in a window with a base of padding.
    sequences = ["AAAAAA" + WORD[:7], "AAAAAA" + WORD, WORD + "AAAAAA"]

    (motif,) = find_motifs(network_of((WORD,)), sequences, 0)

    assert motif.activated == pytest.approx(2 / 3)
    np.testing.assert_array_equal(motif.sequences, [1, 2])
    np.testing.assert_array_equal(motif.starts, [6, 0])


def test_a_filter_that_most_sequences_show_the_end_ranks_by_the_others():
    """Its window lies inside of two sequences only, however much it contributes to all."""
    sequences = [OTHER + "AAAAAA" + WORD[:7]] * 8 + [OTHER + WORD + "AAAAAA"] * 2

    motifs = find_motifs(network_of((WORD, OTHER), weights=(100, 1)), sequences, 0)

    assert [(motif.filter, motif.activated) for motif in motifs] == [(1, 1.0), (0, 0.2)]


def test_a_bias_above_zero_alone_activates_nothing():
    network = network_of((WORD,), least=-4.0)

    assert without_bases(network) == pytest.approx([4.0])
    assert find_motifs(network, ["A" * 20, "A" * 30], 0) == ()


def test_one_sequence_has_no_motifs():
    with pytest.raises(SrnaToolsError, match="at least 2 sequences"):
        find_motifs(network_of((WORD,)), [WORD], 0)


def test_contributions_of_filters_add_up_to_the_change_of_the_lead():
    rng = np.random.default_rng(3)
    dense = ((rng.normal(size=(9, 7)), rng.normal(size=7)), (rng.normal(size=(7, 4)), rng.normal(size=4)))
    network = PlainNetwork([rng.normal(size=(w, 4, 3)) for w in (2, 3, 5)], rng.normal(size=(3, 3)), dense)
    values = network.pooled(["GGCUCCCUAUGC", "AUANGAU", "C"])[0]

    def lead(pooled, family):
        logits = np.maximum(pooled @ dense[0][0] + dense[0][1], 0) @ dense[1][0] + dense[1][1]
        return logits[:, family] - logits.mean(axis=1)

    shares = filter_contributions(network, values, np.array([2, 0, 2]))

    empty = without_bases(network)[np.newaxis]
    expected = [lead(values[row : row + 1], k)[0] - lead(empty, k)[0] for row, k in enumerate((2, 0, 2))]
    np.testing.assert_allclose(shares.sum(axis=1), expected, atol=1e-12)
