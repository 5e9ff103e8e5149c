"""Families as profiles: what training gives, what is stored, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.sequences.families import Families
from srna_tools.sequences.profile_model import ProfileModel, ProfileSettings, train_profile


def mutated(sequence, generator, rate=0.15):
    """Substitute, delete and insert bases."""
    bases = []
    for base in sequence:
        chance = generator.random()
        if chance < rate / 4:
            continue
        bases.append(str(generator.choice(list("ACGU"))) if chance < rate else base)
        if chance > 1 - rate / 4:
            bases.append(str(generator.choice(list("ACGU"))))
    return "".join(bases)


def simulated(families, each, seed=0, rate=0.15):
    generator = np.random.default_rng(seed)
    ancestors = ["".join(generator.choice(list("ACGU"), 60)) for _ in range(families)]
    sequences = [mutated(ancestor, generator, rate) for ancestor in ancestors for _ in range(each)]
    return Families(
        tuple(f"family {number}" for number in range(families)),
        tuple(sequences),
        np.repeat(np.arange(families), each),
    )


@pytest.fixture(scope="module")
def trained():
    return train_profile(simulated(6, 12).at(np.arange(0, 72, 2)), ProfileSettings(), 0, 1).model


def test_held_out_members_of_simulated_families_are_recognised(trained):
    held_out = simulated(6, 12).at(np.arange(1, 72, 2))
    scores = trained.scores(held_out.sequences)
    assert scores.logits.shape == (36, 6)
    assert scores.logits.argmax(axis=1).tolist() == held_out.members.tolist()
    np.testing.assert_array_equal(scores.known["log-odds"], scores.logits.max(axis=1))


def test_a_stored_model_scores_the_same(trained):
    again = ProfileModel.from_state(*trained.to_state())
    sequences = simulated(6, 2).sequences
    np.testing.assert_array_equal(again.scores(sequences).logits, trained.scores(sequences).logits)


def test_the_number_of_threads_does_not_change_the_model():
    families = simulated(5, 8)
    one, two = (train_profile(families, ProfileSettings(max_aligned=5), 3, threads).model for threads in (1, 2))
    np.testing.assert_array_equal(one.nodes, two.nodes)
