"""Ids of exceRpt become names, types, biotypes and symbols."""

import pytest

from srna_tools.io.quantifiers.excerpt_ids import annotate, name_of, names_species


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("hsa-miR-101-3p:MIMAT0000099:Homo:sapiens:miR-101-3p", "hsa-miR-101-3p"),
        ("hsa-mir-6723:MI0022558:Homo:sapiens:miR-6723:stem-loop", "hsa-mir-6723"),
        (
            "hsa-miR-1-3p:MIMAT0000416:Homo:sapiens:miR-1-3p|hsa-miR-206:MIMAT0000462:Homo:sapiens:miR-206",
            "hsa-miR-1-3p/hsa-miR-206",
        ),
        ("hsa_piR_000001|gb|DQ569913|Homo sapiens:21:43519790:43519815:Plus", "hsa_piR_000001"),
        ("tRNA-Val-CAC-2-1", "tRNA-Val-CAC-2-1"),
        ("ENST00000386347.1:Mt_tRNA:MT-TL1-201", "ENST00000386347.1"),
    ],
)
def test_names_stand_before_the_first_colon(reference, expected):
    assert name_of(reference) == expected


@pytest.mark.parametrize(
    ("biotype", "symbol", "expected"),
    [
        ("Mt_tRNA", "MT-TL1-201", "tRNA"),
        ("Mt_rRNA", "MT-RNR2-201", "rRNA"),
        ("rRNA", "RNA5S1-201", "rRNA"),
        ("snoRNA", "SNORD116-29-201", "snoRNA"),
        ("scaRNA", "SCARNA2-201", "snoRNA"),
        ("snRNA", "RNU6-1-201", "snRNA"),
        ("miRNA", "MIR21-201", "miRNA"),
        ("protein_coding", "HNRNPC-015", "gene"),
        ("processed_pseudogene", "CTD-2521M24.4-001", "gene"),
        ("lincRNA", "RP11-300A12.2-001", "gene"),
        ("nonsense_mediated_decay", "X-1", "gene"),
        ("misc_RNA", "Y_RNA.350-201", "other"),
        ("misc_RNA", "RNY1-201", "other"),
        ("ribozyme", "RMRP-201", "other"),
    ],
)
def test_the_biotype_of_a_transcript_gives_its_type(biotype, symbol, expected):
    row = annotate([f"ENST00000386347.1:{biotype}:{symbol}"], by_gene=False).loc["ENST00000386347.1"]
    assert row.to_dict() == {"feature_type": expected, "biotype": biotype, "symbol": symbol}


def test_other_ids_are_of_the_type_of_their_name():
    table = annotate(["tRNA-Val-CAC-2-1", "hsa-miR-1-3p:MIMAT0000416:Homo:sapiens:miR-1-3p"], by_gene=False)
    assert table["feature_type"].tolist() == ["tRNA", "miRNA"]
    assert table[["biotype", "symbol"]].isna().all(axis=None)


def test_symbols_of_genes_are_names():
    table = annotate(["MT-TL1", "HNRNPC"], by_gene=True)
    assert table["feature_type"].to_dict() == {"MT-TL1": "tRNA", "HNRNPC": "gene"}
    assert table["symbol"].tolist() == ["MT-TL1", "HNRNPC"]


def test_ids_with_accessions_are_those_of_excerpt():
    assert names_species("hsa-miR-101-3p:MIMAT0000099:Homo:sapiens:miR-101-3p")
    assert not names_species("hsa-miR-101-3p")
