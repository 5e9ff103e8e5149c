"""The contract: counts stay whole, measured is not zero, and what does not follow it is refused in a sentence."""

import json

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.errors import ColumnError, InputError, SampleError
from srna_tools.version import VERSION


def assembled(counts, obs=None, **contract):
    counts = sparse.csr_matrix(np.array(counts))
    names = pd.Index([f"s{row}" for row in range(counts.shape[0])])
    obs = pd.DataFrame({"dataset": "study"} | (obs or {}), index=names)
    var = contract.pop("var", pd.DataFrame(index=[f"hsa-miR-{column}" for column in range(counts.shape[1])]))
    return assembly.assemble(counts, obs, var, **contract)


def test_no_sample_with_reads_is_refused():
    with pytest.raises(SampleError, match=r"none of the 2 samples has reads \(s0, s1\)"):
        schema.with_reads(assembled([[0], [0]]))


def without(samples, part):
    samples = samples.copy()
    parts = {
        "contract": lambda: samples.uns.pop("srna_tools"),
        "counts": lambda: samples.layers.pop("counts"),
        "dataset": lambda: samples.obs.pop("dataset"),
        "feature_type": lambda: samples.var.pop("feature_type"),
        "measured": lambda: samples.varm.pop("measured"),
    }
    parts[part]()
    return samples


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("contract", "x.h5ad: this h5ad was not made by srna-import; import it first: srna-import --format h5ad"),
        ("counts", "x.h5ad: this h5ad was not made by srna-import"),
        ("dataset", "x.h5ad: lacks 'dataset', which srna-import writes; import the original files again"),
        ("feature_type", "x.h5ad: lacks 'feature_type'"),
        ("measured", "x.h5ad: lacks 'measured'"),
    ],
)
def test_samples_that_lack_a_part_are_refused(part, sentence):
    samples = assembled([[1, 2]])
    assert schema.check(samples, "x.h5ad") is samples
    with pytest.raises(InputError, match=f"^{sentence}"):
        schema.check(without(samples, part), "x.h5ad")


def test_samples_of_another_schema_are_refused():
    samples = assembled([[1, 2]])
    samples.uns["srna_tools"]["schema_version"] = 2
    with pytest.raises(
        InputError, match=f"has schema version 2, but srna-tools {VERSION} reads 1; import the original"
    ):
        schema.check(samples, "x.h5ad")


@pytest.mark.parametrize(("rows", "columns"), [(0, 1), (1, 0)])
def test_nothing_to_work_on_is_refused(rows, columns):
    with pytest.raises(InputError, match=f"has {rows} samples and {columns} features"):
        schema.check(assembled([[1]])[:rows, :columns].copy(), "x.h5ad")


@pytest.mark.parametrize(
    ("column", "labels"),
    [
        (["liver", " lung ", "", None], ["liver", "lung", None, None]),
        (pd.Categorical(["liver", None, "lung", "lung"]), ["liver", None, "lung", "lung"]),
        ([1, 0, 1, 0], ["1", "0", "1", "0"]),
        ([1.0, 0.0, np.nan, 0.5], ["1", "0", None, "0.5"]),
        ([True, False, True, True], ["True", "False", "True", "True"]),
        ([np.nan, np.inf, 1e3, -2.0], [None, "inf", "1000", "-2"]),
    ],
)
def test_labels_are_text_or_missing(column, labels):
    found = schema.labels_of(assembled([[1]] * 4, {"label": column}), "label")
    assert found.tolist() == labels
    assert found.index.tolist() == ["s0", "s1", "s2", "s3"]


def test_a_label_that_does_not_exist_lists_the_columns():
    with pytest.raises(ColumnError, match="no sample column 'tissue'; the columns are: dataset, sex, quality_flag"):
        schema.labels_of(assembled([[1]], {"sex": "m"}), "tissue")


def test_the_history_keeps_every_step_in_order(tmp_path):
    samples = assembled([[1]])
    schema.record_step(samples, "first", {"b": 1, "a": None})
    samples.write_h5ad(tmp_path / "x.h5ad")
    samples = anndata.read_h5ad(tmp_path / "x.h5ad")
    schema.record_step(samples, "second", {"path": tmp_path})
    first, second = schema.history_of(samples)
    assert first == {"step": "first", "version": VERSION, "parameters": {"a": None, "b": 1}}
    assert second["parameters"] == {"path": str(tmp_path)}
    assert json.loads(samples.uns["srna_tools"]["history"][0]) == first


def test_species_and_meaning_of_absence_are_recorded():
    assert schema.species_of(assembled([[1]])) is None
    assert not schema.absent_is_zero(assembled([[1]]))
    assert schema.absent_is_zero(assembled([[1]], absent="zero"))


def test_sums_of_large_libraries_are_exact():
    counts = [[2**30 + 1] * 3, [0, 0, 2**52 + 1]]
    assert schema.counts_of(assembled(counts)).sum(axis=1).ravel().tolist() == [[3 * (2**30 + 1), 2**52 + 1]]


@pytest.mark.parametrize(
    ("contract", "are"), [({"rpm": True}, "reads per million"), ({}, "fractional, not whole numbers")]
)
def test_what_needs_counts_refuses_other_values(contract, are):
    with pytest.raises(SampleError, match=f"^--min-depth needs counts, but the values of all are {are}; leave it out"):
        schema.require_counts(assembled([[0.5, 1]], **contract), "--min-depth")
    schema.require_counts(assembled([[5, 1]]), "--min-depth")
