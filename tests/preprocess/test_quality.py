"""Quality of samples against numbers worked out by hand, and against a plain reading of published tables."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.features import FEATURE_TYPES
from srna_tools.io.importing import ImportSettings, import_samples
from srna_tools.preprocess.quality import COLUMNS, quality_table

NAMES = ["hsa-miR-1-3p", "p-hsa-miR-2", "hsa-piR-3", "TP53", "E. coli"]
TYPES = ["miRNA", "novel_miRNA", "piRNA", "gene", "contaminant"]
COUNTS = [[60, 20, 10, 10, 300], [1, 0, 0, 9, 0], [0, 0, 0, 0, 50], [0, 0, 8, 2, 0]]


def test_every_column_by_hand(make_samples):
    table = quality_table(make_samples(COUNTS, NAMES, TYPES, resource="lab"))
    kinds = [f"{kind}_fraction" for kind in TYPES]
    assert table.columns.tolist() == [*COLUMNS, *kinds]
    assert table["sample"].tolist() == ["s1", "s2", "s3", "s4"]
    assert table["dataset"].tolist() == ["study"] * 4
    assert table["resource"].tolist() == ["lab"] * 4
    assert table["reads"].tolist() == [100, 10, 0, 10]
    assert table["mirna_reads"].tolist() == [80, 1, 0, 0]
    assert table["reads"].dtype == table["mirna_reads"].dtype == np.int64
    np.testing.assert_allclose(table["mirna_fraction"], [0.8, 0.1, np.nan, 0])
    assert table["features"].tolist() == [4, 2, 0, 2]
    assert table["largest_type"].tolist() == ["miRNA", "gene", "", "piRNA"]
    assert table["assay"].tolist() == ["small RNA", "mRNA", "not judged", "small RNA"]
    expected = [
        [0.6, 0.2, 0.1, 0.1, 0.75], [0.1, 0, 0, 0.9, 0], [np.nan] * 4 + [1], [0, 0, 0.8, 0.2, 0],
    ]  # fmt: skip
    np.testing.assert_allclose(table[kinds], expected)


@given(st.lists(st.lists(st.integers(0, 10**9), min_size=6, max_size=6), min_size=1, max_size=4), st.data())
def test_laws_of_the_table(make_samples, counts, data):
    kinds = st.sampled_from(FEATURE_TYPES)
    types = ["miRNA", *(data.draw(kinds) for _ in range(5))]
    table = quality_table(make_samples(counts, [f"f{number}" for number in range(6)], types))
    own = [f"{kind}_fraction" for kind in set(types) - {"contaminant"}]
    with_reads = table["reads"] > 0
    np.testing.assert_allclose(table.loc[with_reads, own].sum(axis=1), 1)
    assert table.loc[~with_reads, own].isna().all(axis=None)
    assert table["reads"].tolist() == [
        sum(count for count, kind in zip(row, types, strict=True) if kind != "contaminant") for row in counts
    ]
    assert (table["mirna_reads"] <= table["reads"]).all()
    assert (table["largest_type"] != "contaminant").all()


@pytest.mark.parametrize(("names", "largest"), [(["hsa-miR-1", "x"], "miRNA"), (["TP53", "MYC"], "gene")])
def test_a_table_of_one_kind_cannot_tell_the_assay(make_samples, names, largest):
    table = quality_table(make_samples([[5, 1]], names))
    assert table["largest_type"].tolist() == [largest]
    assert table["assay"].tolist() == ["not judged"]


def test_the_assay_is_judged_where_the_samples_own_resource_measured_both_kinds(make_samples):
    measured = pd.DataFrame({"a": [True, True], "b": [True, False]}, index=["hsa-miR-1", "TP53"])
    samples = make_samples([[1, 5], [1, 5], [5, 0]], measured.index, resource=["a", "b", "a"], measured=measured)
    assert quality_table(samples)["assay"].tolist() == ["mRNA", "not judged", "small RNA"]


def test_contaminants_alone_are_the_reads(make_samples):
    table = quality_table(make_samples([[3, 1], [0, 0]], ["E. coli", "S. aureus"], ["contaminant"] * 2))
    assert table["reads"].tolist() == [4, 0]
    assert table["features"].tolist() == [0, 0]
    assert table["largest_type"].tolist() == ["", ""]
    assert table["assay"].tolist() == ["not judged"] * 2
    np.testing.assert_allclose(table["contaminant_fraction"], [1, np.nan])


def test_fractional_reads_stay_so(make_samples):
    assert quality_table(make_samples([[0.5, 1]]))["reads"].tolist() == [1.5]


def test_published_counts_read_plainly(real_data):
    path = real_data / "micrornaome" / "counts.tsv.gz"
    samples, _ = import_samples([path], ImportSettings())
    table = quality_table(samples).set_index("sample")
    with gzip.open(path, "rt") as lines:
        names = next(lines).rstrip("\n").split("\t")[1:]
        reads, features = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
        for line in lines:
            for name, count in zip(names, line.rstrip("\n").split("\t")[1:], strict=True):
                reads[name] += int(float(count))
                features[name] += float(count) > 0
    assert table["reads"].to_dict() == reads
    assert table["features"].to_dict() == features
    assert (table["mirna_fraction"] == 1).all()
    assert set(table["assay"]) == {"not judged"}


def test_published_gene_counts_are_of_mrna(bulk_samples):
    assert set(quality_table(bulk_samples)["assay"]) == {"mRNA"}
