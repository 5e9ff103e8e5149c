"""Deletion curves: against a plain loop, and what they must show for models whose needs are known."""

from __future__ import annotations

import numpy as np
import pytest

from srna_tools.attribute.deletion import (
    COLUMNS,
    DRAWS,
    OF_CLASS,
    OWN,
    RANDOM,
    DeletionCurves,
    after_removal,
    areas,
    curve_table,
    falling,
    random_orders,
    removal_steps,
)
from srna_tools.attribute.explain import prepare


@pytest.mark.parametrize(
    ("features", "steps"),
    [
        (1, [0, 1]),
        (5, [0, 1, 2, 5]),
        (7, [0, 1, 2, 5, 7]),
        (100, [0, 1, 2, 5, 10, 20, 50, 100]),
        (473, [0, 1, 2, 5, 10, 20, 50, 100, 200, 473]),
    ],
)
def test_steps_grow_and_end_with_all_features(features, steps):
    assert removal_steps(features).tolist() == steps


def test_curves_agree_with_removing_features_one_by_one(simulated, mlp_bundle):
    inputs = mlp_bundle.transform.apply(simulated).values[:9]
    codes, reference = np.arange(9) % 4, mlp_bundle.transform.mean
    orders = random_orders(inputs.shape[1], 9, seed=3)

    curves = after_removal(mlp_bundle.probabilities, inputs, codes, orders, reference)

    for row in range(9):
        sample, followed = inputs[row : row + 1].copy(), []
        for removed in range(inputs.shape[1] + 1):
            if removed:
                feature = orders[row, removed - 1]
                sample[0, feature] = reference[feature]
            followed.append(mlp_bundle.probabilities(sample)[0, codes[row]])
        np.testing.assert_allclose(curves[row], np.array(followed)[removal_steps(inputs.shape[1])], atol=1e-6)


def test_one_order_for_all_is_that_order_for_each(simulated, mlp_bundle):
    inputs = mlp_bundle.transform.apply(simulated).values
    order, reference = random_orders(inputs.shape[1], 1, seed=0)[0], np.zeros(inputs.shape[1])
    codes = np.zeros(len(inputs), dtype=int)
    arguments = (mlp_bundle.probabilities, inputs, codes)

    together = after_removal(*arguments, order, reference)

    each = after_removal(*arguments, np.tile(order, (len(inputs), 1)), reference)
    np.testing.assert_array_equal(together, each)


def test_the_inputs_are_left_as_they_are():
    inputs = np.ones((2, 3), dtype=np.float32)
    after_removal(lambda values: values, inputs, np.array([0, 1]), np.arange(3), np.zeros(3))
    np.testing.assert_array_equal(inputs, 1)


def test_random_orders_hold_every_feature_once_and_depend_on_the_seed_alone():
    orders = random_orders(20, 4, seed=1)
    np.testing.assert_array_equal(np.sort(orders, axis=1), np.tile(np.arange(20), (4, 1)))
    np.testing.assert_array_equal(orders, random_orders(20, 4, seed=1))
    assert len({tuple(order) for order in [*orders, *random_orders(20, 4, seed=2)]}) == 8


def test_equal_scores_keep_the_order_of_the_features():
    assert falling(np.array([[1.0, 2.0, 1.0, 2.0]])).tolist() == [[1, 3, 0, 2]]


@pytest.mark.parametrize("reference", ["zero", "mean"])
def test_what_ranks_first_is_what_the_model_needs(simulated, mlp_bundle, reference):
    explainer = prepare(simulated, mlp_bundle, rule="rescale", reference=reference)
    collected = DeletionCurves(explainer, seed=0)
    explainer.collect(collected)

    table = collected.table()

    area = areas(table)
    assert list(table) == list(COLUMNS)
    assert area[OWN] < area[RANDOM]
    assert area[OF_CLASS] < area[RANDOM]
    own = explainer.probabilities[np.arange(simulated.n_obs), explainer.codes]
    start = mlp_bundle.probabilities(explainer.engine.reference[None, :].astype(np.float32))[0, explainer.codes]
    for _, rows in table.groupby("order"):
        assert rows["probability"].iloc[0] == pytest.approx(own.mean(), abs=1e-6)
        assert rows["probability"].iloc[-1] == pytest.approx(start.mean(), abs=1e-6)
        assert set(rows["samples"]) == {simulated.n_obs}


def test_own_and_class_orders_follow_the_advantage_of_the_class(simulated, logistic_bundle):
    explainer = prepare(simulated, logistic_bundle, rule="rescale", reference="mean")
    collected = DeletionCurves(explainer, seed=0)
    explainer.collect(collected)
    kernel, _ = logistic_bundle.model.weights[0]
    rows, classes = np.arange(simulated.n_obs), len(logistic_bundle.classes)
    # Linear: the advantage of a class is its weight less the mean of the others, times the way from the reference.
    advantages = (explainer.inputs - explainer.engine.reference)[:, None, :] * (
        kernel.T - (kernel.sum(axis=1) - kernel.T) / (classes - 1)
    )
    own = advantages[rows, explainer.codes]
    of_class = np.array([own[explainer.codes == code].mean(axis=0) for code in range(classes)])[explainer.codes]

    table = collected.table()

    for order, scores in ((OWN, own), (OF_CLASS, of_class)):
        curves = after_removal(
            logistic_bundle.probabilities, explainer.inputs, explainer.codes, falling(scores),
            explainer.engine.reference,
        )  # fmt: skip
        found = table.loc[table["order"] == order, "probability"]
        np.testing.assert_allclose(found, curves.mean(axis=0), atol=1e-3)


def test_the_random_curve_is_the_mean_of_its_draws(simulated, mlp_bundle):
    explainer = prepare(simulated, mlp_bundle, rule="rescale", reference="zero")
    collected = DeletionCurves(explainer, seed=5)
    explainer.collect(collected)
    orders = random_orders(explainer.inputs.shape[1], DRAWS, seed=5)
    each = [
        after_removal(mlp_bundle.probabilities, explainer.inputs, explainer.codes, order, explainer.engine.reference)
        for order in orders
    ]

    table = collected.table()

    found = table.loc[table["order"] == RANDOM, "probability"]
    np.testing.assert_allclose(found, np.mean(each, axis=(0, 1)), atol=1e-6)


def test_samples_of_no_class_are_left_out(simulated, mlp_bundle):
    explainer = prepare(simulated, mlp_bundle, rule="rescale", reference="zero")
    explainer.codes[:5] = -1
    collected = DeletionCurves(explainer, seed=0)
    explainer.collect(collected)

    table = collected.table()

    assert set(table["samples"]) == {simulated.n_obs - 5}
    assert table["probability"].notna().all()


def test_areas_are_those_of_shapes_that_are_known():
    falls, stays = np.array([[1.0, 0.0, 0.0, 0.0]]), np.ones((2, 4))
    table = curve_table({"falls": falls, "stays": stays}, features=5)

    # A triangle over the first of five features: half of a fifth.
    assert areas(table) == {"falls": pytest.approx(0.1), "stays": pytest.approx(1.0)}
    assert table.loc[table["order"] == "stays", "samples"].tolist() == [2] * 4
