"""Feature names of many sources: kind of RNA, species, naming scheme."""

import gzip
import re
from collections import Counter
from pathlib import Path

import anndata
import pytest

from srna_tools.features import FEATURE_TYPES, describe_names, feature_type, namespace, species

NAMES = {
    "miRNA": [
        "hsa-miR-21-5p", "hsa-miR-21", "hsa-mir-21", "hsa-let-7a-5p/7c-5p", "mmu-let-7g", "mir-1", "miR-21", "let-7a",
        "let-7a-2", "hsa-miR-3135b", "hsa-miR-125b-1-3p", "hsa-miR-133a-1*", "Hsa-Mir-8-P1a_5p", "Hsa-Let-7-P1a_3p*",
        "Hsa-Let-7-P1a_3p* chr11 segs:1-30 cds:-:122146517-122146546", "MIR21", "MIRLET7A1", "MIMAT0000076",
        "MI0000077", "cel-lin-4", "cel-lsy-6", "dme-bantam-3p", "aga-bantam", "dme-miR-iab-4-5p", "ath-miR156a",
        "ath-MIR156a", "sv40-miR-S1-5p", "hsv1-mir-H1", "ebv-miR-BART1", "hiv1-miR-TAR-3p",
    ],
    "novel_miRNA": ["p-hsa-miR-124", "p-miR-5", "novel_12", "novel-mir-3"],
    "piRNA": ["piR-hsa-1234", "hsa_piR_016659", "hsa-piR-33", "piRNA-12", "DQ570540", "pir-cluster1"],
    "snoRNA": ["SNORD44", "SNORD115-11", "SNORA73B", "SCARNA2", "U3", "U8", "snoRNA-7", "ACA45", "HBII-52"],
    "snRNA": ["U1", "U6", "U2-2", "U4atac", "RNU6-2", "RNU5A-1", "RNVU1-7", "RNU4ATAC", "U11"],
    "rRNA": ["RNA5S1", "RNA18SN1", "RNA5-8SN1", "RNA45SN1", "MT-RNR1", "5S_rRNA", "18S", "5.8S_rRNA", "28S rRNA"],
    "tRNA": ["tRNA-Gly-GCC-1-1", "nmt-tRNA-Leu-TAA-4-1", "tRNA-iMet-CAT-1-1", "MT-TL1", "MT-TV", "TRG-GCC1-1",
             "tRF-5001", "trna34-GlyGCC"],
    "gene": [
        "TP53", "ACTB", "HLA-A", "C1orf112", "CXorf40A", "C10orf32-ASMT", "HSPB2-C11orf52", "ENSG00000141510.5",
        "ENSMUSG00000059552", "MT-ND1", "LIN28A", "LETMD1", "TRIM5", "TRAC", "U2AF1", "SNHG1", "MIR21HG", "RRNAD1",
        "TRNAU1AP", "PIR", "MALAT1",
    ],
    "other": ["E. coli", "12345", "", "spike-in", "Y_RNA", "RNY1", "RN7SK", "RN7SL1", "VTRNA1-1", "patient 1", "vault"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_the_kind_of_rna_is_told_by_its_name(kind, name):
    assert feature_type(name) == kind


def test_every_kind_but_contaminants_is_in_the_list_of_names():
    assert {*NAMES, "contaminant"} == set(FEATURE_TYPES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hsa-miR-21-5p", "hsa"), ("Hsa-Mir-8-P1a_5p", "hsa"), ("MMU-let-7a", "mmu"), ("p-hsa-miR-9", "hsa"),
        ("hsa_piR_016659", "hsa"), ("piR-mmu-7", "mmu"), ("hsa-piR-33", "hsa"), ("cel-lin-4", "cel"),
        ("aga-bantam", "aga"), ("ath-MIR156a", "ath"), ("hsv1-miR-H1", "hsv1"), ("sv40-mir-S1", "sv40"),
        ("miR-21", None), ("let-7a", None), ("mir-1", None), ("p-miR-5", None), ("tRNA-Gly-GCC", None),
        ("SNORD44", None), ("TP53", None), ("E. coli", None), ("HLA-A", None), ("MIR21", None),
    ],
)  # fmt: skip
def test_the_species_is_the_prefix_of_srna_names(name, expected):
    assert species(name) == expected


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("Hsa-Mir-8-P1a_5p", "MirGeneDB names"),
        ("MIMAT0000076", "miRBase accessions"),
        ("hsa-miR-21-5p", "miRBase mature names"),
        ("hsa-let-7a-5p/7c-5p", "miRBase mature names"),
        ("hsa-let-7a*", "miRBase mature names"),
        ("ath-miR156a", "miRBase mature names"),
        ("dme-bantam-3p", "miRBase mature names"),
        ("hiv1-miR-N367", "miRBase mature names"),
        ("hsa-mir-21", "miRBase stem-loop names"),
        ("hsa-let-7a-1", "miRBase stem-loop names"),
        ("ath-MIR156a", "miRBase stem-loop names"),
        ("cel-lsy-6", "miRBase stem-loop names"),
        ("miR-21-5p", "mature names without species"),
        ("miR-21", "mature names without species"),
        ("let-7a-5p", "mature names without species"),
        ("mir-1", "locus names without species and arm"),
        ("let-7a", "locus names without species and arm"),
        ("ENSG00000141510.5", "Ensembl ids"),
        ("TP53", "gene symbols"),
        ("E. coli", "other names"),
    ],
)
def test_the_naming_scheme_is_told(name, scheme):
    assert namespace(name) == scheme


def test_names_are_described_by_the_commonest_scheme_and_an_example():
    assert describe_names(["TP53", "hsa-mir-1", "hsa-mir-2"]) == "miRBase stem-loop names (hsa-mir-1)"
    assert describe_names(iter(["mir-1"])) == "locus names without species and arm (mir-1)"
    assert describe_names([]) == "no names at all"


def first_column(path):
    with (gzip.open if path.suffix == ".gz" else Path.open)(path, "rt") as lines:
        return [re.split("[\t,]", line, maxsplit=1)[0] for line in lines][1:]


@pytest.mark.parametrize(
    ("table", "scheme", "prefix"),
    [
        ("micrornaome/counts.tsv.gz", "miRBase mature names", "hsa"),
        ("fetal_lung/counts.tsv", "miRBase mature names", "hsa"),
        ("tcga_mirna/precursor_counts.tsv.gz", "miRBase stem-loop names", "hsa"),
        ("mirge_crc/miR.Counts1.csv", "MirGeneDB names", "hsa"),
    ],
)
def test_every_name_of_the_public_mirna_tables_is_a_mirna_of_its_scheme(real_data, table, scheme, prefix):
    names = first_column(real_data / table)
    assert {feature_type(name) for name in names} == {"miRNA"}
    assert {namespace(name) for name in names} == {scheme}
    assert {species(name) for name in names} == {prefix}


def test_every_locus_of_the_atlas_is_a_mirna(real_data):
    names = anndata.read_h5ad(real_data / "atlas" / "atlas.h5ad", backed="r").var_names
    assert {(feature_type(name), namespace(name)) for name in names} == {
        ("miRNA", "locus names without species and arm")
    }


@pytest.mark.parametrize(
    ("file", "most"), [("mature.fa.gz", "miRBase mature names"), ("hairpin.fa.gz", "miRBase stem-loop names")]
)
def test_mirbase_of_all_species_is_recognised(real_data, file, most):
    with gzip.open(real_data / "mirbase_v18" / file, "rt") as lines:
        names = [line[1:].split()[0] for line in lines if line.startswith(">")]
    assert {feature_type(name) for name in names} == {"miRNA"}
    assert all(species(name) == name.split("-")[0].lower() for name in names)
    assert Counter(map(namespace, names))[most] > 0.98 * len(names)


def test_gene_symbols_are_genes(real_data):
    kinds = Counter(map(feature_type, first_column(real_data / "bulk_rnaseq" / "counts.tsv.gz")))
    assert kinds["gene"] > 0.999 * kinds.total()
