"""The cells by which outputs are recognised."""

from srna_tools.io.quantifiers.marks import header_cells, row_names


def test_cells_are_told_without_quotation_marks_and_blanks():
    assert header_cells(['"a", b ,"c d"'], ",") == ["a", "b", "c d"]
    assert row_names(["h\tx", '"r1"\t1', "", "r2\t2"]) == ["r1", "r2"]


def test_a_file_without_lines_has_none():
    assert header_cells([]) == []
    assert row_names([]) == []
