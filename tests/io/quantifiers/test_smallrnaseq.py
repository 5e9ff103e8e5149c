"""smallrnaseq: tables of all samples with columns that sum them up, and two-column files."""

import pytest

from srna_tools.errors import InputError
from srna_tools.io.quantifiers.smallrnaseq import claims, read

FILE = """name,ref,s1,s2,s1 norm,s2 norm,total_reads,mean_norm
hsa-miR-21-5p,mirbase-hsa,5.0,,1.5,,5.0,0.7
tRNA-Gly,hg38-tRNAs,1.0,2.0,1.0,2.0,3.0,1.5
"""


def test_the_samples_are_read_and_empty_cells_are_zero(write, frame):
    table = read(write("mirbase_mature_counts.csv", FILE), None)
    assert frame(table).to_dict("index") == {
        "s1": {"hsa-miR-21-5p": 5, "tRNA-Gly": 1},
        "s2": {"hsa-miR-21-5p": 0, "tRNA-Gly": 2},
    }
    assert table.var["ref"].tolist() == ["mirbase-hsa", "hg38-tRNAs"]
    assert table.notes == ("1 empty cell read as 0, as smallrnaseq writes it",)


def test_totals_that_disagree_are_noted(write):
    table = read(write("c.csv", FILE.replace("3.0,1.5", "4.0,1.5")), "GSE1")
    assert table.notes[1] == "1 row whose total_reads is not the sum of the samples; the samples were read"
    assert (table.depth.tolist(), table.dataset) == ([6, 2], "GSE1")


def test_a_file_of_two_columns_is_a_full_table_of_one_sample(write, frame):
    table = read(write("s1.tab", "hsa-miR-21-5p\t5\nhsa-let-7a\t0\n"), None)
    assert frame(table).to_dict("index") == {"s1": {"hsa-miR-21-5p": 5, "hsa-let-7a": 0}}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (FILE.replace("tRNA-Gly", "hsa-miR-21-5p"), "the feature hsa-miR-21-5p stands twice"),
        (FILE.replace("1.0,2.0,1.0", "1.0,x,1.0"), "row tRNA-Gly, column s2: the count is 'x'"),
        ("name,ref,total_reads,mean_norm\na,b,1,1\n", "line 1: has no columns of samples after 'ref'"),
    ],
)
def test_a_file_that_is_not_one_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        read(write("c.csv", content), None)


def test_it_is_recognised_by_its_columns():
    assert claims(FILE.split("\n"))
    assert not claims(["name,ref,s1,s2"])
    assert not claims(["name,s1,total_reads,mean_norm"])
