"""From the predictions of an evaluation to the picture of what is rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srna_tools.errors import SampleError
from srna_tools.report.family_open_set_plot import open_set_plot
from srna_tools.sequences.evaluation_design import OTHERS, TEST
from srna_tools.sequences.evaluation_metrics import OVERALL
from srna_tools.sequences.evaluation_open_set import chosen_open_set, scores_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


def rejection_plot(predictions: pd.DataFrame, metrics: pd.DataFrame) -> Figure:
    """Draw how the most accurate model of the first scheme rejects each group of others, in the first repeat.

    One repeat alone, since scores of models from different training sets do not lie on one scale.

    Raises
    ------
    SampleError
        No others were asked.
    """
    asked = predictions[predictions["asked"] == OTHERS]
    if asked.empty:
        raise SampleError("there are no sequences of other kinds to draw; give some")
    scheme = predictions["scheme"].iloc[0]
    accuracies = metrics[(metrics["scheme"] == scheme) & (metrics["scope"] == OVERALL)]
    accuracies = accuracies[accuracies["metric"] == "accuracy"]
    best = accuracies.loc[accuracies["value"].idxmax(), "model"]
    table = predictions[(predictions["model"] == best) & (predictions["scheme"] == scheme)]
    table = table[table["repeat"] == table["repeat"].min()].dropna(axis=1, how="all")
    table = table[table["training"].isin(asked["training"].unique())]
    open_set = chosen_open_set(table)
    groups = table[table["asked"] == OTHERS].groupby("group", sort=False)
    return open_set_plot(
        scores_of(table[table["asked"] == TEST])[open_set.score],
        {str(name): scores_of(group)[open_set.score] for name, group in groups},
        open_set,
    )
