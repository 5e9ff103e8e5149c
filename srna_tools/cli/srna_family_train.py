"""srna-family-train: sequences of miRNA families -> model bundle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option, seed_option, threads_option
from srna_tools.cli.family_options import (
    families_options,
    family_options,
    family_settings,
    family_settings_given,
    foreign_settings,
    require_libraries,
)
from srna_tools.cli.family_trained import evaluation_table, roc_table, summary
from srna_tools.extras import NETWORK_LIBRARIES, require_installed

if TYPE_CHECKING:
    from srna_tools.sequences.calibration import Judgement
    from srna_tools.sequences.choice import Choice
    from srna_tools.sequences.family_bundle import FamilyBundle
    from srna_tools.sequences.interface import TrainedFamilyModel

_AUTO = "auto"
_MODELS = (_AUTO, "profile", "combined", "kmer", "nearest", "cnn", "structure")
_NETWORKS = ("cnn", "structure")
_OF_NETWORKS = {"curve_output": "--curve-output", "keras_output": "--keras-output"}
_OF_JUDGED = {
    "evaluation_output": "--evaluation-output",
    "roc_output": "--roc-output",
    "plot_output": "--plot-output",
    "negatives": "--negatives",
}


@executable("srna-family-train")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--model",
    "kind",
    type=click.Choice(_MODELS),
    default=_AUTO,
    show_default=True,
    help="Kind of model. auto tries profile, combined, kmer and nearest on sequences left out, and takes the best.",
)
@families_options
@click.option(
    "--per-family", type=click.IntRange(1), help="Use at most so many sequences of a family, drawn at random."
)
@click.option(
    "--min-sequences",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Leave out families with fewer sequences; they serve as what is of no known family.",
)
@click.option(
    "--max-length",
    type=click.IntRange(15, 100_000),
    default=200,
    show_default=True,
    help="Longest sequence in nt, also of those whose family is predicted later.",
)
@click.option(
    "--over-long",
    type=click.Choice(["drop", "truncate"]),
    default="drop",
    show_default=True,
    help="What becomes of longer sequences; truncate keeps their first bases.",
)
@click.option(
    "--negatives",
    multiple=True,
    type=EXISTING_FILE,
    help="FASTA of sequences of no miRNA family, such as tRNA, for the threshold; may repeat.",
)
@click.option(
    "--calibration/--no-calibration",
    default=True,
    show_default=True,
    help="Whether to train on a part first, to judge the model and choose the threshold. Without, training takes a "
    "third of the time, and the model accepts every sequence.",
)
@family_options
@click.option("--licence", default="", help="Licence under which the model may be passed on, kept in the bundle.")
@click.option("--choice-output", type=NEW_FILE, help="auto: table of how each kind of model did.")
@click.option("--evaluation-output", type=NEW_FILE, help="Table of all figures on sequences left out.")
@click.option("--roc-output", type=NEW_FILE, help="Table of the ROC curve: threshold, kept, accepted.")
@click.option("--plot-output", type=NEW_FILE, help="Picture (PNG or SVG) of ROC curve, scores and threshold.")
@click.option("--curve-output", type=NEW_FILE, help="Networks: table of loss and accuracy per epoch.")
@click.option("--keras-output", type=NEW_FILE, help="Networks: the network as a .keras file.")
@seed_option
@threads_option
@output_option("Model bundle (.safetensors).")
def main(*, inputs: tuple[Path, ...], kind: str, negatives: tuple[Path, ...], output: Path, **options: Any) -> None:
    """Learn to tell miRNA families by sequence.

    INPUTS are folders or files with one FASTA for each family (plain or gzip; the file's name is the family's), or one
    FASTA whose headers name the families, or with --families a FASTA such as miRBase's hairpin.fa or mature.fa.
    Sequences that occur twice are used once.

    The model is judged on members, clusters of similar members and whole families that are left out; a threshold on
    one of its scores is chosen so that members are accepted and other sequences are rejected. Then it is trained on
    everything.

    Example: srna-family-train rfam/ --negatives trna.fa -o families.safetensors
    """
    from srna_tools.cli.family_inputs import read_inputs
    from srna_tools.sequences.calibration import Judgement
    from srna_tools.sequences.family_bundle import save_family_bundle
    from srna_tools.sequences.training import train_families

    given = family_settings_given(options)
    _require_sense(kind, given, options | {"negatives": negatives})
    if kind != _AUTO:
        require_libraries(kind, f"--model {kind}")
    if options["keras_output"]:
        require_installed(*NETWORK_LIBRARIES, needed_by="--keras-output")
    read = read_inputs(inputs, negatives, options)
    for sentence in read.notes:
        click.echo(sentence)
    common = {"seed": options["seed"], "threads": options["threads"]}
    choice, judgement = None, None if options["calibration"] else Judgement()
    if kind == _AUTO:
        choice = _choice(read.families, read.others, options["max_length"], **common)
        kind = choice.chosen
    settings = family_settings(kind, given, options["max_length"])
    if options["calibration"]:
        judgement = choice.judgements[kind] if choice else _judgement(kind, settings, read, **common)
    bundle, trained = train_families(
        read.families, kind, settings, judgement=judgement, max_length=options["max_length"],
        licence=options["licence"], **common,
    )  # fmt: skip
    save_family_bundle(bundle, output)
    _write_beside(bundle, trained, judgement, choice, options)
    for sentence in (*(choice.sentences() if choice else ()), *summary(bundle, read.negatives)):
        click.echo(sentence)


def _choice(families: Any, others: Any, max_length: int, *, seed: int, threads: int) -> Choice:
    from srna_tools.sequences.choice import CANDIDATES, choose
    from srna_tools.sequences.training import left_out

    settings = {kind: family_settings(kind, {}, max_length) for kind in CANDIDATES}
    return choose(left_out(families, others, seed), settings, seed=seed, threads=threads)


def _judgement(kind: str, settings: Any, read: Any, *, seed: int, threads: int) -> Judgement:
    from srna_tools.sequences.calibration import judge
    from srna_tools.sequences.training import left_out

    return judge(kind, settings, left_out(read.families, read.others, seed), seed=seed, threads=threads)


def _write_beside(
    bundle: FamilyBundle, trained: TrainedFamilyModel, judgement: Judgement | None, choice: Choice | None,
    options: dict[str, Any],
) -> None:  # fmt: skip
    """Write the optional outputs about the training."""
    import pandas as pd

    from srna_tools.io.output import write_table, written_whole

    tables: dict[str, Callable[[], pd.DataFrame]] = {
        "choice_output": lambda: choice.table() if choice else pd.DataFrame(),
        "curve_output": lambda: trained.curve,
        "evaluation_output": lambda: evaluation_table(bundle),
        "roc_output": lambda: roc_table(bundle),
    }
    for name, table in tables.items():
        if options[name]:
            write_table(table(), options[name])
    if options["plot_output"] and judgement and judgement.open_set:
        from srna_tools.report.family_open_set_plot import open_set_plot
        from srna_tools.report.save import save_figure

        save_figure(open_set_plot(judgement.known, judgement.others, judgement.open_set), options["plot_output"])
    if options["keras_output"]:
        with written_whole(options["keras_output"], suffix=".keras") as partial:
            _as_keras(bundle, trained).save(partial)


def _as_keras(bundle: FamilyBundle, trained: TrainedFamilyModel) -> Any:
    """The network as a Keras model; the one-hot network is not trained with Keras, and turned into one here."""
    from srna_tools.sequences.one_hot_network import OneHotNetwork

    if not isinstance(bundle.model, OneHotNetwork):
        return trained.keras
    from srna_tools.sequences.one_hot_keras import as_keras

    return as_keras(bundle.model, bundle.training["settings"]["dropout"])


def _require_sense(kind: str, given: dict[str, Any], options: dict[str, Any]) -> None:
    """Refuse options that the kind of model, or a training without calibration, does not have."""
    foreign = foreign_settings(() if kind == _AUTO else (kind,), given)
    foreign += [word for name, word in _OF_NETWORKS.items() if options[name] and kind not in _NETWORKS]
    if options["choice_output"] and kind != _AUTO:
        foreign.append("--choice-output")
    if foreign:
        raise click.UsageError(f"--model {kind} does not have: {', '.join(foreign)}")
    if not options["calibration"]:
        unused = [word for name, word in _OF_JUDGED.items() if options[name]]
        if kind == _AUTO or unused:
            raise click.UsageError(f"--no-calibration does not go with {', '.join(unused) or '--model auto'}")
