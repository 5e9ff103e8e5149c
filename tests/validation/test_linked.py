"""Samples that belong together: who is linked with whom, against a plain search through the graph."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.validation.linked import joined, linked_samples


def sets_of(numbers):
    """Sets of positions with one number."""
    return {frozenset(np.flatnonzero(numbers == number).tolist()) for number in numbers}


def test_without_the_columns_every_sample_is_alone():
    assert len(set(linked_samples(pd.DataFrame({"tissue": ["a"] * 4})))) == 4


def test_patients_and_runs_of_one_experiment_are_linked_and_missing_values_link_nothing():
    obs = pd.DataFrame(
        {
            "patient": ["p1", "p2", "p1", None, None, np.nan],
            "replicate_of": [None, "e1", None, "e1", None, None],
        }
    )
    assert sets_of(linked_samples(obs)) == {frozenset({0, 2}), frozenset({1, 3}), frozenset({4}), frozenset({5})}


def test_a_third_sample_joins_two():
    """0 and 1 share a patient, 1 and 2 an experiment, 2 and 3 a patient."""
    obs = pd.DataFrame({"patient": ["p", "p", "q", "q", "r"], "replicate_of": [None, "e", "e", None, None]})
    assert sets_of(linked_samples(obs)) == {frozenset({0, 1, 2, 3}), frozenset({4})}


def test_columns_of_categories_and_numbers_link_too():
    obs = pd.DataFrame({"patient": pd.Categorical(["p", None, "p"]), "replicate_of": [1.0, 2.0, np.nan]})
    assert sets_of(linked_samples(obs)) == {frozenset({0, 2}), frozenset({1})}


@given(
    st.integers(1, 12).flatmap(
        lambda size: st.lists(st.lists(st.integers(-1, 4), min_size=size, max_size=size), min_size=1, max_size=3)
    )
)
def test_sets_are_those_that_a_plain_search_reaches(numberings):
    size = len(numberings[0])
    expected = set()
    for start in range(size):
        reached, waiting = {start}, [start]
        while waiting:
            one = waiting.pop()
            near = {
                other for codes in numberings for other in range(size) if codes[one] >= 0 and codes[one] == codes[other]
            }
            waiting += near - reached
            reached |= near
        expected.add(frozenset(reached))
    assert sets_of(joined([np.array(codes) for codes in numberings], size)) == expected
