"""What all kinds of models share."""

from __future__ import annotations

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from srna_tools.models.interface import balanced_weights


def test_balanced_weights_are_those_of_scikit_learn():
    codes = np.array([0, 0, 0, 0, 0, 1, 2, 2, 1, 0])
    np.testing.assert_allclose(balanced_weights(codes, 3), compute_sample_weight("balanced", codes))
