"""The demo's steps: simulated OASIS 2 archives through every executable, to a report."""

from __future__ import annotations

import importlib.util
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import click
import pandas as pd

from srna_tools.cli.srna_attribute import main as srna_attribute
from srna_tools.cli.srna_embed import main as srna_embed
from srna_tools.cli.srna_enrich import main as srna_enrich
from srna_tools.cli.srna_evaluate import main as srna_evaluate
from srna_tools.cli.srna_group import main as srna_group
from srna_tools.cli.srna_import import main as srna_import
from srna_tools.cli.srna_normalize import main as srna_normalize
from srna_tools.cli.srna_predict import main as srna_predict
from srna_tools.cli.srna_report import main as srna_report
from srna_tools.cli.srna_train import main as srna_train
from srna_tools.io.output import make_folder
from srna_tools.predict.status import OK

_NOTE = "All data in this report is simulated: no sample of it was ever sequenced."
# Sex and age are in the contaminants as much as in the sRNAs (Fiosina 2019, sections 3.2 and 3.3).
_WITH_CONTAMINANTS = ("--feature-types", "miRNA", "--feature-types", "contaminant")


def run_demo(folder: Path, seed: int, threads: int) -> None:
    """Simulate, then run every executable in the folder; the first that fails ends the demo."""
    make_folder(folder)
    home = Path.cwd()
    os.chdir(folder)
    try:
        truth = _write_inputs(seed)
        _train(seed, threads)
        _annotate(threads)
        notes = _compare(truth)
        _report(notes)
    finally:
        os.chdir(home)
    click.echo(f"\nOpen {folder / 'report.html'}; the table is {folder / 'predictions.tsv'}")


def _write_inputs(seed: int) -> pd.DataFrame:
    """Write the simulated archives, and return what is true of the samples to annotate."""
    from srna_tools.simulate import demo_studies, write_contaminants, write_oasis_archives, write_sample_sheet

    training, annotation = demo_studies(seed)
    for name, simulation in (("training", training), ("new", annotation)):
        place = Path("input", name)
        make_folder(place)
        write_oasis_archives(simulation, place)
        write_contaminants(simulation, place / "contaminants.tsv")
    write_sample_sheet(training, Path("input", "training", "samples.tsv"))
    archives = [simulation.samples["dataset"].nunique() for simulation in (training, annotation)]
    click.echo(
        f"simulated {len(training.samples)} annotated samples in {archives[0]} OASIS 2 archives, "
        f"and {len(annotation.samples)} samples without annotation in {archives[1]}"
    )
    return annotation.samples.set_index("sample")


def _train(seed: int, threads: int) -> None:
    archives = sorted(str(path) for path in Path("input", "training").glob("*.zip"))
    sheet, contaminants = "input/training/samples.tsv", "input/training/contaminants.tsv"
    _run(
        srna_import,
        [*archives, "--samples", sheet, "--contaminants", contaminants, "--species", "hsa", "-o", "training.h5ad"],
    )
    _run(
        srna_group,
        ["training.h5ad", "--label", "age", "--bins", "fiosina2019-2", "-o", "grouped.h5ad",
         "--mapping-output", "age_mapping.tsv"],
    )  # fmt: skip
    _run(srna_normalize, ["grouped.h5ad", *_WITH_CONTAMINANTS, "-o", "with_contaminants.h5ad"])
    common = ["--seed", str(seed), "--threads", str(threads)]
    network = "mlp"
    if importlib.util.find_spec("tensorflow") is None:
        click.echo("TensorFlow is not installed: the demo trains logistic models instead of networks")
        network = "logistic"
    _run(
        srna_train,
        ["grouped.h5ad", "--label", "tissue", *common, "--choice-output", "choice.tsv", "--choice-plot-output",
         "choice.png", "-o", "tissue.safetensors"],
    )  # fmt: skip
    _judge(f"discriminant,{network},random-forest", common)
    for label in ("sex", "age_group"):
        _run(
            srna_train,
            ["with_contaminants.h5ad", "--label", label, "--model", network, *common, "-o", f"{label}.safetensors"],
        )


def _judge(models: str, common: Sequence[str]) -> None:
    """See how models do on random folds, and on studies that they did not see."""
    chosen = ["--label", "tissue", "--models", models]
    for scheme, outputs in (
        ("kfold", []),
        ("dataset-out", ["--plot-output", "evaluation.png", "--suspects-output", "suspects.tsv"]),
    ):
        _run(
            srna_evaluate,
            ["grouped.h5ad", *chosen, "--scheme", scheme, *common, *outputs, "-o", f"metrics_{scheme}.tsv"],
        )


def _annotate(threads: int) -> None:
    archives = sorted(str(path) for path in Path("input", "new").glob("*.zip"))
    contaminants = "input/new/contaminants.tsv"
    _run(
        srna_import,
        [*archives, "--contaminants", contaminants, "--species", "hsa", "-o", "new.h5ad",
         "--report-output", "import_report.tsv"],
    )  # fmt: skip
    depth = ["--min-depth", "10000"]
    _run(
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
    _run(
        srna_predict,
        ["new.h5ad", "--model", "sex.safetensors", "--model", "age_group.safetensors", *depth,
         "-o", "sex_and_age.tsv"],
    )  # fmt: skip
    _run(
        srna_attribute,
        ["annotated.h5ad", "--model", "tissue.safetensors", "--threads", str(threads), "-o", "top_features.tsv",
         "--heatmap-output", "classes.png", "--expression-plot-output", "expression.png", "--ranking-output",
         "ranking.tsv", "--stability-output", "stability.tsv", "--similarity-output", "similarity.tsv",
         "--votes-output", "votes.tsv", "--waterfall-dir", "waterfalls", "--heatmap-dir", "heatmaps", *_examples()],
    )  # fmt: skip
    # Which rank-based tests need; the other test is there in every installation.
    method = "both" if importlib.util.find_spec("gseapy") else "over-representation"
    _run(
        srna_enrich,
        ["ranking.tsv", "--families", "--background", "tissue.safetensors", "--method", method, "--plot-output",
         "enrichment.png", "-o", "enrichment.tsv"],
    )  # fmt: skip
    _run(
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
        f"{int((strange & ~accepted).sum())} of them were refused.",
    ]


def _report(notes: Sequence[str]) -> None:
    pictures = sorted(Path("heatmaps").glob("*.png"))
    heatmaps = [word for picture in [Path("classes.png"), *pictures] for word in ("--heatmap", str(picture))]
    said = [word for note in notes for word in ("--note", note)]
    _run(
        srna_report,
        ["--title", "srna-tools demo", "--samples", "annotated.h5ad", "--import-report", "import_report.tsv",
         "--model", "tissue.safetensors", "--predictions", "predictions.tsv", "--top-features", "top_features.tsv",
         "--stability", "stability.tsv", "--similarity", "similarity.tsv", "--enrichment", "enrichment.tsv",
         "--evaluation", "metrics_dataset-out.tsv", "--evaluation", "metrics_kfold.tsv",
         "--evaluation-plot", "evaluation.png", "--embedding", "embedding.png", *heatmaps, *said, "-o", "report.html"],
    )  # fmt: skip
    for note in notes:
        click.echo(note)


def _run(command: click.Command, arguments: list[str]) -> None:
    shown = arguments if len(arguments) < 24 else [*arguments[:20], "..."]  # noqa: PLR2004
    click.echo(f"\n$ {command.name} {shlex.join(shown)}")
    command.main(arguments, prog_name=command.name, standalone_mode=False)
