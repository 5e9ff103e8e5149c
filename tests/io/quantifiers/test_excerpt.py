"""exceRpt: the files of one sample, alone, together or in folders, and merged matrices."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.oasis import read_file
from srna_tools.io.quantifiers.excerpt import claims, put_together, read

COLUMNS = "\tuniqueReadCount\ttotalReadCount\tmultimapAdjustedReadCount\tmultimapAdjustedBarcodeCount\n"
MIRNA = (
    "ReferenceID" + COLUMNS + "hsa-miR-101-3p:MIMAT0000099:Homo:sapiens:miR-101-3p\t2\t13\t13.0\t0.0\n"
    "hsa-miR-101-3p:MIMAT0000099:Homo:sapiens:miR-101-3p-copy\t1\t2\t2.0\t0.0\n"
    "hsa-let-7a-5p:MIMAT0000062:Homo:sapiens:let-7a-5p\t1\t1\t1.0\t0.0\n"
)
TRNA = "ReferenceID" + COLUMNS + "tRNA-Gly-GCC-1-5\t5\t6\t1.2\t0.0\ntRNA-Gly-GCC-1-3\t5\t6\t4.8\t0.0\n"
GENCODE = "ReferenceID" + COLUMNS + "ENST00000386347.1:Mt_tRNA:MT-TL1-201\t8\t19\t19.0\t0.0\n"
GENES = "GeneSymbol" + COLUMNS + "MT-TL1\t8\t19\t19.0\t0.0\n"
MERGED = (
    "\ts1\ts2\nhsa-miR-101-3p:MIMAT0000099:Homo:sapiens:miR-101-3p\t13\t0\n"
    "hsa-miR-101-3p:MIMAT0000099:Homo:sapiens:x\t2\t1\nhsa-let-7a-5p:MIMAT0000062:Homo:sapiens:let-7a-5p\t1\t5.5\n"
)


@pytest.fixture
def two_samples(write, tmp_path):
    for sample in ("a", "b"):
        write(f"study/{sample}/readCounts_miRNAmature_sense.txt", MIRNA)
        write(f"study/{sample}/readCounts_miRNAmature_antisense.txt", MIRNA)
    write("study/b/readCounts_gencode_sense.txt", GENCODE)
    write("study/b/readCounts_gencode_sense_geneLevel.txt", GENES)
    return tmp_path / "study"


def test_adjusted_counts_are_read_and_rows_of_one_name_summed(write, frame):
    table = read(write("study/patient1/readCounts_miRNAmature_sense.txt", MIRNA), None)
    assert frame(table).to_dict("index") == {"patient1": {"hsa-miR-101-3p": 15, "hsa-let-7a-5p": 1}}
    assert (table.dataset, table.absent_is_zero) == ("study", True)


def test_fractions_stay_fractions(write, frame):
    assert frame(read(write("x.dat", TRNA), "s1")).loc["s1"].tolist() == [1.2, 4.8]


def test_transcripts_keep_their_biotype_and_symbol(write):
    var = read(write("x.dat", GENCODE), None).var
    assert var.loc["ENST00000386347.1"].to_dict() == {
        "feature_type": "tRNA", "biotype": "Mt_tRNA", "symbol": "MT-TL1-201",
    }  # fmt: skip


def test_a_folder_of_folders_holds_samples_and_names_what_was_not_read(two_samples, frame):
    table = read(two_samples, None)
    assert frame(table).to_dict("index") == {
        "a": {"hsa-miR-101-3p": 15, "hsa-let-7a-5p": 1, "MT-TL1": 0},
        "b": {"hsa-miR-101-3p": 15, "hsa-let-7a-5p": 1, "MT-TL1": 19},
    }
    assert table.dataset == "study"
    assert table.notes == (
        "2 kinds of files not read, antisense or in another file too: "
        "readCounts_gencode_sense.txt, readCounts_miRNAmature_antisense.txt",
    )


def test_a_folder_of_files_is_one_sample_named_after_it(two_samples):
    table = read(two_samples / "b", None)
    assert (table.obs.index.tolist(), table.dataset) == (["b"], "study")
    assert read(two_samples / "b", "s1").obs.index.tolist() == ["s1"]
    assert read(two_samples, "GSE1").dataset == "GSE1"


def test_files_of_one_sample_are_put_together(write, frame):
    tables = [read(write(name, content), "s1") for name, content in (("m.dat", MIRNA), ("t.dat", TRNA))]
    other = read(write("o.dat", MIRNA), "s2")
    joined, second = put_together([tables[0], other, tables[1]])
    assert frame(joined).loc["s1"].to_dict() == {
        "hsa-miR-101-3p": 15, "hsa-let-7a-5p": 1, "tRNA-Gly-GCC-1-5": 1.2, "tRNA-Gly-GCC-1-3": 4.8,
    }  # fmt: skip
    assert joined.source.endswith("m.dat and t.dat")
    assert second is other


def test_tables_of_others_are_not_put_together(write):
    tables = [read(write("m.dat", MIRNA), "s1"), read_file(write("s1_allspeciesCounts.txt", "x\t5\n"))]
    assert put_together(tables) == tables


def test_files_that_share_a_feature_stay_apart_to_be_refused(write):
    tables = [read(write(name, MIRNA), "s1") for name in ("m.dat", "n.dat")]
    assert put_together(tables) == tables


def test_merged_matrices_get_the_short_names(write, frame):
    table = read(write("exceRpt_miRNA_ReadCounts.txt", MERGED), None)
    assert frame(table).to_dict("index") == {
        "s1": {"hsa-miR-101-3p": 15, "hsa-let-7a-5p": 1},
        "s2": {"hsa-miR-101-3p": 1, "hsa-let-7a-5p": 5.5},
    }
    assert table.dataset == "exceRpt_miRNA_ReadCounts"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (MIRNA.replace("13.0", "x"), "row hsa-miR-101-3p:.*, column multimapAdjustedReadCount: the count is 'x'"),
        (MIRNA.replace("\t13.0\t0.0", ""), "column multimapAdjustedReadCount: the count is missing"),
        ("ReferenceID" + COLUMNS, "has a header but no rows"),
    ],
)
def test_a_file_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=f"x.dat.*{sentence}"):
        read(write("x.dat", content), None)


def test_a_folder_without_its_files_is_refused(write, tmp_path):
    write("readCounts_miRNAmature_antisense.txt", MIRNA)
    with pytest.raises(InputError, match=r"no readCounts_.*_sense.txt in it"):
        read(tmp_path, None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(MIRNA, True), (GENES, True), (MERGED, True), ("\ts1\ts2\nhsa-miR-101-3p\t1\t2\n", False),
     ("ReferenceID\ts1\nx\t1\n", False)],
)  # fmt: skip
def test_it_is_recognised_by_its_columns_or_ids(content, expected):
    assert claims(content.split("\n")) is expected
