"""What the words of a grid's cells mean."""

from __future__ import annotations

import pandas as pd
import pytest
from laboratory.source_grid import parts_of, rows_of

from srna_tools.errors import SrnaToolsError

RESOURCES = pd.Series(["A", "A", "A", "B", "B", "C"], index=list("uvwxyz"))
PARTS = pd.Series(["train", "test", "test", "train", "train", "train"], index=list("uvwxyz"))


@pytest.mark.parametrize(
    ("words", "rows"),
    [("A", "uvw"), ("A/test", "vw"), ("A/train + B", "uxy"), ("B + C", "xyz"), ("A/test + A/train + C", "uvwz")],
)
def test_words_name_rows(words, rows):
    assert "".join(RESOURCES.index[rows_of(words, RESOURCES, PARTS)]) == rows


def test_unknown_words_are_refused():
    with pytest.raises(SrnaToolsError, match="no sample is of 'D'; the resources are A, B, C"):
        rows_of("A + D", RESOURCES, PARTS)


def test_each_resource_is_divided_by_its_own_studies():
    labels = pd.Series(["liver"] * 6, index=list("uvwxyz"))
    datasets = pd.Series(["a1", "a1", "a2", "b1", "b2", "b2"], index=list("uvwxyz"))
    resources = pd.Series(["A"] * 3 + ["B"] * 3, index=list("uvwxyz"))
    divided = parts_of(labels, datasets, resources, 1)
    assert divided.to_dict() == {"u": "train", "v": "train", "w": "test", "x": "test", "y": "train", "z": "train"}
