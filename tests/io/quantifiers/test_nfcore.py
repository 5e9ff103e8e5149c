"""nf-core/smrnaseq: matrices either way round, whose samples lose the suffix of the pipeline's step."""

import pytest

from srna_tools.io.quantifiers.nfcore import claims, read

MATURE = ",hsa-let-7a-5p,hsa-miR-21-5p\ns1{0},1,2\ns2{0},0,4\n"
MIRNA = "miRNA\ts1{0}\ts2{0}\nhsa-let-7a-5p\t1\t0\nhsa-miR-21-5p\t2\t4\n"
SUFFIXES = ["_mature", ".mature", "_mature.sorted", ".hairpin.sorted", "_mature_hairpin", ".sorted"]


@pytest.mark.parametrize("content", [MATURE, MIRNA], ids=["samples in rows", "samples in columns"])
@pytest.mark.parametrize("suffix", ["", *SUFFIXES])
def test_samples_lose_the_suffix(write, frame, content, suffix):
    assert frame(read(write("mature_counts.csv", content.format(suffix)), None)).to_dict("index") == {
        "s1": {"hsa-let-7a-5p": 1, "hsa-miR-21-5p": 2},
        "s2": {"hsa-let-7a-5p": 0, "hsa-miR-21-5p": 4},
    }


@pytest.mark.parametrize(
    "samples", [["s1_mature", "s2"], ["s1_mature", "s1_hairpin"], ["_mature", "s2_mature"]],
    ids=["not all carry one", "two would be the same", "nothing would be left"],
)  # fmt: skip
def test_names_stay_where_a_suffix_cannot_be_taken_off(write, samples):
    content = "miRNA\t{}\t{}\nhsa-let-7a-5p\t1\t3\n".format(*samples)
    assert read(write("mirna.tsv", content), None).obs.index.tolist() == samples


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_it_is_recognised_by_the_suffix_of_all_samples(suffix):
    assert claims(MATURE.format(suffix).split("\n"))
    assert claims(MIRNA.format(suffix).split("\n"))


@pytest.mark.parametrize("content", [MATURE.format(""), MIRNA.format(""), "id\ts1_mature\n", "\n"])
def test_a_plain_matrix_is_not_claimed(content):
    assert not claims(content.split("\n"))
