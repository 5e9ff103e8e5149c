"""Classes stored with the samples."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.errors import SampleError
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.ontology import add_groups, check_key, group_by_intervals, group_by_terms, group_ids, load_preset


@pytest.fixture
def samples():
    obs = pd.DataFrame({"dataset": ["x", "y"], "tissue": ["liver", "lung"], "age": [3.0, 70.0]}, index=["s1", "s2"])
    return assembly.assemble(sparse.csr_matrix([[1.0], [2.0]]), obs, pd.DataFrame(index=["hsa-miR-21-5p"]))


def test_classes_and_their_ids_survive_the_file(samples, tmp_path):
    labels = schema.labels_of(samples, "tissue")
    add_groups(samples, "group", group_by_terms(labels, samples.obs["dataset"], groups=load_preset("fiosina2019"),
                                                lexicon=None))  # fmt: skip
    ages = group_by_intervals(schema.labels_of(samples, "age"), samples.obs["dataset"], (0, 65, 110))
    add_groups(samples, "age_group", ages)
    write_samples(samples, tmp_path / "s.h5ad")
    read = read_samples(tmp_path / "s.h5ad")
    assert read.obs["group"].tolist() == ["blood", "lung"]
    assert list(read.obs["age_group"].cat.categories) == ["[0;65]", "(65;110]"]
    assert group_ids(read, "group") == {"blood": "BTO:0000089", "lung": ""}
    assert group_ids(read, "age_group") == {"[0;65]": "", "(65;110]": ""}
    assert group_ids(read, "tissue") == {}


@pytest.mark.parametrize(("key", "sentence"), [("tissue", "already have a column"), ("a/b", "slash"), ("", "slash")])
def test_columns_are_never_overwritten(samples, key, sentence):
    with pytest.raises(SampleError, match=sentence):
        check_key(samples, key)
