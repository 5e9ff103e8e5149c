"""Profile hidden Markov models of alignments: HMMER's weights and priors, as plain arrays.

A profile begins at any of its nodes and ends at any other: leading and trailing deletions of a whole-length path are
summed into the probabilities of doing so ("wing retraction"), and a small share begins or ends anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from srna_tools.extras import import_from_extra
from srna_tools.sequences.alignment import aligned

#: Columns of the parameters of a node: odds of A, C, G, U and N in its match state against equal bases; into the match
#: state from match, insert and delete state of the node before; into its own insert state from match and insert state;
#: into its delete state from match and delete state of the node before; beginning there; ending there.
PARAMETERS = 14
LETTERS = 5
LETTER_ODDS = slice(0, LETTERS)
INTO_MATCH = slice(5, 8)
INTO_INSERT = slice(8, 10)
INTO_DELETE = slice(10, 12)
BEGIN, END = 12, 13

_BACKGROUND = 0.25
# Share of a flat distribution in each: a base, a gap where the training sequences have none stays possible.
_FLAT_SHARE = 0.01
# HMMER's own 0.5 leaves more of a family's variable loops without emissions; 0.3 classifies better (Rfam, mature).
_MATCH_SHARE = 0.3
_FLAT_FROM_MATCH = np.array([0.8, 0.1, 0.1])
_FLAT_PAIR = np.array([0.5, 0.5])


class RawProfile(NamedTuple):
    """Probabilities of a profile of M match states, as HMMER has them.

    Attributes
    ----------
    match
        Base probabilities (A, C, G, U) of each match state, float64, shape (M, 4).
    transitions
        From begin (row 0) and each node: match to match, insert, delete; insert to match, insert; delete to match,
        delete; float64, shape (M + 1, 7).
    """

    match: np.ndarray
    transitions: np.ndarray


def raw_profile(sequences: Sequence[str]) -> RawProfile:
    """Align sequences of a family and estimate a profile; one sequence will do.

    Raises
    ------
    MissingExtraError
        pyhmmer or pyfamsa is not installed.

    References
    ----------
    Eddy, PLoS Computational Biology 4, e1000069 (2008): effective number of sequences by relative entropy. Columns
    with a base in three tenths of the weighted sequences are match states.
    """
    easel, plan7 = import_from_extra("pyhmmer.easel"), import_from_extra("pyhmmer.plan7")
    alphabet: Any = easel.Alphabet.rna()
    rows = [easel.TextSequence(name=str(place).encode(), sequence=row) for place, row in enumerate(aligned(sequences))]
    alignment = easel.TextMSA(name=b"family", sequences=rows).digitize(alphabet)
    builder = plan7.Builder(alphabet, seed=1, symfrac=_MATCH_SHARE, effective_number="entropy")
    profile: Any = builder.build_msa(alignment, plan7.Background(alphabet))[0]
    return RawProfile(
        np.array(profile.match_emissions, dtype=np.float64)[1:],
        np.array(profile.transition_probabilities, dtype=np.float64),
    )


def smoothed(raw: RawProfile) -> RawProfile:
    """Mix flat distributions into all probabilities, so that none is 0."""
    match = (1 - _FLAT_SHARE) * raw.match + _FLAT_SHARE * _BACKGROUND
    transitions = raw.transitions * (1 - _FLAT_SHARE)
    transitions[:, 0:3] += _FLAT_SHARE * _FLAT_FROM_MATCH
    transitions[:, 3:5] += _FLAT_SHARE * _FLAT_PAIR
    transitions[:, 5:7] += _FLAT_SHARE * _FLAT_PAIR
    return RawProfile(match, transitions)


def node_parameters(raw: RawProfile, anywhere: float) -> np.ndarray:
    """Parameters of each node, as `srna_tools.sequences.profile_forward` takes them.

    Parameters
    ----------
    raw
        Of `raw_profile`.
    anywhere
        Probability to begin at a random node, and to end at one.

    Returns
    -------
    Float32, shape (M, `PARAMETERS`).
    """
    match, transitions = smoothed(raw)
    nodes = len(match)
    parameters = np.zeros((nodes, PARAMETERS))
    parameters[:, LETTER_ODDS] = np.hstack([match / _BACKGROUND, np.ones((nodes, 1))])
    # Flanking bases have states of their own: no insertion before the first and after the last match.
    parameters[1:, INTO_MATCH] = transitions[1:-1][:, [0, 3, 5]]
    parameters[:-1, INTO_INSERT] = transitions[1:-1][:, [1, 4]]
    parameters[1:, INTO_DELETE] = transitions[1:-1][:, [2, 6]]
    begins, ends = _whole_length(transitions)
    parameters[:, BEGIN] = (1 - anywhere) * begins + anywhere / nodes
    parameters[:, END] = (1 - anywhere) * ends + anywhere / nodes
    return parameters.astype(np.float32)


def _whole_length(transitions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability that a path from the first to the last node has its first, and its last, match at each node."""
    to_match, to_delete = transitions[0, 0], transitions[0, 2]
    inner = transitions[1:-1]
    # Deletions of the first k nodes, and of all after node k.
    leading = np.concatenate([[1.0], np.cumprod(inner[:, 6])])
    trailing = np.concatenate([np.cumprod(inner[:0:-1, 6])[::-1], [1.0]]) if len(inner) else np.ones(0)
    begins = np.concatenate([[to_match], to_delete * leading[:-1] * inner[:, 5]]) / (to_match + to_delete)
    ends = np.concatenate([inner[:, 2] * trailing, [1.0]])
    return begins, ends
