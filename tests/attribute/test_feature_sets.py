"""Families and clusters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from srna_tools.attribute.feature_sets import clusters, families_by_name, of_species
from srna_tools.io.gmt import FeatureSet
from srna_tools.io.mirbase import Locus


def test_families_are_those_of_the_names():
    features = ["hsa-let-7a-5p", "hsa-let-7f-1-3p", "hsa-miR-30b-5p/30c-5p", "hsa-miR-17-5p", "hsa-mir-30a", "SNORD44"]
    found = {one.name: one.members for one in families_by_name(features)}
    assert found == {
        "let-7": ("hsa-let-7a-5p", "hsa-let-7f-1-3p"),
        "mir-30": ("hsa-miR-30b-5p/30c-5p", "hsa-mir-30a"),
        "mir-17": ("hsa-miR-17-5p",),
    }


def test_members_of_other_species_than_the_features_are_left_out():
    sets = [
        FeatureSet("a", "", ("hsa-mir-1", "mmu-mir-1"), "x"),
        FeatureSet("b", "", ("mmu-mir-2",), "x"),
    ]
    assert of_species(sets, ["hsa-miR-1-3p", "TP53"]) == [FeatureSet("a", "", ("hsa-mir-1",), "x")]
    assert of_species(sets, ["mir-1"]) == sets


def locus(name, chromosome, strand, start, end, matures=()):
    return Locus(name, chromosome, strand, start, end, tuple(matures))


def test_clusters_need_one_strand_of_one_chromosome_and_small_gaps():
    loci = [
        locus("hsa-mir-3", "chr1", "+", 12_181, 12_260, ["hsa-miR-3-5p"]),
        locus("hsa-mir-1", "chr1", "+", 1_000, 1_080),
        locus("hsa-mir-2", "chr1", "+", 2_100, 2_180, ["hsa-miR-22-3p"]),  # 10,000 bases before mir-3
        locus("hsa-mir-4", "chr1", "-", 1_500, 1_580),
        locus("hsa-mir-5", "chr2", "+", 1_000, 1_080),
    ]
    (found,) = clusters(loci, 10_000)
    assert found.name == "hsa-mir-1~hsa-mir-2"
    assert found.description == "2 stem-loops at chr1:1000-2180(+)"
    assert found.members == ("hsa-mir-1", "hsa-mir-2", "hsa-miR-22-3p")
    (found,) = clusters(loci, 10_001)
    assert found.members == ("hsa-mir-1", "hsa-mir-2", "hsa-mir-3", "hsa-miR-22-3p")


def test_a_short_stem_loop_within_a_long_one_does_not_end_the_cluster():
    loci = [locus("a", "1", "+", 1, 500), locus("b", "1", "+", 10, 20), locus("c", "1", "+", 520, 600)]
    assert [one.name for one in clusters(loci, 50)] == ["a~c"]


def test_clusters_of_one_name_on_two_chromosomes_are_told_apart():
    pairs = [locus(name, chrom, "+", at, at + 10) for chrom in ("chrX", "chrY") for at, name in ((1, "a"), (50, "b"))]
    assert [one.name for one in clusters(pairs, 10_000)] == ["a~b chrX:1-60(+)", "a~b chrY:1-60(+)"]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=12), st.integers(1, 60))
def test_clusters_are_the_connected_neighbours(places, distance):
    loci = [locus(f"l{n}", "1", "+", start, start + length) for n, (start, length) in enumerate(places)]
    near = {one.name: {one.name} for one in loci}
    for _ in loci:  # the slow way: whoever is near one of the group joins it
        for one in loci:
            for other in loci:
                if max(one.start, other.start) - min(one.end, other.end) - 1 < distance:
                    near[one.name] |= near[other.name]
    expected = {frozenset(group) for group in near.values() if len(group) > 1}
    assert {frozenset(one.members) for one in clusters(loci, distance)} == expected
