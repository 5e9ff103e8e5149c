"""GSEA of a ranking, against a running sum and permutations written out."""

from __future__ import annotations

import gseapy
import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from srna_tools.attribute.preranked import preranked


def enrichment_score(scores, members):
    """Largest deviation of the running sum, as the method's paper writes it."""
    total, running, largest = sum(abs(scores[rank]) for rank in members), 0.0, 0.0
    for rank, score in enumerate(scores):
        running += abs(score) / total if rank in members else -1 / (len(scores) - len(members))
        largest = running if abs(running) > abs(largest) else largest
    return largest


@pytest.fixture(scope="module")
def scores():
    return np.sort(np.random.default_rng(3).normal(0.2, 1, 120))[::-1]


@pytest.fixture(scope="module")
def sets():
    generator = np.random.default_rng(4)
    drawn = [sorted(generator.choice(120, size, replace=False).tolist()) for size in (3, 5, 10, 20, 40)]
    return [list(range(6)), list(range(110, 120)), *drawn]


def test_scores_and_p_are_those_of_permutations_by_hand(scores, sets):
    found = preranked(scores, sets, 4000, seed=0)
    generator = np.random.default_rng(9)
    for one, members in zip(found, sets, strict=True):
        own = enrichment_score(scores, set(members))
        by_chance = [
            enrichment_score(scores, set(generator.choice(120, len(members), replace=False))) for _ in range(2000)
        ]
        same = np.array([value for value in by_chance if value * own > 0])
        assert one.score == pytest.approx(own / np.abs(same).mean(), rel=0.1)
        assert one.p == pytest.approx(np.mean(np.abs(same) >= abs(own)), abs=0.06)


def test_p_is_what_gseapy_says_with_one_more_counted(scores, sets):
    table = gseapy.prerank(
        pd.Series(scores, index=[f"f{rank}" for rank in range(120)]),
        {str(number): [f"f{rank}" for rank in members] for number, members in enumerate(sets)},
        outdir=None, min_size=1, permutation_num=200, seed=5, threads=1, no_plot=True,
    ).res2d.set_index("Term").loc[[str(number) for number in range(len(sets))]]  # fmt: skip
    found = preranked(scores, sets, 200, seed=5)
    np.testing.assert_allclose([one.score for one in found], table["NES"].astype(float))
    nominal = table["NOM p-val"].to_numpy(float)
    p = np.array([one.p for one in found])
    assert (nominal[:2] == 0).all()
    assert (p > nominal).all()
    assert (p >= 1 / 201).all()
    np.testing.assert_allclose(p, nominal, atol=1 / 60)
    leading = ["f" + ";f".join(map(str, sorted(one.leading_edge))) for one in found]
    assert [set(text.split(";")) for text in leading] == [set(text.split(";")) for text in table["Lead_genes"]]


def test_sets_high_and_low_have_their_sign_and_leading_edge(scores):
    high, low = preranked(scores, [[0, 1, 2, 100], [60, 117, 118, 119]], 500, seed=0)
    assert high.score > 1
    assert low.score < -1
    assert high.leading_edge == (0, 1, 2)
    assert low.leading_edge == (117, 118, 119)


def test_p_is_even_where_sets_are_drawn_by_chance(scores):
    generator = np.random.default_rng(11)
    drawn = [generator.choice(120, 8, replace=False).tolist() for _ in range(400)]
    p = [one.p for one in preranked(scores, drawn, 500, seed=2)]
    assert kstest(p, "uniform").pvalue > 0.001
    assert np.mean(np.array(p) <= 0.05) < 0.1


def test_the_same_seed_gives_the_same_for_any_number_of_threads(scores, sets):
    assert preranked(scores, sets, 100, seed=1, threads=1) == preranked(scores, sets, 100, seed=1, threads=2)


def test_scores_of_zero_count_alike_and_little():
    """Sets of zeros alone have no weights to share out, and many permutations are such sets."""
    scores = np.r_[np.linspace(3, 1, 10), np.zeros(80), np.linspace(-1, -3, 10)]
    (one,) = preranked(scores, [[0, 40, 70]], 3000, seed=0)
    assert one.leading_edge == (0,)
    generator, by_chance = np.random.default_rng(0), []
    for _ in range(2000):
        members = set(generator.choice(100, 3, replace=False).tolist())
        weights = scores if any(scores[rank] for rank in members) else np.ones(100)
        by_chance.append(enrichment_score(weights, members))
    above = np.array([value for value in by_chance if value > 0])
    own = enrichment_score(scores, {0, 40, 70})
    assert one.score == pytest.approx(own / above.mean(), rel=0.05)
    assert one.p == pytest.approx(np.mean(above >= own - 1e-6), abs=0.05)


def test_ties_keep_their_order_and_no_sets_give_nothing(capfd):
    tied = np.r_[3.0, 2.0, np.zeros(30), -1.0]
    (first,) = preranked(tied, [[0, 2, 3]], 200, seed=0)
    assert first.leading_edge == (0,)
    assert preranked(tied, [], 200, seed=0) == []
    assert "Duplicated" not in capfd.readouterr().err
