"""Contaminant tables: taxa join the samples by id, and what was never measured is not taken for zero."""

import numpy as np
import pandas as pd
import pytest

from srna_tools import schema
from srna_tools.errors import InputError
from srna_tools.io.contaminants import add_contaminants, read_contaminants
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.simulate import SimulationSettings, simulate, to_anndata, write_contaminants

TABLE = "taxon\ts1\ts2\ts9\nE. coli\t5\t0\t8\nS. aureus\t7\t20000001\t9\n"
WITHOUT = "all, without contaminants"


@pytest.fixture
def samples(make_samples):
    return make_samples([[1, 2], [3, 4]], absent="zero")


def turned(text):
    rows = [line.split("\t") for line in text.splitlines()]
    return "".join("\t".join(row) + "\n" for row in zip(*rows, strict=True))


@pytest.mark.parametrize("text", [TABLE, turned(TABLE)])
def test_taxa_become_contaminants_by_sample_id(samples, write, frame, text):
    joined, match = add_contaminants(samples, write("c.tsv", text))
    assert frame(joined).loc["s1"].tolist() == [1, 2, 5, 7]
    assert frame(joined).loc["s2"].tolist() == [3, 4, 0, 20_000_001]
    assert joined.var["feature_type"].tolist() == ["miRNA", "miRNA", "contaminant", "contaminant"]
    assert joined.layers["counts"].dtype == np.int64
    assert match.without_column == []
    assert match.unused_columns == ["s9"]


def test_the_samples_given_stay_as_they_were(samples, write):
    add_contaminants(samples, write("c.tsv", "taxon\ts1\nE. coli\t5\n"))
    assert samples.n_vars == 2
    assert "resource" not in samples.obs


def test_samples_without_a_column_never_had_contaminants_measured(samples, write, frame):
    joined, match = add_contaminants(samples, write("c.tsv", "taxon\ts2\nE. coli\t5\n"))
    assert match.without_column == ["s1"]
    assert frame(joined)["E. coli"].tolist() == [0, 5]
    assert joined.obs["resource"].tolist() == [WITHOUT, "all"]
    assert schema.measured_of(joined).to_dict("list") == {"all": [True, True, True], WITHOUT: [True, True, False]}
    assert schema.absent_is_zero(joined)


def test_a_second_table_does_not_make_taxa_of_the_first_measured(samples, write):
    first, _ = add_contaminants(samples, write("c.tsv", "taxon\ts2\nE. coli\t5\n"))
    joined, _ = add_contaminants(first, write("d.tsv", "taxon\ts1\ts2\nS. aureus\t5\t6\n"))
    assert schema.measured_of(joined).loc["E. coli"].to_dict() == {"all": True, WITHOUT: False}
    assert schema.measured_of(joined).loc["S. aureus"].all()


def test_a_sample_with_reads_of_contaminants_only_has_no_reads(make_samples, write):
    joined, _ = add_contaminants(make_samples([[1], [0]]), write("c.tsv", "taxon\ts1\ts2\nE. coli\t0\t500\n"))
    assert joined.obs["quality_flag"].tolist() == ["", "no reads"]
    assert schema.with_reads(joined).tolist() == [True, False]


def test_samples_may_be_clean(samples, write, frame):
    joined, _ = add_contaminants(samples, write("c.tsv", "taxon\ts1\ts2\nE. coli\t0\t0\n"))
    assert frame(joined)["E. coli"].tolist() == [0, 0]


def test_history_flags_and_reads_per_million_are_kept(make_samples, write, tmp_path):
    samples = make_samples([[0.5, 1e6]], rpm=True)
    samples.var["flag"] = [True, False]
    schema.record_step(samples, "first", {})
    joined, _ = add_contaminants(samples, write("c.tsv", "taxon\ts1\nE. coli\t5\n"))
    assert joined.var["flag"].tolist() == [True, False, False]
    assert schema.values_of(joined) == {"all": "rpm"}
    assert [step["step"] for step in schema.history_of(joined)] == ["first"]
    write_samples(joined, tmp_path / "s.h5ad")
    assert read_samples(tmp_path / "s.h5ad").var["flag"].dtype == bool


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("taxon\tx1\tx2\nE. coli\t1\t2\n", "names none of the 2 samples: .* such as s1, s2, this table such as x1, x2"),
        ("taxon\ts1\ts2\nhsa-miR-1-5p\t1\t2\n", "hsa-miR-1-5p is already the name of a feature"),
        ("taxon\ts1\ts2\nE. coli\t1\t2\nE. coli\t3\t4\n", "the feature E. coli stands twice"),
        ("id\tE. coli\ns1\t1\ns1\t2\ns2\t3\n", "the sample s1 stands twice"),
        ("taxon\ts1\ts2\nE. coli\t1\t-2\n", r"row E\. coli, column s2: the count is negative"),
        ("taxon\ts1\ts2\nE. coli\t1\tNA\n", r"row E\. coli, column s2: the count is missing"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(samples, write, text, sentence):
    with pytest.raises(InputError, match=sentence):
        add_contaminants(samples, write("c.tsv", text))


def test_simulated_contaminants_come_back(tmp_path, frame):
    simulation = simulate(SimulationSettings(studies=1, samples_per_study=4, tissues=("blood", "liver")))
    write_contaminants(simulation, tmp_path / "c.tsv")
    joined, _ = add_contaminants(to_anndata(simulation), tmp_path / "c.tsv")
    assert frame(joined)[list(simulation.contaminants.index)].T.equals(simulation.contaminants.rename_axis(None))


def test_the_real_table_with_names_and_ranks_of_taxa_is_read(real_data, make_samples, frame):
    path = real_data / "contaminants" / "FTD_contamination_aggregated.csv"
    published = pd.read_csv(path, index_col=0)
    samples = make_samples([[1], [2]])
    samples.obs_names = ["00116", "98169"]
    joined, match = add_contaminants(samples, path)
    expected = published[["00116", "98169"]].T.fillna(0)
    assert (frame(joined).iloc[:, 1:].to_numpy() == expected.to_numpy()).all()
    assert frame(joined).iloc[:, 1:].to_numpy().sum() == expected.to_numpy().sum()
    assert match.empty_cells == published[["00116", "98169"]].isna().to_numpy().sum() > 0
    assert not {"species_name", "phylo_level", "parent"} & set(match.unused_columns)
    assert joined.var_names[1:].tolist() == published["species_name"].tolist()
    assert joined.var["taxon_id"].tolist()[1:] == published.index.astype(str).tolist()


PATHONOIA = (
    ",species_name,phylo_level,parent,s1,s2\n562,E. coli,S,561,784878.0,\n1,Phage,S1,2,3.0,4.0\n2,Phage,S,3,0.0,1.0\n"
)


def test_taxa_of_pathonoia_are_named_and_described(write, frame):
    table = read_contaminants(write("taxa.csv", PATHONOIA))
    assert frame(table).to_dict("index") == {
        "s1": {"E. coli": 784878, "Phage (1)": 3, "Phage (2)": 0},
        "s2": {"E. coli": 0, "Phage (1)": 4, "Phage (2)": 1},
    }
    assert table.counts.dtype == np.int64
    assert table.var.loc["E. coli"].to_dict() == {
        "taxon_id": "562", "phylo_level": "S", "taxon_parent": "561", "feature_type": "contaminant",
    }  # fmt: skip
    assert table.notes == ("1 empty cell of the contaminant table read as 0",)
    assert (table.dataset, table.absent_is_zero) == ("taxa", False)


@pytest.mark.parametrize(
    "content", ["taxon\ts1\ts2\nE. coli\t1\t2\nS. aureus\t0\t3\n", "id,E. coli,S. aureus\ns1,1,0\ns2,2,3\n"]
)
def test_a_plain_table_is_read_alone_either_way_round(write, frame, content):
    table = read_contaminants(write("c.tsv", content), "study", ["s1", "s2"])
    assert frame(table).to_dict("index") == {"s1": {"E. coli": 1, "S. aureus": 0}, "s2": {"E. coli": 2, "S. aureus": 3}}
    assert set(table.var["feature_type"]) == {"contaminant"}
    assert table.dataset == "study"


def test_taxa_of_pathonoia_are_joined_under_the_names_that_they_have_alone(samples, write, tmp_path):
    path = write("taxa.csv", PATHONOIA)
    joined, match = add_contaminants(samples, path)
    assert joined.var_names[2:].tolist() == read_contaminants(path).var.index.tolist()
    assert match.unused_columns == []
    write_samples(joined, tmp_path / "s.h5ad")
    assert read_samples(tmp_path / "s.h5ad").var["taxon_id"].tolist()[2:] == ["562", "1", "2"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("taxon\ts1\nE. coli\t1\nE. coli\t2\n", "the feature E. coli stands twice"),
        ("taxon\ts1\nE. coli\tx\n", "row E. coli, column s1: the count is 'x'"),
        ("taxon\ts1\nE. coli\t0\n", "none of the 1 sample has a read"),
    ],
)
def test_a_table_that_holds_no_contaminants_is_refused(write, content, sentence):
    with pytest.raises(InputError, match=sentence):
        read_contaminants(write("c.tsv", content))
