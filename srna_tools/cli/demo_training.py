"""The demo's first half: simulated OASIS 2 archives, and models trained and judged on them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from srna_tools.cli.srna_evaluate import main as srna_evaluate
from srna_tools.cli.srna_group import main as srna_group
from srna_tools.cli.srna_import import main as srna_import
from srna_tools.cli.srna_normalize import main as srna_normalize
from srna_tools.cli.srna_train import main as srna_train
from srna_tools.io.output import make_folder

if TYPE_CHECKING:
    import pandas as pd

# Sex and age are in the contaminants as much as in the sRNAs (Fiosina 2019, sections 3.2 and 3.3).
_WITH_CONTAMINANTS = ("--feature-types", "miRNA", "--feature-types", "contaminant")
#: Labelled samples as `import_training` leaves them: with age groups, and with contaminants among the features.
GROUPED, WITH_CONTAMINANTS = "grouped.h5ad", "with_contaminants.h5ad"


def run_step(command: click.Command, arguments: Sequence[str]) -> None:
    """Show the command as a user would type it, and run it; errors end the demo."""
    shown = arguments if len(arguments) < 24 else [*arguments[:20], "..."]  # noqa: PLR2004
    click.echo(f"\n$ {command.name} {shlex.join(shown)}")
    command.main(arguments, prog_name=command.name, standalone_mode=False)


def write_inputs(seed: int) -> pd.DataFrame:
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


def import_training() -> None:
    """Import the annotated archives, make groups of the ages, and normalise with contaminants."""
    archives = sorted(str(path) for path in Path("input", "training").glob("*.zip"))
    sheet, contaminants = "input/training/samples.tsv", "input/training/contaminants.tsv"
    run_step(
        srna_import,
        [*archives, "--samples", sheet, "--contaminants", contaminants, "--species", "hsa", "-o", "training.h5ad"],
    )
    run_step(
        srna_group,
        ["training.h5ad", "--label", "age", "--bins", "fiosina2019-2", "-o", GROUPED,
         "--mapping-output", "age_mapping.tsv"],
    )  # fmt: skip
    run_step(srna_normalize, [GROUPED, *_WITH_CONTAMINANTS, "-o", WITH_CONTAMINANTS])


def train(seed: int, threads: int) -> None:
    """Train a model of each label; that of tissues is chosen, and judged beside others."""
    common = ["--seed", str(seed), "--threads", str(threads)]
    run_step(
        srna_train,
        [GROUPED, "--label", "tissue", *common, "--choice-output", "choice.tsv", "--choice-plot-output",
         "choice.png", "-o", "tissue.safetensors"],
    )  # fmt: skip
    _judge(common)
    for label in ("sex", "age_group"):
        run_step(
            srna_train,
            [WITH_CONTAMINANTS, "--label", label, "--model", "mlp", *common, "-o", f"{label}.safetensors"],
        )


def _judge(common: Sequence[str]) -> None:
    """See how models do on random folds, and on studies that they did not see."""
    chosen = ["--label", "tissue", "--models", "discriminant,mlp,random-forest"]
    for scheme, outputs in (
        ("kfold", []),
        ("dataset-out", ["--plot-output", "evaluation.png", "--suspects-output", "suspects.tsv"]),
    ):
        run_step(
            srna_evaluate,
            [GROUPED, *chosen, "--scheme", scheme, *common, *outputs, "-o", f"metrics_{scheme}.tsv"],
        )
