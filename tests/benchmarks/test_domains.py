"""Cells of source, bias and test: who is in them, and what is fitted in them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from laboratory.configuration import Experiment, SampleSet
from laboratory.domains import DomainParameters, cells_of, compare_domains
from laboratory.surroundings import Surroundings

from srna_tools.errors import SrnaToolsError

OBS = pd.DataFrame(
    {
        "label": ["liver"] * 6,
        "dataset": ["t1", "t1", "m1", "m1", "m2", "m3"],
        "resource": ["T", "T", "M", "M", "M", "M"],
        "half": ["a", "b", "a", "a", "b", "b"],
    }
)
CELL = ("from T", "T", "M/train", "M/test")


def parameters(*cells, **changes):
    return replace(DomainParameters(cells=cells, adapting=("logistic",), studies=1, seeds=2), **changes)


def test_a_cell_is_made_of_the_samples_that_its_words_name():
    (cell,) = cells_of(OBS, parameters(CELL))
    assert [part.tolist() for part in (cell.source, cell.bias, cell.test)] == [[0, 1], [2, 3], [4, 5]]
    assert cell.source_datasets == ("t1",)
    assert cell.part(7).train.tolist() == [0, 1, 2, 3]
    assert (cell.part(7).seed, cell.part(7).source) == (7, ("t1",))


def test_a_column_may_say_the_parts():
    (cell,) = cells_of(OBS, parameters(("x", "T/a", "", "M/b"), part_column="half"))
    assert [part.tolist() for part in (cell.source, cell.bias, cell.test)] == [[0], [], [4, 5]]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (("x", "T", "M", "M/test"), "in the cell 'x' samples are in two of source, bias and test"),
        (("x", "T/a", "T/b", "M"), "in the cell 'x' the datasets t1 are source and bias at once"),
        (("x", "T", "", "N"), "no sample is of 'N'"),
    ],
)
def test_nothing_stands_in_two_places(cell, sentence):
    column = "half" if "T/a" in cell else ""
    with pytest.raises(SrnaToolsError, match=sentence):
        cells_of(OBS, parameters(cell, part_column=column))


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("domains")
    prepare = (
        {"step": "simulated-studies", "folder": "archives", "studies": 3, "samples_per_study": 16, "seed": 1},
        "srna-import archives/*.zip --samples archives/samples.tsv --species hsa -o all.h5ad",
        {"step": "largest-studies-train", "samples": "all.h5ad", "label": "tissue", "studies": 2, "output": "x.h5ad"},
        {"step": "largest-studies-are", "samples": "x.h5ad", "label": "tissue", "studies": 1, "word": "largest",
         "output": "samples.h5ad"},
    )  # fmt: skip
    experiment = Experiment(
        "62_x", "domains", "t", "q", "s", "tissue", (SampleSet("simulated", prepare, "samples.h5ad"),),
        models=("discriminant", "random-forest", "logistic"),
    )  # fmt: skip
    asked = parameters(
        ("both", "all/largest", "all/train", "all/test"), ("alone", "all/largest", "", "all/test"),
        part_column="part", without_seed=("discriminant",), by_class=True,
    )  # fmt: skip
    return compare_domains(experiment, asked, Surroundings(folder, folder / "work", folder, 1)), folder


def test_models_are_fitted_as_often_as_chance_has_a_part_in_them(outcome):
    found, _ = outcome
    lines = [line for line in found.markdown.splitlines() if line.startswith(("| both (16 + 16 to 16)", "| alone"))]
    assert [line.split(" | ")[1:3] for line in lines if "discriminant" in line] == [["discriminant", "1"]] * 2
    assert [line.split(" | ")[1:3] for line in lines if "random-forest" in line] == [["random-forest", "2"]] * 2


def test_without_a_bias_domain_nothing_adapts(outcome):
    found, _ = outcome
    assert "both/logistic/msa" in found.figures
    assert "alone/logistic/msa" not in found.figures
    assert found.figures["logistic better than random-forest/msa"].endswith(" of 1")


def test_the_mean_of_classes_is_that_of_their_recalls(outcome):
    found, _ = outcome
    of_classes = [float(value) for name, value in found.figures.items() if name.startswith("both/discriminant/recall/")]
    assert sum(of_classes) / len(of_classes) == pytest.approx(float(found.figures["both/discriminant/mca"]), abs=1e-3)


def test_the_picture_is_drawn_and_linked(outcome):
    found, folder = outcome
    assert (folder / "62_x.png").stat().st_size > 1000
    assert f"({folder.name}/62_x.png)" in found.markdown
