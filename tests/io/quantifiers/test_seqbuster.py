"""seqbuster: one sample, a line for each read and precursor."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.seqbuster import claims, read

HEADER = "seq\tname\tfreq\tmir\tstart\tend\tmism\tadd\tt5\tt3\ts5\ts3\tDB\tprecursor\tambiguity\n"


def line(seq, name, freq, mir, precursor):
    return f"{seq}\t{name}\t{freq}\t{mir}\t1\t22\t0\t0\t0\t0\tA\tA\tmiRNA\t{precursor}\t1\n"


FILE = HEADER + "".join(
    [
        line("ACGT", "seq_1_x5", 5, "hsa-let-7a-5p", "hsa-let-7a-1"),
        line("ACGT", "seq_1_x5", 5, "hsa-let-7a-5p", "hsa-let-7a-2"),
        line("CCGT", "seq_2_x3", 3, "hsa-miR-1-3p", "hsa-mir-1-1"),
        line("CCGT", "seq_2_x3", 3, "hsa-miR-206", "hsa-mir-206"),
    ]
)


def test_a_read_on_several_lines_counts_once(write, frame):
    table = read(write("study/patient1.mirna", FILE), None)
    assert frame(table).to_dict("index") == {"patient1": {"hsa-let-7a-5p": 5, "hsa-miR-1-3p/hsa-miR-206": 3}}
    assert [(left.number, left.reads) for left in table.left_out] == [(2, 8)]
    assert (table.dataset, table.absent_is_zero) == ("study", True)


def test_without_a_column_of_counts_names_of_collapsed_reads_hold_them(write, frame):
    without = "\n".join("\t".join(row.split("\t")[:2] + row.split("\t")[3:]) for row in FILE.split("\n")[:-1])
    assert frame(read(write("a.mirna", without), "s1")).loc["s1"].tolist() == [5, 3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEADER + line("A", "x_x5", "NA", "m", "p"), "line 2: the count is missing"),
        (HEADER + line("A", "x_x5", "ample_", "m", "p"), "line 2: the count is 'ample_', which is not a number"),
        (HEADER + line("A", "x_x5", 5, "", "p"), "line 2: the column 'mir' is empty"),
        ("seq\tname\tmir\tprecursor\nA\tb\tc\td\n", "line 2: there is no column 'freq', and the name 'b' does not end"),
        ("seq\tname\tfreq\nA\tb\t1\n", "line 1: the column 'mir' is missing"),
    ],
)
def test_a_line_without_a_count_is_named(write, content, sentence):
    with pytest.raises(InputError, match=f"a.mirna, {sentence}"):
        read(write("a.mirna", content), None)


def test_it_is_recognised_by_its_columns():
    assert claims(FILE.split("\n"))
    assert not claims(["seq\tname\tfreq"])
