"""srna-attribute, samples: the votes of the features in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, NEW_FOLDER, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer


def sample_options(function: Function) -> Function:
    """Options of tables and pictures of single samples."""
    votes = click.option(
        "--votes-output",
        type=NEW_FILE,
        help="Table of the 20 largest votes in each sample: sample, predicted, probability, runner_up, rank, feature, "
        "score, runner_up_score, rpm, mean_rpm_class, mean_rpm_others.",
    )
    heatmaps = click.option("--heatmap-dir", type=NEW_FOLDER, help="Folder for one heatmap a sample.")
    waterfalls = click.option(
        "--waterfall-dir",
        type=NEW_FOLDER,
        help="Folder for one picture a sample of its largest votes one after another, with the expression beside them.",
    )
    chosen = click.option(
        "--sample", "chosen", multiple=True, help="Draw and list only this sample; may repeat.  [default: all]"
    )
    return votes(heatmaps(waterfalls(chosen(function))))


def sample_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """List and draw the samples that were chosen, or all."""
    from srna_tools.attribute.votes import Votes
    from srna_tools.io.output import write_table
    from srna_tools.report.explanation import draw_sample, draw_samples, draw_waterfalls

    if options["waterfall_dir"] and options["waterfall_dir"] == options["heatmap_dir"]:
        raise click.UsageError("--heatmap-dir and --waterfall-dir name their pictures alike; give each its own folder")
    bundle, names = explainer.bundle, explainer.samples.obs_names
    chosen = list(dict.fromkeys(explainer.row_of(sample) for sample in options["chosen"]))
    rows = chosen or list(range(len(names)))
    features = bundle.transform.features
    votes = Votes(explainer.probabilities, rows, len(features)) if options["votes_output"] else None

    def write() -> list[str]:
        if votes is not None:
            table = votes.table(names, features, bundle.classes, explainer.sample_expression)
            write_table(table, options["votes_output"])
        if options["heatmap_output"] and len(chosen) == 1:
            draw_sample(explainer, chosen[0], options["heatmap_output"])
        if options["heatmap_dir"]:
            draw_samples(explainer, rows, options["heatmap_dir"])
        if options["waterfall_dir"]:
            draw_waterfalls(explainer, rows, options["waterfall_dir"])
        return []

    return Part(() if votes is None else (votes,), write)
