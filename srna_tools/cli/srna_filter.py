"""srna-filter: the quality of every sample, and the samples and features worth keeping."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from srna_tools.cli.executable import (
    EXISTING_FILE,
    FRACTION,
    NEW_FILE,
    executable,
    feature_types_option,
    output_option,
    replicate_options,
)

NAME = "srna-filter"


@executable(NAME)
@click.argument("samples", type=EXISTING_FILE)
@click.option(
    "--where",
    metavar="CONDITION",
    help="Keep samples that meet a condition on their columns, such as \"tissue in ['liver', 'lung'] and age >= 18\".",
)
@click.option("--min-depth", type=click.IntRange(0), help="Fewest reads of a sample; contaminants are none.")
@click.option(
    "--min-mirna-fraction", type=FRACTION, help="Smallest share of a sample's reads on known and novel miRNAs."
)
@click.option("--min-features", type=click.IntRange(0), help="Fewest features with a read; contaminants are none.")
@click.option(
    "--assay",
    type=click.Choice(["small-rna", "mrna", "any"]),
    default="any",
    show_default=True,
    help="Leave out the samples that look like the other assay: most reads lie on genes, or do not.",
)
@click.option("--label", help="Keep samples that have a value in this column, and whose class is large enough.")
@click.option("--min-samples", type=click.IntRange(1), default=1, show_default=True, help="Samples that a class needs.")
@click.option(
    "--min-datasets", type=click.IntRange(1), default=1, show_default=True, help="Datasets that a class needs."
)
@feature_types_option("Kinds of features to keep; may repeat.")
@click.option(
    "--measured-in",
    metavar="all|NAME,...",
    help="Keep features that all resources of the kept samples measured, or that the named resources did.",
)
@replicate_options
@click.option("--quality-output", type=NEW_FILE, help="Table of every sample's quality, whether it is kept, and why.")
@click.option("--plot-output", type=NEW_FILE, help="Picture of the quality: SVG if so named, else PNG.")
@click.option("--sex-plot-output", type=NEW_FILE, help="Picture of XIST and Y-linked genes: SVG if so named, else PNG.")
@click.option("--sex-column", help="Column that colours it.  [default: sex, if there is one]")
@output_option("Samples and features that are kept (.h5ad).")
def main(
    *, samples: Path, feature_types: tuple[str, ...], measured_in: str | None, replicate_column: str | None,
    replicates: str, quality_output: Path | None, plot_output: Path | None, sex_plot_output: Path | None,
    sex_column: str | None, output: Path, **criteria: Any,
) -> None:  # fmt: skip
    """Tell the quality of every sample, and keep the samples and features that pass the filters.

    Without a filter all are kept. Runs are combined first; then samples are filtered in the order of the
    options here, a class counting what the other filters left; features last.

    A condition knows == != < <= > >= in, not in, is None, is not None, and, or, not, and parentheses. Text stands
    in quotation marks, a column with blanks in `backticks`. A missing value is not equal to anything, and not less
    or more; so != and not in are true for it: add "and tissue is not None" to leave it out.

    \b
    Example: srna-filter samples.h5ad --where "tissue in ['liver', 'lung']"
        --min-depth 100000 --plot-output quality.png -o kept.h5ad
    """  # noqa: D301  # click takes the backspace as: do not wrap this paragraph
    from srna_tools import schema
    from srna_tools.io.h5ad import read_samples, write_samples
    from srna_tools.io.output import write_table
    from srna_tools.io.replicates import combine_replicates
    from srna_tools.preprocess.keep_features import FeatureCriteria
    from srna_tools.preprocess.keep_samples import SampleCriteria
    from srna_tools.preprocess.quality_filter import filter_samples
    from srna_tools.preprocess.sex_markers import sex_markers
    from srna_tools.report.quality_plot import FEATURES, MIRNA, READS, quality_plot
    from srna_tools.report.save import save_figure
    from srna_tools.report.sex_plot import sex_plot

    if criteria["label"] is None and max(criteria["min_samples"], criteria["min_datasets"]) > 1:
        raise click.UsageError("--min-samples and --min-datasets are of classes; name their column with --label")
    if sex_column and not sex_plot_output:
        raise click.UsageError("--sex-column colours the picture that --sex-plot-output names")
    table, sentences = read_samples(samples), list[str]()
    if replicate_column:
        table, sentences = combine_replicates(table, replicate_column, replicates)
    markers = sex_markers(table, sex_column) if sex_plot_output else None
    filtered = filter_samples(table, SampleCriteria(**criteria), FeatureCriteria(feature_types, measured_in))
    schema.record_step(filtered.samples, NAME, {
        **criteria, "feature_types": feature_types, "measured_in": measured_in,
        "replicate_column": replicate_column, "replicates": replicates if replicate_column else None,
    })  # fmt: skip
    write_samples(filtered.samples, output)
    if quality_output:
        write_table(filtered.quality, quality_output)
    if plot_output:
        limits = {
            READS: criteria["min_depth"],
            MIRNA: criteria["min_mirna_fraction"],
            FEATURES: criteria["min_features"],
        }
        thresholds = {column: least for column, least in limits.items() if least is not None}
        save_figure(quality_plot(filtered.quality, thresholds), plot_output)
    if markers and sex_plot_output:
        save_figure(sex_plot(markers), sex_plot_output)
    click.echo("\n".join([*sentences, *filtered.lines]))
