"""Training of numbers: which samples count, what the bundle knows, and what held-out samples say."""

from __future__ import annotations

import json
import logging

import numpy as np
import pytest

from srna_tools.bundle import load_bundle, save_bundle
from srna_tools.errors import ColumnError, SampleError
from srna_tools.io.importing import ImportSettings, import_samples
from srna_tools.models.linear import LinearSettings
from srna_tools.preprocess.specification import EXPRESSED, TransformSpecification
from srna_tools.training_numeric import held_out, numbered, train_numeric_bundle


@pytest.fixture
def warnings_logged(caplog):
    """Warnings of the package, also after an executable has sent them to stderr."""
    logger = logging.getLogger("srna_tools")
    logger.addHandler(caplog.handler)
    yield caplog
    logger.removeHandler(caplog.handler)


@pytest.fixture(scope="module")
def aged(make_samples):
    """90 samples of three datasets: 20 of 60 features rise or fall with the age."""
    generator = np.random.default_rng(0)
    ages = generator.uniform(20, 80, 90).round(1)
    slope = np.where(np.arange(60) < 20, generator.normal(0, 1.5, 60), 0)
    level = generator.uniform(3, 7, 60)
    expected = np.exp(level + np.outer((ages - 50) / 30, slope))
    counts = generator.poisson(expected * generator.lognormal(0, 0.2, (90, 60)))
    datasets = np.array(["a", "b", "c"])[np.arange(90) % 3]
    return make_samples(counts, absent="zero", age=ages, dataset=datasets)


def test_the_bundle_knows_its_range_its_samples_and_its_error(aged, tmp_path):
    bundle = train_numeric_bundle(aged, "age", LinearSettings(), seed=2, licence="CC0-1.0")
    assert (bundle.kind, bundle.label, bundle.classes, bundle.licence) == ("linear-numeric", "age", (), "CC0-1.0")
    assert bundle.transform.specification == EXPRESSED
    facts = bundle.training
    ages = aged.obs["age"]
    assert (facts["samples"], facts["range"]) == (90, [ages.min(), ages.max()])
    assert facts["samples_per_dataset"] == {"a": 30, "b": 30, "c": 30}
    assert (facts["settings"], facts["seed"]) == ({"features_per_class": 0}, 2)
    assert len(bundle.model.selected) == min(facts["chosen"]["features"], 60)
    json.dumps([facts, bundle.evaluation])
    assert (bundle.evaluation["scheme"], bundle.evaluation["samples"]) == ("group-kfold", 90)
    assert bundle.evaluation["pearson"] > 0.9
    assert bundle.evaluation["median_absolute_error"] < bundle.evaluation["median_absolute_error_of_the_median"] / 2
    save_bundle(bundle, tmp_path / "b")
    values = bundle.transform.apply(aged).values
    np.testing.assert_array_equal(load_bundle(tmp_path / "b").model.numbers(values), bundle.model.numbers(values))


def test_a_recorded_specification_and_a_given_number_of_features_are_used(aged):
    samples = aged.copy()
    recorded = TransformSpecification(normalisation="clr", scaling="none", max_zero_fraction=1.0)
    recorded.record(samples)
    bundle = train_numeric_bundle(samples, "age", LinearSettings(7))
    assert bundle.transform.specification == recorded
    assert len(bundle.model.selected) == 7
    assert "chosen" not in bundle.training


def test_held_out_figures_of_shuffled_ages_are_those_of_chance(aged):
    ages = np.random.default_rng(5).permutation(aged.obs["age"].to_numpy())
    found = held_out(aged, ages, EXPRESSED, LinearSettings(10), 0)
    assert abs(found["pearson"]) < 0.4
    assert found["median_absolute_error"] > 0.7 * found["median_absolute_error_of_the_median"]
    whole = held_out(aged[aged.obs["dataset"] == "a"], ages[:30], EXPRESSED, LinearSettings(10), 0)
    assert (whole["scheme"], whole["datasets"]) == ("kfold", 1)


def test_samples_without_number_or_reads_are_left_out(make_samples, warnings_logged):
    counts = np.ones((14, 2))
    counts[3] = 0
    ages = [str(number) for number in range(13)] + [None]
    kept, numbers = numbered(make_samples(counts, age=ages), "age", EXPRESSED)
    assert numbers.tolist() == [0, 1, 2, *range(4, 13)]
    assert kept.n_obs == 12
    assert "2 samples without 'age' or without reads on the features used left out of the training" in (
        warnings_logged.messages
    )


@pytest.mark.parametrize(
    ("ages", "error", "sentence"),
    [
        ([*range(11), "adult"], SampleError, "the column 'age' holds 'adult' for the sample s12, which is no number"),
        ([*range(11), "inf"], SampleError, r"holds 'inf' for the sample s12, which is no number \(1 such sample\); "),
        ([1, 2] * 6, SampleError, "holds 2 different numbers for the 12 samples with reads; at least 10 samples and 3"),
        ([*range(5), *[None] * 7], SampleError, "holds 5 different numbers for the 5 samples with reads"),
        (None, ColumnError, "there is no sample column 'age'"),
    ],
)
def test_columns_that_are_not_numbers_are_refused(make_samples, ages, error, sentence):
    columns = {} if ages is None else {"age": [None if age is None else str(age) for age in ages]}
    with pytest.raises(error, match=sentence):
        numbered(make_samples(np.ones((12, 2)), **columns), "age", EXPRESSED)


def test_gestational_age_of_fetal_lung_is_predicted_in_runs_that_were_left_out(real_data):
    folder = real_data / "fetal_lung"
    settings = ImportSettings(samples=folder / "samples.tsv", dataset_column="Run")
    samples, _ = import_samples([folder / "counts.tsv"], settings)
    found = train_numeric_bundle(samples, "Age", LinearSettings()).evaluation
    assert (found["scheme"], found["samples"], found["datasets"]) == ("group-kfold", 298, 4)
    assert found["pearson"] > 0.75
    assert found["median_absolute_error"] < 6
    assert found["median_absolute_error_of_the_median"] > 10
