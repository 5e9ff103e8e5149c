"""srna-enrich: ranked features and sets of features -> which sets each class is enriched in."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.enrich_sets import set_options, sets_from
from srna_tools.cli.executable import (
    EXISTING_FILE,
    NEW_FILE,
    Function,
    executable,
    output_option,
    seed_option,
    threads_option,
    with_options,
)
from srna_tools.extras import require_installed

_METHODS = ("both", "over-representation", "gsea")


def _test_options(function: Function) -> Function:
    """Options of how sets are tested."""
    options = (
        click.option("--method", type=click.Choice(_METHODS), default="both", show_default=True,
                     help="Sets among the best features of a class, or high or low in its whole ranking."),
        click.option("--top", type=click.IntRange(1), show_default="a tenth of the background, at most 300",
                     help="Best features of a class in which over-representation is looked for."),
        click.option("--permutations", type=click.IntRange(1), default=1000, show_default=True,
                     help="Permutations of the features for gsea."),
        click.option("--min-size", type=click.IntRange(1), default=3, show_default=True,
                     help="Sets with fewer measured members are not tested."),
        click.option("--max-size", type=click.IntRange(1), default=500, show_default=True,
                     help="Sets with more measured members are not tested."),
    )  # fmt: skip
    return with_options(options, function)


@executable("srna-enrich")
@click.argument("ranking", type=EXISTING_FILE)
@set_options
@click.option(
    "--background",
    type=EXISTING_FILE,
    help="The measured features: model bundle, .h5ad, or text with a name a line. Needed where the ranking lists only "
    "the best of each class.",
)
@_test_options
@click.option("--plot-output", type=NEW_FILE, help="Picture of the sets found: SVG if so named, else PNG.")
@seed_option
@threads_option
@output_option("Table: class, method, set, source, size, measured, overlap, expected, score, p, q, features.")
def main(
    *,
    ranking: Path,
    gmt_files: tuple[Path, ...],
    names: tuple[str, ...],
    families: bool,
    family_table: Path | None,
    clusters: Path | None,
    cluster_distance: int,
    allow_derived: bool,
    background: Path | None,
    method: str,
    top: int | None,
    permutations: int,
    min_size: int,
    max_size: int,
    plot_output: Path | None,
    seed: int,
    threads: int,
    output: Path,
) -> None:
    """Find the sets of features that the important features of each class belong to.

    RANKING is the table of srna-attribute --ranking-output, or any table with the columns class, feature and score.

    Example: srna-enrich ranking.tsv --families --sets tissues.gmt --plot-output enrichment.png -o enrichment.tsv
    """
    from srna_tools.attribute.enrich import compare, results_in_words
    from srna_tools.attribute.enrichment import GSEA, Sizes
    from srna_tools.attribute.ranked_features import read_background, read_ranked
    from srna_tools.io.output import write_table
    from srna_tools.report.enrichment_plot import enrichment_plot
    from srna_tools.report.save import save_figure

    if min_size > max_size:
        raise click.UsageError(f"--min-size {min_size} is more than --max-size {max_size}")
    if method == GSEA:
        require_installed("gseapy", needed_by="--method gsea")
    sets_for = sets_from(gmt_files, names, families, family_table, clusters, cluster_distance)
    comparison = compare(
        read_ranked(ranking),
        sets_for,
        read_background(background) if background else None,
        method=method,
        top=top,
        sizes=Sizes(min_size, max_size),
        allow_derived=allow_derived,
        seed=seed,
    )
    table = comparison.table(permutations, seed, threads)
    if plot_output:
        save_figure(enrichment_plot(table), plot_output)
    write_table(table, output)
    for line in (*comparison.sentences, *results_in_words(table, comparison, permutations)):
        click.echo(line)
