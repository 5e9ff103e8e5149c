"""srna-import as users and Galaxy call it: what it reads, whatever the files are called, and what it says."""

from __future__ import annotations

import gzip
import shutil
import zipfile

import anndata
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools.cli.srna_import import main
from srna_tools.io.h5ad import read_samples
from srna_tools.simulate import (
    SimulationSettings,
    simulate,
    write_contaminants,
    write_oasis_archives,
    write_sample_sheet,
)

MATRIX = "miRNA\ts1\ts2\nhsa-let-7a-5p\t1\t0\nhsa-miR-21-5p\t2\t4\n"
COUNTS = "hsa-miR-21-5p\t5\nmmu-let-7a\t3\n"


def zipped(**contents):
    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("summary.html", "<html></html>")
            for sample, content in contents.items():
                file.writestr(f"data/counts/{sample}_allspeciesCounts.txt", content)

    return write


def text(content):
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode())


def h5ad(X):
    def write(path):
        obs_ = pd.DataFrame(index=["A", "B"])
        anndata.AnnData(np.array(X), obs=obs_, var=pd.DataFrame(index=["x", "y"])).write_h5ad(path)

    return write


def test_a_whole_study_is_imported_in_one_call(tmp_path):
    simulation = simulate(SimulationSettings(studies=2, samples_per_study=4, tissues=("blood", "liver")))
    archives = write_oasis_archives(simulation, tmp_path)
    write_sample_sheet(simulation, tmp_path / "sheet.tsv")
    write_contaminants(simulation, tmp_path / "taxa.tsv")
    options = ["--samples", tmp_path / "sheet.tsv", "--contaminants", tmp_path / "taxa.tsv", "--species", "hsa"]
    outputs = ["-o", tmp_path / "s.h5ad", "--report-output", tmp_path / "r.tsv"]
    result = CliRunner().invoke(main, [str(word) for word in (*archives, *options, *outputs)])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    samples = read_samples(tmp_path / "s.h5ad")
    assert result.stdout.splitlines()[-1] == f"read 8 samples of 2 datasets with {samples.n_vars:,} features"
    taxa = (samples.var["feature_type"] == "contaminant").to_numpy()
    counts = samples.layers["counts"]
    of_others = simulation.counts.columns.str.contains("^(?!hsa)[a-z]{3}-(?:miR|let)")
    assert counts[:, ~taxa].sum() == simulation.counts.loc[:, ~of_others].to_numpy().sum()
    assert counts[:, taxa].sum() == simulation.contaminants.to_numpy().sum()
    report = pd.read_csv(tmp_path / "r.tsv", sep="\t")
    assert report.columns.tolist() == ["item", "name", "number", "note"]
    assert (report["item"] == "sample").sum() == 8


@pytest.mark.parametrize(
    ("write", "features"),
    [
        (zipped(s1=COUNTS), ["hsa-miR-21-5p", "mmu-let-7a"]),
        (text(COUNTS), ["hsa-miR-21-5p", "mmu-let-7a"]),
        (text(gzip.compress(COUNTS.encode())), ["hsa-miR-21-5p", "mmu-let-7a"]),
        (text(MATRIX), ["hsa-let-7a-5p", "hsa-miR-21-5p"]),
        (text(gzip.compress(MATRIX.replace("\t", ",").encode())), ["hsa-let-7a-5p", "hsa-miR-21-5p"]),
        (h5ad([[1, 2], [3, 4]]), ["x", "y"]),
    ],
    ids=["archive", "count file", "count file, gz", "matrix", "matrix, gz", "h5ad"],
)
def test_files_that_galaxy_renamed_are_recognised(run_import, write, features):
    result = run_import({"dataset_12.dat": write}, "@dataset_12.dat", "--name", "GSE1")
    assert result.exit_code == 0, result.output
    assert read_samples(run_import.outputs / "s.h5ad").var_names.tolist() == features


@pytest.mark.parametrize("corner", ["", "sample", "sample_id"])
def test_samples_in_rows_are_stored_like_samples_in_columns(run_import, corner):
    content = f"{corner},hsa-let-7a-5p,hsa-miR-21-5p\nSRR1,1,2\nSRR2,0,4\n"
    assert run_import({"m.csv": text(content)}, "@m.csv").exit_code == 0
    samples = read_samples(run_import.outputs / "s.h5ad")
    assert samples.obs_names.tolist() == ["SRR1", "SRR2"]
    assert samples.layers["counts"].toarray().tolist() == [[1, 2], [0, 4]]


def test_a_sheet_and_contaminants_that_galaxy_renamed_are_read(run_import):
    files = {
        "1.dat": text(MATRIX),
        "2.dat": text("sample,x\ns1,1\n"),
        "3.dat": text(gzip.compress(b"taxon\ts1\nE. coli\t2\n")),
    }
    result = run_import(files, "@1.dat", "--samples", "@2.dat", "--contaminants", "@3.dat")
    assert result.exit_code == 0, result.output
    assert read_samples(run_import.outputs / "s.h5ad").var_names.tolist() == [
        "hsa-let-7a-5p",
        "hsa-miR-21-5p",
        "E. coli",
    ]


def test_what_was_imported_can_be_imported_again(run_import):
    assert run_import({"a.zip": zipped(s1=COUNTS, s2="")}, "@a.zip").exit_code == 0
    first = read_samples(run_import.outputs / "s.h5ad")
    shutil.copy(run_import.outputs / "s.h5ad", run_import.outputs.parent / "in" / "own.dat")
    assert run_import({}, "@own.dat").exit_code == 0
    again = read_samples(run_import.outputs / "s.h5ad")
    assert (again.layers["counts"] != first.layers["counts"]).nnz == 0
    assert again.obs.equals(first.obs)
    assert again.obs["quality_flag"].tolist() == ["", "no reads"]


def test_notes_are_printed(run_import):
    result = run_import({"m.tsv": text(MATRIX), "s.tsv": text("sample\tx\ns1\t1\n")}, "@m.tsv", "--samples", "@s.tsv")
    assert result.stdout.splitlines() == [
        "note: 1 sample without a row in the sample sheet, so not annotated by it: s2",
        "read 2 samples of 1 dataset with 2 features",
    ]


def test_what_was_guessed_or_missing_is_printed(run_import):
    files = {"hdr.dat": text("id\tcount\nTP53\t5\n"), "s.tsv": text("sample\ttissue\tdataset\ncount\tNA\tunknown\n")}
    assert run_import(files, "@hdr.dat", "--samples", "@s.tsv").stdout.splitlines() == [
        "note: the sample name 'count' was taken from the header: hdr.dat",
        "note: tissue: 1 sample without a value (NA)",
        "note: 1 sample without a study, which take the name of their input as dataset: count",
        "read 1 sample of 1 dataset with 1 feature",
    ]


@pytest.mark.parametrize("first", ["id", "ID", "my_names"])
def test_a_matrix_of_one_sample_with_a_number_for_a_name_is_no_count_file(run_import, first):
    assert run_import({"m.dat": text(f"{first}\t101\nhsa-miR-21-5p\t5\n")}, "@m.dat").exit_code == 0
    samples = read_samples(run_import.outputs / "s.h5ad")
    assert samples.obs_names.tolist() == ["101"]
    assert samples.var_names.tolist() == ["hsa-miR-21-5p"]


def test_the_same_call_gives_the_same_report_and_arrays(run_import):
    files = {"a.zip": zipped(s1=COUNTS, s2=COUNTS), "b.zip": zipped(s3=COUNTS)}
    outputs = []
    for _ in range(2):
        assert run_import(files, "@a.zip", "@b.zip").exit_code == 0
        outputs.append((run_import.outputs / "r.tsv").read_bytes() + (run_import.outputs / "s.h5ad").read_bytes())
    assert outputs[0] == outputs[1]


def test_other_quantifiers_are_recognised_and_what_they_leave_out_is_printed(run_import):
    header = "## mirGFF3. VERSION 1.1\n## COLDATA: s1\n"
    line = "p\tm\tisomiR\t3\t26\t0\t+\t.\tRead={0}; Name=hsa-let-7a; Expression={1}; Filter={2}\n"
    gff = header + line.format("A", 3, "Pass") + line.format("C", 12, "low_counts")
    assert run_import({"dataset_1.dat": text(gff)}, "@dataset_1.dat").stdout.splitlines() == [
        "note: 1 line that mirtop filtered (low_counts) left out, with 12 reads: dataset_1.dat",
        "read 1 sample of 1 dataset with 1 feature",
    ]
    report = pd.read_csv(run_import.outputs / "r.tsv", sep="\t")
    assert report.loc[report["item"] == "left out", "number"].tolist() == [12]


@pytest.mark.parametrize(
    "table", ["taxon\ts1\ts2\nE. coli\t2\t0\n", ",species_name,phylo_level,parent,s1,s2\n562,E. coli,S,561,2.0,\n"]
)
def test_a_contaminant_table_needs_no_other_input(run_import, table):
    assert run_import({"taxa.dat": text(table)}, "--contaminants", "@taxa.dat", "--name", "GSE1").exit_code == 0
    samples = read_samples(run_import.outputs / "s.h5ad")
    assert samples.layers["counts"].toarray().tolist() == [[2], [0]]
    assert samples.var["feature_type"].tolist() == ["contaminant"]
    assert samples.obs["dataset"].unique().tolist() == ["GSE1"]


def test_a_format_may_be_said_where_two_could_be_meant(run_import):
    files = {"m.csv": text("miRNA,s1_mature,s2_mature\nhsa-let-7a-5p/7c-5p,1,2\n")}
    assert run_import(files, "@m.csv").exit_code == 1
    assert run_import(files, "@m.csv", "--format", "nfcore").exit_code == 0
    assert read_samples(run_import.outputs / "s.h5ad").obs_names.tolist() == ["s1", "s2"]
