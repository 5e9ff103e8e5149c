"""DeepLIFT's two rules for a ReLU, and the way back through the dense layers that both share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

#: A change smaller than this counts as none: the deeplift package's threshold, in units of the pre-activations.
NEAR_ZERO = 1e-7


class SignedParts(NamedTuple):
    """Weights taken apart by sign: what is above zero, what is below, and the magnitude."""

    above: np.ndarray
    below: np.ndarray
    magnitude: np.ndarray


class Layer(NamedTuple):
    """A dense layer, ``outputs = inputs @ weight + bias``.

    `weight` is in the type of the result. `exact` and `bias` are float64 and make the values of the hidden units: how
    much a unit changed, and whether up or down, is a small difference of large numbers, and the multipliers hang on it.
    RevealCancel also needs the signed parts of `weight`.
    """

    weight: np.ndarray
    exact: np.ndarray
    bias: np.ndarray
    parts: SignedParts | None = None


class Factors(NamedTuple):
    r"""What the ReLUs of a hidden layer do to the multipliers that pass them, shape (samples, units).

    With :math:`m^+` for what raises a unit's input and :math:`m^-` for what lowers it, `mean` is
    :math:`(m^+ + m^-)/2` and `half_difference` :math:`(m^+ - m^-)/2`, None where it is zero (Rescale).
    `delta` is the change of the layer's inputs, (samples, inputs): its sign says which of the two applies.
    """

    mean: np.ndarray
    half_difference: np.ndarray | None
    delta: np.ndarray


Rule = Callable[[Layer, np.ndarray, np.ndarray, np.ndarray], Factors]


def with_signed_parts(layer: Layer) -> Layer:
    """Add the signed parts of the weights."""
    weight = layer.weight
    return layer._replace(parts=SignedParts(np.maximum(weight, 0), np.minimum(weight, 0), np.abs(weight)))


def rescale(_layer: Layer, delta: np.ndarray, value: np.ndarray, reference: np.ndarray) -> Factors:
    r"""Multipliers of ReLUs by the Rescale rule.

    .. math:: m = \Delta y / \Delta x, \quad \Delta x = x - x^0, \quad \Delta y = \max(x, 0) - \max(x^0, 0)

    and the gradient at the reference where :math:`|\Delta x| < 10^{-7}`, as in the deeplift package.

    Parameters
    ----------
    delta
        Change of the layer's inputs, (samples, inputs).
    value, reference
        Pre-activations :math:`x` of the samples and :math:`x^0` of the reference, (samples, units).

    References
    ----------
    Shrikumar et al. 2017 (arXiv:1704.02685), section 3.5.1.
    """
    change = value - reference
    near_zero = np.abs(change) < NEAR_ZERO
    change[near_zero] = 1  # any number that can be divided by; the quotient is not used
    multiplier = relu(value)
    multiplier -= relu(reference)
    multiplier /= change
    np.copyto(multiplier, reference > 0, where=near_zero)
    return Factors(multiplier.astype(delta.dtype), None, delta)


def reveal_cancel(layer: Layer, delta: np.ndarray, _value: np.ndarray, reference: np.ndarray) -> Factors:
    r"""Multipliers of ReLUs by the RevealCancel rule, which keeps what raises a unit and what lowers it apart.

    .. math::
        \Delta y^+ &= \tfrac12 [f(x^0 + \Delta x^+) - f(x^0)
            + f(x^0 + \Delta x^- + \Delta x^+) - f(x^0 + \Delta x^-)]

        \Delta y^- &= \tfrac12 [f(x^0 + \Delta x^-) - f(x^0)
            + f(x^0 + \Delta x^+ + \Delta x^-) - f(x^0 + \Delta x^+)]

        m^\pm &= \Delta y^\pm / \Delta x^\pm

    with :math:`f` the ReLU. A :math:`\Delta x^\pm` near zero is moved away from it by :math:`10^{-7}` before, as in the
    deeplift package. Parameters as in `rescale`.

    References
    ----------
    Shrikumar et al. 2017 (arXiv:1704.02685), section 3.5.2.
    """
    reference = reference.astype(delta.dtype)
    raised, lowered = (_away_from_zero(part) for part in _signed_change(layer, delta))
    positive = _gain(reference, raised)
    positive += _gain(reference + lowered, raised)
    positive /= 2 * raised
    negative = _gain(reference, lowered)
    negative += _gain(reference + raised, lowered)
    negative /= 2 * lowered
    return Factors((positive + negative) / 2, (positive - negative) / 2, delta)


def _signed_change(layer: Layer, delta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum the products delta x weight that raise a unit, and those that lower it."""
    if layer.parts is None:
        raise ValueError("RevealCancel needs layers with the signed parts of their weights")
    above, below, _ = layer.parts
    increase = np.maximum(delta, 0)
    raised, lowered = increase @ above, increase @ below
    decrease = np.minimum(delta, 0)
    if decrease.any():  # min-max scaled expression never falls below a reference of zeros: half of the work saved
        raised += decrease @ below
        lowered += decrease @ above
    return raised, lowered


def _gain(start: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Change of the ReLU's output, in the order of operations of the deeplift package.

    For a step as small as the rounding of `start` the result is rounding. Only the same operations give the same
    multipliers as the package in float32, up to 5 % of the largest score of a small network.
    """
    gain = relu(start + step)
    gain -= relu(start)
    return gain


def _away_from_zero(part: np.ndarray) -> np.ndarray:
    step: np.ndarray = np.where(part >= 0, part.dtype.type(NEAR_ZERO), part.dtype.type(-NEAR_ZERO))
    step *= np.abs(part) < NEAR_ZERO / 2
    step += part
    return step


def relu(values: np.ndarray) -> np.ndarray:
    """Rectified linear unit."""
    rectified: np.ndarray = np.maximum(values, 0)
    return rectified


def pre_activations(layers: Sequence[Layer], inputs: np.ndarray) -> list[np.ndarray]:
    """Values of the hidden units before their ReLU, one (samples, units) float64 array for each hidden layer."""
    hidden = []
    inputs = inputs.astype(np.float64)
    for layer in layers[:-1]:
        value = inputs @ layer.exact
        value += layer.bias
        hidden.append(value)
        inputs = relu(value)
    return hidden


def relu_factors(
    rule: Rule, layers: Sequence[Layer], delta: np.ndarray, hidden: list[np.ndarray], references: list[np.ndarray]
) -> list[Factors]:
    """Apply the rule to each hidden layer, first layer first."""
    factors = []
    for layer, value, reference in zip(layers[:-1], hidden, references, strict=True):
        factors.append(rule(layer, delta, value, reference))
        delta = (relu(value) - relu(reference)).astype(delta.dtype)
    return factors


def propagate(layers: Sequence[Layer], factors: Sequence[Factors], target: np.ndarray, out: np.ndarray) -> None:
    r"""Carry the multipliers of all classes from the logits back to the features.

    Through the ReLU of a unit :math:`u` and the dense layer before it the chain rule for multipliers is

    .. math:: m_j = \sum_u W_{ju} m_u \cdot \begin{cases}
        m_u^+ & W_{ju} \Delta_j > 0 \\ m_u^- & W_{ju} \Delta_j < 0 \\ (m_u^+ + m_u^-)/2 & \Delta_j = 0 \end{cases}
        = \sum_u W_{ju} m_u \frac{m_u^+ + m_u^-}2 + \mathrm{sign}(\Delta_j) \sum_u |W_{ju}| m_u \frac{m_u^+ - m_u^-}2

    The second form takes two matrix products for all classes at once, and Rescale only the first of them.

    Parameters
    ----------
    target
        Weights of the logits to score, (classes, last hidden units).
    out
        Filled with the multipliers, (samples, classes, features), contiguous.

    References
    ----------
    Shrikumar et al. 2017 (arXiv:1704.02685), sections 3.2 to 3.5.
    """
    multipliers = target[np.newaxis]
    for index in reversed(range(len(factors))):
        layer, factor = layers[index], factors[index]
        inputs, units = layer.weight.shape
        result = out if index == 0 else np.empty((*out.shape[:2], inputs), out.dtype)
        passed = factor.mean[:, np.newaxis] * multipliers
        np.matmul(passed.reshape(-1, units), layer.weight.T, out=result.reshape(-1, inputs))
        if factor.half_difference is not None and layer.parts is not None:
            np.multiply(factor.half_difference[:, np.newaxis], multipliers, out=passed)
            by_sign = (passed.reshape(-1, units) @ layer.parts.magnitude.T).reshape(result.shape)
            by_sign *= np.sign(factor.delta)[:, np.newaxis]
            result += by_sign
        multipliers = result
