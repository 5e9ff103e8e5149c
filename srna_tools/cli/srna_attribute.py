"""srna-attribute: samples and a bundle -> which sRNAs decided, for classes and for single samples."""

from __future__ import annotations

from pathlib import Path

import click

from srna_tools.attribute.deeplift import RULES
from srna_tools.attribute.engine import REFERENCES
from srna_tools.cli.executable import (
    EXISTING_FILE,
    NEW_FILE,
    NEW_FOLDER,
    executable,
    output_option,
    threads_option,
)


@executable("srna-attribute")
@click.argument("samples", type=EXISTING_FILE)
@click.option(
    "--model", required=True, type=EXISTING_FILE, help="Model bundle of an mlp, logistic or domain-adaptation model."
)
@click.option(
    "--rule",
    type=click.Choice(RULES),
    default="rescale",
    show_default=True,
    help="DeepLIFT rule; genomics-default, which the published version of the library used, is reveal-cancel here.",
)
@click.option(
    "--reference",
    type=click.Choice(REFERENCES),
    default="zero",
    show_default=True,
    help="What samples are compared with: zero inputs, as published, or the training mean.",
)
@click.option("--top", type=click.IntRange(1), default=300, show_default=True, help="Features listed for each class.")
@click.option("--scores-output", type=NEW_FILE, help="All scores as .h5ad, a layer a class.")
@click.option(
    "--heatmap-output",
    type=NEW_FILE,
    help="Picture (PNG or SVG) of the top features of all classes; with one --sample of that sample.",
)
@click.option("--heatmap-dir", type=NEW_FOLDER, help="Folder for one picture a sample.")
@click.option("--sample", "chosen", multiple=True, help="Draw only this sample; may repeat.  [default: all]")
@threads_option
@output_option("Table: class, rank, feature, score, mean_rpm_class, mean_rpm_others, samples.")
def main(
    *,
    samples: Path,
    model: Path,
    rule: str,
    reference: str,
    top: int,
    scores_output: Path | None,
    heatmap_output: Path | None,
    heatmap_dir: Path | None,
    chosen: tuple[str, ...],
    threads: int,
    output: Path,
) -> None:
    """Explain predictions: which sRNAs voted for and against each class.

    A sample counts for its annotated class where it has one that the model knows, else for the predicted one,
    unless srna-predict would refuse that prediction.

    Example: srna-attribute samples.h5ad --model tissue.safetensors -o top_features.tsv --heatmap-dir heatmaps
    """
    from srna_tools.attribute.explain import prepare
    from srna_tools.bundle import load_bundle
    from srna_tools.io.h5ad import read_samples, write_samples
    from srna_tools.io.output import write_table
    from srna_tools.report.explanation import draw_classes, draw_sample, draw_samples

    explainer = prepare(read_samples(samples), load_bundle(model), rule=rule, reference=reference, threads=threads)
    rows = [explainer.row_of(sample) for sample in chosen]
    table, differences = explainer.rank_classes(top)
    scores = explainer.score_table() if scores_output else None
    write_table(table, output)
    if scores is not None and scores_output:
        write_samples(scores, scores_output)
    if heatmap_output and len(rows) == 1:
        draw_sample(explainer, rows[0], heatmap_output)
    elif heatmap_output:
        draw_classes(explainer, table, differences, heatmap_output)
    if heatmap_dir:
        draw_samples(explainer, rows or range(explainer.samples.n_obs), heatmap_dir)
    click.echo(explainer.describe())
    click.echo(explainer.summary())
