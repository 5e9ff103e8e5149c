"""Keras' Adam with TensorFlow's own kernel, which updates a weight and its moments in one pass over memory."""

from __future__ import annotations

from typing import Any


def fused_adam(learning_rate: float) -> Any:
    """Make an optimiser with the arithmetic of ``keras.optimizers.Adam``.

    Keras 3 writes the update as a dozen operations, each with a pass over all weights; on a network of millions of
    weights and batches of 30 that is a large part of the training time. The formula is the same (Kingma & Ba 2015,
    algorithm 1 with the learning rate corrected for bias).

    Returns
    -------
    A Keras optimiser; a model that was compiled with it is saved and loaded as one with Adam.
    """
    import keras
    import tensorflow

    class FusedAdam(keras.optimizers.Adam):  # type: ignore[misc]
        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            place = self._get_variable_index(variable)
            step = tensorflow.cast(self.iterations + 1, variable.dtype)
            tensorflow.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=self._momentums[place].value.handle,
                v=self._velocities[place].value.handle,
                beta1_power=tensorflow.pow(tensorflow.cast(self.beta_1, variable.dtype), step),
                beta2_power=tensorflow.pow(tensorflow.cast(self.beta_2, variable.dtype), step),
                lr=tensorflow.cast(learning_rate, variable.dtype),
                beta1=self.beta_1,
                beta2=self.beta_2,
                epsilon=self.epsilon,
                grad=gradient,
            )

    FusedAdam.__name__ = "Adam"
    FusedAdam.__module__ = "keras.optimizers"
    return FusedAdam(learning_rate)
