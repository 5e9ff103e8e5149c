"""srna-attribute, classes: the features that speak for and against each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer


def ranking_options(function: Function) -> Function:
    """Options of the ranking and of the picture of the classes."""
    top = click.option(
        "--top", type=click.IntRange(1), default=300, show_default=True, help="Features listed for each class."
    )
    heatmap = click.option(
        "--heatmap-output",
        type=NEW_FILE,
        help="Picture (PNG or SVG) of the top features of all classes; with one --sample of that sample.",
    )
    return top(heatmap(function))


def ranking_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Rank the features of each class; draw the classes unless a single sample is to be drawn."""
    from srna_tools.attribute.ranking import ClassDifferences
    from srna_tools.io.output import write_table
    from srna_tools.report.explanation import draw_classes

    bundle = explainer.bundle
    collected = ClassDifferences(explainer.codes, len(bundle.classes), len(bundle.transform.features))

    def write() -> list[str]:
        table = explainer.top_features(collected, options["top"])
        write_table(table, options["output"])
        if options["heatmap_output"] and len(options["chosen"]) != 1:
            draw_classes(explainer, table, collected.differences()[0], options["heatmap_output"])
        return [explainer.summary()]

    return Part((collected,), write)
