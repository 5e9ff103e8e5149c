"""The kind of model that does best on sequences left out: what ``--model auto`` takes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from tqdm import tqdm

from srna_tools.errors import MissingExtraError
from srna_tools.extras import require_installed
from srna_tools.sequences.calibration import Judgement, judge
from srna_tools.sequences.held_out import HeldOut
from srna_tools.sequences.registry import FAMILY_MODELS

_LOG = logging.getLogger(__name__)

#: Kinds that train in minutes at most, in the order in which equals are taken; networks take much longer.
CANDIDATES = ("profile", "combined", "kmer", "nearest")


@dataclass(frozen=True)
class Choice:
    """How the kinds did.

    Attributes
    ----------
    judgements
        Of each kind that could be trained, in the order of the candidates.
    missing
        Why a kind could not be trained, by its name.
    """

    judgements: dict[str, Judgement]
    missing: dict[str, str]

    @property
    def chosen(self) -> str:
        """Kind with the highest accuracy; of equals the one that tells other sequences best, then the first."""
        return max(self.judgements, key=lambda kind: (self.judgements[kind].accuracy, _auroc(self.judgements[kind])))

    def table(self) -> pd.DataFrame:
        """One row a kind: accuracies, and how well it tells what is of no family; the chosen one is marked."""
        rows = [
            {
                "model": kind,
                "chosen": kind == self.chosen,
                "accuracy": judgement.accuracy,
                "accuracy_random": _accuracy(judgement, "random"),
                "accuracy_cluster": _accuracy(judgement, "cluster"),
                "auroc": _auroc(judgement),
                "score": judgement.open_set.score if judgement.open_set else "",
                "reason": "",
            }
            for kind, judgement in self.judgements.items()
        ]
        rows += [{"model": kind, "chosen": False, "reason": reason} for kind, reason in self.missing.items()]
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say what was chosen, and why."""
        figures = ", ".join(f"{kind} {100 * each.accuracy:.2f} %" for kind, each in self.judgements.items())
        lines = [f"chosen: {self.chosen}, the most accurate on sequences left out ({figures})"]
        return lines + [f"not tried: {kind}, as {reason}" for kind, reason in self.missing.items()]


def choose(held_out: HeldOut, settings: Mapping[str, Any], *, seed: int, threads: int) -> Choice:
    """Judge kinds of models on the same sequences left out; those whose libraries are missing are not tried, and named.

    Parameters
    ----------
    settings
        Of each candidate, by its kind; at least one needs no library of an extra.
    """
    missing = {kind: reason for kind in settings if (reason := _what_is_missing(kind))}
    for kind, reason in missing.items():
        _LOG.warning("%s is not tried, as %s", kind, reason)
    judgements = {}
    possible = [kind for kind in settings if kind not in missing]
    for kind in (progress := tqdm(possible, desc="kinds of models", unit="kind", disable=None)):
        progress.set_postfix_str(kind)
        judgements[kind] = judge(kind, settings[kind], held_out, seed=seed, threads=threads)
    return Choice(judgements, missing)


def _what_is_missing(kind: str) -> str:
    try:
        require_installed(*FAMILY_MODELS[kind].needs, needed_by="it")
    except MissingExtraError as error:
        return str(error)
    return ""


def _accuracy(judgement: Judgement, scheme: str) -> float:
    return float(judgement.figures.get(scheme, {}).get("accuracy", float("nan")))


def _auroc(judgement: Judgement) -> float:
    return judgement.open_set.auroc if judgement.open_set else 0.0
