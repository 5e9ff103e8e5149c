"""Pictures of the experiments, for the document."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools.report.deletion_plot import draw_curves
from srna_tools.report.figure import COLOURS, add_caption, caption_height, new_figure, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_METRICS = {"msa": "mean sample accuracy", "mca": "mean class accuracy"}
_WIDTH, _HEIGHT = 3.4, 2.9
_ACROSS = 4


@dataclass(frozen=True)
class Panel:
    """The samples of one tissue on two principal components, with their resource."""

    title: str
    coordinates: np.ndarray
    groups: np.ndarray
    explained: Sequence[float]


def image_link(picture: Path, text: str) -> str:
    """Link a picture from a document whose pictures lie in a folder beside it."""
    return f"![{text}]({picture.parent.name}/{picture.name})\n"


def arms_picture(measured: pd.DataFrame, added: int) -> Figure:
    """Draw accuracy against samples a class, a line an arm, a column a model.

    Parameters
    ----------
    measured
        ``model arm step draw msa mca``, of one design.
    added
        Samples a class that each step adds.
    """
    models = measured["model"].unique()
    text = (
        f"Each step adds {added} samples of each class: of one more study, or of the same study. Lines are means, "
        "bands one standard deviation over draws; tested on studies that no training set of the draw uses."
    )
    width = _WIDTH * len(models)
    figure = new_figure(width, 2 * _HEIGHT + caption_height(text, width))
    grid = figure.subplots(2, len(models), sharex=True, sharey="row", squeeze=False)
    for row, (metric, words) in zip(grid, _METRICS.items(), strict=True):
        for axes, model in zip(row, models, strict=True):
            of_model = measured[measured["model"] == model]
            for colour, (arm, of_arm) in zip(COLOURS, of_model.groupby("arm", sort=False), strict=False):
                _draw_line(axes, of_arm.assign(size=of_arm["step"] * added), "size", metric, arm, colour)
            axes.set_title(short(model), fontsize=9)
        row[0].set_ylabel(words, fontsize=9)
    for axes in grid[-1]:
        axes.set_xlabel("training samples a class", fontsize=9)
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside upper left", ncols=4, fontsize=9, frameon=False)
    add_caption(figure, text)
    return figure


def classes_picture(measured: pd.DataFrame, schemes: Mapping[str, str]) -> Figure:
    """Draw accuracy against the number of classes, a line a model, a column a scheme.

    Parameters
    ----------
    measured
        ``scheme classes draw model msa mca``.
    schemes
        Words for each scheme.
    """
    text = "Lines are means, bands one standard deviation over random subsets of the classes."
    width = _WIDTH * 1.4 * len(schemes)
    figure = new_figure(width, 2 * _HEIGHT + caption_height(text, width))
    grid = figure.subplots(2, len(schemes), sharex=True, sharey=True, squeeze=False)
    for row, (metric, words) in zip(grid, _METRICS.items(), strict=True):
        for axes, (scheme, title) in zip(row, schemes.items(), strict=True):
            of_scheme = measured[measured["scheme"] == scheme]
            for colour, (model, of_model) in zip(COLOURS, of_scheme.groupby("model", sort=False), strict=False):
                _draw_line(axes, of_model, "classes", metric, model, colour)
            axes.set_title(title, fontsize=9)
        row[0].set_ylabel(words, fontsize=9)
    for axes in grid[-1]:
        axes.set_xlabel("number of classes", fontsize=9)
    figure.legend(*grid[0][0].get_legend_handles_labels(), loc="outside upper left", ncols=4, fontsize=9, frameon=False)
    add_caption(figure, text)
    return figure


def bridge_picture(panels: Sequence[Panel]) -> Figure:
    """Draw one PCA a tissue, coloured by resource."""
    across = min(_ACROSS, len(panels))
    down = -(-len(panels) // across)
    text = "Principal components of the samples of one tissue, each panel on its own; colours are resources."
    figure = new_figure(_WIDTH * across, _HEIGHT * down + caption_height(text, _WIDTH * across) + 0.3)
    grid = figure.subplots(down, across, squeeze=False).ravel()
    names = sorted({name for panel in panels for name in panel.groups.tolist()})
    for axes, panel in zip(grid, panels, strict=False):
        for name, colour in zip(names, COLOURS, strict=False):
            rows = panel.groups == name
            axes.scatter(*panel.coordinates[rows, :2].T, s=16, c=colour, alpha=0.8, linewidths=0.3, edgecolors="white")
        axes.set_title(short(panel.title), fontsize=10)
        axes.set_xlabel(f"component 1 ({100 * panel.explained[0]:.0f} %)", fontsize=8)
        axes.set_ylabel(f"component 2 ({100 * panel.explained[1]:.0f} %)", fontsize=8)
        axes.tick_params(labelsize=7)
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    handles = [
        grid[0].scatter([], [], s=24, c=colour, label=name) for name, colour in zip(names, COLOURS, strict=False)
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=len(names), fontsize=9, frameon=False)
    add_caption(figure, text)
    return figure


def cells_picture(measured: pd.DataFrame, cells: Sequence[str], models: Sequence[str]) -> Figure:
    """Draw accuracy of each model in each cell, a point with its standard deviation over seeds.

    Parameters
    ----------
    measured
        ``cell model run msa mca``.
    """
    text = "Points are means, lines one standard deviation over seeds; models without a line were fitted once."
    width = _WIDTH + 1.1 * len(cells)
    figure = new_figure(width, 2 * _HEIGHT + caption_height(text, width))
    grid = figure.subplots(2, 1, sharex=True)
    places = np.arange(len(cells))
    for axes, (metric, words) in zip(grid, _METRICS.items(), strict=True):
        for number, (model, colour) in enumerate(zip(models, COLOURS, strict=False)):
            grouped = measured[measured["model"] == model].groupby("cell")[metric]
            means, deviations = (values.reindex(cells) for values in (grouped.mean(), grouped.std().fillna(0.0)))
            axes.errorbar(
                places + 0.7 * ((number + 0.5) / len(models) - 0.5), means, deviations,
                fmt="o", color=colour, label=short(model), markersize=4.5, lw=1.2,
            )  # fmt: skip
        axes.set_ylabel(words, fontsize=9)
        axes.tick_params(labelsize=7)
        axes.grid(visible=True, axis="y", lw=0.3, color="#CCCCCC")
    grid[-1].set_xticks(places, [textwrap.fill(short(cell, 60), 18) for cell in cells])
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside upper left", ncols=4, fontsize=9, frameon=False)
    add_caption(figure, text)
    return figure


def deletion_picture(curves: pd.DataFrame) -> Figure:
    """Draw deletion curves: a row a data set, a column a model.

    Parameters
    ----------
    curves
        ``data model order removed probability samples``.
    """
    sets, models = curves["data"].unique(), curves["model"].unique()
    text = (
        "Mean probability of the true class of samples whose study was left out of training, after setting so many "
        "features to the reference, in the given order."
    )
    width = _WIDTH * len(models)
    figure = new_figure(width, _HEIGHT * len(sets) + caption_height(text, width) + 0.3)
    grid = figure.subplots(len(sets), len(models), squeeze=False, sharey=True)
    for row, data in zip(grid, sets, strict=True):
        for axes, model in zip(row, models, strict=True):
            draw_curves(axes, curves[(curves["data"] == data) & (curves["model"] == model)])
            axes.set_title(textwrap.fill(f"{data}: {model}", 40), fontsize=9)
        row[0].set_ylabel("probability of the true class", fontsize=9)
    orders = list(curves["order"].unique())
    figure.legend(grid[0][0].get_lines(), orders, loc="outside upper left", ncols=5, fontsize=9, frameon=False)
    add_caption(figure, text)
    return figure


def _draw_line(axes: Axes, table: pd.DataFrame, across: str, metric: str, name: str, colour: str) -> None:
    """Draw a line of means in a band of one standard deviation."""
    grouped = table.groupby(across)[metric]
    means, deviations = grouped.mean(), grouped.std().fillna(0.0)
    axes.plot(means.index, means, color=colour, label=name, marker="o", markersize=3.5, lw=1.4)
    # An accuracy is a share: a band may not leave 0 to 1.
    low, high = (means - deviations).clip(lower=0), (means + deviations).clip(upper=1)
    axes.fill_between(means.index, low, high, color=colour, alpha=0.15, lw=0)
    axes.set_xticks(means.index)
    axes.tick_params(labelsize=7)
    axes.grid(visible=True, axis="y", lw=0.3, color="#CCCCCC")
