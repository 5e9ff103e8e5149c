"""Family of each sequence, or why it is rejected; block by block, so that files of any size need little memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from srna_tools.errors import BundleError
from srna_tools.io.fasta import FastaRecord
from srna_tools.sequences.acceptable import refusal
from srna_tools.sequences.family_bundle import FamilyBundle
from srna_tools.sequences.interface import FamilyScores
from srna_tools.sequences.letters import reverse_complement
from srna_tools.sequences.open_set import known_scores
from srna_tools.sequences.scoring import blocks_of, side_by_side

ACCEPTED, REJECTED = "accepted", "rejected"
#: Further reasons in a few words each, for counting; the column holds the sentence.
NO_FAMILY, NO_NUMBER = "of no known family", "without a number"
COLUMNS = ("sequence", "family", "probability", "status", "reason", "runner_up", "margin", "score", "strand", "length")
_TRUNCATE = "truncate"


@dataclass(frozen=True)
class Rules:
    """How sequences are scored and accepted.

    Attributes
    ----------
    threshold
        Smallest score (`FamilyBundle.score`) of an accepted sequence; none accepts all.
    both_strands
        Whether the other strand is tried, too; that of the higher score counts.
    over_long
        ``reject`` sequences longer than the model takes, or ``truncate`` them to their first bases.
    """

    threshold: float | None
    both_strands: bool = False
    over_long: str = "reject"


class PredictedBlock(NamedTuple):
    """Some sequences: their rows of the table (`COLUMNS`), the probability of each family, NaN where there is none."""

    records: list[FastaRecord]
    table: pd.DataFrame
    kinds: list[str]
    probabilities: np.ndarray


def predict(
    bundle: FamilyBundle, records: Iterable[FastaRecord], rules: Rules, *, threads: int = 1
) -> Iterator[PredictedBlock]:
    """Predict the family of each sequence.

    Returns
    -------
    Blocks in the order of the records; read ahead no further than the threads need.

    Raises
    ------
    BundleError
        The model does not give the score on which its threshold stands.
    """
    return side_by_side(lambda block: _predict_block(bundle, block, rules), blocks_of(records, _letters), threads)


def _letters(record: FastaRecord) -> int:
    return len(record.sequence)


def _predict_block(bundle: FamilyBundle, records: list[FastaRecord], rules: Rules) -> PredictedBlock:
    longest = float("inf") if rules.over_long == _TRUNCATE else bundle.max_length
    refusals = [refusal(record.sequence, longest) for record in records]
    # A refused sequence has a best family, too; only without letters there is none.
    scored = np.flatnonzero([bool(record.sequence) for record in records])
    probabilities = np.full((len(records), len(bundle.families)), np.nan)
    score, reverse = np.full(len(records), np.nan), np.zeros(len(records), dtype=bool)
    if len(scored):
        sequences = [records[place].sequence for place in scored]
        probabilities[scored], score[scored], reverse[scored] = _best_strand(bundle, sequences, rules)
    # Without letters, or where a damaged model overflows, there is no best family either.
    is_scored = np.isfinite(score) & np.isfinite(probabilities).all(axis=1)
    probabilities[~is_scored], score[~is_scored] = np.nan, np.nan
    kinds, reasons = _reasons(records, refusals, score, bundle, rules)
    order = np.argsort(np.nan_to_num(-probabilities), axis=1, kind="stable")[:, :2]
    first, second = np.take_along_axis(probabilities, order, axis=1).T
    names = np.array([*bundle.families, ""], dtype=object)
    table = pd.DataFrame(
        {
            "sequence": [record.name for record in records],
            "family": names[np.where(is_scored, order[:, 0], -1)],
            "probability": first,
            "status": [REJECTED if kind else ACCEPTED for kind in kinds],
            "reason": reasons,
            "runner_up": names[np.where(is_scored, order[:, 1], -1)],
            "margin": first - second,
            "score": score,
            "strand": np.where(is_scored, np.where(reverse, "-", "+"), ""),
            "length": [len(record.sequence) for record in records],
        }
    )
    return PredictedBlock(records, table, kinds, probabilities)


def _best_strand(
    bundle: FamilyBundle, sequences: Sequence[str], rules: Rules
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities and score of each sequence, and whether they are those of its reverse complement."""
    forward, score = _scores(bundle, [sequence[: bundle.max_length] for sequence in sequences])
    reverse = np.zeros(len(sequences), dtype=bool)
    if not rules.both_strands:
        return bundle.probabilities(forward.logits), score, reverse
    turned = [reverse_complement(sequence[-bundle.max_length :]) for sequence in sequences]
    backward, other_score = _scores(bundle, turned)
    reverse = (other_score > score) | ~np.isfinite(score)
    logits = np.where(reverse[:, None], backward.logits, forward.logits)
    return bundle.probabilities(logits), np.where(reverse, other_score, score), reverse


def _scores(bundle: FamilyBundle, sequences: Sequence[str]) -> tuple[FamilyScores, np.ndarray]:
    # What overflows is rejected as having no number; a warning on the terminal would say no more.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        scores = bundle.model.scores(sequences)
        known = known_scores(scores, bundle.temperature)
    if bundle.score not in known:
        raise BundleError(f"the model does not give the score '{bundle.score}' of its threshold; train it again")
    is_finite = np.isfinite(scores.logits).all(axis=1)
    return scores, np.where(is_finite, known[bundle.score], np.nan)


def _reasons(
    records: Sequence[FastaRecord],
    refusals: Sequence[tuple[str, str]],
    score: np.ndarray,
    bundle: FamilyBundle,
    rules: Rules,
) -> tuple[list[str], list[str]]:
    """Kind and sentence of each sequence's rejection; an accepted one may have a remark."""
    kinds, reasons = [], []
    for record, (kind, reason), value in zip(records, refusals, score.tolist(), strict=True):
        length = len(record.sequence)
        remark = f"judged by {bundle.max_length} of {length} nt" if length > bundle.max_length and not kind else ""
        if not kind and not math.isfinite(value):
            kind, reason = NO_NUMBER, "the model gives no number for it"  # noqa: PLW2901
        elif not kind and rules.threshold is not None and not value >= rules.threshold:  # no NaN is accepted
            sentence = f"looks like no family of the model ({bundle.score} {_below(value, rules.threshold)})"
            kind, reason = NO_FAMILY, "; ".join(filter(None, (sentence, remark)))  # noqa: PLW2901
        kinds.append(kind)
        reasons.append(reason or remark)
    return kinds, reasons


def _below(value: float, threshold: float) -> str:
    """Both numbers with as many digits as show which is smaller."""
    texts = ((f"{value:.{digits}g}", f"{threshold:.{digits}g}") for digits in range(4, 18))
    found = next((pair for pair in texts if float(pair[0]) < float(pair[1])), (f"{value!r}", f"{threshold!r}"))
    return " is below ".join(found)
