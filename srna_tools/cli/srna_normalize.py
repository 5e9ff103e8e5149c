"""srna-normalize: show what a Transform does to samples, and record its specification for training."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.executable import EXISTING_FILE, FRACTION, executable, feature_types_option, output_option
from srna_tools.preprocess import normalise, scale


@executable("srna-normalize")
@click.argument("samples", type=EXISTING_FILE)
@click.option(
    "--method",
    type=click.Choice(normalise.METHODS),
    default="rpm",
    show_default=True,
    help="How libraries are made comparable.",
)
@click.option(
    "--max-zero-fraction",
    type=FRACTION,
    default=0.3,
    show_default=True,
    help="Drop features that are zero in a larger share of the samples that measured them.",
)
@click.option(
    "--min-rpm",
    type=click.FloatRange(0),
    default=0.0,
    show_default=True,
    help="With --min-rpm-fraction: reads per million that a feature must exceed.",
)
@click.option(
    "--min-rpm-fraction",
    type=FRACTION,
    default=0.0,
    show_default=True,
    help="Share of the samples in which it must do so.",
)
@click.option(
    "--gini",
    type=(float, float),
    default=None,
    metavar="MIN MAX",
    help="Keep features whose Gini coefficient over samples lies in this range, e.g. 0.5 1 for tissue.",
)
@click.option(
    "--scale",
    "scaling",
    type=click.Choice(scale.METHODS),
    default="minmax",
    show_default=True,
    help="How each feature is scaled.",
)
@feature_types_option("Kinds of features to use; may repeat.  [default: all but contaminant and gene]")
@click.option(
    "--measured",
    type=click.Choice(["all", "any"]),
    default="all",
    show_default=True,
    help="Use features that all resources measured, or that any did.",
)
@click.option("--lengths", type=EXISTING_FILE, help="Table of feature and length in nucleotides, for log-tpm.")
@output_option("Normalised samples (.h5ad); the counts stay in layers['counts'].")
def main(
    samples: Path,
    method: str,
    scaling: str,
    lengths: Path | None,
    output: Path,
    gini: tuple[float, float] | None,
    feature_types: tuple[str, ...],
    max_zero_fraction: float,
    min_rpm: float,
    min_rpm_fraction: float,
    measured: str,
) -> None:
    """Make samples comparable and mark the features that carry information.

    The values shown are fitted on all samples. srna-train fits the same steps anew on its
    training samples, so that no test sample leaks into them.

    Example: srna-normalize samples.h5ad --method log-rpm -o normalised.h5ad
    """
    from srna_tools.io.h5ad import read_samples, write_samples
    from srna_tools.io.lengths import read_lengths
    from srna_tools.preprocess.apply import normalise_samples
    from srna_tools.preprocess.specification import TransformSpecification

    specification = TransformSpecification(
        normalisation=method, feature_types=feature_types, max_zero_fraction=max_zero_fraction, min_rpm=min_rpm,
        min_rpm_fraction=min_rpm_fraction, gini=gini, scaling=scaling, measured=measured,
        lengths=read_lengths(lengths) if lengths else (),
    )  # fmt: skip
    normalised, sentence = normalise_samples(read_samples(samples), specification)
    write_samples(normalised, output)
    click.echo(sentence)
