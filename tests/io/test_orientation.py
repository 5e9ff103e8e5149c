"""Which side of a table is told to hold the features: by ids of samples, by names of RNAs, or by custom."""

import pytest

from srna_tools.io.orientation import features_in_rows, told_features_in_rows


@pytest.mark.parametrize("samples", ["SRR2296788 ERR738403", "TCGA-OR-A5J1 TCGA-OR-A5J2", "S1 S2", "GSM1 GSM2", "1 2"])
@pytest.mark.parametrize("features", ["hsa-miR-21-5p let-7a", "mir-1 mir-2", "Hsa-Mir-8-P1a_5p Hsa-Let-7-P1a_3p*"])
@pytest.mark.parametrize("turned", [False, True])
def test_samples_are_told_from_srnas_without_a_sheet(samples, features, turned):
    rows, columns = (samples.split(), features.split())[:: -1 if not turned else 1]
    assert features_in_rows(rows, columns) is not turned


def test_genes_are_told_from_samples_that_look_like_nothing():
    assert features_in_rows(["TP53", "BRCA1", "C1orf112"], ["patient 1", "patient 2"])
    assert not features_in_rows(["patient 1", "patient 2"], ["TP53", "BRCA1", "C1orf112"])


def test_rows_are_features_where_nothing_tells():
    assert features_in_rows(["x", "y"], ["a", "b"])
    assert features_in_rows(["SRR1", "SRR2"], ["SRR3", "SRR4"])


@pytest.mark.parametrize("ids", ["GTEX-1117F-0005 GTEX-1117F-0006", "SRR1 SRR2", "TCGA-OR-A5J1 TCGA-OR-A5J2"])
def test_ids_that_look_like_genes_tell_nothing_beside_genes(ids):
    genes = ["TP53", "BRCA1", "C1orf112", "AC0001.1"]
    assert told_features_in_rows(ids.split(), genes) is None
    assert told_features_in_rows(genes, ids.split()) is None
    assert features_in_rows(ids.split(), genes)
    assert not features_in_rows(ids.split(), genes, sample_ids=ids.split())
    assert not features_in_rows(ids.split(), [*genes, "SNORD115-1"])
