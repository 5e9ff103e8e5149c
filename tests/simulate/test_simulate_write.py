"""Simulated studies as users have them: OASIS 2 archives, tables, AnnData."""

import zipfile

import numpy as np
import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.errors import InputError
from srna_tools.simulate import (
    SimulationSettings,
    demo_studies,
    simulate,
    to_anndata,
    write_contaminants,
    write_oasis_archives,
    write_sample_sheet,
)

SETTINGS = SimulationSettings(studies=2, samples_per_study=6, tissues=("blood", "skin"))


@pytest.fixture(scope="module")
def simulation():
    return simulate(SETTINGS)


def read_archive(archive):
    counts = {}
    with zipfile.ZipFile(archive) as members:
        for name in members.namelist()[1:]:
            with members.open(name) as lines:
                table = pd.read_csv(lines, sep="\t", header=None, names=["feature", "reads"], index_col=0)
            counts[name.removeprefix("data/counts/").removesuffix("_allspeciesCounts.txt")] = table["reads"]
    return counts


def test_archives_have_the_layout_of_oasis(simulation, tmp_path):
    archives = write_oasis_archives(simulation, tmp_path)
    assert [archive.name for archive in archives] == ["study01.zip", "study02.zip"]
    with zipfile.ZipFile(archives[0]) as members:
        names = members.namelist()
        summary = members.read("summary.html").decode()
        lines = members.read(names[1]).decode().splitlines()
    assert names[:2] == ["summary.html", "data/counts/study01_sample001_allspeciesCounts.txt"]
    assert len(names) == 1 + SETTINGS.samples_per_study
    assert "simulated" in summary
    assert all(len(line.split("\t")) == 2 and int(line.split("\t")[1]) > 0 for line in lines)


def test_archives_hold_every_count(simulation, tmp_path):
    for archive in write_oasis_archives(simulation, tmp_path):
        for sample, reads in read_archive(archive).items():
            expected = simulation.counts.loc[sample]
            pd.testing.assert_series_equal(reads, expected[expected > 0], check_names=False)
            assert reads.sum() == expected.sum()


def test_the_same_simulation_gives_the_same_bytes(simulation, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        write_oasis_archives(simulate(SETTINGS), tmp_path / folder)
        write_sample_sheet(simulation, tmp_path / folder / "samples.tsv")
        write_contaminants(simulation, tmp_path / folder / "contaminants.tsv")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_a_missing_folder_is_a_sentence(simulation, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_oasis_archives(simulation, tmp_path / "nowhere")


def test_an_empty_sample_has_an_empty_count_file(tmp_path):
    annotation = demo_studies()[1]
    empty = annotation.samples["sample"].iloc[-2]
    archive = write_oasis_archives(annotation, tmp_path)[-1]
    with zipfile.ZipFile(archive) as members:
        assert members.read(f"data/counts/{empty}_allspeciesCounts.txt") == b""


def test_tables_come_back_as_they_were(simulation, tmp_path):
    write_sample_sheet(simulation, tmp_path / "samples.tsv")
    write_contaminants(simulation, tmp_path / "contaminants.tsv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "samples.tsv", sep="\t"), simulation.samples)
    contaminants = pd.read_csv(tmp_path / "contaminants.tsv", sep="\t", index_col="taxon")
    pd.testing.assert_frame_equal(contaminants, simulation.contaminants)


def test_anndata_follows_the_contract(simulation):
    samples = schema.check(to_anndata(simulation), "simulation")
    assert schema.absent_is_zero(samples)
    assert schema.values_of(samples) == {"all": "counts"}
    assert samples.layers["counts"].dtype == np.int64
    np.testing.assert_array_equal(schema.counts_of(samples).toarray(), simulation.counts.to_numpy())
    assert list(samples.obs_names) == list(simulation.samples["sample"])
    assert {"dataset", "tissue", "sex", "age"} <= set(samples.obs)
    assert samples.var["feature_type"]["hsa_piR_000001"] == "piRNA"
