"""Overlap of top features: a hand-computed case, and chance against Fisher's exact test and simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from srna_tools.attribute.overlap import COLUMNS, top_overlap


def table_of(**sets):
    return pd.DataFrame([(name, feature) for name, features in sets.items() for feature in features],
                        columns=["class", "feature"])  # fmt: skip


def test_hand_computed_overlap():
    overlap = top_overlap(table_of(z="abcd", a="cdef", m="gh"), 20)

    assert overlap.columns.tolist() == list(COLUMNS)
    assert overlap.iloc[:, :6].to_numpy().tolist() == [
        ["z", "a", 4, 2, 2 / 6, 0.8],
        ["z", "m", 4, 0, 0.0, 0.4],
        ["a", "m", 4, 0, 0.0, 0.4],
    ]
    assert overlap["p"].tolist()[1:] == [1, 1]


@pytest.mark.parametrize("shared", [0, 1, 3, 5])
def test_p_is_that_of_fishers_one_sided_exact_test(shared):
    ours = [f"f{k}" for k in range(6)]
    theirs = ours[:shared] + [f"g{k}" for k in range(6 - shared)]
    table = [[shared, 6 - shared], [6 - shared, 30 - 12 + shared]]

    p = top_overlap(table_of(x=ours, y=theirs), 30)["p"].iloc[0]

    assert p == pytest.approx(fisher_exact(table, "greater").pvalue)


def test_the_expected_number_is_what_chance_gives():
    generator = np.random.default_rng(0)
    drawn = [len(np.intersect1d(generator.permutation(40)[:12], generator.permutation(40)[:12])) for _ in range(4000)]

    expected = top_overlap(table_of(x=range(12), y=range(12)), 40)["expected"].iloc[0]

    assert expected == pytest.approx(np.mean(drawn), abs=0.1)


def test_one_class_has_no_other():
    assert top_overlap(table_of(x="ab"), 9).empty
