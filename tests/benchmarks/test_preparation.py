"""Preparations: steps are taken in their order, once, and what goes wrong is said."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from laboratory.commands import words_of
from laboratory.configuration import SampleSet
from laboratory.preparation import prepare
from laboratory.steps import PART, Places, frontal_cortex_sheet, take_step
from laboratory.usable_features import dispersed_features

from srna_tools import schema
from srna_tools.errors import SrnaToolsError
from srna_tools.io.h5ad import read_samples, write_samples

EXPERIMENTS = Path(__file__).parents[2] / "benchmarks" / "experiments"
SIMULATED = SampleSet(
    "simulated",
    (
        {"step": "simulated-studies", "folder": "archives", "studies": 3, "samples_per_study": 16, "seed": 1},
        "srna-import archives/*.zip --samples archives/samples.tsv --species hsa -o samples.h5ad",
        "srna-group samples.h5ad --label age --bins fiosina2019-2 --key age_group -o grouped.h5ad",
    ),
    "grouped.h5ad",
)


def test_steps_are_taken_once(tmp_path):
    made = prepare(SIMULATED, tmp_path, tmp_path / "work")
    assert read_samples(made).obs["age_group"].dropna().isin(["[0;65]", "(65;110]"]).all()
    assert read_samples(made).n_obs == 48
    before = made.stat().st_mtime_ns
    assert prepare(SIMULATED, tmp_path, tmp_path / "work").stat().st_mtime_ns == before
    fewer = SampleSet("simulated", SIMULATED.prepare[:2], "samples.h5ad")
    assert "age_group" not in read_samples(prepare(fewer, tmp_path, tmp_path / "work")).obs


def test_a_failing_command_is_told_with_its_own_sentence(tmp_path):
    wrong = SampleSet("wrong", ("srna-group nothing.h5ad --label age --bins 0,65 -o x.h5ad",), "x.h5ad")
    with pytest.raises(SrnaToolsError, match=r"srna-group nothing.h5ad .* (?s:.*)'nothing.h5ad' does not exist"):
        prepare(wrong, tmp_path, tmp_path / "work")


def test_only_executables_of_the_suite_are_run(tmp_path):
    with pytest.raises(SrnaToolsError, match="'rm' is no executable of the suite"):
        prepare(SampleSet("x", ("rm -rf x",), "x"), tmp_path, tmp_path / "work")


def test_words_of_a_command(tmp_path):
    for name in ("b.zip", "a.zip"):
        (tmp_path / name).touch()
    words = words_of("srna-import *.zip --samples {data}/s.tsv --where \"age > '3'\"", tmp_path / "d d", tmp_path)
    assert words == ["srna-import", "a.zip", "b.zip", "--samples", f"{tmp_path / 'd d'}/s.tsv", "--where", "age > '3'"]


def test_rows_of_the_frontal_cortex_metadata_become_sample_names():
    metadata = pd.DataFrame({"AGE": ["58", "60"]}, index=["00116_fro", "A144_12_fro"])
    assert frontal_cortex_sheet(metadata).to_dict("list") == {"sample": ["00116", "A144_"], "AGE": ["58", "60"]}


def test_the_frontal_cortex_sheet_fits_the_contaminants(real_data, tmp_path):
    take_step({"step": "frontal-cortex-sheet", "output": "sheet.tsv"}, Places(real_data, tmp_path))
    sheet = pd.read_csv(tmp_path / "sheet.tsv", sep="\t", dtype=str)
    taxa = pd.read_csv(real_data / "contaminants" / "FTD_contamination_aggregated.csv", nrows=1, index_col=0)
    assert set(sheet["sample"]) == set(taxa.columns[3:])


@pytest.fixture
def places(simulated_studies, tmp_path):
    write_samples(simulated_studies, tmp_path / "in.h5ad")
    return Places(tmp_path, tmp_path)


def test_samples_are_drawn(places):
    take_step(
        {"step": "at-most", "samples": "in.h5ad", "column": "tissue", "most": 5, "seed": 0, "output": "out.h5ad"},
        places,
    )
    assert read_samples(places.work / "out.h5ad").obs["tissue"].value_counts().to_dict() == dict.fromkeys(
        ("blood", "brain", "liver", "skin"), 5
    )


def test_parts_are_written_and_renamed(places):
    take_step({"step": "largest-studies-train", "samples": "in.h5ad", "label": "tissue", "studies": 2,
               "output": "two.h5ad"}, places)  # fmt: skip
    obs = read_samples(places.work / "two.h5ad").obs
    assert obs.groupby("dataset", observed=True)[PART].first().tolist() == ["train", "train", "test"]
    take_step({"step": "thirds-by-size", "samples": "in.h5ad", "label": "tissue", "output": "thirds.h5ad"}, places)
    take_step({"step": "rename", "samples": "thirds.h5ad", "column": PART,
               "words": {"test": "unused", "validation": "test"}, "output": "last.h5ad"}, places)  # fmt: skip
    obs = read_samples(places.work / "last.h5ad").obs
    assert obs.groupby("dataset", observed=True)[PART].first().tolist() == ["train", "unused", "test"]


def test_the_largest_training_studies_get_a_part_of_their_own(places):
    take_step({"step": "largest-studies-train", "samples": "in.h5ad", "label": "tissue", "studies": 2,
               "output": "two.h5ad"}, places)  # fmt: skip
    take_step({"step": "largest-studies-are", "samples": "two.h5ad", "label": "tissue", "studies": 1,
               "word": "largest", "output": "one.h5ad"}, places)  # fmt: skip
    obs = read_samples(places.work / "one.h5ad").obs
    assert obs.groupby("dataset", observed=True)[PART].first().tolist() == ["largest", "train", "test"]


def test_samples_are_halved_within_strata(places):
    take_step(
        {"step": "halves", "samples": "in.h5ad", "strata": ["dataset", "tissue"], "seed": 0, "output": "out.h5ad"},
        places,
    )
    obs = read_samples(places.work / "out.h5ad").obs
    counts = obs.groupby(["dataset", "tissue", PART], observed=True).size()
    assert counts.to_list() == [2] * 24


def test_features_are_chosen_over_some_samples_or_by_a_list(places):
    whole = read_samples(places.work / "in.h5ad")
    tissue = {"samples": "in.h5ad", "column": "tissue", "value": "liver", "low": 0.3, "high": 0.8}
    take_step({"step": "dispersed-features", "output": "out.h5ad"} | tissue, places)
    usable = schema.measured_of(read_samples(places.work / "out.h5ad")).any(axis=1)
    livers = dispersed_features(whole[whole.obs["tissue"] == "liver"].copy(), 0.3, 0.8)
    assert set(usable.index[usable]) == livers != dispersed_features(whole, 0.3, 0.8)
    take_step({"step": "listed-features", "samples": "in.h5ad", "file": "sex_genes.tsv", "names": "symbol",
               "output": "none.h5ad"}, places)  # fmt: skip
    assert not schema.measured_of(read_samples(places.work / "none.h5ad")).any(axis=None)


def test_the_listed_genes_of_sex_are_those_of_the_paper(real_data):
    listed = pd.read_csv(EXPERIMENTS / "sex_genes.tsv", sep="\t", dtype=str)
    published = zipfile.ZipFile(real_data / "bulk_rnaseq" / "input_features.xlsx")
    texts = re.findall(r"<t[^>]*>(ENSG\d+)", published.read("xl/sharedStrings.xml").decode())
    places = re.findall(r"<v>(\d+)</v>", published.read("xl/worksheets/sheet2.xml").decode())
    assert listed["ensembl"].tolist() == [texts[int(place)] for place in places]


def test_a_hidden_label_counts_as_missing(places):
    take_step(
        {"step": "hide-label", "samples": "in.h5ad", "label": "tissue", "name": "truth", "output": "out.h5ad"}, places
    )
    obs = read_samples(places.work / "out.h5ad").obs
    assert "tissue" not in obs
    assert obs["truth"].value_counts().to_dict() == dict.fromkeys(("blood", "brain", "liver", "skin"), 12)


def test_unknown_steps_and_parameters_are_refused(places):
    with pytest.raises(SrnaToolsError, match="there is no step 'shake'; there are: frontal-cortex-sheet"):
        take_step({"step": "shake"}, places)
    with pytest.raises(SrnaToolsError, match="the step at-most cannot be taken with"):
        take_step({"step": "at-most", "samples": "in.h5ad"}, places)
