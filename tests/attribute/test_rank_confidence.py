"""Confidence of ranks: a plain bootstrap with the same draws, hand-computed support, and coverage of known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from srna_tools.attribute.rank_confidence import (
    COLUMNS,
    RankConfidence,
    sample_draws,
    suspicious,
    with_confidence,
)
from srna_tools.attribute.ranking import ClassDifferences, own_advantages, top_features
from srna_tools.validation.bootstrap import dataset_draws


def collected(scores, codes, datasets, columns=None, block=100, draws=20, seed=3):
    """Confidence of some scores (samples, classes, features) that come in blocks."""
    _, classes, features = scores.shape
    columns = np.arange(features) if columns is None else columns
    confidence = RankConfidence(
        np.asarray(codes), np.asarray(datasets), classes, columns, features, draws=draws, seed=seed
    )  # fmt: skip
    for start in range(0, len(scores), block):
        rows = np.arange(start, min(start + block, len(scores)))
        confidence.add(rows, scores[rows])
    return confidence


def interval_of(figures):
    """95 % percentile interval of the ranks of each draw, widened to whole ranks."""
    ranks = np.array([rankdata(-row, method="ordinal") for row in figures])
    low, high = np.percentile(ranks, [2.5, 97.5], axis=0)
    return np.floor(low), np.ceil(high)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), block=st.integers(1, 30))
def test_intervals_are_those_of_samples_and_datasets_drawn_one_by_one(seed, block):
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(24, 3, 6))
    codes, datasets = generator.integers(-1, 3, 24), generator.choice(["a", "b", "c"], 24)
    confidence = collected(scores, codes, datasets, block=block)

    weights = sample_draws(codes, 20, 3)
    for code in np.unique(codes[codes >= 0]):
        rows = np.flatnonzero(codes == code)
        own = own_advantages(scores, code)
        drawn = [own[np.repeat(rows, draw[rows])].mean(axis=0) for draw in weights]
        if len(rows) > 1:
            np.testing.assert_array_equal(confidence.sample_interval(code), interval_of(drawn))

        names = np.unique(datasets[rows])
        assert confidence.datasets_of(code) == len(names)
        if len(names) == 1:
            assert np.isnan(confidence.dataset_interval(code)).all()
            continue
        drawn = [
            own[
                np.concatenate(
                    [np.flatnonzero((codes == code) & (datasets == name)) for name in np.repeat(names, draw)]
                )
            ]
            for draw in dataset_draws(len(names), 20, 3).astype(int)
        ]
        expected = interval_of([own_of_draw.mean(axis=0) for own_of_draw in drawn])
        np.testing.assert_array_equal(confidence.dataset_interval(code), expected)


def test_a_class_of_one_sample_has_no_interval():
    scores = np.random.default_rng(0).normal(size=(3, 2, 4))

    confidence = collected(scores, [0, 1, 1], ["a", "a", "a"])

    assert np.isnan(confidence.sample_interval(0)).all()
    assert not np.isnan(confidence.sample_interval(1)).any()


def test_samples_are_drawn_inside_their_class_and_as_many_as_it_has():
    codes = np.array([0, 1, 0, -1, 1, 1])

    weights = sample_draws(codes, 500, 1)

    assert (weights[:, codes == 0].sum(axis=1) == 2).all()
    assert (weights[:, codes == 1].sum(axis=1) == 3).all()
    assert (weights[:, codes == -1] == 0).all()
    np.testing.assert_allclose(weights.mean(axis=0), [1, 1, 1, 0, 1, 1], atol=0.15)
    np.testing.assert_array_equal(weights, sample_draws(codes, 500, 1))
    assert not np.array_equal(weights, sample_draws(codes, 500, 2))


def test_the_differences_beside_are_those_without_confidence():
    generator = np.random.default_rng(0)
    scores, codes = generator.normal(size=(9, 3, 5)), generator.integers(0, 3, 9)
    plain = ClassDifferences(codes, 3, 5)
    plain.add(np.arange(9), scores)

    confidence = collected(scores, codes, ["a"] * 9)

    np.testing.assert_array_equal(confidence.differences()[0], plain.differences()[0])


def test_a_feature_of_one_study_is_told_from_one_that_all_studies_show():
    """30 features, of which the first rises in each of four studies, the second in one alone, but there by far."""
    own = np.zeros((8, 30))
    own[:, 2:] = -1 - np.arange(28) / 100
    own[:, 0], own[:2, 1] = 1.0, 40.0
    own[2:, 1] = -5.0
    scores = np.stack([own, np.zeros_like(own)], axis=1)
    confidence = collected(scores, [0] * 8, np.repeat(["a", "b", "c", "d"], 2), draws=200)

    assert confidence.supporting(0)[:3].tolist() == [4, 1, 0]
    low, high = confidence.dataset_interval(0)
    assert (low[0], high[0]) == (1, 2)
    assert (low[1], high[1]) == (1, 30)
    np.testing.assert_allclose(confidence.dataset_differences(0)[:, 1], [40, -5, -5, -5])


@pytest.mark.parametrize(
    ("features", "shift", "first"),
    [(400, 40, [1] * 39), (400, 39, [2, *[1] * 37]), (50, 20, [1] * 19), (50, 19, [2, *[1] * 17])],
)
def test_support_asks_for_a_rank_not_far_below_that_by_all_samples(features, shift, first):
    """The small dataset ranks all features `shift` places further down: among the best 40, or 20, or twice as far."""
    own = np.tile(np.arange(features, 0, -1.0), (10, 1))
    own[9] = np.roll(own[9], -shift) / 100
    scores = np.stack([own, np.zeros_like(own)], axis=1)

    supporting = collected(scores, [0] * 10, ["large"] * 9 + ["small"]).supporting(0)

    assert supporting[: features - shift].tolist() == first + [2] * (features - shift - len(first))


def test_intervals_hold_the_true_rank_about_as_often_as_they_promise():
    truth = np.linspace(2, 0, 10)
    held = []
    for seed in range(40):
        generator = np.random.default_rng(seed)
        own = truth + generator.normal(0, 0.5, (60, 10))
        scores = np.stack([own, np.zeros_like(own)], axis=1)
        low, high = collected(scores, [0] * 60, ["a"] * 60, draws=200, seed=seed).sample_interval(0)
        held.append((low <= np.arange(1, 11)) & (np.arange(1, 11) <= high))
        assert high[0] < 10

    assert 0.93 <= np.mean(held) <= 1


def table_of(confidence, features, classes, top=300):
    differences, samples = confidence.differences()
    columns = confidence.columns
    names = [features[column] for column in columns]
    ones = np.ones((len(classes), len(columns)))
    table = top_features(differences[:, columns], samples, ones, ones, names, classes, top)
    return with_confidence(table, confidence, features, classes)


@pytest.fixture
def lonely():
    """Class x in three datasets, of which one alone speaks for f1; class y in one dataset."""
    own = np.array([[9.0, 1, -1], [-1, 1, -2], [-2, 1, -1], [1, 2, 3], [1, 2, 3]])
    codes = [0, 0, 0, 1, 1]
    scores = np.zeros((5, 2, 3))
    scores[np.arange(5), codes] = own
    return scores, codes, ["a", "b", "c", "c", "c"]


def test_columns_say_which_ranks_rest_on_one_study(lonely):
    table = table_of(collected(*lonely, draws=100), ["f1", "f2", "f3"], ["x", "y"])

    assert table.columns.tolist()[7:] == list(COLUMNS)
    f1, f2, f3 = table[table["class"] == "x"].to_dict("records")
    assert [row["feature"] for row in (f1, f2, f3)] == ["f1", "f2", "f3"]
    assert (f1["rank_low"], f1["rank_high"], f1["dataset_rank_low"], f1["dataset_rank_high"]) == (1, 3, 1, 3)
    assert (f1["datasets"], f1["supporting_datasets"], f1["note"]) == (3, 1, "supported by 1 of 3 datasets")
    assert (f2["supporting_datasets"], f2["note"]) == (3, "")
    assert (f3["supporting_datasets"], f3["note"]) == (0, "supported by 0 of 3 datasets")
    of_y = table[table["class"] == "y"]
    assert of_y["note"].tolist() == ["one dataset only"] * 3
    assert of_y[["dataset_rank_low", "dataset_rank_high"]].isna().all(axis=None)
    assert of_y["rank_low"].tolist() == [1, 2, 3]


def test_without_draws_intervals_are_empty_and_support_is_counted_all_the_same(lonely):
    table = table_of(collected(*lonely, draws=0), ["f1", "f2", "f3"], ["x", "y"])

    ends = ["rank_low", "rank_high", "dataset_rank_low", "dataset_rank_high"]
    assert table[ends].isna().all(axis=None)
    assert table["supporting_datasets"].tolist() == [1, 3, 0, 1, 1, 1]


def test_some_features_can_be_ranked_alone(lonely):
    table = table_of(collected(*lonely, columns=np.array([0, 2])), ["f1", "f2", "f3"], ["x", "y"], top=1)

    assert table[["class", "feature", "rank_high"]].to_numpy().tolist() == [["x", "f1", 2], ["y", "f3", 1]]


def test_a_sentence_says_where_to_be_suspicious(lonely):
    table = table_of(collected(*lonely), ["f1", "f2", "f3"], ["x", "y"])

    assert suspicious(table) == [
        "top 20 features that at most one of several datasets supports: x 2",
        "1 class has samples of one dataset only, so that class and study cannot be told apart there: y",
    ]
    assert suspicious(table[(table["class"] == "x") & (table["feature"] == "f2")]) == [
        "top 20 features that at most one of several datasets supports: none"
    ]


def test_the_sums_that_are_held_do_not_grow_with_the_samples():
    def numbers_held(samples):
        scores = np.zeros((samples, 2, 50))
        confidence = collected(scores, np.arange(samples) % 2, ["a"] * samples, draws=10)
        held = [value for value in vars(confidence).values() if isinstance(value, np.ndarray)]
        return sum(value.nbytes for value in held if value.dtype == np.float64)

    assert numbers_held(20) == numbers_held(2000) > 0


def test_the_seed_decides():
    generator = np.random.default_rng(1)
    scores, codes, datasets = generator.normal(size=(40, 2, 30)), [0, 1] * 20, ["a", "a", "b", "b"] * 10
    tables = [
        table_of(collected(scores, codes, datasets, seed=seed), [f"f{k}" for k in range(30)], ["x", "y"])
        for seed in (1, 1, 2)
    ]

    pd.testing.assert_frame_equal(tables[0], tables[1])
    assert not tables[0].equals(tables[2])
