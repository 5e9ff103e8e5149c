"""mirtop: the GFF3, the table of counts, and tables that hold no counts of miRNAs."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.mirtop import claims, read

VARIANTS = "iso_5p\tiso_3p\tiso_add3p\tiso_snv\tiso_5p_nt"
COUNTS = (
    f"UID\tRead\tmiRNA\tVariant\t{VARIANTS}\ts1\ts2\n"
    "iso-1\tACGT\thsa-let-7a-5p\tNA\t0\t0\t0\t0\t0\t5\t1\n"
    "iso-1\tACGT\thsa-let-7c-5p\tNA\t0\t0\t0\t0\t0\t5\t1\n"
    "iso-2\tACG\thsa-let-7a-5p\tiso_3p:-1\t0\t-1\t0\t0\tA\t0\t2\n"
)
GFF = (
    "## mirGFF3. VERSION 1.1\n## COLDATA: s1\n"
    "p\tmiRBase\tisomiR\t3\t26\t0\t+\t.\tRead=A; UID=u; Name=a; Expression=3; Filter=Pass\n"
)
PROST = "Sequence\tSeed\tLoc_idx\tSeed_idx\tAnno_idx\tLocations\tCIGARs_5pto3p\tDesignations\tBinStarter\ts1\nA\t1\n"
STATS = "# mirtop stats version 0.3.7a\n,category,sample,counts\n0,iso_3p_sum,s1,2262.0\n"


def test_the_table_of_counts_is_pooled_by_read(write, frame):
    table = read(write("mirtop.tsv", COUNTS), None)
    assert frame(table).to_dict("index") == {
        "s1": {"hsa-let-7a-5p/hsa-let-7c-5p": 5, "hsa-let-7a-5p": 0},
        "s2": {"hsa-let-7a-5p/hsa-let-7c-5p": 1, "hsa-let-7a-5p": 2},
    }
    assert [(left.number, left.reads) for left in table.left_out] == [(1, 6)]
    assert (table.dataset, table.absent_is_zero) == ("mirtop", True)


def test_a_gff3_file_is_a_dataset_of_its_own(write, frame):
    table = read(write("study.gff3", GFF), None)
    assert frame(table).to_dict("index") == {"s1": {"a": 3}}
    assert (table.dataset, read(write("study.gff3", GFF), "GSE1").dataset) == ("study", "GSE1")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (COUNTS.replace("\t5\t1\n", "\tx\t1\n", 1), "line 2: the count is 'x'"),
        (COUNTS.replace("hsa-let-7c-5p", ""), "line 3: the column 'miRNA' is empty"),
        (f"UID\tRead\tmiRNA\tVariant\t{VARIANTS}\nu\tA\ta\tNA\t0\t0\t0\t0\t0\n", "line 1: has no columns of samples"),
        (STATS, "line 1: is a table of mirtop stats"),
        (STATS.split("\n", 1)[1], "line 1: is a table of mirtop stats"),
        ("X1\tcategory\tsample\tcounts\ttool\n0\ta\tb\t33\tc\n", "line 1: is a table of mirtop stats"),
        (PROST, "line 1: is a table of Prost!, which is not read; make mirGFF3 of it"),
    ],
)
def test_a_file_without_counts_of_mirnas_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=f"x.txt, {sentence}"):
        read(write("x.txt", content), None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(COUNTS, True), (GFF, True), (PROST, True), (STATS, True), ("miRNA\ts1\na\t1\n", False)],
)
def test_it_is_recognised_whether_it_holds_counts_or_not(content, expected):
    assert claims(content.split("\n")) is expected
