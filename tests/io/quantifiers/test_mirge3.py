"""miRge3: variants count for their miRNA, totals do not count."""

import numpy as np
import pandas as pd
import pytest

from srna_tools.io.quantifiers.mirge3 import claims, read

FILE = """miRNA,s1,s2
Hsa-Mir-122_3p*,10.0,1.0
Hsa-Mir-122_3p* chr18 segs:1-30 cds:+:58451122-58451151,2.0,0.0
Hsa-Mir-122_3p*.SNPA chr18 segs:1-30 cds:+:58451122-58451151,3.0,4.0
Hsa-Let-7-P1a_5p/P2a1_5p/P2a2_5p,5.0,6.0
Hsa-Let-7-P2a1_5p chr9 segs:1-30 cds:+:1-30,7.0,0.0
hsa-miR-1-3p.SNP2,1.0,1.0
"""
EXPECTED = {
    "Hsa-Mir-122_3p*": {"s1": 15, "s2": 5},
    "Hsa-Let-7-P1a_5p/P2a1_5p/P2a2_5p": {"s1": 12, "s2": 6},
    "hsa-miR-1-3p": {"s1": 1, "s2": 1},
}


def test_variants_are_added_to_their_mirna_or_to_the_merged_name_that_it_stands_in(write, frame):
    table = read(write("miR.Counts.csv", FILE), None)
    assert frame(table).to_dict() == EXPECTED
    assert table.counts.dtype == np.int64
    assert table.notes == ("4 rows of SNP or extended variants added to the row of the miRNA",)
    assert (table.dataset, table.absent_is_zero) == ("miR.Counts", False)


def test_the_row_of_totals_is_left_out_and_reported(write, frame):
    table = read(write("m.csv", "miRNA,s1,s2\nmiRNAtotal,15,5\nhsa-let-7a-5p/7c-5p,15,5\n"), "GSE1")
    assert frame(table).to_dict() == {"hsa-let-7a-5p/7c-5p": {"s1": 15, "s2": 5}}
    assert [(left.in_words(), left.reads) for left in table.left_out] == [("1 row of totals (miRNAtotal)", 20)]
    assert table.dataset == "GSE1"


@pytest.mark.parametrize(
    ("merged", "variant"),
    [
        ("hsa-let-7a-5p/7c-5p", "hsa-let-7c-5p"),
        ("hsa-miR-17-5p/106a-5p", "hsa-miR-106a-5p"),
        ("Hsa-Mir-101-P1_3p/P2_3p", "Hsa-Mir-101-P2_3p"),
    ],
)
def test_members_of_merged_names_are_known(write, merged, variant):
    content = f"miRNA,s1\n{merged},1\n{variant}.SNPA chr1 segs:1-2 cds:+:1-2,2\n"
    assert read(write("m.csv", content), None).var.index.tolist() == [merged]


def test_a_member_of_two_merged_names_stays_alone(write):
    content = "miRNA,s1\nhsa-let-7a-5p/7c-5p,1\nhsa-let-7b-5p/7c-5p,1\nhsa-let-7c-5p.SNPA chr1 x,2\n"
    assert "hsa-let-7c-5p" in read(write("m.csv", content), None).var.index


def test_large_counts_are_pooled_exactly(write, frame):
    content = f"miRNA,s1\nhsa-miR-1,{2**53 + 1}\nhsa-miR-1.SNPA,{2**53}\n"
    assert frame(read(write("m.csv", content), None)).loc["s1", "hsa-miR-1"] == 2**54 + 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (FILE.splitlines(), True),
        (["miRNA,s1", "hsa-let-7a-5p/7c-5p,1"], True),
        (["miRNA,s1", "miRNAtotal,1"], True),
        (["miRNA,s1", "hsa-let-7a-5p,1"], False),
        (["miRNA\ts1", "hsa-let-7a-5p/7c-5p\t1"], False),
        (["name,s1", "hsa-let-7a-5p/7c-5p,1"], False),
    ],
)
def test_it_is_recognised_by_names_that_only_mirge_writes(lines, expected):
    assert claims(lines) is expected


def test_pooling_a_real_file_leaves_every_other_row_as_it_is(real_data, frame):
    path = real_data / "mirge_crc" / "miR.Counts1.csv"
    published = pd.read_csv(path, index_col=0)
    plain = published[~published.index.str.contains(r" |\.SNP")]
    pd.testing.assert_frame_equal(frame(read(path, None))[plain.index], plain.T, check_dtype=False, check_names=False)
