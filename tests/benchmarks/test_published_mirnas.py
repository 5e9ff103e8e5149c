"""Published miRNAs looked up in rankings of features with names of their own."""

from __future__ import annotations

import pytest
from laboratory.published_mirnas import Place, loci_of, place_of

ORDERED = ["hsa-miR-1-3p", "hsa-miR-215-5p/192-5p", "hsa-miR-16-2-3p", "hsa-miR-16-5p", "piR-7"]


@pytest.mark.parametrize(
    ("feature", "loci"),
    [
        ("hsa-miR-215-5p/192-5p", {"mir-215", "mir-192"}),
        ("hsa-miR-378a-3p/378c/378d", {"mir-378a", "mir-378c", "mir-378d"}),
        ("hsa-miR-16-2-3p", {"mir-16"}),
        ("mir-9", {"mir-9"}),
        ("piR-7", set()),
    ],
)
def test_a_feature_stands_for_the_loci_of_all_its_members(feature, loci):
    assert loci_of(feature) == loci


def test_the_best_arm_of_a_locus_is_found():
    assert place_of(ORDERED, "mir-16") == Place("hsa-miR-16-2-3p", 3, 5)
    assert place_of(ORDERED, "mir-192") == Place("hsa-miR-215-5p/192-5p", 2, 5)
    assert place_of(ORDERED, "mir-1") == Place("hsa-miR-1-3p", 1, 5)
    assert place_of(ORDERED, "mir-9").feature == ""


@pytest.mark.parametrize(
    ("place", "text", "found"),
    [
        (Place("a", 30, 500), "**30**", True),
        (Place("a", 50, 500), "50", True),
        (Place("a", 51, 500), "(51)", False),
        (Place("a", 30, 100), "**30**", False),
        (Place("", 0, 500), "-", False),
    ],
)
def test_ranks_are_shown_by_how_good_they_are(place, text, found):
    assert str(place) == text
    assert place.found is found
