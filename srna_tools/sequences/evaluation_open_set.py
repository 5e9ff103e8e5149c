"""How well sequences of no known family are rejected: by score, by group of others, and at a chosen threshold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from srna_tools.sequences.evaluation_design import OTHERS, TEST
from srna_tools.sequences.evaluation_fit import PREFIX
from srna_tools.sequences.open_set import PROBABILITY, OpenSet, area_under_roc, choose_open_set, roc_curve

EVERY_GROUP = "all"
#: Share of members of known families that a strict comparison keeps (Tang & Sun 2019 tell FPR at their threshold).
KEPT = 0.95

_Row = tuple[str, str, str, float, float, float]


def rejection_rows(main: pd.DataFrame) -> Iterator[_Row]:
    """Figures of one model under one scheme, means over the repeats; nothing where no others were asked.

    Scope ``others``, for each group and for all: ``sequences``; ``auroc:<score>``, ``fpr95:<score>`` (share accepted
    where 95 % of the members of known families are kept) for each score; ``accepted``, the share that the chosen
    threshold accepts. Scope ``overall``: ``kept``, the share of members that it accepts, ``accuracy_of_kept``, and
    ``chosen:<score>``, how often each score was chosen. Threshold and score are chosen on one half of the members and
    others and judged on the other.
    """
    figures = [
        (*key, metric, value)
        for _, repeat in main.groupby("repeat", sort=True)
        if (repeat["asked"] == OTHERS).any()
        for key, metric, value in _of_repeat(repeat)
    ]
    if not figures:
        return
    table = pd.DataFrame(figures, columns=["scope", "name", "metric", "value"])
    means = table.groupby(["scope", "name", "metric"], sort=False, as_index=False)["value"].mean()
    for scope, name, metric, value in means.itertuples(index=False):
        yield str(scope), str(name), str(metric), float(value), np.nan, np.nan


def scores_of(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Scores of how known the sequences of a table of predictions look, by name; the probability is the first."""
    further = [str(name) for name in table.columns if str(name).startswith(PREFIX)]
    scores = {PROBABILITY: table["probability"]} | {name.removeprefix(PREFIX): table[name] for name in further}
    return {name: values.to_numpy(dtype=np.float64) for name, values in scores.items()}


def chosen_open_set(table: pd.DataFrame) -> OpenSet:
    """Score and threshold as the choosing halves of members and others of one repeat set them.

    A half that is empty, where there is hardly any sequence, is replaced by the whole.
    """
    sides = []
    for asked in (TEST, OTHERS):
        side = table[table["asked"] == asked]
        sides.append(scores_of(side[side["choosing"]] if side["choosing"].any() else side))
    return choose_open_set(*sides)


def fpr_at_kept(known: np.ndarray, others: np.ndarray, kept: float = KEPT) -> float:
    """Share of others that is accepted by the strictest threshold that keeps at least a share `kept` of the known."""
    _, shares, accepted = roc_curve(known, others)
    return float(accepted[np.argmax(shares >= kept)])


def _of_repeat(repeat: pd.DataFrame) -> Iterator[tuple[tuple[str, str], str, float]]:
    members, others = (repeat[repeat["asked"] == asked] for asked in (TEST, OTHERS))
    known, chosen = scores_of(members), chosen_open_set(repeat)
    judged = ~members["choosing"].to_numpy(dtype=bool)
    accepted = known[chosen.score][judged] >= chosen.threshold
    right = (members["true"] == members["predicted"]).to_numpy(dtype=bool)[judged]
    yield ("overall", ""), "kept", float(accepted.mean())
    if accepted.any():
        yield ("overall", ""), "accuracy_of_kept", float(right[accepted].mean())
    for name in known:
        yield ("overall", ""), f"chosen:{name}", float(name == chosen.score)
    groups = [(EVERY_GROUP, others), *others.groupby("group", sort=False)] if len(others) else []
    for group, part in groups:
        scores = scores_of(part)
        new = ~part["choosing"].to_numpy(dtype=bool)
        yield ("others", str(group)), "sequences", float(len(part))
        for name, values in scores.items():
            yield ("others", str(group)), f"auroc:{name}", area_under_roc(known[name], values)
            yield ("others", str(group)), f"fpr95:{name}", fpr_at_kept(known[name], values)
        if new.any():
            yield ("others", str(group)), "accepted", float((scores[chosen.score][new] >= chosen.threshold).mean())
