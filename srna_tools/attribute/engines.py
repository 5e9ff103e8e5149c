"""Which engine explains which kind of model."""

from __future__ import annotations

import numpy as np

from srna_tools.attribute.engine import ZERO, Engine
from srna_tools.attribute.network_engine import NetworkEngine
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, listed
from srna_tools.models.dense_network import DenseNetwork


def engine_for(bundle: Bundle, *, rule: str, reference: str, threads: int = 1) -> Engine:
    """Choose the engine that explains the model of a bundle.

    Raises
    ------
    SampleError
        No engine explains models of this kind.
    """
    if not isinstance(bundle.model, DenseNetwork):
        raise SampleError(
            f"DeepLIFT explains {listed(DenseNetwork.kinds)} models, but this bundle holds a {bundle.kind}"
        )
    start = np.zeros(bundle.model.inputs) if reference == ZERO else np.asarray(bundle.transform.mean)
    return NetworkEngine(bundle.model, start, reference, rule, threads)
