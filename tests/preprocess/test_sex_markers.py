"""XIST and Y-linked genes: hand-computed values, all kinds of names, and the annotated sex of real samples."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.errors import ColumnError, SampleError
from srna_tools.preprocess.sex_markers import sex_markers

GENES = ["XIST", "DDX3Y", "CYorf15B", "TP53"]
COUNTS = [[10, 0, 0, 999_990], [0, 3, 1, 999_996], [0, 0, 0, 0]]


def test_counts_per_million_by_hand(make_samples):
    markers = sex_markers(make_samples(COUNTS, GENES, sex=["female", "male", "male"]))
    assert markers.table["sex"].tolist() == ["female", "male"]
    np.testing.assert_allclose(markers.table["XIST"], [np.log2(11), 0])
    np.testing.assert_allclose(markers.table["Y-linked"], [0, np.log2(5)])
    assert markers.table.index.tolist() == ["s1", "s2"]
    assert markers.y_genes == ("CYorf15B", "DDX3Y")
    assert markers.left_out == ("s3",)


@pytest.mark.parametrize(
    "names",
    [
        ["ENSG00000229807", "ENSG00000067048", "ENSG00000131002", "ENSG00000141510"],
        ["ENSG00000229807.10", "ENSG00000067048.16", "ENSG00000131002.11", "ENSG00000141510.2"],
    ],
)
def test_ensembl_ids_are_the_same_genes(make_samples, names):
    by_id, by_symbol = (sex_markers(make_samples(COUNTS, genes)).table for genes in (names, GENES))
    assert by_id.equals(by_symbol)


def test_contaminants_are_no_part_of_the_million(make_samples):
    types = ["gene", "gene", "gene", "contaminant"]
    markers = sex_markers(make_samples([[1, 1, 0, 10**9]], GENES, types))
    np.testing.assert_allclose(markers.table["XIST"], [np.log2(1 + 5e5)])


@pytest.mark.parametrize(("gene", "columns"), [("XIST", ["sex", "XIST"]), ("UTY", ["sex", "Y-linked"])])
def test_one_kind_of_gene_is_enough(make_samples, gene, columns):
    markers = sex_markers(make_samples([[1, 2]], [gene, "TP53"]))
    assert markers.table.columns.tolist() == columns
    assert markers.table["sex"].isna().all()


def test_without_such_genes_the_sentence_names_them(make_samples):
    with pytest.raises(SampleError, match=r"no feature tells the sex; .* some of: XIST, CYorf15A, .*DDX3Y.*Ensembl"):
        sex_markers(make_samples([[1, 2]], ["hsa-miR-1", "ENSG00000141510"]))


def test_the_column_of_the_sex_may_have_another_name(make_samples):
    samples = make_samples(COUNTS, GENES, gender=["f", None, "m"], sex="x")
    assert sex_markers(samples, "gender").table["sex"].tolist() == ["f", None]
    assert sex_markers(samples).table["sex"].tolist() == ["x", "x"]
    with pytest.raises(ColumnError, match="no sample column 'Sex'"):
        sex_markers(samples, "Sex")


def test_y_linked_genes_separate_the_sexes_of_real_samples(bulk_samples):
    markers = sex_markers(bulk_samples)
    assert set(markers.y_genes) == {"DDX3Y", "EIF1AY", "KDM5D", "NLGN4Y", "RPS4Y1", "USP9Y", "UTY", "ZFY"}
    y_linked = markers.table["Y-linked"].groupby(markers.table["sex"])
    assert y_linked.quantile(0.99)["female"] < 2.5 < y_linked.quantile(0.01)["male"]
    assert y_linked.median()["male"] - y_linked.median()["female"] > 6
    is_male = markers.table["Y-linked"] > 2.5
    stated = markers.table["sex"].notna()
    assert (is_male == (markers.table["sex"] == "male"))[stated].mean() > 0.99
