"""miRDeep2: a mature on several precursors counts once."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.mirdeep2 import claims, read

HEADER = "#miRNA\tread_count\tprecursor\ttotal\tS01\tS02\tS01(norm)\tS02(norm)\n"
FILE = HEADER + (
    "hsa-let-7a-5p\t30.00\thsa-let-7a-1\t30.00\t10.00\t20.00\t1.5\t2.5\n"
    "hsa-let-7a-5p\t33.00\thsa-let-7a-2\t33.00\t12.00\t19.00\t1.5\t2.5\n"
    "hsa-miR-1-3p\t99.00\thsa-mir-1-1\t99.00\t0\t7.00\t0\t2.5\n"
)


def test_the_largest_row_of_each_sample_is_taken_and_the_rest_reported(write, frame):
    table = read(write("miRNAs_expressed_all_samples_x.csv", FILE), None)
    assert frame(table).to_dict("index") == {
        "S01": {"hsa-let-7a-5p": 12, "hsa-miR-1-3p": 0},
        "S02": {"hsa-let-7a-5p": 20, "hsa-miR-1-3p": 7},
    }
    ((words, reads),) = [(left.in_words(), left.reads) for left in table.left_out]
    assert (words, reads) == ("1 row of a further precursor of the same miRNA", 29)
    assert table.dataset == "miRNAs_expressed_all_samples_x"


def test_columns_that_sum_up_samples_are_not_believed(write):
    assert read(write("m.csv", FILE.replace("99.00", "1.00")), None).depth.tolist() == [12, 27]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (FILE.replace("\ttotal", "\tx"), "line 1: the column 'total' of miRDeep2's quantifier.pl is missing"),
        ("#miRNA\tread_count\tprecursor\ttotal\na\t1\tb\t1\n", "line 1: has no columns of samples after 'total'"),
        (FILE.replace("7.00", "-7.00"), r"row hsa-miR-1-3p, column S02: the count is negative"),
        (FILE.replace("\t7.00", "\tx"), r"row hsa-miR-1-3p, column S02: the count is 'x'"),
    ],
)
def test_a_file_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=f"m.csv, {sentence}"):
        read(write("m.csv", content), None)


def test_it_is_recognised_by_its_columns():
    assert claims(FILE.split("\n"))
    assert not claims([HEADER.replace("#miRNA", "miRNA")])
    assert not claims(["#miRNA\ts1"])
