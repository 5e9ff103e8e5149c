"""Table of the largest votes of single samples."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from srna_tools.attribute.explain import prepare
from srna_tools.attribute.sample_expression import SampleExpression
from srna_tools.attribute.votes import COLUMNS, Votes, best_two


@pytest.fixture(scope="module")
def explainer(simulated, mlp_bundle):
    return prepare(simulated, mlp_bundle, rule="rescale", reference="zero")


def table_of(explainer, chosen, top=20, blocks=(0, 32)):
    features = explainer.bundle.transform.features
    votes = Votes(explainer.probabilities, chosen, len(features), top)
    scores = explainer.scores(np.arange(32))
    for begin, end in pairwise(blocks):
        votes.add(np.arange(begin, end), scores[begin:end])
    return votes.table(
        explainer.samples.obs_names,
        features,
        explainer.bundle.classes,
        explainer.sample_expression,
    )


def test_votes_by_hand():
    probabilities = np.array([[0.2, 0.7, 0.1], [0.4, 0.4, 0.2]])
    scores = np.zeros((2, 3, 4))
    scores[0, 1], scores[0, 0] = [1, -3, 2, 0], [5, 6, 7, 8]
    scores[1, 0], scores[1, 1] = [2, -2, 0, 2], [9, 8, 7, 6]
    rpm = np.array([[10.0, 20, 30, 40], [1, 2, 3, 4]])
    votes = Votes(probabilities, [1, 0], 4, top=3)

    votes.add(np.array([0]), scores[:1])
    votes.add(np.array([1]), scores[1:])
    table = votes.table(["one", "two"], list("abcd"), ["x", "y", "z"], SampleExpression(rpm, np.array([1, 0])))

    assert table["sample"].tolist() == ["two"] * 3 + ["one"] * 3
    assert table["predicted"].tolist() == ["x"] * 3 + ["y"] * 3  # of equals the first
    assert table["runner_up"].tolist() == ["y"] * 3 + ["x"] * 3
    assert table["probability"].tolist() == [0.4] * 3 + [0.7] * 3
    assert table["rank"].tolist() == [1, 2, 3] * 2
    assert table["feature"].tolist() == ["a", "b", "d", "b", "c", "a"]
    assert table["score"].tolist() == [2, -2, 2, -3, 2, 1]
    assert table["runner_up_score"].tolist() == [9, 8, 6, 6, 7, 5]
    assert table["rpm"].tolist() == [1, 2, 4, 20, 30, 10]
    assert table["mean_rpm_class"].isna().all()
    assert table["mean_rpm_others"].tolist() == [10, 20, 40, 2, 3, 1]


def test_votes_of_a_network_are_the_largest_of_its_scores(explainer):
    table = table_of(explainer, range(32), top=7)

    assert list(table.columns) == list(COLUMNS)
    place = {name: column for column, name in enumerate(explainer.bundle.transform.features)}
    for row in (0, 13, 31):
        rows = table[table["sample"] == explainer.samples.obs_names[row]]
        best = int(explainer.probabilities[row].argmax())
        scores = explainer.scores(np.array([row]))[0]
        assert rows["score"].tolist() == [scores[best, place[name]] for name in rows["feature"]]
        left_out = set(place.values()) - {place[name] for name in rows["feature"]}
        assert rows["score"].abs().min() >= np.abs(scores[best, list(left_out)]).max()


def test_blocks_do_not_matter_and_only_chosen_samples_are_listed(explainer):
    whole = table_of(explainer, [30, 2, 9])
    assert whole["sample"].unique().tolist() == explainer.samples.obs_names[[30, 2, 9]].tolist()
    assert whole.equals(table_of(explainer, [30, 2, 9], blocks=(0, 1, 9, 10, 32)))


def test_the_class_beside_a_sample_does_not_hold_the_sample(explainer, simulated):
    row = table_of(explainer, [5]).iloc[0]
    counts = simulated.layers["counts"].toarray()
    rpm = (counts / counts.sum(axis=1, keepdims=True) * 1e6)[:, simulated.var_names.get_loc(row["feature"])]
    member = (simulated.obs["tissue"] == row["predicted"]).to_numpy()
    assert row["rpm"] == pytest.approx(rpm[5])
    assert row["mean_rpm_class"] == pytest.approx(np.delete(rpm, 5)[np.delete(member, 5)].mean())
    assert row["mean_rpm_others"] == pytest.approx(np.delete(rpm, 5)[~np.delete(member, 5)].mean())


def test_best_two_of_equals_are_the_first():
    predicted, runner_up = best_two(np.array([[0.3, 0.3, 0.3], [0.1, 0.5, 0.4]]))
    assert (predicted.tolist(), runner_up.tolist()) == ([0, 1], [1, 2])
