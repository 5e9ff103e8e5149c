"""What users get wrong in an import: one sentence each, exit code 1, and nothing is left behind."""

from __future__ import annotations

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest

from srna_tools.errors import SrnaToolsError
from srna_tools.io import archive

MATRIX = "miRNA\ts1\ts2\nhsa-let-7a-5p\t1\t0\nhsa-miR-21-5p\t2\t4\n"
COUNTS = "hsa-miR-21-5p\t5\nmmu-let-7a\t3\n"


def zipped(**contents):
    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("summary.html", "<html></html>")
            for sample, content in contents.items():
                file.writestr(f"data/counts/{sample}_allspeciesCounts.txt", content)

    return write


def with_member(name, content="x"):
    def write(path):
        zipped(s1=COUNTS)(path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file:
            file.writestr(name, content)

    return write


def text(content):
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode())


def cut(write, share):
    def write_part(path):
        write(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return write_part


def h5ad(X, obs=None):
    def write(path):
        obs_ = pd.DataFrame(obs, index=["A", "B"])
        anndata.AnnData(np.array(X), obs=obs_, var=pd.DataFrame(index=["x", "y"])).write_h5ad(path)

    return write


def hdf5_without_anndata(path):
    with h5py.File(path, "w") as file:
        file["X"] = [1, 2]


MISTAKES = {
    "truncated zip": ({"a.zip": cut(zipped(s1=COUNTS), 0.6)}, "is not a zip archive, or is truncated"),
    "truncated zip in Galaxy": ({"d.dat": cut(zipped(s1=COUNTS), 0.6)}, "is not a zip archive, or is truncated"),
    "text called zip": ({"a.zip": text("hello")}, "is not a zip archive"),
    "empty zip": ({"a.zip": text("")}, "is not a zip archive"),
    "archive without counts": ({"a.zip": zipped()}, "no count files in it; OASIS 2 archives hold"),
    "path out of the folder": ({"a.zip": with_member("../x")}, "'../x' would leave the folder"),
    "absolute path": ({"a.zip": with_member("/x")}, "'/x' would leave the folder"),
    "path of Windows": ({"a.zip": with_member("..\\x")}, "would leave the folder"),
    "path with drive": ({"a.zip": with_member("C:\\x")}, "would leave the folder"),
    "header": ({"a.zip": zipped(s1="id\tcount\n" + COUNTS)}, "line 1: the count of id is 'count', which is not"),
    "three columns": ({"a.zip": zipped(s1="a\t1\tx\n")}, "expected 2 tab-separated columns (id, count), found 3"),
    "negative": ({"a.zip": zipped(s1="a\t-1\n")}, "line 1: the count of a is negative (-1)"),
    "fractional": ({"a.zip": zipped(s1="a\t1\nb\t1.5\n")}, "line 2: the count of b is 1.5, but OASIS 2 counts"),
    "not a number": ({"a.zip": zipped(s1="a\t1\nb\tx\n")}, "line 2: the count of b is 'x', which is not a number"),
    "NaN": ({"a.zip": zipped(s1="a\tNaN\n")}, "the count of a is missing; write 0 for a measured zero"),
    "id twice": ({"a.zip": zipped(s1="a\t1\nb\t1\na\t2\n")}, "lines 1 and 3: the id a stands twice"),
    "control characters": ({"a.zip": zipped(s1="\x1b[31mred\x07\n")}, "found 1: '?[31mred?'"),
    "no reads": ({"a.zip": zipped(s1="", s2="a\t0\n")}, "none of the 2 samples has a read (s1, s2)"),
    "two samples of one name": ({"a.zip": with_member("x/s1_allspeciesCounts.txt", COUNTS)}, "two samples have"),
    "one sample in two archives": ({"a.zip": zipped(s1=COUNTS), "b.zip": zipped(s1=COUNTS)}, ".* and again in"),
    "archive and matrix": ({"a.zip": zipped(x1=COUNTS), "m.tsv": text(MATRIX)}, "holds all features, but other inputs"),
    "truncated gz": ({"m.tsv.gz": cut(lambda path: path.write_bytes(gzip.compress(MATRIX.encode())), 0.7)}, "trunc"),
    "binary junk": ({"m.tsv": text(bytes(range(256)) * 20)}, "is a binary file, not a table"),
    "empty file": ({"m.tsv": text("")}, "is empty, or its first line is"),
    "empty count file": ({"s1_allspeciesCounts.txt": text("")}, "none of the 1 sample has a read"),
    "unknown format": ({"x.txt": text(">seq\nACGT\n")}, "not a format that srna-import knows"),
    "negative cell": ({"m.tsv": text("miRNA\ts1\ts2\nmiR-1\t1\t-2\n")}, "row miR-1, column s2: the count is negative"),
    "missing cell": ({"m.tsv": text("miRNA\ts1\ts2\nmiR-1\t1\tNA\n")}, "row miR-1, column s2: the count is missing"),
    "row too long": ({"m.tsv": text(MATRIX + "miR-3\t1\t2\t3\n")}, "line 4: the row has 4 cells, but the header 3"),
    "count too large": ({"m.tsv": text("miRNA\ts1\nmiR-1\t1e30\n")}, "a count is larger than 9.2e18"),
    "feature twice": ({"m.tsv": text(MATRIX + "hsa-let-7a-5p\t1\t2\n")}, "the feature hsa-let-7a-5p stands twice"),
    "GFF without samples": ({"x.gff": text("## mirGFF3\n")}, "a line '## COLDATA: <samples>' must name the samples"),
    "two formats": ({"m.csv": text("miRNA,s1_mature\na/b,1\n")}, "mirge3 and nfcore; say which it is with --format"),
    "contaminants as input": ({"c.csv": text(",species_name,phylo_level,parent,s\n")}, "give it with --contaminants"),
    "NaN in h5ad": ({"x.h5ad": h5ad([[1, 2], [3, np.nan]])}, "sample B, feature y: the count is nan"),
    "negative in h5ad": ({"x.h5ad": h5ad([[1, 2], [-3, 1]])}, "sample B, feature x: the count is -3"),
    "truncated h5ad": ({"x.h5ad": cut(h5ad([[1, 2], [3, 4]]), 0.5)}, "is truncated or not an AnnData file"),
    "HDF5 of others": ({"x.h5": hdf5_without_anndata}, "is truncated or not an AnnData file"),
    "text called h5ad": ({"x.h5ad": text("x")}, "is not an h5ad (HDF5) file"),
}  # fmt: skip
SHEETS = {
    "sheet that matches nothing": ("sample\tx\nGSM1\t1\n", [], "have ids such as s1, the sheet such as GSM1"),
    "no dataset column": ("sample\tx\ns1\t1\n", ["--dataset-column", "study"], "'study'; the columns are: x"),
    "no sample column": ("sample\tx\ns1\t1\n", ["--sample-column", "id"], "'id'; the columns are: sample, x"),
    "sheet with a sample twice": ("sample\tx\ns1\t1\ns1\t2\n", [], "the sample s1 has two rows"),
    "sheet of one column": ("sample\ns1\n", [], "has one column only"),
    "binary sheet": ("\x00\x01", [], "is a binary file"),
}  # fmt: skip


def require_one_sentence(result, sentence, outputs):
    assert result.exit_code == 1, result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("srna-import: ")
    assert "Traceback" not in result.output
    for part in sentence.split(".*"):
        assert part in lines[0]
    assert result.stdout == ""
    assert list(outputs.iterdir()) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_input_is_one_sentence_and_nothing_is_written(run_import, mistake):
    files, sentence = MISTAKES[mistake]
    inputs = [f"@{name}" for name in files]
    require_one_sentence(run_import(files, *inputs), sentence, run_import.outputs)
    debugged = run_import(files, *inputs, "--debug")
    assert isinstance(debugged.exception, SrnaToolsError)
    assert list(run_import.outputs.iterdir()) == []


@pytest.mark.parametrize("mistake", SHEETS)
def test_a_mistake_in_the_sheet_is_one_sentence_and_nothing_is_written(run_import, mistake):
    content, options, sentence = SHEETS[mistake]
    files = {"a.zip": zipped(s1=COUNTS), "s.tsv": text(content)}
    require_one_sentence(run_import(files, "@a.zip", "--samples", "@s.tsv", *options), sentence, run_import.outputs)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["@none.zip"], "none.zip: does not exist"),
        (["@m.tsv", "--species", "rno"], "no feature is of species 'rno'; the prefixes found are: hsa"),
        (["@m.tsv", "--dataset-column", "study"], "'study' needs a table that has it; give it with --samples"),
        (["@m.tsv", "--format", "h5ad"], "is not an h5ad (HDF5) file"),
        (["@m.tsv", "--format", "oasis"], "line 1: expected 2 tab-separated columns (id, count), found 3"),
        (["@", "--format", "matrix"], "is a folder"),
        (["@", "--format", "h5ad"], "is a folder"),
        (["@"], "no count files in it"),
        (["@m.tsv", "--contaminants", "@c.tsv"], "names none of the 2 samples"),
    ],
)
def test_a_mistake_in_the_call_is_one_sentence_and_nothing_is_written(run_import, options, sentence):
    files = {"m.tsv": text(MATRIX), "c.tsv": text("taxon\tx1\nE. coli\t1\n")}
    require_one_sentence(run_import(files, *options), sentence, run_import.outputs)


def test_an_archive_that_unpacks_to_absurd_size_is_refused(run_import, monkeypatch):
    monkeypatch.setattr(archive, "_LARGEST_UNCHECKED", 1_000_000)
    result = run_import({"a.zip": zipped(s1="\n" * 2_000_000)}, "@a.zip")
    require_one_sentence(
        result, "unpacks from .* to 2,000,000 bytes; no counts do, so it is refused", run_import.outputs
    )


def test_something_to_import_must_be_given(run_import):
    require_one_sentence(
        run_import({}), "there is nothing to import; give inputs or a contaminant table", run_import.outputs
    )


def test_names_must_be_given_once_per_input(run_import):
    result = run_import({"a.zip": zipped(s1=COUNTS), "b.zip": zipped(s2=COUNTS)}, "@a.zip", "@b.zip", "--name", "x")
    assert result.exit_code == 2
    assert "--name was given 1 times for 2 inputs" in result.stderr
    assert list(run_import.outputs.iterdir()) == []


@pytest.mark.parametrize("broken", ["a.zip", "m.tsv"])
def test_a_real_process_says_one_sentence_and_leaves_nothing(tmp_path, broken):
    (tmp_path / "out").mkdir()
    (tmp_path / broken).write_bytes(b"PK\x03\x04 and then nothing")
    command = [Path(sys.executable).with_name("srna-import"), tmp_path / broken, "-o", tmp_path / "out" / "s.h5ad"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"srna-import: {tmp_path / broken}: is not a zip archive, or is truncated")
    assert list((tmp_path / "out").iterdir()) == []
