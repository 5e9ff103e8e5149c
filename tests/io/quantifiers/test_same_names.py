"""Features of one name are summed, exactly."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from srna_tools.io.quantifiers.same_names import summed_by_name


def test_columns_of_one_name_are_summed_in_the_order_of_the_names():
    counts, names = summed_by_name(sparse.csr_matrix([[1, 2, 4], [0, 0, 8]]), ["b", "a", "b"])
    assert names.tolist() == ["b", "a"]
    assert counts.toarray().tolist() == [[5, 2], [8, 0]]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2**58)), min_size=1, max_size=12))
def test_large_counts_stay_exact(columns):
    counts, names = summed_by_name(sparse.csr_matrix([[count for _, count in columns]]), [name for name, _ in columns])
    assert counts.dtype == np.int64
    expected = {name: sum(count for other, count in columns if other == name) for name, _ in columns}
    assert dict(zip(names, counts.toarray()[0].tolist(), strict=True)) == expected
