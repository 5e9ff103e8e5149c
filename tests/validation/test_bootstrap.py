"""Draws of datasets and percentile intervals, against numpy and the laws of drawing with replacement."""

from __future__ import annotations

import numpy as np

from srna_tools.validation.bootstrap import dataset_draws, interval


def test_each_draw_holds_as_many_datasets_as_there_are():
    draws = dataset_draws(7, 500, seed=3)
    assert draws.shape == (500, 7)
    assert (draws.sum(axis=1) == 7).all()
    # A dataset is missing from a draw with probability (6/7)^7; four standard errors around it.
    missing, expected = (draws == 0).mean(), (6 / 7) ** 7
    assert abs(missing - expected) < 4 * np.sqrt(expected * (1 - expected) / draws.size)


def test_the_same_seed_draws_the_same():
    np.testing.assert_array_equal(dataset_draws(5, 20, seed=1), dataset_draws(5, 20, seed=1))
    assert (dataset_draws(5, 20, seed=1) != dataset_draws(5, 20, seed=2)).any()


def test_interval_leaves_out_draws_without_the_figure():
    figures = np.random.default_rng(0).normal(size=(200, 2, 2))
    figures[::3, 0, 0] = np.nan
    figures[:, 1, 1] = np.nan
    low, high = interval(figures)
    kept = figures[~np.isnan(figures[:, 0, 0]), 0, 0]
    np.testing.assert_allclose([low[0, 0], high[0, 0]], np.quantile(kept, [0.025, 0.975]))
    np.testing.assert_allclose([low[0, 1], high[0, 1]], np.quantile(figures[:, 0, 1], [0.025, 0.975]))
    assert np.isnan([low[1, 1], high[1, 1]]).all()
