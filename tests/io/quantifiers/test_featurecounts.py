"""featureCounts: counts and lengths, samples named after their alignments."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.featurecounts import claims, read

PROGRAM = '# Program:featureCounts v2.0.3; Command:"featureCounts" "-a" "x.gtf" "-o" "counts.txt"\n'
TABLE = (
    "Geneid\tChr\tStart\tEnd\tStrand\tLength\t/data/s1.sorted.bam\tbams/s2.bam\n"
    "hsa-miR-21-5p\tchr17\t1;5\t3;9\t+;+\t22\t5\t0\n"
    "ENSG00000139618\tchr13\t1\t9\t-\t900\t1\t2\n"
)


@pytest.mark.parametrize("content", [PROGRAM + TABLE, TABLE], ids=["with the program's line", "without"])
def test_samples_and_lengths_are_read(write, frame, content):
    table = read(write("counts.txt", content), None)
    assert frame(table).to_dict("index") == {
        "s1": {"hsa-miR-21-5p": 5, "ENSG00000139618": 1},
        "s2": {"hsa-miR-21-5p": 0, "ENSG00000139618": 2},
    }
    assert table.var.to_dict("list") == {"length": [22, 900]}
    assert (table.dataset, table.notes) == ("counts", ())


def test_alignments_of_one_name_in_two_folders_keep_their_folders(write):
    table = read(
        write("c.txt", TABLE.replace("/data/s1.sorted.bam", "a/x.bam").replace("bams/s2.bam", "b/x.bam")), None
    )
    assert table.obs.index.tolist() == ["a/x.bam", "b/x.bam"]


def test_fractions_of_shared_reads_are_kept(write):
    assert read(write("c.txt", TABLE.replace("\t5\t0", "\t5.5\t0")), None).depth.tolist() == [6.5, 2]


def test_attributes_before_the_samples_are_noted_and_not_read(write):
    rows = [row.split("\t") for row in TABLE.strip().split("\n")]
    extra = [[*row[:6], word, *row[6:]] for row, word in zip(rows, ["gene_name", "MIR21", "BRCA2"], strict=True)]
    table = read(write("c.txt", "\n".join(map("\t".join, extra))), None)
    assert table.obs.index.tolist() == ["s1", "s2"]
    assert table.notes == ("1 column of attributes not read: gene_name",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (TABLE.replace("ENSG00000139618", "hsa-miR-21-5p"), "the feature hsa-miR-21-5p stands twice"),
        (TABLE.replace("\t2\n", "\tx\n"), r"row ENSG00000139618, column bams/s2\.bam: the count is 'x'"),
        (TABLE.replace("Strand", "x"), "the column 'Strand' of featureCounts is missing"),
        ("Geneid\tChr\tStart\tEnd\tStrand\tLength\na\tc\t1\t2\t+\t2\n", "has no columns of samples"),
        (PROGRAM + TABLE + "a\tc\t1\t1\t+\t1\t1\t1\t1\n", "line 5: the row has 9 cells, but the header 8"),
        (
            "Status\ta.bam\nAssigned\t5\nUnassigned_Unmapped\t1\nUnassigned_NoFeatures\t3\n",
            "is the summary of featureCounts; import the table beside it",
        ),
    ],
)
def test_a_file_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        read(write("c.txt", content), None)


@pytest.mark.parametrize(
    ("first_lines", "expected"),
    [
        ([PROGRAM], True),
        (TABLE.split("\n"), True),
        (["Status\ta.bam", "Assigned\t5", "Unassigned_NoFeatures\t3"], True),
        (["Geneid\ts1\ts2"], False),
        (["Status\ta", "x\t5"], False),
    ],
)
def test_it_is_recognised_by_its_program_or_columns(first_lines, expected):
    assert claims(first_lines) is expected
