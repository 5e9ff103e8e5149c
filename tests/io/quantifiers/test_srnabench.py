"""sRNAbench: grouped counts and annotated reads of one sample, and folders of them."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.srnabench import claims, read

GROUPED = (
    "name\tunique reads\tread count\tread count (mult. map. adj.)\tRPM (lib)\tRPM (total)\tcoordinateString\t"
    "RPM_adj (lib)\tRPM_adj (total)\n"
    "hsa-let-7a-5p\t3\t10\t7.5\t1\t1\thsa-let-7a-1#6#27\t1\t1\n"
    "hsa-let-7a-5p\t2\t8\t0.5\t1\t1\thsa-let-7a-2#6#27\t1\t1\n"
    "hsa-miR-1-3p\t1\t4\t4\t1\t1\thsa-mir-1-1#6#27\t1\t1\n"
)
SINGLE = GROUPED.replace("read count\t", "read count (SA)\t", 1).replace("(mult. map. adj.)", "(MA)")
PLAIN = "\n".join("\t".join(row.split("\t")[:3]) for row in GROUPED.strip().split("\n"))
ANNOTATION = (
    "sequence\tmatureName\thairpinName\tisoLabel\tsequenceVariant\treadCount\tRPMlib\tRPMtotal\n"
    "ACGT\thsa-let-7a-5p\thsa-let-7a-1$hsa-let-7a-2\texact\t-\t156\t1\t1\n"
    "ACGG\thsa-let-7c-5p$hsa-let-7a-5p\thsa-let-7a-1$hsa-let-7c\tmv\t-\t50\t1\t1\n"
    "ACG\thsa-let-7a-5p\thsa-let-7a-1\tmv\t-\t4\t1\t1\n"
)
LIST_OF_READS = "ACGT\t50\t8595.4\tmature#sense\tmature#hsa-let-7a-5p#sense#hsa-let-7a-2,6,31\t1\n"


@pytest.mark.parametrize(
    ("content", "expected", "left_out"),
    [
        (GROUPED, {"hsa-let-7a-5p": 8, "hsa-miR-1-3p": 4}, []),
        (SINGLE, {"hsa-let-7a-5p": 18, "hsa-miR-1-3p": 4}, []),
        (PLAIN, {"hsa-let-7a-5p": 10, "hsa-miR-1-3p": 4}, [(1, 8)]),
    ],
    ids=["adjusted counts are summed", "single assignment is summed", "of plain counts the largest is taken"],
)
def test_the_best_counts_are_taken(write, frame, content, expected, left_out):
    table = read(write("study/patient1/mature_sense.grouped", content), None)
    assert frame(table).to_dict("index") == {"patient1": expected}
    assert [(left.number, left.reads) for left in table.left_out] == left_out
    assert (table.dataset, table.absent_is_zero) == ("study", True)


def test_annotated_reads_are_summed_by_mirna(write, frame):
    table = read(write("study/patient1/microRNAannotation.txt", ANNOTATION), None)
    assert frame(table).to_dict("index") == {"patient1": {"hsa-let-7a-5p": 160, "hsa-let-7a-5p/hsa-let-7c-5p": 50}}
    assert table.dataset == "study"


def test_a_name_replaces_that_of_the_folder(write):
    table = read(write("study/patient1/mature_sense.grouped", GROUPED), "s1")
    assert (table.obs.index.tolist(), table.dataset) == (["s1"], "patient1")


def test_a_folder_holds_a_sample_or_folders_of_samples(write, frame, tmp_path):
    write("study/a/mature_sense.grouped", GROUPED)
    write("study/b/mature_sense.grouped", GROUPED.replace("\t4\t4\t", "\t4\t9\t"))
    write("study/b/hairpin_sense.grouped", GROUPED)
    table = read(tmp_path / "study", None)
    assert frame(table)["hsa-miR-1-3p"].to_dict() == {"a": 4, "b": 9}
    assert table.dataset == "study"
    assert table.notes == ("1 kind of files not read: hairpin_sense.grouped",)
    alone = read(tmp_path / "study" / "a", None)
    assert (alone.obs.index.tolist(), alone.dataset) == (["a"], "study")
    assert read(tmp_path / "study" / "a", "s1").obs.index.tolist() == ["s1"]
    assert read(tmp_path / "study", "GSE1").dataset == "GSE1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LIST_OF_READS, "line 1: is sRNAbench's reads.annotation.*import microRNAannotation.txt or mature_sense"),
        ("name\tunique reads\tx\na\t1\t1\n", r"line 1: has no column 'read count'; the columns are: unique reads, x"),
        (
            GROUPED.replace("7.5", "-1"),
            r"row hsa-let-7a-5p, column read count \(mult\. map\. adj\.\): the count is neg",
        ),
        (ANNOTATION.replace("156", "x"), "line 2: the count is 'x'"),
        (ANNOTATION.replace("hsa-let-7c-5p$hsa-let-7a-5p", ""), "line 3: the column 'matureName' is empty"),
    ],
)
def test_a_file_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=f"x.txt, {sentence}"):
        read(write("x.txt", content), None)


def test_a_folder_without_its_files_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no mature_sense\.grouped in it"):
        read(tmp_path, None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(GROUPED, True), (SINGLE, True), (PLAIN, True), (ANNOTATION, True), (LIST_OF_READS, True),
     ("name\ts1\nx\t1\n", False), ("ACGT\t50\n", False)],
)  # fmt: skip
def test_it_is_recognised_by_its_columns(content, expected):
    assert claims(content.split("\n")) is expected
