"""srna-attribute, samples: the votes of the features in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, NEW_FOLDER, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer


def sample_options(function: Function) -> Function:
    """Options of scores and pictures of single samples."""
    scores = click.option("--scores-output", type=NEW_FILE, help="All scores as .h5ad, a layer a class.")
    folder = click.option("--heatmap-dir", type=NEW_FOLDER, help="Folder for one picture a sample.")
    chosen = click.option(
        "--sample", "chosen", multiple=True, help="Draw only this sample; may repeat.  [default: all]"
    )
    return scores(folder(chosen(function)))


def sample_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Write the scores of all samples and draw those that were chosen, or all."""
    from srna_tools.io.h5ad import write_samples
    from srna_tools.report.explanation import draw_sample, draw_samples

    rows = [explainer.row_of(sample) for sample in options["chosen"]]

    def write() -> list[str]:
        if options["scores_output"]:
            write_samples(explainer.score_table(), options["scores_output"])
        if options["heatmap_output"] and len(rows) == 1:
            draw_sample(explainer, rows[0], options["heatmap_output"])
        if options["heatmap_dir"]:
            draw_samples(explainer, rows or range(explainer.samples.n_obs), options["heatmap_dir"])
        return []

    return Part((), write)
