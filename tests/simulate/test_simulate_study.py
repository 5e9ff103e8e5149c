"""Simulated studies: counts follow their distribution, truth shows, and the seed decides everything."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from srna_tools.simulate import Simulation, SimulationSettings, simulate
from srna_tools.simulate.catalogue import features, taxa
from srna_tools.simulate.study import negative_binomial, study_samples

SMALL = SimulationSettings(studies=3, samples_per_study=12, tissues=("blood", "brain", "liver"))


@pytest.fixture(scope="module")
def default() -> Simulation:
    return simulate(SimulationSettings())


def log2_rpm(simulation: Simulation) -> pd.DataFrame:
    return np.log2(1 + 1e6 * simulation.counts.div(simulation.counts.sum(axis=1), axis=0))


def equal(one: Simulation, other: Simulation) -> bool:
    parts = ("counts", "samples", "contaminants", "truth")
    return all(getattr(one, part).equals(getattr(other, part)) for part in parts)


@pytest.mark.parametrize(("mean", "dispersion"), [(0.5, 1.0), (20.0, 0.2), (5e3, 0.1), (2e7, 0.05)])
def test_counts_are_negative_binomial(mean, dispersion):
    size = 40_000
    counts = negative_binomial(np.full(size, mean), np.array(dispersion), np.random.default_rng(11))
    variance = mean + dispersion * mean**2
    assert counts.dtype == np.int64
    assert counts.min() >= 0
    assert abs(counts.mean() - mean) < 5 * np.sqrt(variance / size)
    assert counts.var() == pytest.approx(variance, rel=0.1)


def test_the_dispersion_may_differ_by_feature():
    counts = negative_binomial(np.full((20_000, 2), 100.0), np.array([0.01, 1.0]), np.random.default_rng(3))
    np.testing.assert_allclose(counts.var(axis=0), [200, 10_100], rtol=0.1)


def test_same_seed_same_studies_other_seed_other_studies():
    assert equal(simulate(SMALL), simulate(SMALL))
    assert not simulate(SMALL).counts.equals(simulate(replace(SMALL, seed=2)).counts)


def test_a_study_does_not_depend_on_which_others_are_simulated():
    every, last = simulate(SMALL), simulate(replace(SMALL, studies=1, first_study=3))
    pd.testing.assert_frame_equal(last.counts, every.counts.loc[last.counts.index])
    pd.testing.assert_frame_equal(last.contaminants, every.contaminants[last.contaminants.columns])
    pd.testing.assert_frame_equal(last.truth, every.truth)


def test_parts_agree_about_samples_and_features(default):
    samples = default.samples
    assert list(samples.columns) == ["sample", "dataset", "tissue", "sex", "age"]
    assert samples["sample"].is_unique
    assert list(default.counts.index) == list(samples["sample"]) == list(default.contaminants.columns)
    assert list(default.counts.columns) == list(features().index)
    assert list(default.contaminants.index) == list(taxa().index)
    assert list(default.truth.columns) == ["tissue", "feature", "log2_fold_change"]
    assert set(default.truth["tissue"]) == set(samples["tissue"]) == set(SimulationSettings().tissues)
    assert (default.truth["log2_fold_change"] != 0).all()
    for values in (default.counts, default.contaminants):
        assert (values.dtypes == np.int64).all()
        assert values.to_numpy().min() == 0


def test_library_depth_varies_within_what_public_libraries_have(default):
    depth = default.counts.sum(axis=1)
    assert depth.between(0.1e6, 30e6).all()  # expected depth is 0.3 to 10 million; counts scatter around it
    assert depth.quantile(0.95) > 3 * depth.quantile(0.05)


def test_truth_features_really_differ(default):
    abundance = log2_rpm(default)
    tissue = default.samples["tissue"].to_numpy()
    strong = default.truth[default.truth["log2_fold_change"].abs() >= 5]
    assert len(strong) > 40
    for row in strong.itertuples():
        change = abundance.loc[tissue == row.tissue, row.feature].mean() - abundance[row.feature].median()
        assert change * np.sign(row.log2_fold_change) > 0.5, row  # log2(1 + x) flattens what is rare


def test_fold_changes_agree_with_the_truth_over_many_studies():
    many = simulate(SimulationSettings(studies=40, samples_per_study=8, tissues=("brain", "kidney"), study_effect=0.2))
    abundance, brain = log2_rpm(many), (many.samples["tissue"] == "brain").to_numpy()
    observed = abundance[brain].mean() - abundance[~brain].mean()
    truth = many.truth.pivot_table(index="feature", columns="tissue", values="log2_fold_change", fill_value=0.0)
    expected = (truth["brain"] - truth["kidney"]).reindex(observed.index, fill_value=0.0)
    expressed = abundance.mean() > 5
    assert np.corrcoef(observed[expressed], expected[expressed])[0, 1] > 0.85
    assert observed[expressed & (expected == 0)].abs().median() < 0.5


def test_single_sex_tissues_have_one_sex():
    samples = study_samples(("testis", "placenta"), 1, 20, np.random.default_rng(0))
    assert set(samples.loc[samples["tissue"] == "testis", "sex"]) == {"male"}
    assert set(samples.loc[samples["tissue"] == "placenta", "sex"]) == {"female"}
    assert samples["age"].between(0, 90).all()


def test_confounded_studies_share_no_tissue():
    confounded = simulate(replace(SMALL, studies=6, confounded=True))
    assert set(confounded.samples.groupby("dataset")["tissue"].nunique()) == {1}
    assert set(confounded.samples.groupby("tissue")["dataset"].nunique()) == {2}
    assert set(simulate(SMALL).samples.groupby("tissue")["dataset"].nunique()) == {3}


def test_contaminants_carry_some_information_on_sex_and_age():
    many = simulate(SimulationSettings(studies=30, samples_per_study=30))
    female = (many.samples["sex"] == "female").to_numpy()
    old = (many.samples["age"] > 45).to_numpy()
    reads = np.log2(1 + many.contaminants)
    assert (
        reads.loc["Lactobacillus crispatus", female].mean() - reads.loc["Lactobacillus crispatus", ~female].mean() > 1
    )
    assert reads.loc["Torque teno virus 1", old].mean() - reads.loc["Torque teno virus 1", ~old].mean() > 0.5
    share = many.contaminants.sum() / many.counts.sum(axis=1)
    assert share.median() < 0.01


def test_a_new_study_is_harder_than_a_random_split_and_sex_is_hard(default):
    abundance, samples = log2_rpm(default), default.samples
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=300))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    random = cross_val_score(model, abundance, samples["tissue"], cv=folds).mean()
    new_study = cross_val_score(
        model, abundance, samples["tissue"], groups=samples["dataset"], cv=LeaveOneGroupOut()
    ).mean()
    sex = cross_val_score(model, abundance, samples["sex"], cv=folds).mean()
    assert random > 0.95
    assert 0.75 < new_study < 0.97
    assert 0.55 < sex < 0.85
