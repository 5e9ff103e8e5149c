"""Which predictions of unlabelled samples become labels: sure enough, of classes with room, from many studies."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.predict.status import OK

#: Of the table that says what became of each unlabelled sample.
COLUMNS = ("sample", "dataset", "label", "probability", "used", "reason")
#: In a few words, for the summary; empty for samples that are used.
WHY = "why"
USED = "yes"
NOT_SURE = "not sure enough"
CLASS_FULL = "of a class that takes no more"
_LARGEST = 2


def room_in(sizes: Mapping[str, int], catch_all: str = "") -> dict[str, int]:
    r"""How many predicted samples each class may gain.

    .. math:: g_k = \min(n_k, \max(0, 2m - n_k))

    with the number :math:`n_k` of labelled samples of the class and their median :math:`m` over the classes. Confident
    predictions are mostly of common classes, so that without a limit the common ones grow: Wartmann et al. 2020 left
    out all predicted brain samples for that reason. Here a class that has twice the median gains nothing, and none
    grows beyond that, so that classes become no less equal than twice the median, or than they were. And no class gains
    more samples than have a true label: where the first model errs, the true labels keep the majority.

    Parameters
    ----------
    sizes
        Labelled samples of each class.
    catch_all
        The class of everything else gains nothing, and does not count in the median: what a model does not know is no
        example of what the others are.
    """
    own = [size for name, size in sizes.items() if name != catch_all]
    limit = int(_LARGEST * median(own)) if own else 0
    return {name: 0 if name == catch_all else min(size, max(0, limit - size)) for name, size in sizes.items()}


def choose(predicted: pd.DataFrame, room: Mapping[str, int], min_confidence: float) -> pd.DataFrame:
    """Choose the predictions that become labels.

    Within a class the studies take turns, each with its surest remaining sample: what makes a model hold in new studies
    is the number of studies that it learnt from, more than that of samples (Wartmann et al. 2020, Figure 4).

    Parameters
    ----------
    predicted
        ``sample dataset label probability status reason``, as srna-predict says it.
    room
        Samples that each class may gain, see `room_in`.
    min_confidence
        Smallest probability.

    Returns
    -------
    Columns `COLUMNS` and `WHY`, rows as in `predicted`.
    """
    table = predicted.assign(used="", **{WHY: ""})
    refused = (table["status"] != OK).to_numpy()
    unsure = ~refused & (table["probability"] < min_confidence).to_numpy()
    table.loc[refused, WHY] = table["status"]
    table.loc[refused, "reason"] = table["status"] + ": " + table["reason"]
    table.loc[unsure, WHY] = NOT_SURE
    table.loc[unsure, "reason"] = [
        f"probability {probability:.6g} is below {min_confidence:g}" for probability in table["probability"][unsure]
    ]
    sure = ~refused & ~unsure
    limits = table["label"].map(room)
    gains = sure & (_places(table[sure]).reindex(table.index) < limits).to_numpy(bool)
    table.loc[gains, "used"] = USED
    full = sure & ~gains
    table.loc[full, WHY] = CLASS_FULL
    table.loc[full, "reason"] = [
        f"class '{label}' takes {counted(int(limit), 'sample')}, others came first" if limit
        else f"class '{label}' takes no sample: it is large enough"
        for label, limit in zip(table["label"][full], limits[full], strict=True)
    ]  # fmt: skip
    return table[[*COLUMNS, WHY]]


def _places(sure: pd.DataFrame) -> pd.Series:
    """Place of each sample among those of its class, from 0: the surest of each study, then the second of each."""
    by_probability = sure.sort_values(["probability", "sample"], ascending=[False, True])
    turn = by_probability.groupby(["label", "dataset"]).cumcount()
    in_turn = by_probability.assign(turn=turn).sort_values("turn", kind="stable")
    return in_turn.groupby("label").cumcount().astype(np.float64)
