"""Picture of a whole evaluation: classes, what is taken for what, and how far probabilities can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from srna_tools.report.class_plot import class_panel
from srna_tools.report.confusion_plot import confusion_panel
from srna_tools.report.figure import short
from srna_tools.report.panel import stacked
from srna_tools.report.reliability_plot import reliability_panel
from srna_tools.report.schemes import SCHEMES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_LONGEST_TITLE = 80


def evaluation_figure(
    metrics: pd.DataFrame,
    confusion: pd.DataFrame,
    reliability_by_model: Mapping[str, pd.DataFrame],
    risk_by_model: Mapping[str, pd.DataFrame],
    title: str,
) -> Figure:
    """Draw everything about the evaluation of some models under one scheme.

    Parameters
    ----------
    metrics, confusion, reliability_by_model, risk_by_model
        As in `class_plot`, `confusion_plot` and `reliability_plot`, all of one scheme.
    title
        What was evaluated, as the label; the second line says what the scheme of `metrics` can tell.
    """
    panels = [class_panel(metrics), confusion_panel(confusion), reliability_panel(reliability_by_model, risk_by_model)]
    (scheme,) = metrics["scheme"].unique()
    return stacked(panels, f"{short(title, _LONGEST_TITLE)}\n{SCHEMES[scheme].short}")
