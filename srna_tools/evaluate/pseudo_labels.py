"""Which predictions of unlabelled samples become labels: sure enough, of classes with room, from many studies."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.predict.status import LOW_QUALITY, OK

#: Of the table that says what became of each unlabelled sample.
COLUMNS = ("sample", "dataset", "label", "probability", "used", "reason")
#: In a few words, for the summary; empty for samples that are used.
WHY = "why"
USED = "yes"
NOT_SURE = "not sure enough"
ONE_SIDED = "of a study with too few sure classes"
CLASS_FULL = "of a class that takes no more"
_LARGEST = 2
_SHARE_OF_CLASSES = 0.5


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


def choose(
    predicted: pd.DataFrame, room: Mapping[str, int], min_confidence: float, catch_all: str = ""
) -> pd.DataFrame:
    """Choose the predictions that become labels.

    A study gives samples only where at least half of the classes predicted in it have sure ones: with those of one
    class alone, among samples of many, a model learns to take the study for the class, and its other samples with it.
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
    catch_all
        Name of the catch-all class: it is none of the classes of a study.

    Returns
    -------
    Columns `COLUMNS` and `WHY`, rows as in `predicted`.
    """
    table = predicted.assign(used="", **{WHY: ""})
    limits = table["label"].map(room).fillna(0)
    refused = (table["status"] != OK).to_numpy()
    unsure = ~refused & (table["probability"] < min_confidence).to_numpy()
    sure = ~refused & ~unsure
    addable = sure & (limits > 0).to_numpy()
    one_sided = addable & table["dataset"].isin(_one_sided(table, addable, catch_all)).to_numpy()
    candidates = addable & ~one_sided
    gains = candidates & (_places(table[candidates]).reindex(table.index) < limits).to_numpy(bool)
    table.loc[gains, "used"] = USED
    for rows, why, reasons in (
        (refused, table["status"], table["status"] + ": " + table["reason"]),
        (unsure, NOT_SURE, [f"probability {value:.6g} is below {min_confidence:g}" for value in table["probability"]]),
        (one_sided, ONE_SIDED, "fewer than half of the classes predicted in its study have sure samples to add"),
        (sure & ~one_sided & ~gains, CLASS_FULL, [_full(*one) for one in zip(table["label"], limits, strict=True)]),
    ):
        table.loc[rows, WHY] = pd.Series(why, index=table.index)[rows]
        table.loc[rows, "reason"] = pd.Series(reasons, index=table.index)[rows]
    return table[[*COLUMNS, WHY]]


def _one_sided(table: pd.DataFrame, addable: np.ndarray, catch_all: str) -> list[str]:
    """Studies of whose predicted classes fewer than half have samples to add."""
    is_class = ~table["label"].isin(["", catch_all]) & (table["status"] != LOW_QUALITY)
    predicted = table[is_class].groupby("dataset")["label"].nunique()
    given = table[addable].groupby("dataset")["label"].nunique().reindex(predicted.index, fill_value=0)
    return predicted.index[given < _SHARE_OF_CLASSES * predicted].tolist()


def _full(label: str, limit: float) -> str:
    if not limit:
        return f"class '{label}' takes no sample: it is large enough"
    return f"class '{label}' takes {counted(int(limit), 'sample')}, others came first"


def _places(sure: pd.DataFrame) -> pd.Series:
    """Place of each sample among those of its class, from 0: the surest of each study, then the second of each."""
    by_probability = sure.sort_values(["probability", "sample"], ascending=[False, True])
    turn = by_probability.groupby(["label", "dataset"]).cumcount()
    in_turn = by_probability.assign(turn=turn).sort_values("turn", kind="stable")
    return in_turn.groupby("label").cumcount().astype(np.float64)
