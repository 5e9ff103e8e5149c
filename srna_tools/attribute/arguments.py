"""What DeepLIFT accepts: every argument checked and brought into one form before the first computation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from srna_tools.attribute.rules import Layer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

Number = np.dtype[Any]


def number_type(dtype: DTypeLike) -> Number:
    """Return `dtype` if DeepLIFT computes in it."""
    number = np.dtype(dtype)
    if number not in (np.float32, np.float64):
        raise ValueError(f"dtype is {number}, expected float32 or float64")
    return number


def at_least_one(value: int, name: str) -> None:
    """Refuse a number of samples or threads below 1."""
    if value < 1:
        raise ValueError(f"{name} is {value}, expected at least 1")


def layers_of(weights: Sequence[tuple[ArrayLike, ArrayLike]], number: Number) -> list[Layer]:
    """Return the dense layers, each fitting the one before."""
    if len(weights) == 0:
        raise ValueError("weights is empty, expected one (W, b) for each layer")
    layers: list[Layer] = []
    for position, (weight, bias) in enumerate(weights, start=1):
        W, b = np.asarray(weight), np.asarray(bias)
        if (W.ndim, b.ndim) != (2, 1) or W.size == 0 or b.shape != W.shape[1:]:
            raise ValueError(f"layer {position}: W has shape {W.shape} and b {b.shape}, expected (inputs, outputs) and (outputs,)")  # fmt: skip  # noqa: E501
        if layers and layers[-1].bias.size != W.shape[0]:
            raise ValueError(f"layer {position} has {W.shape[0]} inputs, but the layer before it {layers[-1].bias.size} outputs")  # fmt: skip  # noqa: E501
        _check_numbers(W, f"W of layer {position}", number)
        _check_numbers(b, f"b of layer {position}", number)
        rounded = np.ascontiguousarray(W, dtype=number)
        layers.append(Layer(rounded, rounded.astype(np.float64, copy=False), b.astype(number).astype(np.float64)))
    return layers


def samples_of(X: Any, features: int, number: Number) -> Any:
    """Return the samples as a dense array or CSR matrix, not copied where they already are."""
    return _matrix(X, "X", features, number)


def references_of(reference: Any, samples: int, features: int, number: Number) -> Any:
    """Return one reference for all samples, (1, features), or one for each, (samples, features)."""
    if not sparse.issparse(reference) and np.ndim(reference) == 1:
        reference = np.asarray(reference)[np.newaxis]
    matrix = _matrix(reference, "reference", features, number)
    if matrix.shape[0] not in (1, samples):
        raise ValueError(f"reference has {matrix.shape[0]} rows, expected 1 or {samples}, one for each sample")
    return matrix


def dense(values: Any, number: Number) -> np.ndarray:
    """Return dense values in `number`, not copied where they already are."""
    is_sparse: bool = sparse.issparse(values)
    array: np.ndarray = np.asarray(values.toarray() if is_sparse else values, dtype=number)
    return array


def class_indices(classes: Sequence[int] | None, present: int) -> np.ndarray:
    """Return the classes to score; without a wish, all."""
    indices = np.arange(present) if classes is None else np.asarray(classes)
    if indices.ndim != 1 or len(indices) == 0 or indices.dtype.kind not in "iu":
        raise ValueError(f"classes is {classes!r}, expected a list of class indices")
    if indices.min() < 0 or indices.max() >= present:
        raise ValueError(f"classes is {classes!r}, but the model has classes 0 to {present - 1}")
    return indices


def _matrix(values: Any, name: str, features: int, number: Number) -> Any:
    is_sparse: bool = sparse.issparse(values)
    matrix: Any = values.tocsr() if is_sparse else np.asarray(values)
    shape = matrix.shape
    if len(shape) != len(("samples", "features")) or shape[1] != features:
        raise ValueError(f"{name} has shape {shape}, but the first layer of the model has {features} inputs")
    _check_numbers(matrix.data if is_sparse else matrix, name, number)
    return matrix


def _check_numbers(values: np.ndarray, name: str, number: Number) -> None:
    """Refuse text, missing and infinite values, and those too large for `number`."""
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{name} holds {values.dtype}, expected real numbers")
    largest = np.finfo(number).max
    # Minimum and maximum keep a missing value and need no copy; every comparison with NaN is false.
    if values.size and not (-largest <= values.min() and values.max() <= largest):
        raise ValueError(f"{name} has missing or infinite values, or values too large for {number}")
