"""What is learned from sequences left out: accuracy, temperature, and when a sequence is of no known family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from srna_tools.sequences.held_out import UNSEEN, Draw, HeldOut
from srna_tools.sequences.interface import FamilyModel, FamilyScores
from srna_tools.sequences.open_set import (
    OpenSet,
    OtherSequences,
    area_under_roc,
    choose_open_set,
    known_scores,
    rates_on_other_halves,
)
from srna_tools.sequences.registry import FAMILY_MODELS
from srna_tools.sequences.scoring import scores_of
from srna_tools.validation.temperature import HIGHEST, LOWEST


@dataclass(frozen=True)
class Judgement:
    """How good a kind of model is on sequences that it was not trained on.

    Attributes
    ----------
    temperature
        By which its logits are divided for the probabilities.
    open_set
        None where nothing could be left out.
    known, others
        The score of the open set of known sequences, and of others by the name of their group.
    figures
        Figures for the bundle: accuracies, and shares accepted where the threshold was not chosen.
    """

    temperature: float = 1.0
    open_set: OpenSet | None = None
    known: np.ndarray = field(default_factory=lambda: np.zeros(0))
    others: dict[str, np.ndarray] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def accuracy(self) -> float:
        """Mean of the accuracies of the two divisions; of those that had anything to test."""
        found = [self.figures[scheme]["accuracy"] for scheme in ("random", "cluster") if scheme in self.figures]
        return float(np.mean(found)) if found else 0.0


def judge(kind: str, settings: Any, held_out: HeldOut, *, seed: int, threads: int) -> Judgement:
    """Train without what is left out, and see what the model makes of it.

    Accuracy is measured twice: with members left out at random, and with whole clusters left out. Temperature and open
    set come from the former, where whole families are left out as well.
    """
    known: list[FamilyScores] = []
    others: dict[str, list[FamilyScores]] = {name: [] for name in (UNSEEN, *held_out.others)}
    for draw in held_out.at_random:
        model = _trained(kind, settings, draw, seed, threads)
        known.append(scores_of(model, draw.known.sequences, threads))
        others[UNSEEN].append(scores_of(model, draw.unseen.sequences, threads))
        for name, sequences in held_out.others.items():
            others[name].append(scores_of(model, sequences, threads))
    true = np.concatenate([draw.known.members for draw in held_out.at_random])
    logits = np.concatenate([scores.logits for scores in known])
    figures = _accuracy("random", logits.argmax(axis=1) == true) | _by_cluster(kind, settings, held_out, seed, threads)
    temperature = best_temperature_of_logits(true, logits) if len(true) else 1.0
    groups = _groups(others, held_out, temperature)
    if not len(true) or not groups:
        return Judgement(temperature, figures=figures)
    figures |= {"open_set": {"draws": len(held_out.at_random)}}
    return _open_set(_scores(known, temperature), groups, temperature, figures, seed)


def best_temperature_of_logits(true: np.ndarray, logits: np.ndarray) -> float:
    """Find the temperature with the smallest log loss, as `srna_tools.validation.temperature.best_temperature`.

    Works on logits of any size, and counts one more wrong answer than there are, as if the best other family had been
    right: else a model without errors would be made infinitely sure (Platt 1999, "Probabilistic Outputs for Support
    Vector Machines", section 2.2).

    Parameters
    ----------
    true
        Family number of each sequence.
    logits
        Of sequences that the model was not trained on, shape (sequences, families).
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    places = np.arange(len(true))
    right = logits[places, true]
    wrong = logits.copy()
    wrong[places, true] = -np.inf
    share = 1 / (len(true) + 2)
    target = (1 - share) * right + share * wrong.max(axis=1)

    def loss(logarithm: float) -> float:
        temperature = np.exp(logarithm)
        return float(np.mean(logsumexp(logits / temperature, axis=1) - target / temperature))

    found = minimize_scalar(loss, bounds=(np.log(LOWEST), np.log(HIGHEST)), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def _open_set(
    known: dict[str, np.ndarray],
    groups: dict[str, OtherSequences],
    temperature: float,
    figures: dict[str, Any],
    seed: int,
) -> Judgement:
    pooled = {score: np.concatenate([group.scores[score] for group in groups.values()]) for score in known}
    open_set = choose_open_set(known, pooled)
    kept, accepted = rates_on_other_halves(known, groups, seed)
    chosen, others = known[open_set.score], {name: group.scores[open_set.score] for name, group in groups.items()}
    by_group = {
        name: {
            "sequences": len(values),
            "auroc": area_under_roc(chosen, values),
            "accepted": accepted.get(name),
            # More like a family than half of its members: it may well be one.
            "above_median": int(np.count_nonzero(values > np.median(chosen))),
        }
        for name, values in others.items()
    }
    found = {"known": len(chosen), "kept": kept, "others": by_group}
    figures |= {"open_set": figures["open_set"] | found}
    return Judgement(temperature, open_set, chosen, others, figures)


def _trained(kind: str, settings: Any, draw: Draw, seed: int, threads: int) -> FamilyModel:
    return FAMILY_MODELS[kind].train(draw.training, settings, seed, threads).model


def _by_cluster(kind: str, settings: Any, held_out: HeldOut, seed: int, threads: int) -> dict[str, Any]:
    """Accuracy where whole clusters are left out."""
    right = [
        scores_of(_trained(kind, settings, draw, seed, threads), draw.known.sequences, threads).logits.argmax(axis=1)
        == draw.known.members
        for draw in held_out.by_cluster
        if len(draw.known.sequences)
    ]
    found = _accuracy("cluster", np.concatenate(right)) if right else {}
    return {scheme: figures | {"families_not_tested": held_out.single_cluster} for scheme, figures in found.items()}


def _accuracy(scheme: str, right: np.ndarray) -> dict[str, Any]:
    return {scheme: {"accuracy": float(right.mean()), "sequences": len(right)}} if len(right) else {}


def _groups(others: dict[str, list[FamilyScores]], held_out: HeldOut, temperature: float) -> dict[str, OtherSequences]:
    """Scores of each group of others that has any sequence."""
    draws = held_out.at_random
    sources = {name: np.tile(np.arange(len(found)), len(draws)) for name, found in held_out.others.items()}
    sources[UNSEEN] = np.concatenate([draw.unseen.members for draw in draws])
    return {
        name: OtherSequences(_scores(found, temperature), sources[name])
        for name, found in others.items()
        if len(sources[name])
    }


def _scores(blocks: Sequence[FamilyScores], temperature: float) -> dict[str, np.ndarray]:
    found = [known_scores(block, temperature) for block in blocks if len(block.logits)]
    return {name: np.concatenate([scores[name] for scores in found]) for name in found[0]}
