"""The deeplift package on the same weights: the reference engine, and the judge of ours."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools.attribute import arguments
from srna_tools.attribute.deeplift import GENOMICS_DEFAULT, RESCALE, REVEAL_CANCEL
from srna_tools.extras import import_from_extra, require_installed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike

#: The package's names of the rules.
_MODES = {RESCALE: "Rescale", REVEAL_CANCEL: "RevealCancel", GENOMICS_DEFAULT: "DeepLIFT_GenomicsDefault"}

# The package keeps TensorFlow and its session in variables of its modules, so only one run can borrow them at a time.
_BORROWED = threading.Lock()


def package_contributions(
    weights: Sequence[tuple[ArrayLike, ArrayLike]],
    X: Any,
    reference: Any,
    rule: str = RESCALE,
    classes: Sequence[int] | None = None,
    block: int = 256,
    dtype: DTypeLike = np.float32,
    threads: int = 0,
) -> np.ndarray:
    """Contributions as `srna_tools.attribute.deeplift.contributions`, computed by the deeplift package.

    The package was written for TensorFlow 1. It runs in a graph and a session of its own here, and leaves eager
    TensorFlow and Keras 3 in the same process as they were. It scores one class after the other.

    Parameters
    ----------
    weights, X, reference, rule, classes
        As for `contributions`.
    block
        Samples in each run of the session.
    dtype
        The package computes in float32. With float64 the same code of the package runs on wider numbers, which keeps
        its rounding out of a comparison: about 1e-4 of the largest score, and 5 % for RevealCancel on small networks.
    threads
        Of the session, 0 for as many as TensorFlow likes; their number may change the rounding. What else ran on
        TensorFlow in this process before has settled it.

    Returns
    -------
    Array of shape (samples, classes, features), in `dtype`.

    Raises
    ------
    MissingExtraError
        deeplift or TensorFlow is not installed.
    ValueError
        As `contributions`.
    """
    if rule not in _MODES:
        raise ValueError(f"there is no rule '{rule}'; the rules are: {', '.join(_MODES)}")
    number = arguments.number_type(dtype)
    arguments.at_least_one(block, "block")
    layers = [(layer.weight, layer.bias.astype(number)) for layer in arguments.layers_of(weights, number)]
    features = len(layers[0][0])
    samples = arguments.dense(arguments.samples_of(X, features, number), number)
    references = arguments.dense(arguments.references_of(reference, len(samples), features, number), number)
    indices = arguments.class_indices(classes, len(layers[-1][1]))
    result = np.empty((len(samples), len(indices), features), number)
    with _deeplift_on_tensorflow_1(number, threads) as deeplift:
        score = _scoring_function(deeplift, layers, _MODES[rule])
        for position, index in enumerate(indices if len(samples) else ()):
            result[:, position] = score(
                task_idx=int(index),
                input_data_list=[samples],
                input_references_list=[references],
                batch_size=block,
                progress_update=None,
            )
    return result


def _scoring_function(deeplift: Any, weights: list[tuple[np.ndarray, np.ndarray]], mode: str) -> Any:
    """Build the network from the package's layers; its converter cannot read Keras 3 files."""
    parts = deeplift.layers
    layers = [parts.Input(batch_shape=(None, len(weights[0][0])), name="input", verbose=False)]
    for position, (weight, bias) in enumerate(weights):
        if position > 0:
            relu = parts.ReLU(nonlinear_mxts_mode=mode, name=f"relu{position}", verbose=False)
            layers.append(relu.set_inputs(layers[-1]))
        linear = parts.DenseMxtsMode.Linear
        dense = parts.Dense(weight, bias, dense_mxts_mode=linear, name=f"dense{position}", verbose=False)
        dense.kernel, dense.bias = weight, bias  # its constructor rounds them to float32
        layers.append(dense.set_inputs(layers[-1]))
    layers[-1].build_fwd_pass_vars()
    model = deeplift.models.SequentialModel(layers)
    return model.get_target_contribs_func(find_scores_layer_idx=0, target_layer_idx=-1)


@contextmanager
def _deeplift_on_tensorflow_1(number: np.dtype[Any], threads: int) -> Iterator[Any]:
    """Lend the package the names of TensorFlow 1 and a private session, and take both back."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    require_installed("deeplift")  # its extra installs TensorFlow, too
    tensorflow = import_from_extra("tensorflow").compat.v1
    deeplift = import_from_extra("deeplift")
    import_from_extra("deeplift.models")  # with it the package's layers and util
    names = tensorflow if number == np.float32 else _WideTensorFlow(tensorflow)
    settings = tensorflow.ConfigProto(intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads)
    with _BORROWED, tensorflow.Graph().as_default(), tensorflow.Session(config=settings) as session:
        lent: list[tuple[Any, str, Any]] = [(deeplift.util, "get_session", lambda: session)]
        for name, module in list(sys.modules.items()):
            if name.startswith("deeplift.") and hasattr(module, "tf"):
                lent.append((module, "tf", names))
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in lent]
        try:
            for owner, name, loan in lent:
                setattr(owner, name, loan)
            yield deeplift
        finally:
            for owner, name, own in before:
                setattr(owner, name, own)


class _WideTensorFlow:
    """TensorFlow 1 whose float32 has 64 bits: the package asks for float32 by name wherever it makes numbers."""

    def __init__(self, tensorflow: Any) -> None:
        self._tensorflow = tensorflow
        self.float32 = tensorflow.float64

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tensorflow, name)
