"""Alias tables of any delimiter, with and without header, and what is wrong in one."""

from __future__ import annotations

import pytest

from srna_tools.errors import InputError
from srna_tools.io.aliases import read_aliases

ROWS = (("hsa-miR-151-3p", "hsa-miR-151a-3p"), ("hsa-miR-103", "hsa-miR-103a-3p"))


@pytest.mark.parametrize("delimiter", ["\t", ";", ",", "|", "  "])
@pytest.mark.parametrize("header", ["", "old{0}new{0}year\n"])
def test_any_delimiter_with_or_without_header(write, delimiter, header):
    text = header.format(delimiter) + "".join(f"{name}{delimiter}{alias}{delimiter}2011\n" for name, alias in ROWS)
    assert read_aliases(write("a.txt", text)) == dict(ROWS)


def test_none_and_empty_say_that_there_is_no_alias(write):
    table = read_aliases(write("a.csv", "hsa-mir-1;None\nhsa-mir-2;\nhsa-mir-3;none\n\n"))
    assert table == {"hsa-mir-1": None, "hsa-mir-2": None, "hsa-mir-3": None}


def test_quotation_marks_and_windows_line_ends_are_no_part_of_a_name(write):
    assert read_aliases(write("a.csv", '"hsa-mir-1","hsa-mir-2"\r\n')) == {"hsa-mir-1": "hsa-mir-2"}


def test_variants_of_mirgenedb_also_go_by_their_common_name_where_they_agree(write):
    table = read_aliases(write("a.csv", "Hsa-Mir-10-P1a-v1,hsa-mir-10a\nHsa-Mir-10-P1a-v2,hsa-mir-10a\n"
                                        "Hsa-Mir-2-v1,hsa-mir-2a\nHsa-Mir-2-v2,hsa-mir-2b\n"))  # fmt: skip
    assert table["Hsa-Mir-10-P1a"] == "hsa-mir-10a"
    assert "Hsa-Mir-2" not in table


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("hsa-mir-1\nhsa-mir-2\n", r"line 1: has one column only \('hsa-mir-1'\)"),
        ("hsa-mir-1,a\nhsa-mir-1,b\n", "line 2: hsa-mir-1 has two aliases, a and b"),
        ("old,new\n", "names no miRNA in its first column"),
    ],
)
def test_what_is_wrong_is_said(write, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read_aliases(write("a.csv", text))


def test_the_published_map_of_mirgenedb_is_read_as_it_is(real_data):
    table = read_aliases(real_data / "mirge_crc" / "hsa_MirGeneDB_to_miRBase.csv")
    assert table["Hsa-Let-7-P1a"] == "hsa-let-7a-2"
    assert table["Hsa-Mir-3059"] is None
    assert table["Hsa-Mir-10-P1a"] == "hsa-mir-10a"
