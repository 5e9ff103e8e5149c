from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.sequences.inner_split import inner_split


@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(1, 20), st.integers(2, 6), st.integers(0, 9))
def test_one_in_so_many_of_the_drawn_is_held_out(sizes, most, one_in, seed):
    members = np.repeat(np.arange(len(sizes)), sizes)

    training, held_out = inner_split(members, most=most, one_in=one_in, seed=seed)

    drawn = np.minimum(sizes, most)
    np.testing.assert_array_equal(np.bincount(members[held_out], minlength=len(sizes)), drawn // one_in)
    np.testing.assert_array_equal(np.bincount(members[training], minlength=len(sizes)), drawn - drawn // one_in)
    assert len(np.unique([*training, *held_out])) == drawn.sum()


def test_the_seed_draws():
    members = np.zeros(40, dtype=np.int64)
    first, again, other = (inner_split(members, most=40, one_in=4, seed=seed).held_out for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)
