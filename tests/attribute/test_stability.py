"""Steps until predictions change, from samples to tables: small cases by hand, and who is followed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from srna_tools.attribute.explain import prepare
from srna_tools.attribute.stability import MATRIX_COLUMNS, STEP_COLUMNS, RemovalSteps
from srna_tools.models.dense_network import DenseNetwork


@pytest.fixture
def explainer_by_hand(simulated, logistic_bundle):
    """Make an explainer of a linear model of given weights, inputs and classes."""
    explained = prepare(simulated, logistic_bundle, rule="rescale", reference="zero")

    def make(kernel, bias, inputs, codes, annotated=None):
        network = DenseNetwork(((np.array(kernel, dtype=np.float32), np.array(bias, dtype=np.float32)),))
        features = network.inputs
        transform = replace(
            logistic_bundle.transform,
            features=logistic_bundle.transform.features[:features],
            mean=np.zeros(features),
        )
        classes = tuple("abcde"[: network.outputs])
        bundle = replace(logistic_bundle, model=network, transform=transform, classes=classes, ontology_ids={})
        inputs, codes = np.array(inputs, dtype=np.float32), np.array(codes)
        return replace(
            explained,
            bundle=bundle,
            engine=replace(explained.engine, network=network, reference=np.zeros(features)),
            samples=simulated[: len(inputs)],
            inputs=inputs,
            probabilities=bundle.probabilities(inputs),
            codes=codes,
            annotated=np.ones(len(codes), dtype=bool) if annotated is None else np.array(annotated),
        )

    return make


def followed(explainer, threads=1):
    steps = RemovalSteps(explainer, threads)
    explainer.collect(steps)
    return steps


def test_two_classes_by_hand(explainer_by_hand):
    # Logit of a: x0 + x1 + x2, of b: 1.5. The first sample starts with 3, the second with 2: after removing one feature
    # 2 and 1 are left, after two 1 and 0. The third sample is b, with b ahead by 0.5, and stays so whatever is removed.
    explainer = explainer_by_hand([[1, 0], [1, 0], [1, 0]], [0, 1.5], [[1, 1, 1], [1, 0, 1], [0, 1, 0]], [0, 0, 1])

    steps = followed(explainer)

    names = explainer.samples.obs_names
    expected = pd.DataFrame(
        {
            "sample": names[:3],
            "from": ["a", "a", "b"],
            "to": ["b", "b", "a"],
            # The feature at zero of the second sample comes third in its order: x0, x2, x1.
            "steps_to_change": pd.array([2, 1, None], dtype="Int64"),
            "changed_to": ["b", "b", ""],
            "steps_to_class": pd.array([2, 1, None], dtype="Int64"),
        }
    )
    pd.testing.assert_frame_equal(steps.steps(), expected[list(STEP_COLUMNS)], check_dtype=False)
    matrix = steps.similarity()
    assert tuple(matrix.columns) == MATRIX_COLUMNS
    assert matrix.iloc[0].tolist() == ["a", "b", 1.5, 1.5, 2, 0]
    assert matrix.iloc[1][["from", "to", "samples", "censored"]].tolist() == ["b", "a", 1, 1]
    assert matrix.iloc[1][["mean_steps", "median_steps"]].isna().all()
    pd.testing.assert_frame_equal(steps.stability(), matrix)


def test_a_feature_at_the_reference_is_counted_though_nothing_changes(explainer_by_hand):
    # Sample (1, 0, 1): a 3, b 0, c -1. In favour of b: x0 (1), x1 (0, it is zero already), x2 (-1). Without x0 a is 2,
    # and without x2 a is 3 and c 4: the change comes at step 3, though it is the second that changes anything.
    explainer = explainer_by_hand([[1, 0, 0], [1, 0, 0], [-1, 0, -5]], [3, 0, 4], [[1, 0, 1]], [0])

    table = followed(explainer).steps().set_index("to")

    assert table.loc["b", ["steps_to_change", "changed_to"]].tolist() == [3, "c"]
    assert table.loc["b", "steps_to_class"] is pd.NA


def test_three_classes_change_to_one_before_the_other(explainer_by_hand):
    # a: 3 x0 + x1, b: 1, c: 2 - x1. Sample (1, 1): a 4, b 1, c 1. In favour of both x0 goes first, and then a = b = c
    # = 1: the first of equals stays. Without x1 too c leads.
    explainer = explainer_by_hand([[3, 0, 0], [1, 0, -1]], [0, 1, 2], [[1, 1]], [0])

    table = followed(explainer).steps().set_index("to")

    assert table["steps_to_change"].tolist() == [2, 2]
    assert table["changed_to"].tolist() == ["c", "c"]
    assert table.loc["c", "steps_to_class"] == 2
    assert table.loc["b", "steps_to_class"] is pd.NA


def test_wrongly_predicted_samples_are_left_out_and_their_class_named(explainer_by_hand):
    explainer = explainer_by_hand([[1, 0], [1, 0]], [0, 0.5], [[1, 1], [1, 0], [0.7, 0]], [0, 1, 0])

    steps = followed(explainer)

    assert steps.correct.tolist() == [True, False, True]
    assert steps.steps()["sample"].tolist() == explainer.samples.obs_names[[0, 2]].tolist()
    assert set(steps.stability()["from"]) == {"a"}
    assert any("2 of 3 samples" in sentence for sentence in steps.sentences())
    assert any(sentence.endswith("no correctly predicted sample of b") for sentence in steps.sentences())


def test_annotated_samples_count_alone_and_without_them_predictions_stand_in(explainer_by_hand):
    inputs = [[1, 1], [1, 0], [0, 0]]
    some = explainer_by_hand([[1, 0], [1, 0]], [0, 0.5], inputs, [0, 0, 1], [True, False, False])
    none = explainer_by_hand([[1, 0], [1, 0]], [0, 0.5], inputs, [0, -1, 1], [False] * 3)

    assert RemovalSteps(some).correct.tolist() == [True, False, False]
    assert RemovalSteps(none).correct.tolist() == [True, False, True]
    assert not any("stand in" in sentence for sentence in RemovalSteps(some).sentences())
    assert any("predictions stand in" in sentence for sentence in RemovalSteps(none).sentences())


def test_without_any_correct_sample_tables_are_empty_and_it_is_said(explainer_by_hand):
    explainer = explainer_by_hand([[1, 0], [1, 0]], [0, 0.5], [[1, 1], [1, 0]], [1, 1])

    none = followed(explainer)

    assert none.steps().columns.tolist() == list(STEP_COLUMNS)
    assert none.stability().columns.tolist() == none.similarity().columns.tolist() == list(MATRIX_COLUMNS)
    assert len(none.steps()) == len(none.stability()) == len(none.similarity()) == 0
    assert any("0 of 2 samples are predicted as their class" in sentence for sentence in none.sentences())


@pytest.mark.parametrize("reference", ["zero", "mean"])
def test_trained_networks_agree_with_removing_and_asking(simulated, mlp_bundle, steps_by_hand, reference):
    explainer = prepare(simulated[:6], mlp_bundle, rule="reveal-cancel", reference=reference)

    table = followed(explainer, threads=2).steps().fillna({"steps_to_change": 0, "steps_to_class": 0})

    scores, classes = explainer.scores(np.arange(6)), list(mlp_bundle.classes)
    expected = []
    for row in np.flatnonzero(RemovalSteps(explainer).correct):
        found = steps_by_hand(
            lambda values: mlp_bundle.probabilities(values).argmax(axis=1),
            explainer.inputs[row],
            explainer.engine.reference,
            scores[row],
            int(explainer.codes[row]),
        )
        expected += [(change, classes[to] if change else "", other) for change, to, other in found]
    assert len(expected) >= 9
    assert list(zip(table["steps_to_change"], table["changed_to"], table["steps_to_class"], strict=True)) == expected


def test_tables_do_not_depend_on_threads_or_blocks(simulated, mlp_bundle):
    explainer = prepare(simulated, mlp_bundle, rule="rescale", reference="zero")
    whole = followed(explainer)
    parts = RemovalSteps(explainer, threads=2)
    for rows in (np.arange(5), np.arange(5, len(explainer.inputs))):
        parts.add(rows, explainer.scores(rows))

    pd.testing.assert_frame_equal(whole.steps(), parts.steps())
    pd.testing.assert_frame_equal(whole.stability(), parts.stability())
