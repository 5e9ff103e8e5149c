"""Members of sets met with features that are named at another level."""

from __future__ import annotations

import pytest

from srna_tools.attribute.set_members import FeatureNames, measured_sets
from srna_tools.errors import SampleError
from srna_tools.io.gmt import FeatureSet
from srna_tools.namespace import Namespace

MATURE = [
    "hsa-miR-16-5p", "hsa-miR-16-1-3p", "hsa-miR-16-2-3p", "hsa-miR-21-5p", "hsa-miR-21-3p", "hsa-let-7a-5p/7c-5p",
    "hsa-miR-147a", "hsa-miR-147b-3p", "hsa-miR-30a-5p", "hsa-miR-30c-1-3p", "SNORD44",
]  # fmt: skip
LOCUS = ["mir-16", "mir-21", "let-7a", "mir-147", "mir-147b"]
FAMILY = ["mir-16", "mir-30", "let-7"]
STEM_LOOP = ["hsa-mir-16-1", "hsa-mir-16-2", "hsa-mir-21"]


@pytest.mark.parametrize(
    ("features", "member", "found"),
    [
        (MATURE, "SNORD44", {"SNORD44"}),
        (MATURE, "SNORD4", set()),
        (MATURE, "hsa-miR-16-5p", {"hsa-miR-16-5p"}),
        (MATURE, "miR-16-5p", {"hsa-miR-16-5p"}),
        (MATURE, "mmu-miR-16-5p", set()),
        (MATURE, "hsa-mir-16-1", {"hsa-miR-16-5p", "hsa-miR-16-1-3p"}),
        (MATURE, "MIR16-2", {"hsa-miR-16-5p", "hsa-miR-16-2-3p"}),
        (MATURE, "MIR21", {"hsa-miR-21-5p", "hsa-miR-21-3p"}),
        (MATURE, "hsa-miR-21", {"hsa-miR-21-5p", "hsa-miR-21-3p"}),
        (MATURE, "hsa-let-7c-5p", {"hsa-let-7a-5p/7c-5p"}),
        (MATURE, "MIRLET7A1", {"hsa-let-7a-5p/7c-5p"}),
        (MATURE, "let-7", {"hsa-let-7a-5p/7c-5p"}),
        (MATURE, "miR-30-3p", {"hsa-miR-30c-1-3p"}),
        (MATURE, "mir-30a/30c", {"hsa-miR-30a-5p", "hsa-miR-30c-1-3p"}),
        (MATURE, "hsa-mir-147", set()),
        (LOCUS, "mir-147", {"mir-147"}),
        (LOCUS, "hsa-miR-147b-3p", {"mir-147b"}),
        (LOCUS, "hsa-let-7f-5p", set()),
        (LOCUS, "mmu-mir-16-2", {"mir-16"}),
        (FAMILY, "hsa-let-7f-1-3p", {"let-7"}),
        (FAMILY, "MIR30C2", {"mir-30"}),
        (STEM_LOOP, "hsa-miR-16-5p", {"hsa-mir-16-1", "hsa-mir-16-2"}),
        (STEM_LOOP, "hsa-miR-16-1-3p", {"hsa-mir-16-1"}),
        (STEM_LOOP, "mir-21", {"hsa-mir-21"}),
    ],
)
def test_names_meet_where_no_part_contradicts(features, member, found):
    assert FeatureNames(features, Namespace()).find(member) == found


def test_names_that_are_counted_under_one_find_it():
    names = FeatureNames(["let-7a", "mir-16"], Namespace("locus", "hsa", {"let-7a": "let-7a", "let-7c": "let-7a"}))
    assert names.find("hsa-let-7c-5p") == {"let-7a"}


def test_what_was_found_is_counted_and_said():
    sets = [
        FeatureSet("one", "", ("MIR21", "MIR9-1"), "a.gmt"),
        FeatureSet("two", "", ("SNORD44", "MIR21"), "a.gmt"),
        FeatureSet("three", "", ("TP53",), "b.gmt"),
    ]
    found, sentences = measured_sets(sets, MATURE, Namespace())
    assert [len(one.features) for one in found] == [2, 3, 0]
    assert found[0].matched == {"MIR21"}
    assert sentences == [
        "a.gmt: 2 sets; 2 of their 3 members are found among the features, as 3 features",
        "b.gmt: 1 set; 0 of their 1 member are found among the features, as 0 features",
    ]


def test_sets_of_other_names_altogether_are_refused_with_both():
    with pytest.raises(SampleError, match=r"no member of the sets is among the 11 features .* gene symbols \(TP53\)"):
        measured_sets([FeatureSet("a", "", ("TP53", "XIST"), "b")], MATURE, Namespace())
