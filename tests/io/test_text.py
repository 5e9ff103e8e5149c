"""Tables as people save them: any delimiter, any line end, compressed or not; broken ones are refused in a sentence."""

import gzip

import pytest

from srna_tools.errors import InputError
from srna_tools.io import text
from srna_tools.io.text import delimiter_of, read_cells, read_json, read_numbers, read_text

TABLE = {"A": {"x": "1", "y": "two"}, "B": {"x": None, "y": "4"}}


@pytest.mark.parametrize(
    "content",
    [
        "id\tx\ty\nA\t1\ttwo\nB\t\t4\n",
        "id,x,y\nA,1,two\nB,,4\n",
        "id;x;y\nA;1;two\nB;;4\n",
        "id\tx\ty\r\nA\t1\ttwo\r\nB\t\t4\r\n",
        "id\tx\ty\rA\t1\ttwo\rB\t\t4\r",
        "\ufeffid\tx\ty\nA\t1\ttwo\nB\t\t4",
        '"id","x","y"\n"A","1","two"\n"B",,"4"\n',
        "x\ty\nA\t1\ttwo\nB\t\t4\n",
        " id \t x\ty \n A\t1\ttwo\nB \t\t4\n",
        "id\tx\ty\t\nA\t1\ttwo\t\nB\t\t4\t\n",
        "\tx\ty\t\t\nA\t1\ttwo\nB\t\t4\t\t\n",
        "id\tx\ty\nA\t1\ttwo\n\nB\t\t4\n\n",
        '"x" "y"\n"A" 1 "two"\n"B" "" 4\n',
    ],
    ids=["tab", "comma", "semicolon", "windows", "old mac", "byte order mark", "quoted", "as R writes it", "blanks",
         "trailing delimiter", "columns without name or cells", "blank lines", "blanks and quotes as R writes them"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz", "dataset_12.dat"])
def test_tables_are_read_however_they_are_written(write, content, name):
    assert read_cells(write(name, content)).to_dict("index") == TABLE


def test_a_delimiter_within_quotes_is_part_of_the_cell(write):
    assert read_cells(write("t.csv", 'id,x\nA,"liver, left"\n')).to_dict("index") == {"A": {"x": "liver, left"}}


def test_words_are_left_as_they_are(write):
    cells = read_cells(write("t.tsv", "id\tx\nNA\tNA\nnan\tnull\n"))
    assert cells.to_dict("index") == {"NA": {"x": "NA"}, "nan": {"x": "null"}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty, or its first line is"),
        ("\nid\tx\n", "is empty, or its first line is"),
        ("id\tx\n", "has a header but no rows"),
        ("id\n1\n2\n", "has one column only"),
        ("id\tx\tx\nA\t1\t2\n", "the column name x stands twice"),
        ("id\tx\t x\nA\t1\t2\n", "the column name x stands twice"),
        ("id\tx\t\ty\nA\t1\t2\t3\n", "line 1: column 3 has no name"),
        ("id\tx\ty\nA\t1\t2\nB\t1\t2\t3\nC\t1\t2\n", "line 3: the row has 4 cells, but the header 3"),
        ("id\tx\ty\nA\t1\t2\t3\t4\n", "line 2: the row has 5 cells, but the header 3"),
        ("id\tx\ty\nA\t1\t2\n\nB\t1\t2\t3\n", "line 4: the row has 4 cells"),
        ('id\tx\ny\t"1\nz\t2\n', "a quotation mark is opened and never closed"),
        ("id\tx\n\t1\n", "row 1: the first column, which names the row, is empty"),
        ("id\tx\nA\t1\n  \t2\n", "row 2: the first column, which names the row, is empty"),
        (f"id,{'x' * 200_000}\n1,2\n", "is not a table"),
        ("id\tx\nA\t\x00\n", "is a binary file"),
        (b"\xff\xfei\x00d\x00\t\x00x\x00\n\x00", "is a binary file.* UTF-8 text"),
        ("id\tx\nA\tmü\n".encode("latin-1"), r"is not UTF-8 text \(invalid start byte at byte 8\); save it as UTF-8"),
        (b"\x00" * 5000, "is a binary file"),
    ],
)
def test_what_is_no_table_is_refused(write, content, sentence):
    path = write("t.tsv", content)
    with pytest.raises(InputError, match=rf"^{path}(, )?.*{sentence}"):
        read_cells(path)


def test_rows_may_lack_a_name_only_where_that_is_allowed(write):
    table = read_cells(write("table.tsv", "id\tx\n\t1\nA\t2\n\t3\n"), all_named=False)
    assert table.index.tolist() == ["", "A", ""]
    assert table["x"].tolist() == ["1", "2", "3"]


def test_gzip_that_was_cut_anywhere_is_refused(write):
    whole = gzip.compress(b"id\tx\n" + b"".join(b"A%d\t%d\n" % (number, number * 7919) for number in range(40)))
    for size in range(2, len(whole)):
        with pytest.raises(InputError, match="truncated or damaged gzip file"):
            read_text(write("t.dat", whole[:size]))


def test_gzip_that_unpacks_to_absurd_size_is_refused(write, monkeypatch):
    monkeypatch.setattr(text, "_LARGEST_TEXT", 10_000)
    assert len(read_text(write("t.gz", "x" * 10_000))) == 10_000
    with pytest.raises(InputError, match="unpacks to more than 10,000 bytes"):
        read_text(write("t.gz", "x" * 10_001))


def test_folders_and_missing_files_are_told_apart(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_text(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_text(tmp_path / "none")


@pytest.mark.parametrize(
    ("line", "delimiter"), [("a\tb,c;d", "\t"), ("a,b;c,d", ","), ("a;b;c,d", ";"), ("a", ","), ("a,b;c", ",")]
)
def test_the_delimiter_is_the_commonest_one_and_tab_before_all(line, delimiter):
    assert delimiter_of(line) == delimiter


def test_lines_before_the_header_are_skipped_where_they_are_comments(write):
    path = write("t.tsv", "# Program\n# more\nid\tx\nA\t1\n")
    assert read_cells(path, comment="# ").to_dict("index") == {"A": {"x": "1"}}
    with pytest.raises(InputError, match="line 5: the row has 3 cells"):
        read_cells(write("t.tsv", "# Program\n# more\nid\tx\nA\t1\nB\t1\t2\n"), comment="# ")


def test_a_delimiter_within_a_quoted_header_of_blanks_is_not_taken_for_one(write):
    assert read_cells(write("t.txt", '"x" "y z"\n"A" 1 "05:30 AM"\n')).loc["A"].tolist() == ["1", "05:30 AM"]


@pytest.mark.parametrize("separator", "\t,; ")
def test_numbers_are_parsed_as_the_text_says_them(write, separator):
    path = write("t.dat", "id x y\nA 5 0.1\nB 9007199254740993 1e3\n".replace(" ", separator))
    table = read_numbers(path)
    assert table.index.tolist() == ["A", "B"]
    assert table["x"].tolist() == [5, 2**53 + 1]
    assert table["y"].tolist() == [0.1, 1000.0]
    assert [str(dtype) for dtype in table.dtypes] == ["int64", "float64"]


def test_columns_without_name_or_cells_are_left_out_of_numbers_too(write):
    assert read_numbers(write("t.tsv", "id\tx\t\nA\t1\t\n")).to_dict("index") == {"A": {"x": 1}}


@pytest.mark.parametrize(
    "row", ["A\tx", "A\tNA", "A\tTrue", "A\t1_000", "A\t0x10", "A\t9223372036854775808", "A\t1\t2", 'A\t"1']
)
def test_anything_unusual_is_left_to_the_reader_of_text(write, row):
    assert read_numbers(write("t.tsv", f"id\tx\nB\t1\n{row}\n")) is None


@pytest.mark.parametrize("text", ["{", "", "{'a': 1}", "[" * 100_000])
def test_what_is_no_json_is_said_to_be_none(tmp_path, text):
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(InputError, match=r"settings\.json: is not JSON"):
        read_json(tmp_path / "settings.json")
    (tmp_path / "settings.json").write_text('{"a": [1, 0.5]}')
    assert read_json(tmp_path / "settings.json") == {"a": [1, 0.5]}
