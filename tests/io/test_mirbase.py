"""miRBase's families and places of stem-loops."""

from __future__ import annotations

import pytest

from srna_tools.errors import InputError
from srna_tools.io.mirbase import read_families, read_loci

FAMILIES = """AC   MIPF1
ID   mir-17
MI   MI1  hsa-mir-17
MI   MI2  mmu-mir-17
//
AC   MIPF2
ID   let-7
MI   MI3  hsa-let-7a-1
//
"""
GFF = """##gff-version 3
chr1\t.\tmiRNA_primary_transcript\t100\t180\t.\t+\t.\tID=MI1;Alias=MI1;Name=hsa-mir-1-1
chr1\t.\tmiRNA\t110\t130\t.\t+\t.\tID=MIMAT1;Alias=MIMAT1;Name=hsa-miR-1-5p;Derives_from=MI1
chr1\t.\tmiRNA\t150\t170\t.\t+\t.\tID=MIMAT2;Alias=MIMAT2;Name=hsa-miR-1-3p;Derives_from=MI1
chrX\t.\tmiRNA_primary_transcript\t5\t90\t.\t-\t.\tID=MI2;Alias=MI2;Name=hsa-mir-2
"""


def written(tmp_path, text):
    path = tmp_path / "file.txt"
    path.write_text(text)
    return path


def test_families_are_blocks(tmp_path):
    families = read_families(written(tmp_path, FAMILIES))
    assert [(one.name, one.members) for one in families] == [
        ("mir-17", ("hsa-mir-17", "mmu-mir-17")),
        ("let-7", ("hsa-let-7a-1",)),
    ]
    assert families[0].description == "miRBase family MIPF1"


def test_families_of_one_name_are_told_apart_and_the_last_needs_no_end(tmp_path):
    text = FAMILIES.replace("let-7\n", "mir-17\n").removesuffix("//\n")
    assert [one.name for one in read_families(written(tmp_path, text))] == ["mir-17 (MIPF1)", "mir-17 (MIPF2)"]


def test_all_families_of_mirbase_are_read(real_data):
    families = read_families(real_data / "mirbase_v18" / "miFam.dat.gz")
    assert len(families) == 1315
    assert sum(len(one.members) for one in families) == 13363
    let_7 = next(one for one in families if one.name == "let-7")
    assert {"hsa-let-7a-1", "hsa-let-7f-2", "hsa-mir-98"} <= set(let_7.members)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name\tmember\n", "line 1: 'name\tmember' is no line of miRBase's miFam.dat"),
        ("AC   MIPF1\nID   mir-17\n//\n", "line 3: the family that ends here lacks"),
        ("AC   MIPF1\nID   mir-17\nMI   hsa-mir-17\n//\n", "line 3: 'MI   hsa-mir-17' is no line"),
        ("\n", "is empty"),
    ],
)
def test_what_is_no_family_table_is_refused(tmp_path, text, sentence):
    with pytest.raises(InputError) as error:
        read_families(written(tmp_path, text))
    assert sentence in str(error.value)


def test_loci_have_their_place_and_mature_mirnas(tmp_path):
    assert read_loci(written(tmp_path, GFF)) == [
        ("hsa-mir-1-1", "chr1", "+", 100, 180, ("hsa-miR-1-5p", "hsa-miR-1-3p")),
        ("hsa-mir-2", "chrX", "-", 5, 90, ()),
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("miRNA_primary_transcript", "gene", "has no line of the type miRNA_primary_transcript"),
        ("\t100\t180\t", "\t180\t100\t", "line 2: '180' to '100' is no place"),
        ("\t100\t180\t", "\tx\t100\t", "line 2: 'x' to '100' is no place"),
        (";Name=hsa-mir-2", "", "line 5: the miRNA has no Name"),
        ("chrX\t.\t", "chrX\t", "line 5: has 8 columns"),
    ],
)
def test_what_is_no_gff_of_mirnas_is_refused(tmp_path, old, new, sentence):
    with pytest.raises(InputError) as error:
        read_loci(written(tmp_path, GFF.replace(old, new)))
    assert sentence in str(error.value)
