"""Trials are judged inside training sets, and say what each gains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.trials import TRIALS, TrialParameters, _outcome, _score, _thinned, _training_sets

from srna_tools import schema
from srna_tools.evaluate.fits import Material


@pytest.fixture
def material(simulated_studies):
    return Material(simulated_studies, simulated_studies.obs["tissue"].to_numpy(str))


def test_every_trial_has_a_baseline_that_is_a_trial():
    assert {trial.baseline for trial in TRIALS.values()} - {""} <= set(TRIALS)


def test_training_sets_leave_out_every_study_once(material):
    sets = _training_sets(material, TrialParameters(outer_folds=3))
    left_out = [set(material.datasets) - set(material.datasets[train]) for train in sets]
    assert sorted(name for names in left_out for name in names) == sorted(set(material.datasets))


@pytest.mark.parametrize("name", ["discriminant, log-RPM", "logistic, reads down-sampled to a tenth"])
def test_a_trial_looks_at_its_training_set_alone(material, name):
    train = _training_sets(material, TrialParameters(outer_folds=3))[0]
    outside = np.setdiff1d(np.arange(len(material.labels)), train)
    other = material.samples.copy()
    rows = np.arange(len(material.labels))
    rows[outside] = outside[::-1]
    other.layers[schema.COUNTS] = other.layers[schema.COUNTS][rows]
    labels = material.labels.copy()
    labels[outside] = labels[outside[::-1]]
    assert _score(TRIALS[name], train, material) == _score(TRIALS[name], train, Material(other, labels))


def test_thinned_samples_keep_a_share_of_their_reads(simulated_studies):
    before = schema.counts_of(simulated_studies)
    after = schema.counts_of(_thinned(simulated_studies.copy(), 0.1))
    assert (after.toarray() <= before.toarray()).all()
    assert after.sum() / before.sum() == pytest.approx(0.1, rel=0.05)


def test_gains_are_against_the_baseline_of_the_same_training_sets():
    rows = [
        {
            "trial": name,
            "set": place,
            "studies": 0.5 + 0.1 * place + 0.2 * (name == "logistic, ranks"),
            "resources": 0.4,
        }
        for name in TRIALS
        for place in range(3)
    ]
    outcome = _outcome(pd.DataFrame(rows))
    assert outcome.figures["logistic, ranks/gain"] == "+0.100"
    assert outcome.figures["discriminant, log-RPM/gain"] == "+0.000"
    assert "| logistic, ranks | 0.800 | 0.400 | 0.600 | logistic, log-RPM | 0.100 ± 0.000 |" in outcome.markdown
