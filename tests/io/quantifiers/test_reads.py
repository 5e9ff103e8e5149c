"""Reads on several lines count once, and what that leaves out is known to the read."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.reads import ReadLine, count_of, pool_reads, rows_of, table_of_reads


def test_a_read_on_two_precursors_of_one_mirna_counts_once():
    pooled, (left,) = pool_reads([ReadLine("ACGT", ("a",), (5, 1)), ReadLine("ACGT", ("a",), (5, 1))])
    assert pooled == {"a": (5, 1)}
    assert (left.number, left.reads) == (1, 6)
    assert left.in_words() == "1 line of a read that stands on another line too"


def test_a_read_on_two_mirnas_counts_once_under_their_merged_name():
    lines = [ReadLine("AC", ("b",), (5,)), ReadLine("AC", ("a",), (5,)), ReadLine("GT", ("a",), (2,))]
    pooled, (left,) = pool_reads(lines)
    assert pooled == {"a/b": (5,), "a": (2,)}
    assert left.reads == 5


def test_a_line_may_name_several_mirnas():
    assert pool_reads([ReadLine("AC", ("b", "a"), (5,))]) == ({"a/b": (5,)}, ())


def test_of_lines_that_differ_the_largest_count_of_each_sample_is_taken():
    pooled, (left,) = pool_reads([ReadLine("AC", ("a",), (5, 1)), ReadLine("AC", ("a",), (3, 4))])
    assert pooled == {"a": (5, 4)}
    assert left.reads == 4


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyz"), st.tuples(st.integers(0, 2**60), st.integers(0, 9)))
    )
)
def test_no_read_is_lost_whatever_the_lines(lines):
    pooled, left_out = pool_reads([ReadLine(read, (name,), counts) for read, name, counts in lines])
    kept = sum(map(sum, pooled.values()))
    assert kept + sum(left.reads for left in left_out) == sum(sum(counts) for _, _, counts in lines)
    largest = defaultdict(lambda: [0, 0])
    for read, _, counts in lines:
        largest[read] = [max(pair) for pair in zip(largest[read], counts, strict=True)]
    assert kept == sum(map(sum, largest.values()))
    assert sum(left.number for left in left_out) == len(lines) - len(largest)


def test_large_counts_and_empty_samples_are_exact(tmp_path, frame):
    table = table_of_reads([ReadLine("A", ("x",), (2**53 + 1, 0))], ["s1", "s2"], tmp_path / "f", "study")
    assert frame(table).to_dict("index") == {"s1": {"x": 2**53 + 1}, "s2": {"x": 0}}
    assert table.absent_is_zero


def test_a_file_without_reads_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"f: none of the 2 samples has a read \(s1, s2\)"):
        table_of_reads([], ["s1", "s2"], tmp_path / "f", "study")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 5), (" 5 ", 5), ("2.0", 2), ("1e3", 1000), ("0.5", 0.5), (".5", 0.5), ("9007199254740993.0", 2**53 + 1)],
)
def test_counts_are_parsed_to_the_last_digit(tmp_path, text, expected):
    count = count_of(text, tmp_path / "f", 3)
    assert (count, type(count)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-1", r"is negative \(-1\)"),
        ("", "is missing"),
        ("NA", "is missing"),
        ("x", "is 'x', which is not a number"),
        ("inf", "is infinite"),
        ("1_000", "is no plain number"),
        ("1e99", "is larger than 9.2e18"),
    ],
)
def test_what_is_no_count_is_refused_with_its_line(tmp_path, text, sentence):
    with pytest.raises(InputError, match=rf"f, line 3: the count .*{sentence}"):
        count_of(text, tmp_path / "f", 3)


def test_rows_are_numbered_as_an_editor_numbers_them(write):
    path = write("t.tsv", "a\tb\r\n1\t2\r\n\r\n3\t\r\n")
    assert list(rows_of(path, ["a"])) == [(2, {"a": "1", "b": "2"}), (4, {"a": "3", "b": ""})]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a\tb\n1\t2\n3\n", "line 3: the line has 1 cells, but the header 2"),
        ("a\tb\n1\t2\t3\n", "line 2: the line has 3 cells, but the header 2"),
        ("x\ty\n1\t2\n", "line 1: the column 'a' is missing; the columns are: x, y"),
        ("a\ta\n1\t2\n", "line 1: the column name a stands twice"),
    ],
)
def test_a_table_of_reads_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=f"t.tsv, {sentence}"):
        list(rows_of(write("t.tsv", content), ["a"]))
