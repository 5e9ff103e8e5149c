"""Section of the report: how a model was chosen among several, in words, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from srna_tools.bundle import Bundle
from srna_tools.errors import listed
from srna_tools.report.choice_plot import OF_VIEW, choice_plot
from srna_tools.report.save import data_uri, png_of

_NUMBERS = ("score", "behind", "error")
_MOST_CLASSES = 30
_VIEWS = {
    "studies": "What holds when whole studies are left out holds for new studies.",
    "resources": "What holds when whole resources are left out holds for samples that another pipeline processed.",
    "samples": "Samples left out say nothing on other studies.",
}
_IN_BRACKETS = {
    "(rank)": "rank: on ranks within the sample",
    "(clr)": "clr: on centred log-ratios",
    "(whitened)": "whitened: made blind to how studies of one class differ",
    "(all samples)": "all samples: large classes are not reduced",
}


@dataclass(frozen=True)
class CandidateRow:
    """A model that could be chosen: mean class accuracy of each view, their mean, and how far it is behind."""

    model: str
    accuracies: list[float]
    score: float
    behind: float
    error: float
    chosen: bool


@dataclass(frozen=True)
class ModelChoice:
    """How one model was chosen.

    Attributes
    ----------
    explanation
        What was done, what it says, and what stands in brackets behind a model.
    views
        What was left out.
    rows
        The best first.
    picture
        Address that holds the picture of `choice_plot`.
    """

    explanation: str
    views: list[str]
    rows: list[CandidateRow]
    picture: str


def how_it_was_chosen(bundle: Bundle) -> ModelChoice | None:
    """Arrange the figures of all candidates; None for a model that was named by its user."""
    table = _table(_choice(bundle))
    if table is None:
        return None
    views = [str(name) for name in table if str(name).endswith(OF_VIEW)]
    names = [view.removesuffix(OF_VIEW) for view in views]
    rows = [
        CandidateRow(
            row["model"], [row[view] for view in views], row["score"], row["behind"], row["error"],
            row["chosen"] == "yes",
        )
        for row in table.sort_values("score", ascending=False, kind="stable").to_dict("records")
    ]  # fmt: skip
    return ModelChoice(
        _explanation(names, [row.model for row in rows]), [name.capitalize() for name in names], rows,
        data_uri(png_of(choice_plot(table))),
    )  # fmt: skip


def choice_in_words(bundle: Bundle) -> list[tuple[str, str]]:
    """Word and explanation in pairs, for the facts of a model; empty for a model that was named by its user."""
    choice = _choice(bundle)
    not_judged, left_out = choice.get("not_judged", []), choice.get("left_out", {})
    return [
        ("Chosen", str(choice.get("reason", ""))),
        ("Could not be chosen", "; ".join(map(str, left_out.values()))),
        (
            "Not judged",
            f"{listed(not_judged, _MOST_CLASSES)}: trained, but no other study has them, so that nothing is known of "
            "how well they are recognised"
            if not_judged
            else "",
        ),
    ]


def chosen_among(evaluation: Mapping[str, Any]) -> str:
    """What to bear in mind about figures that chose the model; empty where they did not."""
    number = evaluation.get("chosen_among", 1)
    return f"; chosen among {number:,} models by such figures, so a little too good" if number > 1 else ""


def _explanation(views: list[str], models: list[str]) -> str:
    says = [
        f"Every model was trained without some of the {' and without some of the '.join(views)}, and judged on these.",
        *(_VIEWS[view] for view in views if view in _VIEWS),
    ]
    brackets = [words for mark, words in _IN_BRACKETS.items() if any(name.endswith(mark) for name in models)]
    return " ".join(says + ([f"In brackets: {'; '.join(brackets)}."] if brackets else []))


def _choice(bundle: Bundle) -> Mapping[str, Any]:
    found = bundle.training.get("choice", {})
    return found if isinstance(found, dict) else {}


def _table(choice: Mapping[str, Any]) -> pd.DataFrame | None:
    """Candidates as `Choice.table` has them; None where there are none, or not of this form."""
    table = pd.DataFrame(choice.get("models", []))
    # A bundle keeps its keys in the order of the alphabet; studies come before resources.
    views = sorted((str(name) for name in table if str(name).endswith(OF_VIEW)), reverse=True)
    if not views or not {"model", "chosen", *_NUMBERS} <= set(table):
        return None
    numbers = table[[*views, *_NUMBERS]].apply(pd.to_numeric, errors="coerce")
    return (
        pd.concat([table[["model", "chosen"]].astype(str), numbers], axis=1) if numbers.notna().all(axis=None) else None
    )
