"""The lead of more studies over more samples of one."""

from __future__ import annotations

import pandas as pd
import pytest
from laboratory.bias_versus_size import advantage
from laboratory.study_draws import ONE_STUDY, STUDIES


def test_the_lead_is_that_of_the_last_step_draw_by_draw():
    rows = [
        ("m", STUDIES, 1, 0, 0.1),
        ("m", ONE_STUDY, 1, 0, 0.9),
        ("m", STUDIES, 2, 0, 0.8),
        ("m", ONE_STUDY, 2, 0, 0.5),
        ("m", STUDIES, 2, 1, 0.6),
        ("m", ONE_STUDY, 2, 1, 0.7),
    ]
    found = advantage(pd.DataFrame(rows, columns=["model", "arm", "step", "draw", "msa"]), "msa")
    assert found["m"].tolist() == pytest.approx([0.3, -0.1])
