"""Picture of XIST against Y-linked genes: whether the annotated sex fits the expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools.errors import counted, listed
from srna_tools.preprocess.sex_markers import XIST, Y_LINKED, SexMarkers
from srna_tools.report.figure import (
    COLOURS,
    MISSING,
    add_caption,
    caption_height,
    in_natural_order,
    new_figure,
    short,
    spread,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "p")
_WIDTH, _HEIGHT, _ROW = 6.4, 4.6, 0.8
_SPREAD = 0.38
_MANY, _LARGE, _SMALL = 300, 26.0, 10.0
_NOT_STATED, _OTHER = "not stated", "other"


def sex_plot(markers: SexMarkers) -> Figure:
    """Draw XIST over Y-linked genes; where only one of them was measured, that one in a row for each sex."""
    table = markers.table
    groups = groups_of(table["sex"])
    text = _caption(markers)
    measured = [name for name in (Y_LINKED, XIST) if name in table]
    both = len(measured) > 1
    height = _HEIGHT if both else 1.2 + _ROW * len(groups.cat.categories)
    figure = new_figure(_WIDTH, height + caption_height(text, _WIDTH))
    axes = figure.subplots()
    across = table[measured[0]].to_numpy()
    up = table[XIST].to_numpy() if both else groups.cat.codes + _SPREAD * spread(len(table))
    _draw(axes, across, np.asarray(up), groups)
    axes.set_xlabel(_title(measured[0]), fontsize=9)
    if both:
        axes.set_ylabel(_title(XIST), fontsize=9)
        figure.legend(loc="outside upper center", ncols=4, frameon=False, fontsize=8)
    else:
        sizes = groups.value_counts()
        axes.set_yticks(range(len(sizes)), [f"{short(str(name))} ({sizes[name]:,})" for name in groups.cat.categories])
        axes.set_ylim(len(sizes) - 0.5, -0.5)
    axes.tick_params(labelsize=8)
    axes.set_axisbelow(True)
    axes.grid(color="#DDDDDD")
    axes.spines[["top", "right"]].set_visible(False)
    add_caption(figure, text)
    return figure


def groups_of(sex: pd.Series) -> pd.Series:
    """Group of each sample: its sex, in natural order, then rarer values than there are colours, then none."""
    common = sorted(sex.value_counts().index[: len(COLOURS)], key=in_natural_order)
    groups = sex.where(sex.isin(common) | sex.isna(), _OTHER).where(sex.notna(), _NOT_STATED)
    present = [name for name in (_OTHER, _NOT_STATED) if name not in common and (groups == name).any()]
    return groups.astype(pd.CategoricalDtype([*common, *present]))


def _draw(axes: Axes, across: np.ndarray, up: np.ndarray, groups: pd.Series) -> None:
    names = groups.cat.categories.tolist()
    size = _LARGE if len(groups) < _MANY else _SMALL
    for number, name in enumerate(names):
        mask = (groups == name).to_numpy()
        is_sex = name not in {_OTHER, _NOT_STATED}
        axes.scatter(
            across[mask], up[mask], s=size, c=COLOURS[number] if is_sex else MISSING,
            marker=_MARKERS[number] if is_sex else "o", alpha=0.8, linewidths=0.3, edgecolors="white",
            label=f"{short(str(name))} ({mask.sum():,})",
        )  # fmt: skip


def _title(name: str) -> str:
    return f"{'XIST' if name == XIST else 'Y-linked genes'}, log2(1 + counts per million)"


def _caption(markers: SexMarkers) -> str:
    genes = f"Y-linked genes: {', '.join(markers.y_genes)}. " if markers.y_genes else "No Y-linked gene was measured. "
    xist = "" if XIST in markers.table else "XIST was not measured. "
    reading = "Males express Y-linked genes, females XIST; a sample far from its group may be mislabelled. "
    empty = f"{counted(len(markers.left_out), 'sample')} without reads left out: {listed(markers.left_out)}."
    return genes + xist + reading + (empty if markers.left_out else "")
