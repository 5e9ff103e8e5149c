"""The report of a model that predicts numbers: counts, agreement and the page, without probabilities."""

from __future__ import annotations

import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.bundle import save_bundle
from srna_tools.io.h5ad import write_samples
from srna_tools.io.output import write_table
from srna_tools.models.linear import LinearSettings
from srna_tools.predict.annotate import annotate, write_into
from srna_tools.predict.status import Thresholds
from srna_tools.report.agreement import agreement_of_numbers
from srna_tools.report.inputs import read_inputs
from srna_tools.report.page import render
from srna_tools.report.predicted import bundle_of, what_was_predicted
from srna_tools.training_numeric import train_numeric_bundle

STRICT = Thresholds(min_depth=7)


@pytest.fixture
def numbers(samples, tmp_path):
    """Inputs of a report on ages, with the predictions written into the samples."""
    bundle = train_numeric_bundle(samples, "age", LinearSettings(5))
    annotation = annotate(samples, bundle, STRICT)
    write_into(samples, annotation, "age", STRICT)
    write_samples(samples, tmp_path / "aged.h5ad")
    write_table(annotation.table, tmp_path / "ages.tsv")
    save_bundle(bundle, tmp_path / "age.safetensors")
    return read_inputs(samples=tmp_path / "aged.h5ad", predictions=tmp_path / "ages.tsv",
                       models={"age": tmp_path / "age.safetensors"})  # fmt: skip


def test_numbers_are_counted_by_status_and_found_in_the_samples(numbers):
    (described,) = what_was_predicted(numbers.predictions, numbers.models, numbers.samples)
    assert described.numeric
    assert described.label == "age"
    assert described.thresholds == STRICT
    assert described.counts == [("any number", 12, 0, 0, 1)]
    assert described.agreement.sentences[0] == (
        "With a number before: 13 of 13 samples; with a prediction of status ok: 12 of these."
    )


def test_agreement_of_numbers_by_hand(numbers):
    (bundle,) = numbers.models.values()
    table = pd.DataFrame(
        {
            "label": ["10", "22", "29", "5", "60", ""],
            "recorded": ["11", "20", "32", "adult", "1", "8"],
            "status": ["ok", "ok", "ok", "ok", "unknown", "low_quality"],
            "dataset": ["x", "z", "z", "x", "x", "x"],
        }
    )
    found = agreement_of_numbers(table, bundle)
    correlation = pd.Series([10, 22, 29]).corr(pd.Series([11, 20, 32]))
    assert found.sentences == [
        "With a number before: 5 of 6 samples; with a prediction of status ok: 3 of these.",
        f"Half of these differ by at most 2; their correlation is {correlation:.2f}.",
        "From datasets that the model was trained on, by their names: 1 of these, which say little about new data.",
    ]
    assert found.disagreeing.empty
    assert agreement_of_numbers(table[table["dataset"] == "z"], bundle).sentences[2].startswith("By their names, none")
    assert len(agreement_of_numbers(table.iloc[3:], bundle).sentences) == 1


def test_a_table_belongs_to_a_model_of_its_own_sort(numbers, bundle, samples):
    models = {"of classes": bundle, "of numbers": numbers.models["age"]}
    classes = annotate(samples, bundle, STRICT).table
    assert bundle_of("", numbers.predictions[""], models) is models["of numbers"]
    assert bundle_of("", classes, models) is bundle
    assert bundle_of("of numbers", classes, models) is None
    assert bundle_of("of classes", numbers.predictions[""], models) is None


def test_the_page_shows_numbers_without_probabilities(numbers):
    html = render(numbers)
    assert "Samples by status" in html
    assert "probability of the predicted class of every sample" not in html
    assert "a number from 0 to 11, the range of the training samples" in html
    assert "Classes that the model knows" not in html
    assert 'class="differs"' not in html


def test_the_numbers_in_the_samples_stay_numbers(numbers):
    written = numbers.samples.obs["predicted_age"]
    assert written.dtype.kind == "f"
    assert written.isna().sum() == 1
    assert schema.labels_of(numbers.samples, "predicted_age").notna().sum() == 12
