"""Networks that learn from inputs in which studies differ no more than samples do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.errors import SampleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.interface import Train, TrainedModel, TrainingSamples
from srna_tools.models.shrinkage import SHRINKAGES, tune
from srna_tools.models.study_variance import StudyVariance, Whitening

STUDY_EFFECTS = ("keep", "whiten")


def require_known(study_effect: str) -> None:
    """Refuse a word that names no treatment of the study effect.

    Raises
    ------
    SampleError
        It is none of `STUDY_EFFECTS`.
    """
    if study_effect not in STUDY_EFFECTS:
        raise SampleError(f"the study effect must be {' or '.join(STUDY_EFFECTS)}, not '{study_effect}'")


def without_study_effect(train: Train) -> Train:
    """Make a training function of networks heed the setting ``study_effect``.

    With ``whiten`` the network learns from the inputs that `Whitening` makes, with the shrinkage that suits training
    studies left out in turn. That map is linear, so that it becomes part of the
    first layer: what is stored, applied and explained takes the same inputs as ever.
    """

    def trained(samples: TrainingSamples, settings: Any, seed: int, threads: int) -> TrainedModel:
        if settings.study_effect == "keep":
            return train(samples, settings, seed, threads)
        with threadpool_limits(limits=1):
            whitening = StudyVariance.of(samples).whitening(tune(samples, SHRINKAGES, seed).shrinkage)
            whitened = whitening.apply(samples.values).astype(np.float32)
        return _on_plain_inputs(train(replace(samples, values=whitened), settings, seed, threads), whitening)

    return trained


def _on_plain_inputs(model: TrainedModel, whitening: Whitening) -> TrainedModel:
    """Fold the map into the first layer of the network, and of its Keras twin."""
    network = model.classifier
    if not isinstance(network, DenseNetwork):
        raise TypeError(f"only networks have a first layer, {type(network).__name__} has none")
    first = tuple(part.astype(np.float32) for part in whitening.folded(*network.weights[0]))
    if model.keras is not None:
        next(layer for layer in model.keras.layers if layer.get_weights()).set_weights(first)
    return replace(model, classifier=DenseNetwork(((first[0], first[1]), *network.weights[1:])))
