"""srna-attribute, stability: how many features have to go until a class becomes another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer

_OUTPUTS = ("stability_output", "similarity_output", "steps_output", "stability_plot_output")


def stability_options(function: Function) -> Function:
    """Options of the steps until predictions change."""
    stability = click.option(
        "--stability-output",
        type=NEW_FILE,
        help="Table: how many features have to be removed, those that speak most for a class (from) and against "
        "another (to) first, until the predicted class changes.",
    )
    similarity = click.option(
        "--similarity-output", type=NEW_FILE, help="Table: the same until the predicted class is the other (to)."
    )
    steps = click.option("--steps-output", type=NEW_FILE, help="Table: both numbers for each sample and other class.")
    plot = click.option(
        "--stability-plot-output", type=NEW_FILE, help="Picture (PNG or SVG) of stability and similarity."
    )
    return stability(similarity(steps(plot(function))))


def stability_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Follow the removal of features where one of its outputs is wanted."""
    if not any(options[name] for name in _OUTPUTS):
        return Part((), list)
    from srna_tools.attribute.stability import RemovalSteps
    from srna_tools.io.output import write_table
    from srna_tools.report.save import save_figure
    from srna_tools.report.stability_plot import stability_plot

    followed = RemovalSteps(explainer, options["threads"])

    def write() -> list[str]:
        tables = {
            "stability_output": followed.stability,
            "similarity_output": followed.similarity,
            "steps_output": followed.steps,
        }
        for name, table in tables.items():
            if options[name]:
                write_table(table(), options[name])
        if options["stability_plot_output"]:
            figure = stability_plot(followed.stability(), followed.similarity(), explainer.describe())
            save_figure(figure, options["stability_plot_output"])
        return followed.sentences()

    return Part((followed,), write)
