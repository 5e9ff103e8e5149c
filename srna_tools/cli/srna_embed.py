"""srna-embed: samples -> PCA, t-SNE or UMAP coordinates, and a picture of them."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option, seed_option
from srna_tools.extras import require_installed

_METHODS = ("pca", "tsne", "umap")
_MOST_DIMENSIONS = 50


@executable("srna-embed")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--method", type=click.Choice(_METHODS), default="pca", show_default=True, help="How samples are placed.")
@click.option(
    "--color",
    "colors",
    multiple=True,
    help="Sample column that colours a panel of the picture and stands in the table; may repeat.  [default: dataset]",
)
@click.option(
    "--dimensions", type=click.IntRange(1, _MOST_DIMENSIONS), default=2, show_default=True, help="Coordinates a sample."
)
@click.option("--plot-output", type=NEW_FILE, help="Picture of the first two dimensions: SVG if so named, else PNG.")
@seed_option
@output_option("Table: sample, dataset, pca_1, pca_2 (or tsne_1...), and the colour columns.")
def main(
    *,
    samples: Path,
    method: str,
    colors: tuple[str, ...],
    dimensions: int,
    plot_output: Path | None,
    seed: int,
    output: Path,
) -> None:
    """Place samples so that those with similar expression profiles lie close together.

    Uses the values that srna-normalize left, else log reads per million of the measured features. Samples
    without reads are left out and named.

    Example: srna-embed samples.h5ad --method umap --color tissue --plot-output umap.png -o umap.tsv
    """
    from srna_tools.embed import UMAP, embed, require_columns
    from srna_tools.io.h5ad import read_samples
    from srna_tools.io.output import write_table
    from srna_tools.report.embedding_plot import embedding_plot
    from srna_tools.report.save import save_figure

    if method == UMAP:
        require_installed("scanpy", needed_by="--method umap")
    columns = list(dict.fromkeys(colors)) or ["dataset"]
    read = read_samples(samples)
    require_columns(read, columns)
    embedding = embed(read, method, dimensions=dimensions, seed=seed)
    write_table(embedding.table(read, columns), output)
    if plot_output:
        figure = embedding_plot(
            embedding.coordinates,
            read.obs.loc[embedding.coordinates.index, columns],
            method=method,
            explained=embedding.explained,
            caption=f"Made from {embedding.made_from}.",
        )
        save_figure(figure, plot_output)
    for line in embedding.summary():
        click.echo(line)
