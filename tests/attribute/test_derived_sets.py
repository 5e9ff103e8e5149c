"""The mark of derived gene sets: what is written can be read back, whatever the names are."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.attribute.derived_sets import DERIVED, derived_from, derived_sets, describe_derived


@given(label=st.text(), datasets=st.lists(st.text()))
def test_the_datasets_are_read_back_from_one_line_without_tabs(label, datasets):
    description = describe_derived(label, datasets)

    assert description.startswith(DERIVED)
    assert derived_from(description) == tuple(datasets)
    assert len(description.splitlines()) == 1
    assert "\t" not in description


@pytest.mark.parametrize("description", ["", "http://www.gsea-msigdb.org/", "expressed in the liver", "[]"])
def test_other_sets_are_not_derived(description):
    assert derived_from(description) is None


@pytest.mark.parametrize("rest", ["", " from the datasets", ' from the datasets ["a"', ' from the datasets {"a": 1}'])
def test_a_damaged_mark_still_marks(rest):
    assert derived_from(DERIVED + rest) == ()


def test_a_description_reads_like_this():
    assert describe_derived("tissue", ["GSE1", "GSE2"]) == (
        'srna-tools-derived from the datasets ["GSE1", "GSE2"]: top features for "tissue"'
    )


def test_a_set_holds_the_features_that_speak_for_its_class():
    table = pd.DataFrame(
        {
            "class": ["x", "x", "x", "a\tb", "none"],
            "feature": ["miR-1", "miR\n2", "miR-3", "miR-1", "miR-1"],
            "score": [2.0, 1.0, -0.5, 1.0, 0.0],
        }
    )

    lines = derived_sets(table, "tissue", ["GSE  1"]).split("\n")

    description = describe_derived("tissue", ["GSE  1"])
    assert lines == [f"x\t{description}\tmiR-1\tmiR 2", f"a b\t{description}\tmiR-1", ""]
