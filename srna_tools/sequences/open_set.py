"""Open set: whether a sequence looks like any known family at all, by one score and a threshold on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from srna_tools.errors import SampleError
from srna_tools.sequences.interface import FamilyScores

PROBABILITY, ENERGY = "probability", "energy"
_CURVE_POINTS = 500
_HALVES = 20


@dataclass(frozen=True)
class OpenSet:
    """How known families are told from everything else.

    Attributes
    ----------
    score
        Name of the score, one of `known_scores`; a sequence is accepted where it is at least the threshold.
    threshold
        In the units of the score.
    kept, accepted
        Shares of members of known families, and of other sequences, that are accepted at this threshold.
    f
        F score at this threshold, of as many known as other sequences.
    auroc
        Area under the ROC curve.
    thresholds, curve_kept, curve_accepted
        The ROC curve, from the strictest threshold to the most lenient, thinned; float64, each of the same length.
    """

    score: str
    threshold: float
    kept: float
    accepted: float
    f: float
    auroc: float
    thresholds: np.ndarray = field(repr=False)
    curve_kept: np.ndarray = field(repr=False)
    curve_accepted: np.ndarray = field(repr=False)


def known_scores(scores: FamilyScores, temperature: float = 1.0) -> dict[str, np.ndarray]:
    r"""Scores of how much each sequence looks like what the model knows: larger is more.

    ``probability`` is the largest softmax probability (Tang & Sun 2019, "Use softmax probability threshold"), of
    logits divided by the temperature; ``energy`` is :math:`\log \sum_k \exp(logit_k)` (Liu et al. 2020,
    "Energy-based Out-of-distribution Detection", equation 4, with the sign turned); others are the model's own.

    Returns
    -------
    Each score by name, float64, shape (sequences,).
    """
    largest = scores.logits.max(axis=1)
    behind = scores.logits - largest[:, None]
    energy = largest + np.log(np.exp(behind).sum(axis=1))
    return {PROBABILITY: 1 / np.exp(behind / temperature).sum(axis=1), ENERGY: energy} | scores.known


def choose_open_set(known: Mapping[str, np.ndarray], others: Mapping[str, np.ndarray]) -> OpenSet:
    """Choose the score that tells known families from others best, and the threshold on it.

    The score is that of the largest area under the ROC curve; of equals, the first. The threshold is that of the
    largest F score, as in Tang & Sun 2019 (figure 7), but with known and other sequences weighing the same in total:
    else it would follow from how many of each happen to be at hand.

    Parameters
    ----------
    known, others
        Scores by name of sequences of known families, and of other sequences; none of them seen in training.

    Raises
    ------
    SampleError
        There are no sequences on one side.
    """
    if not all(len(values) for side in (known, others) for values in side.values()):
        raise SampleError("a threshold needs sequences of known families and others, none of them used in training")
    areas = {name: area_under_roc(known[name], others[name]) for name in known}
    score = max(areas, key=areas.__getitem__)
    thresholds, kept, accepted = roc_curve(known[score], others[score])
    f = 2 * kept / (1 + kept + accepted)
    best = int(f.argmax())
    thin = _thinned(accepted, best)
    return OpenSet(
        score, float(thresholds[best]), float(kept[best]), float(accepted[best]), float(f[best]), areas[score],
        thresholds[thin], kept[thin], accepted[thin],
    )  # fmt: skip


def at_fpr(open_set: OpenSet, fpr: float) -> OpenSet:
    """Move the threshold to where at most a share `fpr` of other sequences is accepted, and most known ones are kept.

    Where even the strictest threshold of the curve accepts more, the threshold is just above it.
    """
    fits = np.flatnonzero(open_set.curve_accepted <= fpr)
    if not len(fits):
        return at_threshold(open_set, float(np.nextafter(open_set.thresholds[0], np.inf)))
    return at_threshold(open_set, float(open_set.thresholds[fits[-1]]))


def at_threshold(open_set: OpenSet, threshold: float) -> OpenSet:
    """Move the threshold, with the shares that the curve has for it."""
    place = int(np.count_nonzero(open_set.thresholds >= threshold)) - 1
    kept = float(open_set.curve_kept[place]) if place >= 0 else 0.0
    accepted = float(open_set.curve_accepted[place]) if place >= 0 else 0.0
    return OpenSet(
        open_set.score, threshold, kept, accepted, 2 * kept / (1 + kept + accepted), open_set.auroc,
        open_set.thresholds, open_set.curve_kept, open_set.curve_accepted,
    )  # fmt: skip


@dataclass(frozen=True)
class OtherSequences:
    """Scores by name of one group of sequences of no known family, and what they come from.

    Attributes
    ----------
    scores
        As from `known_scores`.
    sources
        Number of the family of each sequence, or of the sequence itself; int64.
    """

    scores: Mapping[str, np.ndarray]
    sources: np.ndarray


def rates_on_other_halves(
    known: Mapping[str, np.ndarray], others: Mapping[str, OtherSequences], seed: int
) -> tuple[float | None, dict[str, float]]:
    """Shares accepted where neither score nor threshold were chosen: by halves, many times.

    Score and threshold are chosen on one half and judged on the other; what comes from one source is in one half.

    Parameters
    ----------
    others
        By name of the group.

    Returns
    -------
    Share of the known, None where there are too few; and of each group that has enough, by its name; on average.
    """
    generator = np.random.default_rng(seed)
    kept: list[float] = []
    accepted: dict[str, list[float]] = {name: [] for name in others}
    for _ in range(_HALVES):
        of_known = _half(np.arange(len(next(iter(known.values())))), generator)
        of_others = {name: _half(group.sources, generator) for name, group in others.items()}
        if not any(half.any() for half in of_others.values()) or not of_known.any():
            continue
        chosen = choose_open_set(
            {score: values[of_known] for score, values in known.items()},
            {score: np.concatenate([others[name].scores[score][half] for name, half in of_others.items()])
             for score in known},
        )  # fmt: skip
        kept.append(float(np.mean(known[chosen.score][~of_known] >= chosen.threshold)))
        for name, half in of_others.items():
            if not half.all():
                judged = others[name].scores[chosen.score][~half]
                accepted[name].append(float(np.mean(judged >= chosen.threshold)))
    means = {name: float(np.mean(shares)) for name, shares in accepted.items() if shares}
    return (float(np.mean(kept)) if kept else None), means


def roc_curve(known: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every distinct score as a threshold, descending, and the shares of known and of others at or above it."""
    thresholds = np.unique(np.concatenate([known, others]))[::-1]
    return thresholds, _share_at_least(known, thresholds), _share_at_least(others, thresholds)


def area_under_roc(known: np.ndarray, others: np.ndarray) -> float:
    """Chance that a random known sequence scores higher than a random other one; equal scores count half."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([known, others]))[: len(known)]
    return float((ranks.sum() - len(known) * (len(known) + 1) / 2) / (len(known) * len(others)))


def _share_at_least(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    below = np.searchsorted(np.sort(values), thresholds, side="left")
    return np.asarray((len(values) - below) / len(values))


def _thinned(accepted: np.ndarray, best: int) -> np.ndarray:
    """Places of a curve to keep: the best, evenly spaced ones, and those behind which one more other is accepted."""
    last = len(accepted) - 1
    corners = np.append(np.flatnonzero(np.diff(accepted)), last)
    even = np.linspace(0, last, _CURVE_POINTS).astype(np.int64)
    even_corners = corners[np.linspace(0, len(corners) - 1, _CURVE_POINTS).astype(np.int64)]
    return np.unique(np.concatenate([corners[:_CURVE_POINTS], even, even_corners, [best]]))


def _half(sources: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Which sequences are in the first half: those of half of the sources."""
    numbers = generator.permutation(np.unique(sources))
    return np.isin(sources, numbers[: len(numbers) // 2])
