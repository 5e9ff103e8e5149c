"""One model in one round of an evaluation: trained, asked, and what it answers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from srna_tools.sequences.calibration import best_temperature_of_logits
from srna_tools.sequences.evaluation_design import Asked, Round
from srna_tools.sequences.interface import FamilyScores
from srna_tools.sequences.open_set import PROBABILITY, known_scores
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.sequences.scoring import scores_of

#: What the name of a score stands behind in a table of predictions.
PREFIX = "score:"


@dataclass(frozen=True)
class FamilyContender:
    """A kind of model with its settings, under the name that tables show."""

    name: str
    kind: str
    settings: Any


def predictions_of(contender: FamilyContender, one: Round, threads: int) -> pd.DataFrame:
    """Train a model on a round's training set, and ask it everything that the round asks.

    Returns
    -------
    Columns ``model scheme repeat training asked sequence true group choosing predicted probability`` and
    ``score:<name>`` for each further score of how known a sequence looks. ``training`` is the limit of the round (0
    for none), ``probability`` has a temperature that the choosing half of the test sequences sets.
    """
    trained = FAMILY_MODELS[contender.kind].train(one.training, contender.settings, one.seed, threads).model
    names = np.asarray(one.training.names, dtype=object)
    answers = [scores_of(trained, asked.sequences, threads) for asked in one.asked]
    temperature = _temperature(answers[0].logits, one.asked[0], names)
    return pd.concat(
        [_table(contender, one, *pair, names, temperature) for pair in zip(one.asked, answers, strict=True)],
        ignore_index=True,
    )


def _temperature(logits: np.ndarray, test: Asked, names: np.ndarray) -> float:
    place = {name: number for number, name in enumerate(names)}
    use = test.choosing if test.choosing.any() else np.ones(len(test.true), dtype=bool)
    true = np.asarray([place[name] for name in test.true], dtype=np.int64)
    return best_temperature_of_logits(true[use], logits[use])


def _table(
    contender: FamilyContender, one: Round, asked: Asked, scores: FamilyScores, names: np.ndarray, temperature: float
) -> pd.DataFrame:
    known = known_scores(scores, temperature)
    probability = known.pop(PROBABILITY)
    return pd.DataFrame(
        {
            "model": contender.name, "scheme": one.scheme, "repeat": one.repeat, "training": one.size,
            "asked": asked.what, "sequence": asked.ids, "true": asked.true, "group": asked.groups,
            "choosing": asked.choosing, "predicted": names[scores.logits.argmax(axis=1)], "probability": probability,
        }
        | {f"{PREFIX}{name}": values for name, values in known.items()}
    )  # fmt: skip
