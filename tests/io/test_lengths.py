"""Lengths of features from a table."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.lengths import read_lengths


def test_feature_and_length_are_the_first_two_columns(write):
    path = write("l.tsv", "feature\tlength\tnote\nmiR-1\t22\tx\nmiR-2\t21.5\ty\n")
    assert read_lengths(path) == (("miR-1", 22.0), ("miR-2", 21.5))


@pytest.mark.parametrize("length", ["0", "-1", "NA", "", "inf", "nan"])
def test_a_length_that_is_none_is_refused_by_feature(write, length):
    with pytest.raises(InputError, match=r"feature miR-2: the length is .* but must be a positive number"):
        read_lengths(write("l.tsv", f"feature\tlength\nmiR-1\t22\nmiR-2\t{length}\n"))
