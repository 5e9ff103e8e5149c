"""Which engine explains which kind of model."""

from __future__ import annotations

import numpy as np

from srna_tools.attribute.engine import AUTO, BUILT_IN, MEAN, PACKAGE, ZERO, Engine
from srna_tools.attribute.forest_engine import ForestEngine
from srna_tools.attribute.network_engine import NetworkEngine
from srna_tools.attribute.projection_engine import ProjectionEngine
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, listed
from srna_tools.extras import NETWORK_LIBRARIES, require_installed
from srna_tools.models.class_means import ClassMeans
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.random_forest import RandomForest

_NETWORKS = len(DenseNetwork.kinds)


def engine_for(bundle: Bundle, *, rule: str, reference: str, engine: str = BUILT_IN, threads: int = 1) -> Engine:
    """Choose the engine that explains the model of a bundle.

    Parameters
    ----------
    rule
        Of DeepLIFT; other engines have none.
    reference
        ``zero`` or ``mean``: inputs of zero, or the average training sample; ``auto``: `usual_reference`.
    engine
        ``built-in``, or ``deeplift`` for the deeplift package, which explains networks only.

    Raises
    ------
    SampleError
        The engine does not explain models of this kind, or the bundle lacks what it needs.
    """
    model = bundle.model
    reference = usual_reference(bundle) if reference == AUTO else reference
    start = np.zeros(model.inputs) if reference == ZERO else np.asarray(bundle.transform.mean)
    if isinstance(model, DenseNetwork):
        return NetworkEngine(model, start, reference, rule, engine, threads)
    if bundle.is_numeric:
        raise SampleError(
            f"the bundle holds a {bundle.kind} model, which predicts a number; explanations are votes for classes: "
            "give a bundle that was trained to tell classes apart"
        )
    if engine == PACKAGE:
        raise SampleError(
            f"the deeplift package explains {listed(DenseNetwork.kinds, _NETWORKS)} models, but this bundle holds a "
            f"{bundle.kind} model; leave --engine out"
        )
    if isinstance(model, RandomForest):
        return ForestEngine(model, start, reference)
    if isinstance(model, ClassMeans):
        return ProjectionEngine(model, start, reference)
    raise SampleError(f"no engine explains {bundle.kind} models; give a bundle of another model")


def require_libraries(bundle: Bundle, engine: str) -> None:
    """Refuse an explanation whose library is not installed, before samples are read.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    if engine == PACKAGE:
        require_installed("deeplift", *NETWORK_LIBRARIES, needed_by=f"--engine {PACKAGE}")
    elif isinstance(bundle.model, RandomForest):
        require_installed("shap", needed_by="the explanation of a forest")


def usual_reference(bundle: Bundle) -> str:
    """Zero, as published, where inputs run from 0 to 1 over the training samples; else the average training sample.

    Unscaled logarithms or ranks of zero are no neutral sample: compared with it, all that every class has gets a score.
    """
    return ZERO if bundle.transform.specification.scaling == "minmax" else MEAN
