"""Tests of sets against scipy, statsmodels, counts by hand and planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from srna_tools.attribute.enrichment import COLUMNS, GSEA, OVER_REPRESENTATION, Sizes, enrichment
from srna_tools.attribute.ranked_features import RankedFeatures
from srna_tools.attribute.set_members import MeasuredSet
from srna_tools.io.gmt import FeatureSet

BOTH = (OVER_REPRESENTATION, GSEA)


def make_set(name, features, members=None):
    given_set = FeatureSet(name, "", tuple(members or features), "test")
    return MeasuredSet(given_set, frozenset(features), frozenset(features))


def make_ranked(scores, classes=None):
    scores = np.atleast_2d(np.asarray(scores, dtype=float))
    names = classes or tuple(f"class {number}" for number in range(len(scores)))
    return RankedFeatures(names, tuple(f"f{number}" for number in range(scores.shape[1])), scores)


def results(ranked, sets, methods=BOTH, top=10, permutations=200, seed=0):
    return enrichment(ranked, sets, methods, top=top, permutations=permutations, seed=seed)


def test_a_case_by_hand():
    # Of 20 features the best 5 hold 3 of the 4 of the set.
    ranked = make_ranked(np.arange(20, 0, -1) - 5)
    one = make_set("a", ["f0", "f4", "f2", "f10"], ["w", "x", "y", "z", "unmeasured"])
    (row,) = results(ranked, [one], [OVER_REPRESENTATION], top=5).to_dict("records")
    hits = 4 * 120 + 1 * 16  # 3 of 4 and 2 of 16; 4 of 4 and 1 of 16
    assert row["p"] == pytest.approx(hits / 15504)
    assert (row["size"], row["measured"], row["overlap"], row["expected"]) == (5, 4, 3, 1.0)
    assert row["score"] == pytest.approx(np.log2(3))
    assert row["features"] == "f0,f2,f4"
    assert row["q"] == row["p"]


@given(st.integers(5, 60), st.data())
def test_over_representation_is_fishers_exact_test(features, data):
    generator = np.random.default_rng(data.draw(st.integers(0, 1000)))
    ranked = make_ranked(generator.normal(0.5, 1, features))
    members = generator.choice(features, data.draw(st.integers(1, features - 1)), replace=False)
    top = data.draw(st.integers(1, features))
    (row,) = results(ranked, [make_set("a", [f"f{n}" for n in members])], [OVER_REPRESENTATION], top).to_dict("records")
    order = np.argsort(-ranked.scores[0])[:top]
    best = order[ranked.scores[0][order] > 0]
    both = len(set(best) & set(members))
    only_best, only_set = len(best) - both, len(members) - both
    expected = fisher_exact([[both, only_best], [only_set, features - both - only_best - only_set]], "greater").pvalue
    assert row["p"] == pytest.approx(expected, rel=1e-9)
    assert row["overlap"] == both
    assert np.isnan(row["score"]) == (both == 0)


def test_a_class_that_nothing_speaks_for_has_no_overlap():
    (row,) = results(make_ranked(-np.ones(30)), [make_set("a", ["f1", "f2"])], [OVER_REPRESENTATION]).to_dict("records")
    assert (row["overlap"], row["expected"], row["p"], row["features"]) == (0, 0, 1, "")


def test_unlisted_features_are_in_the_background_and_never_among_the_best():
    ranked = make_ranked([[3.0, 2.0, *[np.nan] * 18]])
    (row,) = results(ranked, [make_set("a", ["f0", "f1", "f2"])], [OVER_REPRESENTATION]).to_dict("records")
    assert row["overlap"] == 2
    assert row["p"] == pytest.approx(3 / 190)


def test_planted_sets_are_found_in_their_class_by_both_methods():
    generator = np.random.default_rng(0)
    scores = generator.normal(0, 1, (3, 300))
    scores[0, :15] += 4
    scores[1, 15:30] -= 4
    sets = [make_set("high", [f"f{n}" for n in range(15)]), make_set("low", [f"f{n}" for n in range(15, 30)])]
    sets += [make_set(f"s{n}", [f"f{k}" for k in generator.choice(300, 12, replace=False)]) for n in range(20)]
    table = results(make_ranked(scores), sets, top=30, permutations=2000)
    assert list(table.columns) == list(COLUMNS)
    found = {tuple(row) for row in table.loc[table["q"] <= 0.05, ["class", "method", "set"]].to_numpy()}
    assert found == {
        ("class 0", OVER_REPRESENTATION, "high"), ("class 0", GSEA, "high"), ("class 1", GSEA, "low"),
    }  # fmt: skip
    scores_of = table[table["method"] == GSEA].set_index(["class", "set"])["score"]
    assert scores_of["class 0", "high"] > 1.5
    assert scores_of["class 1", "low"] < -1.5


def test_q_is_corrected_over_all_classes_and_sets_of_a_method():
    generator = np.random.default_rng(1)
    sets = [make_set(f"s{n}", [f"f{k}" for k in generator.choice(80, 6, replace=False)]) for n in range(15)]
    table = results(make_ranked(generator.normal(size=(4, 80))), sets, top=20)
    for method in BOTH:
        rows = table[table["method"] == method]
        assert len(rows) == 60
        np.testing.assert_allclose(rows["q"], multipletests(rows["p"], method="fdr_bh")[1], rtol=1e-12)


def test_a_set_that_several_sources_have_is_one_test():
    generator = np.random.default_rng(1)
    sets = [make_set(f"s{n}", [f"f{k}" for k in generator.choice(80, 6, replace=False)]) for n in range(9)]
    ranked = make_ranked(generator.normal(size=(3, 80)))
    alone = results(ranked, sets).set_index(["class", "method", "set"])
    again = results(ranked, [*sets, make_set("copy", sets[4].features)]).set_index(["class", "method", "set"])
    np.testing.assert_array_equal(again.loc[alone.index, "q"], alone["q"])
    np.testing.assert_array_equal(again.xs("copy", level="set")[["p", "q"]], again.xs("s4", level="set")[["p", "q"]])


def test_rows_are_sorted_by_class_method_and_p():
    generator = np.random.default_rng(2)
    sets = [make_set(f"s{n}", [f"f{k}" for k in generator.choice(50, 5, replace=False)]) for n in range(8)]
    table = results(make_ranked(generator.normal(size=(2, 50)), ("z", "a")), sets)
    assert table["class"].tolist() == ["z"] * 16 + ["a"] * 16
    assert table["method"].tolist() == [*[OVER_REPRESENTATION] * 8, *[GSEA] * 8] * 2
    for _, rows in table.groupby(["class", "method"]):
        assert rows["p"].is_monotonic_increasing


def test_sets_of_zero_scores_alone_say_nothing():
    scores = np.r_[np.linspace(3, 1, 10), np.zeros(40), np.linspace(-1, -3, 10)]
    sets = [make_set("zero", ["f20", "f30", "f40"]), make_set("some", ["f0", "f30", "f40"])]
    table = results(make_ranked(scores), sets, [GSEA]).set_index("set")
    assert table.loc["zero", ["overlap", "p", "features"]].tolist() == [0, 1, ""]
    assert np.isnan(table.loc["zero", "score"])
    assert table.loc["some", "score"] > 0


def test_the_order_of_features_does_not_count_where_scores_are_equal():
    """The members of the set lie beside each other among the equal ones, as families in an alphabet do."""
    scores = np.r_[np.linspace(2, 1, 20), np.full(100, 0.5), np.linspace(-1, -2, 20)]
    ranked, one = make_ranked(scores), make_set("a", [f"f{n}" for n in range(20, 28)])
    p = [results(ranked, [one], [GSEA], permutations=200, seed=seed).at[0, "p"] for seed in range(20)]
    assert np.median(p) > 0.1


def test_sets_of_all_features_or_the_wrong_size_are_not_results():
    sizes = Sizes(2, 4)
    sets = [make_set("a", [f"f{n}" for n in range(number)]) for number in (1, 2, 4, 5)]
    assert [sizes.fit(one, 10) for one in sets] == [False, True, True, False]
    assert not sizes.fit(sets[2], 4)
