"""Temperature scaling: dividing logits, the best temperature, and what it may not change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.metrics import log_loss

from srna_tools.validation.temperature import HIGHEST, LOWEST, best_temperature, with_temperature


def logits(seed: int, samples: int = 400, classes: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are right on average, and classes drawn from their probabilities."""
    generator = np.random.default_rng(seed)
    drawn = generator.normal(scale=2.0, size=(samples, classes))
    true = np.array([generator.choice(classes, p=row) for row in softmax(drawn, axis=1)])
    return drawn, true


@given(st.floats(LOWEST, HIGHEST), st.integers(0, 20))
def test_it_divides_the_logits(temperature, seed):
    drawn, _ = logits(seed, samples=6)
    ours = with_temperature(softmax(drawn, axis=1), temperature)
    np.testing.assert_allclose(ours, softmax(drawn / temperature, axis=1), rtol=1e-6, atol=1e-12)


def test_order_stays_zero_stays_and_one_changes_nothing():
    probabilities = np.array([[0.6, 0.4, 0.0], [0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    softer = with_temperature(probabilities, 4.0)
    assert softer[0, 2] == 0
    assert softer[2].tolist() == [1, 0, 0]
    assert softer[3].tolist() == [0, 0, 0]
    assert (np.argsort(softer, kind="stable") == np.argsort(probabilities, kind="stable")).all()
    assert softer[0, 0] < 0.6
    assert with_temperature(probabilities, 0.5)[0, 0] > 0.6
    np.testing.assert_allclose(with_temperature(probabilities, 1.0), probabilities)


@pytest.mark.parametrize("factor", [0.3, 1.0, 4.0])
def test_the_best_temperature_undoes_what_made_a_model_too_sure_or_unsure(factor):
    drawn, true = logits(1, samples=4000)
    found = best_temperature(true, softmax(drawn * factor, axis=1))
    assert found == pytest.approx(factor, rel=0.1)
    losses = [
        log_loss(true, with_temperature(softmax(drawn * factor, axis=1), found * step)) for step in (0.9, 1.0, 1.1)
    ]
    assert losses[1] == min(losses)


def test_a_class_that_was_missing_from_the_training_does_not_decide():
    drawn, true = logits(2, samples=2000)
    probabilities = softmax(drawn * 2, axis=1)
    never = probabilities[:50].copy()
    never[np.arange(50), true[:50]] = 0.0
    never /= never.sum(axis=1, keepdims=True)
    with_missing = best_temperature(np.r_[true, true[:50]], np.r_[probabilities, never])
    assert with_missing == pytest.approx(best_temperature(true, probabilities), rel=1e-3)
