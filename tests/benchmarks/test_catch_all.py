"""Models with the catch-all class and without, each dataset left out in turn."""

from __future__ import annotations

import numpy as np
from laboratory.catch_all import CatchAllParameters, parts_of, with_and_without
from laboratory.configuration import Experiment, SampleSet
from laboratory.surroundings import Surroundings

CLASSES = np.array(["liver", "lung", "other", "liver", "lung", "other", "other"])
DATASETS = np.array(["a", "a", "a", "b", "b", "c", "d"])


def test_each_dataset_is_predicted_with_and_without_by_models_that_never_saw_it():
    tested = {"with": [], "without": []}
    for part in parts_of(CLASSES, DATASETS, "other", 0):
        assert not set(DATASETS[part.train]) & set(DATASETS[part.test])
        assert ("other" in CLASSES[part.train]) == (part.name["catch_all"] == "with")
        assert part.strangers == (part.name["catch_all"] == "without")
        tested[part.name["catch_all"]] += part.test.tolist()
    assert sorted(tested["with"]) == sorted(tested["without"]) == list(range(len(CLASSES)))


def test_datasets_that_hold_no_class_are_tested_by_one_model_without_it():
    parts = [part for part in parts_of(CLASSES, DATASETS, "other", 0) if part.name["catch_all"] == "without"]
    assert [part.test.tolist() for part in parts] == [[0, 1, 2], [3, 4], [5, 6]]


def test_without_a_catch_all_class_no_sample_is_called_so(tmp_path):
    prepare = (
        {"step": "simulated-studies", "folder": "archives", "studies": 3, "samples_per_study": 16, "seed": 1},
        "srna-import archives/*.zip --samples archives/samples.tsv --species hsa -o samples.h5ad",
    )
    experiment = Experiment(
        "67_x", "catch-all", "t", "q", "s", "tissue", (SampleSet("simulated", prepare, "samples.h5ad"),),
        models=("logistic",),
    )  # fmt: skip
    parameters = CatchAllParameters(("blood", "brain", "liver"))
    found = with_and_without(experiment, parameters, Surroundings(tmp_path, tmp_path / "work", tmp_path, 1))
    assert found.figures["samples/never seen"] == "0"
    assert int(found.figures["samples/class"]) + int(found.figures["samples/other tissue"]) == 48
    assert float(found.figures["logistic/with/familiar called other"]) > 0.5
    assert found.figures["logistic/without/familiar called other"] == "0.000"
    assert "| logistic | without | " in found.markdown
