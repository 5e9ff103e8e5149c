"""srna-family-evaluate: sequences of miRNA families -> how well models tell them, and reject what is of none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.executable import (
    EXISTING_FILE,
    NEW_FILE,
    NameList,
    NumberList,
    executable,
    output_option,
    seed_option,
    threads_option,
)
from srna_tools.cli.family_options import (
    families_options,
    family_options,
    family_settings,
    family_settings_given,
    foreign_settings,
    require_libraries,
)
from srna_tools.errors import SampleError

if TYPE_CHECKING:
    import pandas as pd

    from srna_tools.sequences.evaluation_design import FamilyDesign

_MODELS = "profile,combined,kmer,nearest"
_SCHEMES = ("random", "cluster")


@executable("srna-family-evaluate")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--models",
    type=NameList(),
    default=_MODELS,
    show_default=True,
    help="Kinds of models to compare on the same sequences, separated by commas; cnn and structure take long.",
)
@families_options
@click.option(
    "--scheme",
    "schemes",
    type=NameList(),
    default=",".join(_SCHEMES),
    show_default=True,
    help="random: sequences are divided at random. cluster: a test sequence has no near-copy among the training "
    "sequences. Several with commas; one that can test nothing is left out.",
)
@click.option(
    "--identity",
    type=click.FloatRange(0.5, 1),
    default=0.8,
    show_default=True,
    help="cluster: share of identical bases from which on two sequences are near-copies.",
)
@click.option(
    "--test-per-family",
    "test",
    type=click.FloatRange(0, min_open=True),
    default=0.2,
    show_default=True,
    help="Test sequences of each family: a number, or below 1 a share, but at most 50.",
)
@click.option(
    "--train-per-family",
    "training",
    type=NumberList(int, 1),
    help="At most so many training sequences of each family; several numbers with commas compare them.  "
    "[default: all others]",
)
@click.option("--repeats", type=click.IntRange(1), default=5, show_default=True, help="Repeats, each with a new seed.")
@click.option(
    "--min-sequences",
    "least",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    help="Families of fewer sequences are not trained on: their members are unseen families.",
)
@click.option(
    "--unseen-share",
    type=click.FloatRange(0, 0.9),
    default=0.0,
    show_default=True,
    help="Share of the other families that each repeat leaves out as unseen families as well.",
)
@click.option(
    "--negatives",
    multiple=True,
    type=EXISTING_FILE,
    help="FASTA of sequences of no miRNA family, with their class as the word after the id; may repeat.",
)
@click.option(
    "--most-others",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="Sequences of each class of negatives, and of unseen families, that each repeat draws at most.",
)
@click.option(
    "--flanks",
    type=NumberList(int, 1, 1000),
    help="Random bases added at each end of the test sequences, such as 5,10,15,20: how much uncertain ends cost.",
)
@click.option(
    "--max-length",
    type=click.IntRange(15, 100_000),
    default=200,
    show_default=True,
    help="Longest sequence in nt; longer ones are left out.",
)
@family_options
@click.option(
    "--bootstraps",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="Draws of families for the 95 % intervals; 0 for none.",
)
@click.option("--predictions-output", type=NEW_FILE, help="Table of all predictions of unseen sequences.")
@click.option("--confusion-output", type=NEW_FILE, help="Table of the families that are taken for each other.")
@click.option("--plot-output", type=NEW_FILE, help="Picture (PNG or SVG): accuracy by model and scheme.")
@click.option(
    "--open-set-plot-output",
    type=NEW_FILE,
    help="Picture of rejection by the most accurate model: ROC curves, scores and threshold.",
)
@seed_option
@threads_option
@output_option("Table: model, scheme, scope, name, metric, value, low, high.")
def main(
    *, inputs: tuple[Path, ...], models: tuple[str, ...], negatives: tuple[Path, ...], output: Path, **options: Any
) -> None:
    """Judge models of miRNA families on sequences that they were not trained on, before you trust one.

    INPUTS are as for srna-family-train. All models get the same training and test sequences. The random scheme says
    how well members like those in the databases are told; the cluster scheme how well those of other species are,
    that resemble no training sequence. Sequences of no trained family, and negatives, say how well strangers are
    rejected: score and threshold are chosen on one half, and judged on the other.

    Example: srna-family-evaluate rfam/ --models profile,kmer --negatives ncrna.fa -o metrics.tsv --plot-output plot.png
    """
    from srna_tools.io.family_files import read_family_files
    from srna_tools.io.output import write_table
    from srna_tools.sequences.evaluation import contenders_of, evaluate_families
    from srna_tools.sequences.evaluation_metrics import measure_families
    from srna_tools.sequences.evaluation_others import read_others
    from srna_tools.sequences.evaluation_plan import has_others
    from srna_tools.sequences.evaluation_summary import headlines, sentences

    given = family_settings_given(options)
    contenders = contenders_of(models, lambda kind: _settings(kind, given, options["max_length"]))
    foreign = foreign_settings(models, given)
    if foreign:
        raise click.UsageError(f"none of the models {', '.join(models)} has: {', '.join(foreign)}")
    design = _design(options)
    for kind in models:
        require_libraries(kind, f"the model {kind} of --models")
    read = read_family_files(inputs, names=options["names"], table=options["table"], max_length=options["max_length"])
    others, notes = read_others(negatives, options["max_length"])
    _require_others(options, has_others(read.families, others, design))
    for sentence in (*read.notes, *notes, *sentences(read.families, others, design)):
        click.echo(sentence)
    predictions = evaluate_families(read.families, read.ids, others, contenders, design, threads=options["threads"])
    metrics = measure_families(predictions, bootstraps=options["bootstraps"], seed=options["seed"])
    write_table(metrics, output)
    _write_beside(predictions, metrics, options)
    for sentence in headlines(metrics):
        click.echo(sentence)


def _design(options: dict[str, Any]) -> FamilyDesign:
    from srna_tools.sequences.evaluation_design import ALL, FamilyDesign

    unknown = [scheme for scheme in options["schemes"] if scheme not in _SCHEMES]
    if unknown:
        raise click.UsageError(f"there is no scheme '{unknown[0]}'; choose from {', '.join(_SCHEMES)}")
    test = options["test"]
    if test >= 1 and test != int(test):
        raise click.UsageError(f"--test-per-family is {test}; give a whole number of sequences, or a share below 1")
    return FamilyDesign(
        schemes=tuple(dict.fromkeys(options["schemes"])), test=test if test < 1 else int(test),
        training=options["training"] or (ALL,), repeats=options["repeats"], flanks=options["flanks"] or (),
        least=options["least"], unseen_share=options["unseen_share"], most_others=options["most_others"],
        identity=options["identity"], seed=options["seed"],
    )  # fmt: skip


def _settings(kind: str, given: dict[str, Any], max_length: int) -> Any:
    """Make the settings of a kind from those that it has among the given."""
    own = {name: value for name, value in given.items() if not foreign_settings((kind,), {name: value})}
    return family_settings(kind, own, max_length)


def _require_others(options: dict[str, Any], present: bool) -> None:
    if options["open_set_plot_output"] and not present:
        raise SampleError(
            "--open-set-plot-output: there are no sequences of other kinds; give --negatives, or raise "
            "--min-sequences or --unseen-share"
        )


def _write_beside(predictions: pd.DataFrame, metrics: pd.DataFrame, options: dict[str, Any]) -> None:
    """Write the optional outputs."""
    from srna_tools.io.output import write_table
    from srna_tools.sequences.evaluation_metrics import mistakes

    if options["predictions_output"]:
        write_table(predictions, options["predictions_output"])
    if options["confusion_output"]:
        write_table(mistakes(predictions), options["confusion_output"])
    if options["plot_output"]:
        from srna_tools.report.family_accuracy_plot import family_accuracy_plot
        from srna_tools.report.save import save_figure

        save_figure(family_accuracy_plot(metrics), options["plot_output"])
    if options["open_set_plot_output"]:
        from srna_tools.report.family_rejection import rejection_plot
        from srna_tools.report.save import save_figure

        save_figure(rejection_plot(predictions, metrics), options["open_set_plot_output"])
