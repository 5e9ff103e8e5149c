"""srna-filter as a user calls it."""

from __future__ import annotations

import shlex

import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools import schema
from srna_tools.cli.srna_filter import main
from srna_tools.cli.srna_import import main as srna_import
from srna_tools.io.h5ad import read_samples, write_samples

NAMES = ["hsa-miR-1", "hsa-miR-2", "piR-1", "TP53", "XIST"]
TYPES = ["miRNA", "miRNA", "piRNA", "gene", "gene"]
COUNTS = [[90, 10, 0, 0, 0], [2, 0, 3, 0, 0], [0, 0, 0, 0, 0], [100, 0, 0, 900, 5], [60, 10, 0, 30, 1]]
OBS = {
    "tissue": ["liver", "liver", "lung", "lung", "liver"],
    "dataset": ["x", "x", "y", "y", "y"],
    "run of": ["e1", "e1", None, "e2", "e2"],
    "sex": ["male", "male", "male", "female", None],
}


@pytest.fixture
def samples(make_samples, tmp_path):
    table = make_samples(COUNTS, NAMES, TYPES, **OBS)
    table.uns["srna_tools"]["species"] = "hsa"
    schema.record_step(table, "srna-import", {})
    write_samples(table, tmp_path / "samples.h5ad")
    return tmp_path / "samples.h5ad"


def run(samples, options):
    """Call srna-filter; names that end like an output's lie beside the samples."""
    outputs = (".tsv", ".png", ".svg")
    words = [str(samples.parent / word) if word.endswith(outputs) else word for word in shlex.split(options)]
    return CliRunner().invoke(main, [str(samples), *words, "-o", str(samples.parent / "out.h5ad")])


def test_without_a_filter_it_is_a_report(samples):
    result = run(samples, "--quality-output q.tsv --plot-output p.png")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "1 sample without reads kept and flagged: s3",
        "kept 5 of 5 samples (2 datasets) and 5 of 5 features",
    ]
    table = pd.read_csv(samples.parent / "q.tsv", sep="\t", keep_default_na=False)
    assert table.columns.tolist() == [
        "sample", "dataset", "resource", "reads", "mirna_reads", "mirna_fraction", "features", "largest_type", "assay",
        "miRNA_fraction", "piRNA_fraction", "gene_fraction", "kept", "reason",
    ]  # fmt: skip
    assert table["reads"].tolist() == [100, 5, 0, 1005, 101]
    assert table["assay"].tolist() == ["small RNA", "small RNA", "not judged", "mRNA", "small RNA"]
    assert table["kept"].tolist() == ["yes"] * 5
    assert (samples.parent / "p.png").read_bytes().startswith(b"\x89PNG")
    after = read_samples(samples.parent / "out.h5ad")
    assert after.layers["counts"].toarray().tolist() == COUNTS


def test_filters_one_after_the_other(samples):
    result = run(
        samples,
        """--where "tissue in ['liver', 'lung', 'brian']" --min-depth 50 --min-mirna-fraction 0.05 --min-features 2
        --assay small-rna --label tissue --min-samples 2 --min-datasets 2 --feature-types miRNA --measured-in all
        --quality-output q.tsv --plot-output p.svg""",
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        """--where "tissue in ['liver', 'lung', 'brian']": 0 of 5 samples left out""",
        "no sample has tissue 'brian'; the values are: liver, lung",
        "--min-depth 50: 2 of 5 samples left out: s2, s3",
        "--min-mirna-fraction 0.05: 0 of 3 samples left out",
        "--min-features 2: 0 of 3 samples left out",
        "--assay small-rna: 1 of 3 samples left out: s4",
        "--label tissue --min-samples 2 --min-datasets 2: 0 of 2 samples left out",
        "1 class kept: liver 2",
        "--feature-types miRNA: 3 of 5 features left out",
        "--measured-in all: 0 of 2 features left out",
        "kept 2 of 5 samples (2 datasets) and 2 of 5 features",
    ]
    after = read_samples(samples.parent / "out.h5ad")
    assert after.obs_names.tolist() == ["s1", "s5"]
    assert after.layers["counts"].toarray().tolist() == [[90, 10], [60, 10]]
    assert schema.species_of(after) == "hsa"
    first, second = schema.history_of(after)
    assert (first["step"], second["step"]) == ("srna-import", "srna-filter")
    assert second["parameters"]["where"] == "tissue in ['liver', 'lung', 'brian']"
    assert second["parameters"]["min_depth"] == 50
    assert second["parameters"]["feature_types"] == ["miRNA"]
    table = pd.read_csv(samples.parent / "q.tsv", sep="\t", keep_default_na=False).set_index("sample")
    assert table["kept"].tolist() == ["yes", "no", "no", "no", "yes"]
    assert table.loc["s4", "reason"] == "looks like mRNA, most reads on gene"
    svg = (samples.parent / "p.svg").read_text()
    assert svg.startswith("<?xml")


@pytest.mark.parametrize(
    ("how", "names", "depths"),
    [("sum", ["e1", "s3", "e2"], [105, 0, 1106]), ("deepest", ["s1", "s3", "s4"], [100, 0, 1005])],
)
def test_replicates_are_combined_before_quality_is_judged(samples, how, names, depths):
    result = run(samples, f"--replicate-column 'run of' --replicates {how} --quality-output q.tsv")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("4 runs of 2 experiments in run of")
    table = pd.read_csv(samples.parent / "q.tsv", sep="\t")
    assert table["sample"].tolist() == names
    assert table["reads"].tolist() == depths
    assert read_samples(samples.parent / "out.h5ad").obs_names.tolist() == names
    parameters = schema.history_of(read_samples(samples.parent / "out.h5ad"))[-1]["parameters"]
    assert (parameters["replicate_column"], parameters["replicates"]) == ("run of", how)


def test_marked_replicates(samples):
    assert run(samples, "--replicate-column 'run of' --replicates mark").exit_code == 0
    assert read_samples(samples.parent / "out.h5ad").obs["replicate_of"].tolist() == ["e1", "e1", "s3", "e2", "e2"]


def test_the_picture_of_sex_markers(samples):
    assert run(samples, "--sex-plot-output sex.png --sex-column tissue").exit_code == 0
    assert (samples.parent / "sex.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            "--where \"organ == 'x'\"",
            "there is no sample column 'organ'; the columns are: dataset, tissue, run of, sex",
        ),
        ("--where \"__import__('os').system('x')\"", "is no condition on a sample column; write it like: tissue in"),
        ("--where 'tissue == 1'", "compares the column 'tissue', which holds text, with numbers"),
        ("--min-depth 2000", "no sample is left: of 5, --min-depth 2000 left 0"),
        ("--label organ", "there is no sample column 'organ'"),
        ("--feature-types snRNA", "no feature is left: --feature-types snRNA: 5 of 5 features left out"),
        ("--measured-in TCGA", "names the resource 'TCGA', but the resources are: all"),
        ("--replicate-column tissue", "the runs of experiment 'liver' (s1, s2, s5) lie in different datasets: x, y"),
        ("--replicate-column srx", "there is no sample column 'srx'"),
        ("--sex-plot-output s.png --sex-column Sex", "there is no sample column 'Sex'"),
        ("--quality-output p.tsv --plot-output p.tsv", "is the name of two files of this call"),
    ],
)
def test_mistakes_end_with_one_sentence_and_no_output(samples, options, sentence):
    result = run(samples, f"{options} --quality-output q.tsv" if "--quality" not in options else options)
    assert result.exit_code == 1
    assert result.stderr.startswith("srna-filter: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in samples.parent.iterdir()] == ["samples.h5ad"]


@pytest.mark.parametrize(
    "options",
    [
        "--min-depth -1", "--min-mirna-fraction 1.1", "--assay dna", "--min-samples 2", "--feature-types mirna",
        "--replicates mean", "--sex-column sex",
    ],
)  # fmt: skip
def test_wrong_usage_exits_2(samples, options):
    assert run(samples, options).exit_code == 2
    assert not (samples.parent / "out.h5ad").exists()


def test_reads_per_million_have_no_depth(make_samples, tmp_path):
    write_samples(make_samples([[1, 2]], rpm=True), tmp_path / "samples.h5ad")
    result = run(tmp_path / "samples.h5ad", "--min-depth 1")
    assert result.exit_code == 1
    assert "--min-depth needs counts, but the values of all are reads per million; leave it out" in result.stderr


def test_genes_that_tell_the_sex_are_asked_for(make_samples, tmp_path):
    write_samples(make_samples([[1, 2]]), tmp_path / "samples.h5ad")
    result = run(tmp_path / "samples.h5ad", "--sex-plot-output sex.png")
    assert result.exit_code == 1
    assert "no feature tells the sex; the plot of sex markers needs counts of genes, some of: XIST" in result.stderr


def test_the_documented_benchmark_of_tissues(real_data, tmp_path):
    atlas = tmp_path / "samples.h5ad"
    words = [str(real_data / "atlas" / "atlas.h5ad"), "--dataset-column", "study", "-o", str(atlas)]
    assert CliRunner().invoke(srna_import, words).exit_code == 0
    result = run(
        atlas,
        """--where "sample_class == 'tissue'" --label tissue --min-samples 10 --min-datasets 2
        --measured-in microRNAome_v1,TCGA --plot-output p.png""",
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "kept 727 of 2,031 samples (39 datasets) and 811 of 1,578 features"
    after = read_samples(tmp_path / "out.h5ad")
    assert after.obs["tissue"].value_counts().to_dict() == {
        "bladder": 37, "blood": 113, "brain": 34, "colon": 34, "kidney": 136, "liver": 77, "lung": 141,
        "placenta": 16, "skin": 21, "testis": 12, "thyroid": 70, "uterus": 36,
    }  # fmt: skip
    assert after.shape == (727, 811)
    assert after.obs["dataset"].nunique() == 39
    before = read_samples(atlas)[after.obs_names, after.var_names]
    assert (after.layers["counts"] != before.layers["counts"]).nnz == 0
    assert set(schema.values_of(after).values()) == {"counts"}
    measured = schema.measured_of(after)
    assert measured[["microRNAome_v1", "TCGA"]].all(axis=None)
    assert sorted(measured) == ["TCGA", "microRNAome_v1", "mirge_crc"]
