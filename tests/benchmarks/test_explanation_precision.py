"""Precision of rankings: counted by hand, and measured from a configuration to its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from laboratory.configuration import Experiment
from laboratory.explanation_precision import (
    CHANCE,
    DIFFERENTIAL,
    PrecisionParameters,
    measure_precision,
    precision_at_top,
)
from laboratory.surroundings import Surroundings

TRUTH = pd.DataFrame(
    {"tissue": ["a", "a", "b"], "feature": ["one", "two", "three"], "log2_fold_change": [2.0, -2.0, 1.0]}
)


def test_depleted_drivers_count_and_those_of_other_tissues_only_for_any():
    ranking = {"a": np.array(["two", "three", "one"]), "b": np.array(["one", "four", "three"])}

    # a: two is its own, three another's; b: one another's, four nobody's.
    assert precision_at_top(ranking, TRUTH, 2) == {"own": pytest.approx(0.25), "any": pytest.approx(0.75)}


def test_a_perfect_and_a_useless_ranking():
    assert precision_at_top({"a": np.array(["one", "two"])}, TRUTH, 2) == {"own": 1.0, "any": 1.0}
    assert precision_at_top({"a": np.array(["five", "six"])}, TRUTH, 2) == {"own": 0.0, "any": 0.0}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("precision")
    generator = {"name": "small", "studies": 3, "samples_per_study": 16, "tissues": ["blood", "brain", "liver"]}
    parameters = PrecisionParameters((generator,), (7,), ("mean",))
    experiment = Experiment("p", "explanation-precision", "t", "q", "s", "tissue", (), models=("discriminant",))

    def run():
        return measure_precision(experiment, parameters, Surroundings(folder, folder / "work", folder, 1))

    return run(), run, folder / "work"


def test_methods_that_see_the_classes_are_better_than_chance(measured):
    figures = measured[0].figures
    chance = float(figures[f"small/{CHANCE}/own"])
    for method in ("discriminant, reference mean", DIFFERENTIAL):
        assert float(figures[f"small/{method}/own"]) > chance + 0.3
    assert all(float(figures[key.replace("/own", "/any")]) >= float(figures[key]) for key in figures)


def test_tables_have_a_row_a_method_and_a_column_a_generator(measured):
    lines = measured[0].markdown.splitlines()
    assert lines[0] == "Drivers of the tissue itself among the top 20:"
    assert lines[2] == "| ranked by | small |"
    assert sum(line.startswith(f"| {CHANCE} |") for line in lines) == 2


def test_a_second_run_takes_what_the_first_measured(measured):
    outcome, run, work = measured
    kept = {path: path.stat().st_mtime_ns for path in work.iterdir()}
    assert len(kept) == 5
    assert run() == outcome
    assert {path: path.stat().st_mtime_ns for path in work.iterdir()} == kept
