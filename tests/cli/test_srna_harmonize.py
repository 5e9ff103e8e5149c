"""srna-harmonize as a user calls it, and the prediction of samples that name their miRNAs in another way."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner

from srna_tools import schema
from srna_tools.cli.srna_harmonize import main
from srna_tools.cli.srna_predict import main as predict
from srna_tools.cli.srna_train import main as train
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.namespace import Namespace

NAMES = ["hsa-let-7a-5p/7c-5p", "hsa-let-7c-3p", "hsa-miR-16-5p", "Hsa-Mir-8-P1a_5p", "SNORD44"]


@pytest.fixture
def harmonise(tmp_path):
    """Run srna-harmonize on samples; return its result, what it wrote and its report."""

    def call(samples, *options):
        write_samples(samples, tmp_path / "samples.h5ad")
        outputs = ["--report-output", str(tmp_path / "report.tsv"), "-o", str(tmp_path / "out.h5ad")]
        result = CliRunner().invoke(main, [str(tmp_path / "samples.h5ad"), *map(str, options), *outputs])
        if result.exit_code:
            return result, None, None
        report = pd.read_csv(tmp_path / "report.tsv", sep="\t", keep_default_na=False)
        return result, read_samples(tmp_path / "out.h5ad"), report

    return call


def test_counts_move_and_the_report_says_where(harmonise, make_samples):
    result, samples, report = harmonise(make_samples([[100, 20, 3, 7, 20_000_001]], NAMES), "--level", "locus")
    assert result.exit_code == 0, result.output
    assert samples.var_names.tolist() == ["let-7a", "mir-16", "SNORD44"]
    assert samples.layers["counts"].toarray().tolist() == [[120, 3, 20_000_001]]
    assert report.columns.tolist() == ["feature", "new_feature", "status", "reads", "share", "reason"]
    assert report["status"].tolist() == ["pooled", "pooled", "renamed", "lost", "kept"]
    assert result.stdout.splitlines()[:2] == [
        "5 features became 3 (1 kept, 1 renamed, 2 pooled, 1 lost)",
        "7 of 20,000,131 reads lost (0.00%)",
    ]
    assert Namespace.of(samples) == Namespace("locus", "hsa", {"let-7a": "let-7a", "let-7c": "let-7a"})
    assert schema.history_of(samples)[-1]["parameters"] == {"level": "locus"}


def test_an_alias_table_names_what_rules_cannot(harmonise, make_samples, tmp_path):
    (tmp_path / "map.csv").write_text("MirGeneDB_ID;MiRBase_ID\nHsa-Mir-8-P1a;hsa-mir-200a\n")
    options = ("--level", "locus", "--alias-table", tmp_path / "map.csv")
    _, samples, report = harmonise(make_samples([[100, 20, 3, 7, 1]], NAMES), *options)
    assert samples.var_names.tolist() == ["let-7a", "mir-16", "mir-200a", "SNORD44"]
    assert (report["status"] != "lost").all()
    assert schema.history_of(samples)[-1]["parameters"] == {"level": "locus", "alias_table": "map.csv"}


def test_what_cannot_be_done_is_one_sentence(harmonise, make_samples):
    result, _, _ = harmonise(make_samples([[1, 2]], ["Hsa-Mir-8-P1a_5p", "TP53"]), "--level", "locus")
    assert result.exit_code == 1
    assert result.stderr == (
        "srna-harmonize: no miRNA has a name at the level locus: the samples have MirGeneDB names (Hsa-Mir-8-P1a_5p); "
        "give a table of their miRBase names with --alias-table\n"
    )
    result, _, _ = harmonise(make_samples([[1, 2]], ["hsa-miR-1-5p", "mmu-miR-1-5p"]), "--level", "family")
    assert "srna-import --species hsa" in result.stderr


@pytest.fixture(scope="module")
def models(simulated_studies, tmp_path_factory):
    """Models of the same samples, with names as they are and at the locus level; and the other samples."""
    folder = tmp_path_factory.mktemp("models")
    human = simulated_studies.var_names.str.startswith("hsa-")
    mirnas = simulated_studies[:, human & (simulated_studies.var["feature_type"] == "miRNA").to_numpy()].copy()
    write_samples(mirnas[:32].copy(), folder / "mature.h5ad")
    arguments = [str(folder / "mature.h5ad"), "--level", "locus", "-o", str(folder / "locus.h5ad")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    for level in ("mature", "locus"):
        output = ["--model", "logistic", "-o", str(folder / f"{level}.safetensors")]
        assert CliRunner().invoke(train, [str(folder / f"{level}.h5ad"), "--label", "tissue", *output]).exit_code == 0
    return folder, mirnas[32:].copy()


def predicted(model, samples, tmp_path):
    write_samples(samples, tmp_path / "new.h5ad")
    arguments = [str(tmp_path / "new.h5ad"), "--model", str(model), "-o", str(tmp_path / "p.tsv")]
    result = CliRunner().invoke(predict, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout, pd.read_csv(tmp_path / "p.tsv", sep="\t", keep_default_na=False)


def test_a_locus_model_predicts_mature_and_stem_loop_counts_as_if_harmonised(models, harmonise, tmp_path):
    folder, new = models
    _, at_locus, _ = harmonise(new, "--level", "locus")
    _, stem_loops, _ = harmonise(new, "--level", "stem-loop")
    del stem_loops.uns["srna_tools"]["namespace"]
    _, expected = predicted(folder / "locus.safetensors", at_locus, tmp_path)
    for samples in (new, stem_loops):
        text, table = predicted(folder / "locus.safetensors", samples, tmp_path)
        pd.testing.assert_frame_equal(table, expected)
        number = len(set(at_locus.var_names))
        assert f"note: {samples.n_vars} features counted under {number} names of the model" in text
    assert (expected["label"].to_numpy() == new.obs["tissue"].to_numpy()).mean() > 0.8


def test_a_mature_model_refuses_stem_loops_and_says_what_helps(models, harmonise, tmp_path):
    folder, new = models
    _, stem_loops, _ = harmonise(new, "--level", "stem-loop")
    del stem_loops.uns["srna_tools"]["namespace"]
    _, table = predicted(folder / "mature.safetensors", stem_loops, tmp_path)
    assert set(table["status"]) == {"unknown"}
    assert table["reason"].str.contains("a model trained after srna-harmonize --level locus takes both").all()
