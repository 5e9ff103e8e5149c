"""srna-group as a user calls it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.cli.srna_group import main
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.ontology import group_ids

OBO = """\
format-version: 1.2

[Term]
id: T:1
name: body

[Term]
id: T:2
name: brain
relationship: part_of T:1

[Term]
id: T:3
name: cerebellum
relationship: part_of T:2

[Term]
id: T:4
name: frontal lobe
relationship: part_of T:2

[Term]
id: T:5
name: lung
is_a: T:1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    obs = pd.DataFrame(
        {
            "dataset": ["x", "x", "y", "y", "z", "z"],
            "tissue": pd.Categorical(["cerebellum", "Frontal lobe", "brain", "lung", "odd", None]),
            "age": ["0", "65", "66", "110", "adult", ""],
        },
        index=[f"s{number}" for number in range(6)],
    )
    counts = sparse.csr_matrix(np.arange(1.0, 13.0).reshape(6, 2))
    samples = assembly.assemble(counts, obs, pd.DataFrame(index=["hsa-miR-21-5p", "hsa-let-7a-5p"]))
    write_samples(samples, tmp_path / "samples.h5ad")
    (tmp_path / "tiny.obo").write_text(OBO)
    return tmp_path


def test_automatic_groups(folder):
    result = _run(folder, "--label tissue --ontology tiny.obo --groups auto --min-samples 2 --mapping-output m.tsv")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "3 of 6 samples in 1 group; 1 label unmatched: odd; 1 label dropped: lung; 1 sample without a label",
        "brain (T:2): 3 samples in 2 datasets",
    ]
    before, after = read_samples(folder / "samples.h5ad"), read_samples(folder / "out.h5ad")
    assert after.obs["tissue_group"].astype(object).fillna("-").tolist() == ["brain"] * 3 + ["-"] * 3
    pd.testing.assert_frame_equal(after.obs.drop(columns="tissue_group"), before.obs)
    assert (after.layers["counts"] != before.layers["counts"]).nnz == 0
    assert group_ids(after, "tissue_group") == {"brain": "T:2"}
    (step,) = schema.history_of(after)
    assert step["step"] == "srna-group"
    assert step["parameters"]["ontology"] == "tiny.obo"
    assert step["parameters"]["min_samples"] == 2
    mapping = pd.read_csv(folder / "m.tsv", sep="\t", keep_default_na=False).set_index("label")
    assert mapping["kept"].to_dict() == {
        "Frontal lobe": "yes", "brain": "yes", "cerebellum": "yes", "lung": "no", "odd": "no",
    }  # fmt: skip
    assert mapping.loc["Frontal lobe", "term_id"] == "T:4"


def test_preset_without_ontology_and_corrections(folder):
    (folder / "c.tsv").write_text("odd\tlarynx\nlung\t\n")
    result = _run(folder, "--label tissue --groups fiosina2019 --corrections c.tsv --key class")
    assert result.exit_code == 0, result.output
    after = read_samples(folder / "out.h5ad")
    assert after.obs["class"].astype(object).fillna("-").tolist() == [
        "cerebellum", "Frontal lobe", "brain", "-", "epithelium", "-",
    ]  # fmt: skip
    assert group_ids(after, "class")["epithelium"] == "BTO:0000416"
    assert "1 label dropped: lung" in result.stdout
    assert schema.history_of(after)[0]["parameters"]["corrections"] == {"odd": "larynx", "lung": ""}


def test_a_table_of_terms(folder):
    (folder / "t.tsv").write_text("term\tgroup\nbrain\tnerves\nlung\tairways\n")
    result = _run(folder, "--label tissue --ontology tiny.obo --groups t.tsv")
    assert result.exit_code == 0, result.output
    assert group_ids(read_samples(folder / "out.h5ad"), "tissue_group") == {"airways": "T:5", "nerves": "T:2"}


@pytest.mark.parametrize("bins", ["0,65,110", "fiosina2019-2"])
def test_age_intervals(folder, bins):
    result = _run(folder, f"--label age --bins {bins} --mapping-output m.tsv")
    assert result.exit_code == 0, result.output
    ages = read_samples(folder / "out.h5ad").obs["age_group"].astype(object).fillna("-").tolist()
    assert ages == ["[0;65]", "[0;65]", "(65;110]", "(65;110]", "-", "-"]
    assert "4 of 6 samples in 2 groups; 1 label dropped: adult; 1 sample without a label" in result.stdout
    assert pd.read_csv(folder / "m.tsv", sep="\t")["label"].tolist() == ["[0;65]", "(65;110]", "adult"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--label organ --bins 0,1", "there is no sample column 'organ'; the columns are: dataset, tissue, age"),
        ("--label age --bins 0,1 --key tissue", "already have a column 'tissue'"),
        ("--label tissue --bins 0,1", "none of the 5 different values is a number"),
        ("--label age --bins 65,0", "do not increase"),
        ("--label tissue --groups auto", "--groups auto needs the terms of an ontology; add --ontology"),
        ("--label tissue --ontology tiny.obo --groups fiosina", "neither a file nor one of fiosina2019, auto"),
        ("--label tissue --ontology samples.h5ad --groups auto", "is not an OBO file"),
        (
            "--label tissue --ontology tiny.obo --groups auto --min-samples 7",
            "no sample of the column 'tissue' is left",
        ),
        ("--label tissue --ontology tiny.obo --groups bad.tsv", "names terms that tiny.obo does not have"),
        ("--label tissue --ontology tiny.obo --groups auto --corrections ids.tsv", "does not have: T:9"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_output(folder, options, sentence):
    (folder / "bad.tsv").write_text("brian\n")
    (folder / "ids.tsv").write_text("odd\tT:9\n")
    result = _run(folder, f"{options} --mapping-output m.tsv")
    assert result.exit_code == 1
    assert result.stderr.startswith("srna-group: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (folder / "out.h5ad").exists()
    assert not (folder / "m.tsv").exists()


@pytest.mark.parametrize("options", ["", "--groups auto --bins 0,1", "--bins 0,1 --ontology tiny.obo"])
def test_groups_and_bins_exclude_each_other(folder, options):
    assert _run(folder, f"--label tissue {options}").exit_code == 2


def _run(folder: Path, options: str) -> Result:
    """Call srna-group on the samples of a folder; names that end like a file's are files of the folder."""
    is_file = (".obo", ".tsv", ".h5ad")
    arguments = [str(folder / word) if word.endswith(is_file) else word for word in options.split()]
    return CliRunner().invoke(main, [str(folder / "samples.h5ad"), *arguments, "-o", str(folder / "out.h5ad")])
