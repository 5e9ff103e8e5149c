"""What srna-normalize shows: all features in place, counts whole, the steps recorded."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from srna_tools import schema
from srna_tools.preprocess import Transform, TransformSpecification
from srna_tools.preprocess.apply import normalise_samples

SPECIFICATION = TransformSpecification(normalisation="log-rpm", max_zero_fraction=0.1)


def dense(X):
    return X.toarray() if sparse.issparse(X) else X


def test_every_feature_stays_and_the_kept_ones_are_marked(simulated_studies):
    before = simulated_studies.copy()
    shown, sentence = normalise_samples(simulated_studies.copy(), SPECIFICATION)
    assert shown.var_names.equals(before.var_names)
    assert (shown.layers["counts"] != before.layers["counts"]).nnz == 0
    transform = Transform.fit(before, SPECIFICATION)
    selected = shown.var["selected"].to_numpy()
    assert tuple(shown.var_names[selected]) == transform.features
    assert 0 < selected.sum() < shown.n_vars
    assert not dense(shown.X)[:, ~selected].any()
    np.testing.assert_array_equal(dense(shown.X)[:, selected], transform.apply(before).values)
    assert sentence == f"kept {selected.sum()} of 527 features (zero in at most 10 % of 48 samples)"


def test_the_steps_are_recorded(make_samples):
    shown, _ = normalise_samples(make_samples([[1, 2], [3, 1]]), SPECIFICATION)
    assert TransformSpecification.recorded_in(shown) == SPECIFICATION
    (step,) = schema.history_of(shown)
    assert step["step"] == "srna-normalize"
    assert step["parameters"]["normalisation"] == "log-rpm"


def test_normalising_twice_starts_from_the_counts(make_samples):
    samples = make_samples([[10, 20, 3], [3, 10, 7], [9, 9, 0]])
    once, _ = normalise_samples(samples.copy(), SPECIFICATION)
    twice, _ = normalise_samples(normalise_samples(samples, TransformSpecification("rank"))[0], SPECIFICATION)
    np.testing.assert_array_equal(dense(once.X), dense(twice.X))
    assert once.var["selected"].equals(twice.var["selected"])
