"""Picture of how right models of families are: by scheme, and where flanks, identity or training size were varied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from srna_tools.report.figure import short
from srna_tools.report.model_looks import Look, looks_of
from srna_tools.report.panel import Panel, figure_of, stacked, tidy

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, FigureBase

_WIDTH, _HEIGHT, _LEGEND_ROW, _LEGEND_COLUMNS = 9.0, 2.7, 0.25, 5
_SCHEMES = {"random": "random split", "cluster": "near-copies kept apart"}
_OVERALL = {"accuracy": "accuracy", "macro_f1": "mean F of families"}
_IDENTITIES = ("below 0.5", "0.5 to 0.7", "0.7 to 0.9", "0.9 and above")
_INTERVALS = "lines: 95 % intervals over families."
_MAIN = (
    "Tested on sequences that the model was not trained on. Random split: a sequence may have a near-copy among the "
    f"training sequences; near-copies kept apart: it has none. Points: means of the repeats; {_INTERVALS}"
)
_PARTS = {
    "flanks": ("With random bases at both ends", "random bases at each end", "The same sequences, lengthened."),
    "identity": ("Near and remote members", "identity to the most similar training sequence",
                 "Below each range: how many test sequences of a repeat are in it."),
    "training": ("By number of training sequences", "training sequences of each family, at most",
                 "The test sequences are the same for every number."),
}  # fmt: skip


def family_accuracy_plot(metrics: pd.DataFrame) -> Figure:
    """Draw the accuracy of each model under each scheme, and by whatever else was measured, one panel each.

    Parameters
    ----------
    metrics
        As `srna_tools.sequences.evaluation_metrics.measure_families` makes them.
    """
    looks = looks_of(list(dict.fromkeys(metrics["model"])))
    panels = [Panel("Accuracy", _WIDTH, _HEIGHT + _legend_height(looks), _MAIN, _overall(metrics, looks))]
    for scope, (heading, words, caption) in _PARTS.items():
        if (metrics["scope"] == scope).any():
            panels.append(Panel(heading, _WIDTH, _HEIGHT, f"{caption} {_INTERVALS.capitalize()}",
                                _by_place(metrics, looks, scope, words)))  # fmt: skip
    return figure_of(panels[0]) if len(panels) == 1 else stacked(panels, "Families of sequences not seen in training")


def _legend_height(looks: Mapping[str, Look]) -> float:
    return _LEGEND_ROW * -(-len(looks) // _LEGEND_COLUMNS)


def _overall(metrics: pd.DataFrame, looks: Mapping[str, Look]) -> Callable[[FigureBase], None]:
    schemes = list(dict.fromkeys(metrics["scheme"]))

    def draw(part: FigureBase) -> None:
        sides = np.ravel(part.subplots(1, len(_OVERALL), sharex=True, sharey=True))
        overall = metrics[metrics["scope"] == "overall"]
        for axes, (metric, title) in zip(sides, _OVERALL.items(), strict=True):
            of_metric = overall[overall["metric"] == metric].assign(name=overall["scheme"])
            _draw(axes, of_metric, schemes, looks)
            axes.set_xticks(range(len(schemes)), [_SCHEMES.get(scheme, scheme) for scheme in schemes], fontsize=9)
            axes.set_title(title, fontsize=9)
        _no_more_than_one(sides[0])
        part.legend(
            *sides[0].get_legend_handles_labels(), loc="outside upper center", frameon=False, fontsize=8,
            ncols=min(_LEGEND_COLUMNS, len(looks)),
        )  # fmt: skip

    return draw


def _by_place(metrics: pd.DataFrame, looks: Mapping[str, Look], scope: str, words: str) -> Callable[[FigureBase], None]:
    of_scope = metrics[metrics["scope"] == scope]
    accuracies = of_scope[of_scope["metric"] == "accuracy"]
    schemes = list(dict.fromkeys(accuracies["scheme"]))

    def draw(part: FigureBase) -> None:
        sides = np.ravel(part.subplots(1, len(schemes), sharey=True, squeeze=False))
        for axes, scheme in zip(sides, schemes, strict=True):
            here = accuracies[accuracies["scheme"] == scheme]
            names = _names(here, scope)
            _draw(axes, here[here["name"].isin(names)], names, looks)
            axes.set_xticks(range(len(names)), _labels(of_scope[of_scope["scheme"] == scheme], names), fontsize=8)
            axes.set_xlabel(words, fontsize=9)
            axes.set_title(_SCHEMES.get(scheme, scheme), fontsize=9)
        _no_more_than_one(sides[0])
        sides[0].set_ylabel("accuracy", fontsize=9)

    return draw


def _no_more_than_one(axes: Axes) -> None:
    """Cut the scale that all axes of a row share where no accuracy can be; done once all is drawn."""
    low, high = axes.get_ylim()
    axes.set_ylim(top=min(1 + 0.04 * (1 - low), high))


def _names(rows: pd.DataFrame, scope: str) -> list[str]:
    names = [str(name) for name in dict.fromkeys(rows["name"])]
    if scope == "identity":
        return [name for name in _IDENTITIES if name in names]
    return sorted(names, key=lambda name: float(name) if name.isdecimal() else np.inf)


def _labels(rows: pd.DataFrame, names: Sequence[str]) -> list[str]:
    numbers = rows[rows["metric"] == "sequences"].drop_duplicates("name").set_index("name")["value"]
    return [f"{name}\n{numbers[name]:,.0f}" if name in numbers.index else name for name in names]


def _draw(axes: Axes, rows: pd.DataFrame, names: Sequence[str], looks: Mapping[str, Look]) -> None:
    """Draw a point a model and name, beside each other, with intervals."""
    step = 0.7 / max(len(looks), 1)
    for place, (model, look) in enumerate(looks.items()):
        of_model = rows[rows["model"] == model].drop_duplicates("name").set_index("name").reindex(list(names))
        across = np.arange(len(names)) + (place - (len(looks) - 1) / 2) * step
        value = of_model["value"].to_numpy(dtype=float)
        ends = np.stack(
            [value - of_model["low"].fillna(of_model["value"]), of_model["high"].fillna(of_model["value"]) - value]
        )
        axes.errorbar(
            across, value, np.maximum(ends, 0.0), fmt="o" if look.line == "-" else "s", color=look.colour, markersize=5,
            lw=1.2, label=short(model),
        )  # fmt: skip
    axes.set_xlim(-0.6, len(names) - 0.4)
    tidy(axes, grid="y")
