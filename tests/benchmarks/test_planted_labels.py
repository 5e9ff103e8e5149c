"""How well a ranking finds wrong labels, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.planted_labels import ranking_measures

RANKED = pd.DataFrame({"sample": ["01", "b", "c", "d", "e"], "surprise": [3.0, 2.0, 0.5, -1.0, -2.0]})


def test_measures_of_a_ranking_by_hand():
    found = ranking_measures(RANKED, {"01", "d", "not ranked"}, 0.4)
    assert found == pytest.approx({
        "ranked": 5.0,
        "wrong": 2.0,
        "listed": 3.0,
        "precision": 0.5,
        "recall": 0.5,
        "auroc": 4 / 6,  # of 6 pairs of a wrong and a right one, 01 wins 3 and d wins 1
    })  # fmt: skip


def test_without_wrong_ones_there_is_nothing_to_find():
    found = ranking_measures(RANKED, set(), 0.4)
    assert np.isnan(found["auroc"])
    assert np.isnan(found["recall"])
    assert found["precision"] == 0
