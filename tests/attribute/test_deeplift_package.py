"""The deeplift package in a private TensorFlow 1 session, beside eager Keras 3."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from srna_tools.attribute.deeplift_package import package_contributions
from srna_tools.errors import MissingExtraError

WEIGHTS = [(np.array([[2.0], [-1.0]]), np.array([-1.0])), (np.array([[1.0, -2.0]]), np.array([5.0, 5.0]))]
SAMPLE, ZEROS = np.array([[3.0, 2.0]]), np.zeros(2)


def test_scores_of_a_network_computed_by_hand():
    scores = package_contributions(WEIGHTS, SAMPLE, ZEROS)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, [[[4.5, -1.5], [-9.0, 3.0]]])


def test_classes_pick_and_order_the_classes():
    scores = package_contributions(WEIGHTS, SAMPLE, ZEROS, classes=[1])
    np.testing.assert_allclose(scores, [[[-9.0, 3.0]]])


def test_float64_is_more_than_float32_can_hold():
    scores = package_contributions(
        [(np.array([[1.0 + 1e-12]]), np.zeros(1))], np.ones((1, 1)), np.zeros(1), dtype=float
    )
    assert scores.item() == 1.0 + 1e-12


def test_keras_and_the_package_itself_stay_as_they_were():
    keras = pytest.importorskip("keras")
    tensorflow = pytest.importorskip("tensorflow")
    deeplift = pytest.importorskip("deeplift.models").deeplift
    rng = np.random.default_rng(1)
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, activation="relu")])
    model.add(keras.layers.Dense(2, activation="softmax"))
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    X, Y = rng.normal(size=(32, 4)), np.eye(2)[rng.integers(0, 2, 32)]
    model.fit(X, Y, epochs=1, verbose=0)
    before = model.predict(X, verbose=0)
    get_session, names = deeplift.util.get_session, deeplift.util.tf

    parameters = [layer.get_weights() for layer in model.layers]
    package_contributions([(W, b) for W, b in parameters], X, np.zeros(4), "reveal-cancel")

    assert tensorflow.executing_eagerly()
    assert deeplift.util.get_session is get_session
    assert deeplift.util.tf is names
    np.testing.assert_array_equal(model.predict(X, verbose=0), before)
    model.fit(X, Y, epochs=1, verbose=0)


@pytest.mark.parametrize(("absent", "extra"), [("deeplift", "deeplift"), ("tensorflow", "train")])
def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch, absent, extra):
    monkeypatch.setitem(sys.modules, absent, None)
    with pytest.raises(MissingExtraError, match=rf"pip install 'srna-tools\[{extra}\]'"):
        package_contributions(WEIGHTS, SAMPLE, ZEROS)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rule": "gradient"}, "there is no rule 'gradient'"),
        ({"classes": [2]}, "the model has classes 0 to 1"),
        ({"X": np.ones((1, 3))}, r"X has shape \(1, 3\)"),
    ],
)
def test_bad_arguments_are_named(changed, message):
    with pytest.raises(ValueError, match=message):
        package_contributions(**({"weights": WEIGHTS, "X": SAMPLE, "reference": ZEROS} | changed))
