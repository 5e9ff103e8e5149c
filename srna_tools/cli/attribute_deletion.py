"""srna-attribute, deletion: whether the model needs the features that rank first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer


def deletion_options(function: Function) -> Function:
    """Options of the deletion curves."""
    table = click.option(
        "--deletion-output",
        type=NEW_FILE,
        help="Table: how the probability falls as features are set to the reference, top-ranked or random ones first.",
    )
    plot = click.option("--deletion-plot-output", type=NEW_FILE, help="Picture (PNG or SVG) of these curves.")
    return table(plot(function))


def deletion_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Remove features in the order of the samples' own rankings, of those of the classes, and at random."""
    from srna_tools.attribute.deletion import DeletionCurves, areas
    from srna_tools.io.output import write_table
    from srna_tools.report.deletion_plot import deletion_plot
    from srna_tools.report.save import save_figure

    if not (options["deletion_output"] or options["deletion_plot_output"]):
        return Part((), list)
    collected = DeletionCurves(explainer, options["seed"])

    def write() -> list[str]:
        table = collected.table()
        if options["deletion_output"]:
            write_table(table, options["deletion_output"])
        if options["deletion_plot_output"]:
            save_figure(deletion_plot(table, caption=explainer.describe()), options["deletion_plot_output"])
        found = ", ".join(f"{order} {area:.3f}" for order, area in areas(table).items())
        return [f"area under the deletion curve, by the order in which features are removed: {found}"]

    return Part((collected,), write)
