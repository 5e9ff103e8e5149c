"""Forward log-odds against a loop in double precision, against all paths of a tiny profile, and by their own laws."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.sequences.letters import codes, packed
from srna_tools.sequences.profile_building import PARAMETERS, RawProfile, node_parameters
from srna_tools.sequences.profile_model import ProfileModel

FLANK = (0.1, 0.9)


def random_nodes(nodes, seed, anywhere=0.05):
    generator = np.random.default_rng(seed)
    transitions = np.hstack([generator.dirichlet(np.ones(size), nodes + 1) for size in (3, 2, 2)])
    return node_parameters(RawProfile(generator.dirichlet(np.full(4, 0.3), nodes), transitions), anywhere)


def model_of(*profiles):
    starts = np.concatenate([[0], np.cumsum([len(profile) for profile in profiles])]).astype(np.int64)
    return ProfileModel(np.concatenate(profiles), starts, np.arange(len(profiles)), len(profiles), FLANK)


def naive(own, sequence):
    """Forward of one sequence, state by state, in the plainest way."""
    own, bases = own.astype(float), codes(sequence)
    nodes, length = len(own), len(bases)
    match, insert, delete = (np.zeros((length + 1, nodes)) for _ in range(3))
    begins, goes_on = FLANK

    def flank(number):
        return 1 - begins if number == 0 else begins * goes_on ** (number - 1) * (1 - goes_on)

    total = 0.0
    for row in range(1, length + 1):
        for node in range(nodes):
            into = flank(row - 1) * own[node, 12]
            if node:
                into += match[row - 1, node - 1] * own[node, 5]
                into += insert[row - 1, node - 1] * own[node, 6] + delete[row - 1, node - 1] * own[node, 7]
                delete[row, node] = match[row, node - 1] * own[node, 10] + delete[row, node - 1] * own[node, 11]
            match[row, node] = into * own[node, bases[row - 1]]
            insert[row, node] = match[row - 1, node] * own[node, 8] + insert[row - 1, node] * own[node, 9]
            total += match[row, node] * own[node, 13] * flank(length - row)
    return np.log(total)


def enumerated(own, sequence):
    """Sum over every path: flanks, then one node after the other with its state, written out."""
    own, bases = own.astype(float), codes(sequence)
    begins, goes_on = FLANK
    ends = [1 - begins] + [begins * goes_on**more * (1 - goes_on) for more in range(len(bases))]
    total = 0.0
    for before, after in product(range(len(bases)), repeat=2):
        inner = bases[before : len(bases) - after]
        for states in _paths(len(own), len(inner)) if len(inner) else ():
            odds, used, last = ends[before] * ends[after], 0, None
            for state, node in states:
                if state == "M":
                    column = 12 if last is None else {"M": 5, "I": 6, "D": 7}[last]
                    odds *= own[node, column] * own[node, inner[used]]
                elif state == "I":
                    odds *= own[node, 8 if last == "M" else 9]
                else:
                    odds *= own[node, 10 if last == "M" else 11]
                used += state != "D"
                last = state
            total += odds * own[states[-1][1], 13]
    return np.log(total)


def _paths(nodes, bases):
    """All paths from a match state to a match state that emit so many bases; deletions never meet insertions."""
    following = {"M": "MID", "I": "MI", "D": "MD"}
    waiting = [[("M", node)] for node in range(nodes)]
    while waiting:
        path = waiting.pop()
        state, node = path[-1]
        emitted = sum(step != "D" for step, _ in path)
        if state == "M" and emitted == bases:
            yield path
        for step in following[state]:
            at = node + (step != "I")
            if at < nodes and emitted + (step != "D") <= bases:
                waiting.append([*path, (step, at)])


@pytest.mark.parametrize("sequence", ["A", "GU", "ACG", "CNUA"])
def test_the_loop_sums_all_paths(sequence):
    own = random_nodes(4, 11)
    assert naive(own, sequence) == pytest.approx(enumerated(own, sequence), abs=1e-9)


@settings(max_examples=15)
@given(
    st.lists(st.integers(1, 16), min_size=1, max_size=11),
    st.lists(st.text("ACGUN", min_size=1, max_size=25), min_size=1, max_size=3),
    st.integers(0, 1000),
)
def test_any_profiles_against_any_sequences_as_the_loop(lengths, sequences, seed):
    profiles = [random_nodes(length, seed + number) for number, length in enumerate(lengths)]
    expected = [[naive(profile, sequence) for profile in profiles] for sequence in sequences]
    np.testing.assert_allclose(model_of(*profiles).scores(sequences).logits, expected, atol=2e-3)


@pytest.mark.parametrize("length", [300, 3000])
def test_long_sequences_stay_finite_and_right(length):
    """Odds of hundreds of bases are far below what a float holds."""
    sequence = "".join(np.random.default_rng(0).choice(list("ACGU"), length))
    own = random_nodes(90, 4)
    found = model_of(own).scores([sequence]).logits[0, 0]
    assert np.isfinite(found)
    if length == 300:
        assert found == pytest.approx(naive(own, sequence), abs=2e-3)


def test_a_sequence_is_scored_for_itself():
    model = model_of(*(random_nodes(length, length) for length in (9, 20, 31)))
    sequences = ["ACGUACGUAC", "G", "", "UUUUUUUUUUUUUUUUUUUUUUUU"]
    alone = np.concatenate([model.scores([sequence]).logits for sequence in sequences])
    np.testing.assert_array_equal(model.scores(sequences).logits, alone)
    assert np.isfinite(alone).all()


def test_probabilities_of_all_short_sequences_add_up():
    """A profile is a distribution over sequences: summed over all of up to 7 bases, at most 1, and nearly that."""
    sequences = ["".join(bases) for length in range(1, 8) for bases in product("ACGU", repeat=length)]
    own = random_nodes(2, 2, anywhere=1e-9)
    own[:, 9] *= 0.1  # long insertions would not fit
    lengths = np.array([len(sequence) for sequence in sequences])
    total = np.exp(model_of(own).scores(sequences).logits[:, 0] - lengths * np.log(4)).sum()
    assert 0.5 < total < 1


def test_the_number_of_parameters_is_that_of_the_kernel():
    from srna_tools.sequences import profile_forward

    assert profile_forward._PARAMETERS == PARAMETERS
    values, starts = packed(["AC"])
    with pytest.raises(ValueError, match="parameters"):
        profile_forward.log_odds(np.ones((3, 5, 8), dtype=np.float32), np.array([0, 3]), FLANK, values, starts)
