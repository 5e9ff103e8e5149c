"""The demo: simulated OASIS 2 archives through the executables, to a report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click
import pandas as pd

from srna_tools.cli.demo_training import import_training, run_step, train, write_inputs
from srna_tools.cli.srna_attribute import main as srna_attribute
from srna_tools.cli.srna_embed import main as srna_embed
from srna_tools.cli.srna_enrich import main as srna_enrich
from srna_tools.cli.srna_import import main as srna_import
from srna_tools.cli.srna_predict import main as srna_predict
from srna_tools.cli.srna_report import main as srna_report
from srna_tools.errors import how_to_install
from srna_tools.extras import NETWORK_LIBRARIES, is_installed
from srna_tools.io.output import make_folder
from srna_tools.predict.status import OK

_NOTE = "All data in this report is simulated: no sample of it was ever sequenced."
_SHIPPED = "the demo annotates with networks that come with the package, trained on the simulated studies of --seed 0"


def run_demo(folder: Path, *, seed: int, threads: int, quick: bool) -> None:
    """Simulate, then run the executables in the folder; the first that fails ends the demo.

    Parameters
    ----------
    quick
        Annotate with the models of the package, and explain nothing.
    """
    trains = not quick and is_installed(*NETWORK_LIBRARIES)
    make_folder(folder)
    home = Path.cwd()
    os.chdir(folder)
    try:
        truth = write_inputs(seed)
        if trains:
            import_training()
            train(seed, threads)
        else:
            _take_models_of_the_package(quick)
        _annotate()
        if not quick:
            _explain(threads)
        notes = _compare(truth)
        _report(notes, evaluated=trains, explained=not quick)
    finally:
        os.chdir(home)
    click.echo(f"\nOpen {folder / 'report.html'}; the table is {folder / 'predictions.tsv'}")


def _take_models_of_the_package(quick: bool) -> None:
    from srna_tools.simulate import write_demo_models

    write_demo_models(Path())
    if quick:
        click.echo(_SHIPPED)
    else:
        click.echo(f"TensorFlow is not installed, so that {_SHIPPED}; to see their training, {how_to_install('train')}")


def _annotate() -> None:
    archives = sorted(str(path) for path in Path("input", "new").glob("*.zip"))
    contaminants = "input/new/contaminants.tsv"
    run_step(
        srna_import,
        [*archives, "--contaminants", contaminants, "--species", "hsa", "-o", "new.h5ad",
         "--report-output", "import_report.tsv"],
    )  # fmt: skip
    depth = ["--min-depth", "10000"]
    run_step(
        srna_predict,
        [
            "new.h5ad",
            "--model",
            "tissue.safetensors",
            *depth,
            "-o",
            "predictions.tsv",
            "--h5ad-output",
            "annotated.h5ad",
        ],
    )
    run_step(
        srna_predict,
        ["new.h5ad", "--model", "sex.safetensors", "--model", "age_group.safetensors", *depth,
         "-o", "sex_and_age.tsv"],
    )  # fmt: skip


def _explain(threads: int) -> None:
    run_step(
        srna_attribute,
        ["annotated.h5ad", "--model", "tissue.safetensors", "--threads", str(threads), "-o", "top_features.tsv",
         "--heatmap-output", "classes.png", "--expression-plot-output", "expression.png", "--ranking-output",
         "ranking.tsv", "--stability-output", "stability.tsv", "--similarity-output", "similarity.tsv",
         "--votes-output", "votes.tsv", "--waterfall-dir", "waterfalls", "--heatmap-dir", "heatmaps", *_examples()],
    )  # fmt: skip
    # Which rank-based tests need; the other test is there in every installation.
    method = "both" if is_installed("gseapy") else "over-representation"
    run_step(
        srna_enrich,
        ["ranking.tsv", "--families", "--background", "tissue.safetensors", "--method", method, "--plot-output",
         "enrichment.png", "-o", "enrichment.tsv"],
    )  # fmt: skip
    run_step(
        srna_embed,
        ["annotated.h5ad", "--method", "tsne", "--color", "predicted_tissue", "--color", "dataset",
         "-o", "embedding.tsv", "--plot-output", "embedding.png"],
    )  # fmt: skip


def _examples() -> list[str]:
    """Choose for the pictures the first sample of each tissue that was called, and all that were refused."""
    table = pd.read_csv("predictions.tsv", sep="\t")
    table = table[table["probability"].notna()]
    first = table[table["status"] == OK].drop_duplicates("label")
    chosen = [*first["sample"], *table.loc[table["status"] != OK, "sample"]]
    return [word for sample in chosen for word in ("--sample", sample)]


def _compare(truth: pd.DataFrame) -> list[str]:
    """Say how the predictions fare against the truth that only a simulation knows."""
    table = pd.read_csv("predictions.tsv", sep="\t").set_index("sample")
    true = truth.loc[table.index, "tissue"]
    known = set(pd.read_csv("input/training/samples.tsv", sep="\t")["tissue"])
    accepted = table["status"] == OK
    strange = ~true.isin(known)
    right = int((table["label"] == true)[accepted].sum())
    names = ", ".join(sorted(set(true[strange])))
    return [
        _NOTE,
        f"The truth is known here: of {int(accepted.sum())} samples with status 'ok' {right} have the right tissue.",
        f"{int(strange.sum())} samples are of a tissue that the training never saw ({names}); "
        f"the model refused {int((strange & ~accepted).sum())} of them.",
    ]


def _report(notes: Sequence[str], *, evaluated: bool, explained: bool) -> None:
    parts = ["--samples", "annotated.h5ad", "--import-report", "import_report.tsv", "--model", "tissue.safetensors",
             "--predictions", "predictions.tsv"]  # fmt: skip
    if explained:
        pictures = sorted(Path("heatmaps").glob("*.png"))
        heatmaps = [word for picture in [Path("classes.png"), *pictures] for word in ("--heatmap", str(picture))]
        parts += ["--top-features", "top_features.tsv", "--stability", "stability.tsv", "--similarity",
                  "similarity.tsv", "--enrichment", "enrichment.tsv", "--embedding", "embedding.png",
                  *heatmaps]  # fmt: skip
    if evaluated:
        parts += ["--evaluation", "metrics_dataset-out.tsv", "--evaluation", "metrics_kfold.tsv",
                  "--evaluation-plot", "evaluation.png"]  # fmt: skip
    said = [word for note in notes for word in ("--note", note)]
    run_step(srna_report, ["--title", "srna-tools demo", *parts, *said, "-o", "report.html"])
    for note in notes:
        click.echo(note)
