"""What is compared with what: backgrounds, kinds of RNA, sizes, methods."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.attribute.enrich import compare, results_in_words
from srna_tools.attribute.enrichment import GSEA, OVER_REPRESENTATION, Sizes
from srna_tools.attribute.feature_sets import families_by_name
from srna_tools.attribute.ranked_features import Background, RankedFeatures
from srna_tools.errors import SampleError
from srna_tools.namespace import Namespace

MIRNAS = tuple(f"hsa-miR-{number}{letter}-5p" for number in (30, 99, 125, 181) for letter in "abcd")
FEATURES = (*MIRNAS, "SNORD44", "SNORD95")


def ranked(features=FEATURES, low=-1.0):
    return RankedFeatures(("one", "two"), features, np.linspace([5, low], [low, 5], len(features)).T)


def settled(ranking, background=None, sizes=(3, 500), sets_for=families_by_name, **options):
    return compare(ranking, sets_for, background, sizes=Sizes(*sizes), **options)


def background_of(features, pools=None):
    return Background(tuple(features), Namespace("mature", "hsa", pools or {}), frozenset({"study"}))


def test_other_kinds_of_rna_than_the_sets_are_of_do_not_count():
    comparison = settled(ranked())
    assert comparison.ranked.features == MIRNAS
    assert [one.given.name for one in comparison.sets] == ["mir-30", "mir-99", "mir-125", "mir-181"]
    assert comparison.methods == (OVER_REPRESENTATION, GSEA)
    assert comparison.top == 2
    assert comparison.sentences == (
        "background: the 18 features of the ranking",
        "families by name: 4 sets; 16 of their 16 members are found among the features, as 16 features",
        "2 features of other kinds of RNA than the sets are of (miRNA) do not count",
        "4 sets tested; left out: 0 with fewer than 3 measured members, 0 with more than 500 or all features",
    )


def test_a_cut_ranking_needs_a_background_and_has_no_gsea():
    cut = ranked(MIRNAS[:6], low=1.0)
    with pytest.raises(SampleError, match=r"nothing says what they were chosen from; .* --ranking-output"):
        settled(cut)
    comparison = settled(cut, background_of(FEATURES))
    assert comparison.ranked.features == MIRNAS
    assert np.isnan(comparison.ranked.scores).sum() == 20
    assert comparison.methods == (OVER_REPRESENTATION,)
    assert comparison.sentences[0] == "background: 18 features, 6 of them ranked"
    assert "without gsea" in comparison.sentences[-1]
    with pytest.raises(SampleError, match="gsea needs the scores of all features"):
        settled(cut, background_of(FEATURES), method=GSEA)


def test_a_background_without_ranked_features_is_refused():
    with pytest.raises(SampleError, match=r"lacks 1 of the 18 features that are ranked \(SNORD95\)"):
        settled(ranked(), background_of(FEATURES[:-1]))


def test_a_complete_ranking_is_its_own_background():
    comparison = settled(ranked(), background_of([*FEATURES, "hsa-miR-1-3p"]))
    assert comparison.ranked.features == MIRNAS


def test_the_background_tells_which_names_are_counted_under_one():
    from srna_tools.io.gmt import FeatureSet

    one = FeatureSet("a", "", ("hsa-miR-7-5p", MIRNAS[1], MIRNAS[2]), "x.gmt")
    pools = {"hsa-miR-7-5p": MIRNAS[0], MIRNAS[0]: MIRNAS[0]}
    comparison = settled(ranked(), background_of(FEATURES, pools), sets_for=lambda _: [one])
    assert comparison.sets[0].features == set(MIRNAS[:3])


def test_sets_of_no_right_size_are_refused_with_theirs():
    with pytest.raises(SampleError, match=r"none of the 4 sets has 5 to 500 measured members, .* they have 4 to 4"):
        settled(ranked(), sizes=(5, 500))


def test_results_are_said_by_class_and_few_permutations_noted():
    comparison = settled(ranked())
    lines = results_in_words(comparison.table(50, 0), comparison, 50)
    assert lines[0] == "over-representation is that among the best 2 features of each class"
    assert lines[1] == "one: 0 sets by over-representation and 0 sets by gsea with q <= 0.05"
    assert "50 permutations give p of about 0.04 at least, which 8 tests leave no chance" in lines[-1]
    assert "permutations" not in results_in_words(comparison.table(2000, 0), comparison, 2000)[-1]
