"""Folds inside a training set: whole datasets first, then random ones, then none."""

from __future__ import annotations

import numpy as np

from srna_tools.validation.inside import plan_inside
from srna_tools.validation.splits import Labelled

LABELS = np.tile(["a", "b"], 12)


def labelled(datasets):
    return Labelled(LABELS, datasets, np.arange(24), datasets)


def test_whole_datasets_are_left_out_where_there_are_several():
    datasets = np.repeat(["x", "y", "z"], 8)
    plan = plan_inside(labelled(datasets), dataset_folds=3, random_folds=5, seed=0)
    assert (plan.scheme, len(plan.folds)) == ("group-kfold", 3)
    assert all(not set(datasets[fold.train]) & set(datasets[fold.test]) for fold in plan.folds)


def test_random_folds_stand_in_where_datasets_do_not_suffice_or_do_not_suit():
    datasets = np.repeat(["x", "y"], 12)
    too_few = plan_inside(labelled(datasets), dataset_folds=1, random_folds=4, seed=0)
    refused = plan_inside(labelled(datasets), dataset_folds=5, random_folds=4, seed=0)
    unsuited = plan_inside(
        labelled(datasets), dataset_folds=2, random_folds=4, seed=0, suits=lambda plan: len(plan.folds) == 4
    )
    assert {(plan.scheme, len(plan.folds)) for plan in (too_few, refused, unsuited)} == {("kfold", 4)}


def test_nothing_suits_where_nothing_is_possible():
    datasets = np.full(24, "x")
    assert plan_inside(labelled(datasets), dataset_folds=1, random_folds=1, seed=0) is None
    assert plan_inside(labelled(datasets), dataset_folds=1, random_folds=3, seed=0, suits=lambda plan: False) is None
