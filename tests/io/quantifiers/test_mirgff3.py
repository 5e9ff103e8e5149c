"""mirGFF3: samples of the header, reads that count once, lines that did not pass the filter."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.mirgff3 import claims, read

HEADER = "## mirGFF3. VERSION 1.1\n## TOOLS: razers\n## COLDATA: s1,s2\n"


def line(read, name, counts, passed="Pass", kind="isomiR", uid="iso-1", parent="hsa-let-7a-1"):
    attributes = f"Read={read}; UID={uid}; Name={name}; Parent={parent}; Expression={counts}; Filter={passed}; Hits=1"
    return f"{parent}\tmiRBasev21\t{kind}\t3\t26\t0\t+\t.\t{attributes}\n"


def test_samples_and_reads_are_read(write, frame):
    content = HEADER + line("ACGT", "a", "66,33", kind="ref_miRNA") + line("ACG", "a", "4,2") + line("C", "b", "1,0")
    table = read(write("x.gff", content), "study")
    assert frame(table).to_dict("index") == {"s1": {"a": 70, "b": 1}, "s2": {"a": 35, "b": 0}}
    assert (table.dataset, table.absent_is_zero, table.left_out) == ("study", True, ())


def test_a_read_counts_once_whatever_precursors_and_mirnas_it_lies_on(write, frame):
    content = HEADER + "".join(
        [
            line("ACGT", "b", "5,1", parent="p1"),
            line("ACGT", "b", "5,1", parent="p2"),
            line("CC", "b", "2,2"),
            line("CC", "a", "2,2"),
        ]
    )
    table = read(write("x.gff", content), "study")
    assert frame(table).to_dict("index") == {"s1": {"b": 5, "a/b": 2}, "s2": {"b": 1, "a/b": 2}}
    assert [(left.number, left.reads) for left in table.left_out] == [(2, 10)]


@pytest.mark.parametrize("read_attribute", ["UID=iso-1;", ""], ids=["its UID", "nothing"])
def test_a_read_without_sequence_is_told_by(write, frame, read_attribute):
    content = HEADER + line("x", "a", "5,1").replace("Read=x; UID=iso-1;", read_attribute) * 2
    assert frame(read(write("x.gff", content), "study"))["a"].tolist() == ([5, 1] if read_attribute else [10, 2])


def test_lines_that_did_not_pass_are_left_out_by_their_reason(write, frame):
    content = HEADER + "".join(
        [line("A", "a", "1,1"), line("C", "a", "2,0", "PASS"), line("G", "a", "4,4", "low_counts"),
         line("T", "a", "4,0", "low_counts"), line("AA", "a", "9,0", "REJECT")]
    )  # fmt: skip
    table = read(write("x.gff", content), "study")
    assert frame(table)["a"].tolist() == [3, 1]
    assert {left.in_words(): left.reads for left in table.left_out} == {
        "2 lines that mirtop filtered (low_counts)": 12,
        "1 line that mirtop filtered (REJECT)": 9,
    }


def test_keys_in_any_case_and_without_blanks_are_read(write, frame):
    attributes = "uid=iso-1;READ=ACGT;name=a;expression=2.0,0.0;FILTER=Pass;"
    content = HEADER + f"a\tmirbase\tref_miRNA\t1\t21\t1\t+\t.\t{attributes}\n"
    assert frame(read(write("x.gff", content), "study"))["a"].tolist() == [2, 0]


GOOD = line("ACGT", "a", "5,1")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (GOOD, "line 1: a line '## COLDATA: <samples>' must name the samples before the first feature"),
        ("## mirGFF3\n" + GOOD + "## COLDATA: s1,s2\n", "line 2: a line '## COLDATA: <samples>' must"),
        ("## mirGFF3\n", "a line '## COLDATA: <samples>' must"),
        (HEADER.replace("s1,", ","), "line 3: '## COLDATA:' has a sample without name"),
        (HEADER.replace("s2", "s1"), "line 3: '## COLDATA:' names the sample s1 twice"),
        (HEADER + GOOD.replace("isomiR", "gene"), "line 4: the type is 'gene', but must be ref_miRNA or isomiR"),
        (HEADER + GOOD.replace("\t+\t", "\t"), "line 4: the line has 8 tab-separated columns, but mirGFF3 9"),
        (HEADER + line("A", "a", "5"), "line 4: Expression has 1 numbers, but there are 2 samples"),
        (HEADER + "\n" + line("A", "a", "5,x"), "line 5: the count is 'x', which is not a number"),
        (HEADER + line("A", "a", "5,-1"), "line 4: the count is negative"),
        (HEADER + GOOD.replace("Name=", "x="), "line 4: the attribute Name is missing"),
        (HEADER + GOOD.replace("Expression=", "x="), "line 4: the attribute Expression is missing"),
        (HEADER + line("A", "a", "5,1", "low"), r"all of it would be left out: 1 line that mirtop filtered \(low\)"),
        (HEADER + line("A", "a", "0,0"), "none of the 2 samples has a read"),
    ],
)
def test_a_line_that_is_not_as_the_format_asks_for_is_named(write, content, sentence):
    with pytest.raises(InputError, match=f"x.gff.*{sentence}"):
        read(write("x.gff", content), "study")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("## mirGFF3. VERSION 1.1\n", True),
        ("##mirGFF3\n", True),
        ("## COLDATA: s1\n", True),
        ("## GFF3 adapted for miRNA sequencing data. VERSION 1.1\n", True),
        (GOOD, True),
        ("##gff-version 3\nchr1\tx\tgene\t1\t2\t.\t+\t.\tID=g\n", False),
        ("# Program:featureCounts\n", False),
    ],
)
def test_it_is_recognised_by_its_header_or_its_first_feature(content, expected):
    assert claims(content.split("\n")) is expected
