"""srna-attribute, samples: the votes of the features in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FOLDER, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer


def sample_options(function: Function) -> Function:
    """Options of pictures of single samples."""
    folder = click.option("--heatmap-dir", type=NEW_FOLDER, help="Folder for one picture a sample.")
    chosen = click.option(
        "--sample", "chosen", multiple=True, help="Draw only this sample; may repeat.  [default: all]"
    )
    return folder(chosen(function))


def sample_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Draw the samples that were chosen, or all."""
    from srna_tools.report.explanation import draw_sample, draw_samples

    rows = [explainer.row_of(sample) for sample in options["chosen"]]

    def write() -> list[str]:
        if options["heatmap_output"] and len(rows) == 1:
            draw_sample(explainer, rows[0], options["heatmap_output"])
        if options["heatmap_dir"]:
            draw_samples(explainer, rows or range(explainer.samples.n_obs), options["heatmap_dir"])
        return []

    return Part((), write)
