"""The two arms of the experiment on bias and size."""

from __future__ import annotations

import numpy as np
import pytest
from laboratory.study_draws import ONE_STUDY, STUDIES, draw_studies

from srna_tools.errors import SampleError

SIZES = {
    ("big", "tissue"): 12, ("big", "cells"): 12, ("huge", "cells"): 20,
    **{(f"t{number}", "tissue"): 4 for number in range(5)},
    **{(f"c{number}", "cells"): 5 for number in range(5)},
    ("small", "tissue"): 1, ("both", "tissue"): 1, ("both", "cells"): 1,
}  # fmt: skip
LABELS = np.array([label for (_, label), size in SIZES.items() for _ in range(size)])
DATASETS = np.array([study for (study, _), size in SIZES.items() for _ in range(size)])


@pytest.fixture(params=range(12))
def draw(request):
    return draw_studies(LABELS, DATASETS, steps=3, samples=4, seed=request.param)


def test_each_step_adds_the_same_number_of_samples_to_both_arms(draw):
    for arm in (STUDIES, ONE_STUDY):
        for step in (1, 2, 3):
            rows = draw.training[arm, step]
            assert len(set(rows)) == len(rows)
            assert {name: int((LABELS[rows] == name).sum()) for name in ("cells", "tissue")} == {
                "cells": 4 * step, "tissue": 4 * step,
            }  # fmt: skip


def test_one_arm_has_a_study_more_a_step_and_the_other_always_one(draw):
    for step in (1, 2, 3):
        for name in ("cells", "tissue"):
            many, one = (
                rows[LABELS[rows] == name] for rows in (draw.training[arm, step] for arm in (STUDIES, ONE_STUDY))
            )
            assert len(set(DATASETS[many])) == step
            assert len(set(DATASETS[one])) == 1


def test_later_steps_hold_the_earlier_ones(draw):
    for arm in (STUDIES, ONE_STUDY):
        assert set(draw.training[arm, 1]) < set(draw.training[arm, 2]) < set(draw.training[arm, 3])


def test_no_study_serves_two_purposes(draw):
    serving = [
        set(DATASETS[rows[LABELS[rows] == name]])
        for rows in (draw.training[arm, 3] for arm in (STUDIES, ONE_STUDY))
        for name in ("cells", "tissue")
    ]
    assert sum(map(len, serving)) == len(set().union(*serving))


def test_the_test_samples_are_all_of_the_studies_that_no_training_set_uses(draw):
    used = {name for rows in draw.training.values() for name in DATASETS[rows]}
    assert set(draw.test) == set(np.flatnonzero(~np.isin(DATASETS, list(used))))


def test_a_large_study_of_two_classes_is_left_to_the_class_that_has_no_other(draw):
    one = draw.training[ONE_STUDY, 3]
    assert set(DATASETS[one[LABELS[one] == "tissue"]]) == {"big"}
    assert set(DATASETS[one[LABELS[one] == "cells"]]) == {"huge"}


def test_too_few_studies_are_told():
    with pytest.raises(SampleError, match="'tissue' has 0 unused studies with at least 15 samples, needed: 1"):
        draw_studies(LABELS, DATASETS, steps=3, samples=5, seed=0)
    with pytest.raises(SampleError, match="'cells' has 5 unused studies with at least 2 samples, needed: 6"):
        draw_studies(LABELS, DATASETS, steps=6, samples=2, seed=0)
