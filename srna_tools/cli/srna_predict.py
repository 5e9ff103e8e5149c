"""srna-predict: samples and bundles -> one row a sample and model."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.executable import EXISTING_FILE, FRACTION, NEW_FILE, executable, output_option
from srna_tools.predict.status import Thresholds

_DEFAULT = Thresholds()


@executable("srna-predict")
@click.argument("samples", type=EXISTING_FILE)
@click.option(
    "--model",
    "models",
    multiple=True,
    required=True,
    type=EXISTING_FILE,
    help="Model bundle (.safetensors) from srna-train; may repeat.",
)
@click.option(
    "--name", "names", multiple=True, help="Name of a model in the table instead of its file name; once per model."
)
@click.option(
    "--min-depth",
    type=click.IntRange(1),
    default=_DEFAULT.min_depth,
    show_default=True,
    help="Samples with fewer reads are of low quality.",
)
@click.option(
    "--min-coverage",
    type=FRACTION,
    default=_DEFAULT.min_coverage,
    show_default=True,
    help="Below this coverage a prediction is 'unknown'.",
)
@click.option(
    "--min-probability",
    type=FRACTION,
    default=_DEFAULT.min_probability,
    show_default=True,
    help="Below this probability a prediction is 'unknown'.",
)
@click.option(
    "--min-margin",
    type=FRACTION,
    default=_DEFAULT.min_margin,
    show_default=True,
    help="With a smaller lead over the runner-up a prediction is 'ambiguous'.",
)
@click.option("--h5ad-output", type=NEW_FILE, help="The samples with the predictions as further columns.")
@click.option("--probabilities-output", type=NEW_FILE, help="Table of the probabilities of all classes.")
@output_option("Table: sample, label, probability, margin, runner_up, coverage, status, reason.")
def main(
    samples: Path,
    models: tuple[Path, ...],
    names: tuple[str, ...],
    output: Path,
    h5ad_output: Path | None,
    probabilities_output: Path | None,
    **limits: float,
) -> None:
    """Predict an annotation of every sample, and say how sure the model is.

    The status is 'ok', 'ambiguous' (two classes are close), 'unknown' (the sample looks like none of the
    classes, or its features are not the model's) or 'low_quality' (too few reads).
    A model of numbers (srna-train --numeric) writes the number as label, without probability and runner-up.

    Example: srna-predict samples.h5ad --model tissue.safetensors -o predictions.tsv
    """
    from srna_tools.io.h5ad import read_samples, write_samples
    from srna_tools.io.output import write_table
    from srna_tools.predict.annotate import write_into
    from srna_tools.predict.many import annotate_with_all

    if names and len(names) != len(models):
        raise click.UsageError(f"--name was given {len(names)} times for {len(models)} models; give it once per model")
    named = names or tuple(path.stem for path in models)
    if len(set(named)) < len(named):
        raise click.UsageError(
            f"two models have the same name ({', '.join(named)}); rename one, or tell them apart with --name"
        )
    thresholds = Thresholds(**limits)  # type: ignore[arg-type]
    read = read_samples(samples)
    annotations = annotate_with_all(read, dict(zip(named, models, strict=True)), thresholds)
    if h5ad_output:
        for name, annotation in annotations.by_model.items():
            write_into(read, annotation, name, thresholds)
        write_samples(read, h5ad_output)
    write_table(annotations.table(), output)
    if probabilities_output:
        write_table(annotations.probabilities(), probabilities_output)
    for line in annotations.summary():
        click.echo(line)
