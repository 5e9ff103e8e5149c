"""Families that tests of models share."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.sequences.families import Families


def _mutated(generator, founder, changes):
    letters = np.array(list(founder))
    places = generator.choice(len(letters), changes, replace=False)
    letters[places] = generator.choice(list("ACGU"), changes)
    return "".join(letters)


@pytest.fixture(scope="session")
def mutated_families():
    """Make families, each of mutated copies of a random sequence: some to train on, others to judge by."""

    def make(families=6, changes=12, training=12, test=8, length=80):
        generator = np.random.default_rng(11)
        names = tuple(f"mir-{number}" for number in range(families))
        founders = ["".join(generator.choice(list("ACGU"), length)) for _ in names]

        def draw(each):
            sequences = tuple(_mutated(generator, founder, changes) for founder in founders for _ in range(each))
            return Families(names, sequences, np.repeat(np.arange(families), each))

        return draw(training), draw(test)

    return make
