"""Which bases of a sequence speak for its family: a score for each base of a single prediction, for every model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import cast

import numpy as np

from srna_tools.errors import SrnaToolsError
from srna_tools.sequences.interface import FamilyModel
from srna_tools.sequences.letters import LETTERS, UNKNOWN_CODE, codes
from srna_tools.sequences.scoring import side_by_side

SUBSTITUTION = "substitution"
DEEPLIFT = "deeplift"
AUTO = "auto"
METHODS = (AUTO, SUBSTITUTION, DEEPLIFT)
#: Kinds of models that DeepLIFT can look into.
DEEPLIFT_KINDS = ("cnn",)
# Sequences that a model scores in one go: the memory of some grows with them.
_BLOCK = 256
# Sequences whose contributions DeepLIFT computes together: its matrix products take so many rows at a time.
_TOGETHER = 24


@dataclass(frozen=True)
class BaseScores:
    """What the bases of one sequence add to the lead of a family.

    Attributes
    ----------
    family
        Number of the family that is explained.
    lead
        The family's logit less the mean of all logits. A constant added to all logits changes neither this nor the
        probabilities.
    scores
        Of each base, float64, shape (length,): positive where the base speaks for the family. Unknown bases have 0.
    """

    family: int
    lead: float
    scores: np.ndarray


def method_for(method: str, model: FamilyModel) -> str:
    """Choose for ``auto``: DeepLIFT where the model allows it, else substitution.

    Raises
    ------
    SrnaToolsError
        DeepLIFT is wanted of a model that is no one-hot network.
    """
    possible = bool(set(model.kinds) & set(DEEPLIFT_KINDS))
    if method == AUTO:
        return DEEPLIFT if possible else SUBSTITUTION
    if method == DEEPLIFT and not possible:
        raise SrnaToolsError(
            f"DeepLIFT looks into models of kind {', '.join(DEEPLIFT_KINDS)}, not {', '.join(model.kinds)}; "
            f"choose the method {SUBSTITUTION}, which explains every kind"
        )
    return method


def base_scores(
    model: FamilyModel, sequences: Sequence[str], *, method: str = AUTO, family: int | None = None, threads: int = 1
) -> Iterator[BaseScores]:
    """Explain one prediction after the other.

    Parameters
    ----------
    model
        Any model of families.
    sequences
        Clean and not longer than the model takes.
    method
        ``substitution``: by how much the lead falls, on average, when one of the three other letters takes a base's
        place; exact, asks the model 3 x length + 1 times. ``deeplift``: Rescale through the one-hot network, from no
        known base to the sequence; the scores add up to the change of the lead. ``auto``: see `method_for`.
    family
        Number of the family to explain; without it the predicted one of each sequence.
    threads
        Sequences that are explained side by side; the result does not depend on it.

    Raises
    ------
    SrnaToolsError
        As `method_for`.

    References
    ----------
    Shrikumar, Greenside & Kundaje 2017, arXiv:1704.02685, for DeepLIFT. Substitutions are the in-silico mutagenesis of
    Zhou & Troyanskaya 2015, Nature Methods 12:931.
    """
    if method_for(method, model) == SUBSTITUTION:
        return side_by_side(lambda sequence: by_substitution(model, sequence, family), sequences, threads)
    from srna_tools.sequences.base_attribution_deeplift import ExplainableNetwork, by_deeplift

    network = cast(ExplainableNetwork, model)
    groups = (sequences[start : start + _TOGETHER] for start in range(0, len(sequences), _TOGETHER))
    return chain.from_iterable(side_by_side(lambda some: by_deeplift(network, some, family), groups, threads))


def by_substitution(model: FamilyModel, sequence: str, family: int | None = None) -> BaseScores:
    r"""Score each base by what the model says of the sequence without it.

    .. math:: s_i = l(x) - \frac{1}{3} \sum_{b \neq x_i} l(x_{i \to b}), \qquad
              l = \mathrm{logit}_k - \frac{1}{K} \sum_j \mathrm{logit}_j

    Parameters
    ----------
    family
        k; without it the predicted one.
    """
    present = codes(sequence)
    places = np.repeat(np.flatnonzero(present != UNKNOWN_CODE), len(LETTERS) - 1)
    others = np.array(
        [code for base in present if base != UNKNOWN_CODE for code in range(len(LETTERS)) if code != base]
    )
    changed = [
        sequence[:place] + LETTERS[code] + sequence[place + 1 :] for place, code in zip(places, others, strict=True)
    ]
    asked = [sequence, *changed]
    logits = np.concatenate(
        [model.scores(asked[start : start + _BLOCK]).logits for start in range(0, len(asked), _BLOCK)]
    )
    family = int(logits[0].argmax()) if family is None else family
    leads = leads_of(logits, family)
    losses = np.bincount(places, weights=leads[0] - leads[1:], minlength=len(sequence)) if len(places) else 0.0
    return BaseScores(family, float(leads[0]), np.zeros(len(sequence)) + losses / (len(LETTERS) - 1))


def leads_of(logits: np.ndarray, family: int) -> np.ndarray:
    """Logit of a family less the mean of all, for each sequence."""
    return np.asarray(logits[:, family] - logits.mean(axis=1))
