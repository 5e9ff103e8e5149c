"""Count matrices: every number arrives exactly, either way round; a cell that is no count is named."""

import gzip
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srna_tools.errors import InputError
from srna_tools.io.matrix import read_matrix

EXPECTED = {"s1": {"hsa-let-7a-5p": 1, "hsa-miR-21-5p": 2}, "s2": {"hsa-let-7a-5p": 0, "hsa-miR-21-5p": 4}}
COUNTS = pd.DataFrame(EXPECTED)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("corner", ["", "miRNA", None])
def test_the_name_of_the_corner_cell_is_not_kept(write, turned, corner):
    content = (COUNTS.T if turned else COUNTS).to_csv(index_label=False if corner is None else corner)
    table = read_matrix(write("m.csv", content))
    assert (table.obs.index.name, table.var.index.name) == (None, None)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
@pytest.mark.parametrize("name", ["m.tsv", "m.csv.gz", "dataset_12.dat"])
@pytest.mark.parametrize("turned", [False, True])
def test_every_form_of_a_matrix_gives_the_same_counts(write, frame, separator, name, turned):
    table = COUNTS.T if turned else COUNTS
    counts = frame(read_matrix(write(name, table.to_csv(sep=separator, index_label="miRNA"))))
    assert counts.to_dict("index") == EXPECTED
    assert counts.to_numpy().dtype == np.int64


@pytest.mark.parametrize(
    "content",
    [
        "s1\ts2\nhsa-let-7a-5p\t1\t0\nhsa-miR-21-5p\t2\t4\n",
        '"s1","s2"\n"hsa-let-7a-5p",1,0\n"hsa-miR-21-5p","2","4"\n',
        "miRNA\ts1\ts2\nhsa-let-7a-5p\t1.0\t0.0\nhsa-miR-21-5p\t 2 \t4e0\n",
        "miRNA\ts1\ts2\t\nhsa-let-7a-5p\t1\t0\t\nhsa-miR-21-5p\t2\t4\t\n",
    ],
    ids=["R without corner cell", "quoted", "numbers as other programs write them", "trailing delimiter"],
)
def test_forms_that_programs_write_are_read(write, frame, content):
    assert frame(read_matrix(write("m.tsv", content))).to_dict("index") == EXPECTED


def test_the_sample_sheet_decides_before_names_do(write, frame):
    path = write("m.tsv", "id\tlet-7a\tlet-7b\nx\t1\t2\ny\t3\t4\n")
    assert frame(read_matrix(path)).to_dict("index") == {
        "x": {"let-7a": 1, "let-7b": 2},
        "y": {"let-7a": 3, "let-7b": 4},
    }
    turned = frame(read_matrix(path, sample_ids=["let-7b", "let-7a", "other"]))
    assert turned.to_dict("index") == {"let-7a": {"x": 1, "y": 3}, "let-7b": {"x": 2, "y": 4}}


def test_numbers_may_name_samples(write, frame):
    counts = frame(read_matrix(write("m.tsv", "miRNA\t1\t02\t3.5\nhsa-let-7a-5p\t5\t6\t7\nmiR-1\t1\t2\t3\n")))
    assert list(counts.index) == ["1", "02", "3.5"]


@pytest.mark.parametrize(
    "count", [16_777_217, 123_456_789_012, 2**53 - 1, 2**53, 2**53 + 1, 9_007_199_254_740_995, 2**63 - 1]
)
def test_large_counts_are_exact(write, frame, count):
    counts = frame(read_matrix(write("m.tsv", f"miRNA\ts1\ts2\nhsa-let-7a-5p\t{count}\t1\nhsa-miR-2\t0\t {count}\n")))
    assert counts.loc["s1"].tolist() == [count, 0]
    assert counts.loc["s2"].tolist() == [1, count]


@pytest.mark.parametrize("count", ["9223372036854775808", "1e30"])
def test_a_count_beyond_any_library_is_refused(write, count):
    with pytest.raises(InputError, match="a count is larger than"):
        read_matrix(write("m.tsv", f"miRNA\ts1\nhsa-let-7a-5p\t{count}\n"))


def test_fractions_are_kept_to_the_last_digit(write, frame):
    counts = frame(
        read_matrix(write("m.tsv", "miRNA\ts1\ts2\nhsa-let-7a-5p\t0.1\t3\nhsa-miR-2\t1e-3\t0.30000000000000004\n"))
    )
    assert counts.to_numpy().tolist() == [[0.1, 0.001], [3.0, 0.30000000000000004]]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("-3", r"the count is negative \(-3\)"),
        ("-0.5", r"the count is negative \(-0\.5\)"),
        ("", "the count is missing"),
        ("NA", "the count is missing"),
        ("NaN", "the count is missing"),
        ("null", "the count is missing"),
        ("inf", "the count is inf"),
        ("0.11e400666666666666666", "the count is inf"),
        ("abc", "the count is 'abc', which is not a number; only the first"),
        ("1,000", "the count is '1,000', which is not a number; only the first"),
        ("1 000", "the count is '1 000', which is not a number; only the first"),
        ("0x10", "the count is '0x10', which is not a number; only the first"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_cell_that_is_no_count_is_named_by_row_and_column(write, cell, sentence, turned):
    table = pd.DataFrame({"s1": ["1", "2"], "s2": ["3", cell]}, index=["hsa-let-7a-5p", "hsa-miR-21-5p"])
    path = write("m.tsv", (table.T if turned else table).to_csv(sep="\t"))
    row, column = ("s2", "hsa-miR-21-5p") if turned else ("hsa-miR-21-5p", "s2")
    with pytest.raises(InputError, match=rf"m\.tsv, row {row}, column {column}: {sentence}"):
        read_matrix(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("miRNA\ts1\ts2\nmiR-1\t1\t2\nmiR-2\t1\t2\t3\n", "line 3: the row has 4 cells, but the header 3"),
        ("miRNA\ts1\ts2\nmiR-1\t1\t2\nmiR-2\t1\n", "row miR-2, column s2: the count is missing"),
        ("miRNA\ts1\ts2\nmiR-1\t1\t2\nmiR-1\t3\t4\n", "the feature miR-1 stands twice"),
        ("miRNA\ts1\ts1\nmiR-1\t1\t2\n", "the column name s1 stands twice"),
        ("hsa-miR-1\t1\t2\nhsa-miR-2\t3\t4\n", r"the first line \(hsa-miR-1 \.\.\.\) holds counts; a header line"),
        ("hsa-miR-1\tNaN\t2\nhsa-miR-2\t3\t4\n", r"the first line \(hsa-miR-1 \.\.\.\) holds counts; a header line"),
        ("piR-hsa-12\t1\t2\npiR-hsa-13\t3\t4\n", r"the first line \(piR-hsa-12 \.\.\.\) holds counts; a header line"),
        ("miRNA\ts1\ts2\nmiR-1\t0\t0\n", r"none of the 2 samples has a read \(s1, s2\)"),
    ],
)
def test_a_matrix_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        read_matrix(write("m.tsv", content))


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.lists(st.integers(0, 2**63 - 1), min_size=3, max_size=3), min_size=1, max_size=6).filter(
        lambda rows: any(map(any, rows))
    ),
    separator=st.sampled_from("\t,;"),
    turned=st.booleans(),
    packed=st.booleans(),
)
def test_whatever_counts_pandas_writes_come_back(tmp_path_factory, frame, counts, separator, turned, packed):
    table = pd.DataFrame(
        counts, index=[f"hsa-miR-{number}" for number in range(len(counts))], columns=["a b", "c/d", "é"]
    )
    text = io.StringIO()
    (table.T if turned else table).to_csv(text, sep=separator)
    path = tmp_path_factory.mktemp("matrix") / "m"
    path.write_bytes(gzip.compress(text.getvalue().encode()) if packed else text.getvalue().encode())
    read = frame(read_matrix(path))
    pd.testing.assert_frame_equal(read, table.T, check_names=False, check_dtype=False)
    assert read.to_numpy().dtype == np.int64


def test_a_real_matrix_is_read_as_pandas_reads_it(real_data, frame):
    path = real_data / "micrornaome" / "counts.tsv.gz"
    expected = pd.read_csv(path, sep="\t", index_col=0).T
    table = read_matrix(path)
    pd.testing.assert_frame_equal(frame(table), expected, check_names=False)
    assert table.depth.sum() == expected.to_numpy().sum()


def test_real_counts_that_a_program_wrote_as_fractions_are_whole(real_data, frame):
    path = real_data / "mirge_crc" / "miR.Counts1.csv"
    counts = frame(read_matrix(path))
    assert counts.to_numpy().dtype == np.int64
    assert (counts.to_numpy() == pd.read_csv(path, index_col=0).T.to_numpy()).all()


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        ("id\tcount\nhsa-miR-21-5p\t5\n", ("the sample name 'count' was taken from the header",)),
        ("id\tGTEX-1\tGTEX-2\nSRR1\t5\t6\n", ("rows were taken as features; give --samples if they are samples",)),
        ("id\ts1\ts2\nhsa-miR-21-5p\t5\t6\n", ()),
        ("id\thsa-miR-21-5p\ns1\t6\n", ()),
    ],
)
def test_what_was_guessed_is_noted(write, content, notes):
    assert read_matrix(write("hdr.dat", content)).notes == notes


def test_two_columns_without_header_are_a_full_table_of_one_sample_where_some_counts_are_0(write, frame):
    table = read_matrix(write("study/patient1.tab", "hsa-let-7a\t5\nhsa-miR-21-5p\t0\nhsa-miR-1\t2\n"))
    assert frame(table).to_dict("index") == {"patient1": {"hsa-let-7a": 5, "hsa-miR-21-5p": 0, "hsa-miR-1": 2}}
    assert (table.dataset, table.absent_is_zero, table.notes) == ("study", False, ())
    assert read_matrix(write("x.dat", "hsa-let-7a\t0\nhsa-miR-21-5p\t9\n"), "s1").obs.index.tolist() == ["s1"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("hsa-let-7a\t5\nhsa-miR-21-5p\t3\n", r"the first line \(hsa-let-7a \.\.\.\) holds counts; a header line"),
        ("hsa-let-7a\t0\nhsa-let-7a\t3\n", "the feature hsa-let-7a stands twice"),
        ("hsa-let-7a\t0\nhsa-miR-21-5p\tx\n", "the count is 'x', which is not a number"),
        ("hsa-let-7a\t-5\nhsa-miR-21-5p\t0\n", r"the count is negative \(-5\)"),
        ("hsa-let-7a\t0\nhsa-miR-21-5p\t0\n", r"none of the 1 sample has a read \(m\)"),
    ],
)
def test_two_columns_without_header_that_are_no_full_table_are_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        read_matrix(write("m.tab", content))


def test_whole_and_fractional_columns_keep_every_digit(write, frame):
    large = 2**53 + 1
    table = read_matrix(write("m.tsv", f"miRNA\ts1\ts2\nhsa-let-7a\t{large}\t1.0\nhsa-miR-1\t0\t2.0\n"))
    assert frame(table).loc["s1"].tolist() == [large, 0]
    assert table.counts.dtype == np.int64
