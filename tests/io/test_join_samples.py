"""Two sets of samples joined, against srna-import on the same two files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.errors import SampleError
from srna_tools.io.h5ad import write_samples
from srna_tools.io.importing import ImportSettings, import_samples
from srna_tools.io.join_samples import join_samples

NAMES = ("labelled", "unlabelled")


def with_ids(samples, *names):
    samples.obs_names = list(names)
    return samples


@pytest.fixture
def pair(make_samples):
    """Make two tables that share the feature 'b'; the second has a resource that did not measure 'c'."""

    def make(absent):
        first = with_ids(make_samples([[1, 2], [3, 4]], ["a", "b"], absent=absent, tissue=["x", "y"]), "s1", "s2")
        measured = pd.DataFrame({"p": [True, True], "q": [True, False]}, index=["b", "c"])
        second = make_samples(
            [[5, 6], [7, 0]], ["b", "c"], absent=absent, dataset=["d", "e"], resource=["p", "q"], measured=measured
        )
        return first, with_ids(second, "t1", "t2")

    return make


@pytest.mark.parametrize("absent", ["zero", "unmeasured"])
def test_the_samples_are_joined_as_srna_import_joins_the_files(pair, tmp_path, absent):
    first, second = pair(absent)
    joined = join_samples(first, second, NAMES)
    for samples, name in ((first, "labelled"), (second, "unlabelled")):
        write_samples(samples, tmp_path / f"{name}.h5ad")
    imported, _ = import_samples([tmp_path / "labelled.h5ad", tmp_path / "unlabelled.h5ad"], ImportSettings())
    assert joined.obs_names.tolist() == ["s1", "s2", "t1", "t2"]
    assert joined.var_names.tolist() == imported.var_names.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(joined.layers["counts"].toarray(), [[1, 2, 0], [3, 4, 0], [0, 5, 6], [0, 7, 0]])
    np.testing.assert_array_equal(joined.layers["counts"].toarray(), imported.layers["counts"].toarray())
    assert joined.obs["dataset"].tolist() == ["study", "study", "d", "e"]
    pd.testing.assert_frame_equal(schema.measured_of(joined), schema.measured_of(imported))
    assert schema.resources_of(joined).tolist() == schema.resources_of(imported).tolist()


def test_what_the_only_resource_of_one_side_lacked_stays_unmeasured(make_samples):
    lacking = pd.DataFrame({"all": [True, False]}, index=["a", "b"])
    first = with_ids(make_samples([[1, 0]], ["a", "b"], absent="unmeasured", measured=lacking), "s1")
    second = with_ids(make_samples([[1, 2, 3]], ["a", "b", "c"], absent="unmeasured"), "t1")
    measured = schema.measured_of(join_samples(first, second, NAMES))
    assert measured["labelled"].tolist() == [True, False, False]
    assert measured["unlabelled"].tolist() == [True, True, True]


@pytest.mark.parametrize(
    ("of_first", "of_second", "sentence"),
    [
        ({"absent": "zero"}, {"absent": "unmeasured"}, "list only features with reads, the others all of them"),
        ({"rpm": True}, {}, "are reads per million, the others counts; import both as counts"),
    ],
)
def test_tables_of_different_kinds_are_refused(make_samples, of_first, of_second, sentence):
    first = with_ids(make_samples([[1, 2]], **of_first), "s1")
    second = with_ids(make_samples([[1, 2]], **of_second), "t1")
    with pytest.raises(SampleError) as error:
        join_samples(first, second, NAMES)
    assert str(error.value).startswith("the labelled and the unlabelled samples cannot be joined: those of one ")
    assert sentence in str(error.value)


def test_another_choice_of_species_is_refused(make_samples):
    first, second = with_ids(make_samples([[1, 2]]), "s1"), with_ids(make_samples([[1, 2]]), "t1")
    first.uns["srna_tools"]["species"] = "hsa"
    with pytest.raises(SampleError, match=r"restricted to a species, .*; import both with the same --species"):
        join_samples(first, second, NAMES)
    second.uns["srna_tools"]["species"] = "hsa"
    assert schema.species_of(join_samples(first, second, NAMES)) == "hsa"
