"""A part of the training sequences held out inside training, to set the few numbers that no fit can give."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class InnerSplit(NamedTuple):
    """Places of sequences.

    Attributes
    ----------
    training
        Of every family at least one.
    held_out
        Of families with fewer sequences than one in so many is held out of, none.
    """

    training: np.ndarray
    held_out: np.ndarray


def inner_split(members: np.ndarray, *, most: int, one_in: int, seed: int) -> InnerSplit:
    """Draw at most so many sequences of each family and hold one in so many of them out.

    Parameters
    ----------
    members
        Family of each sequence.
    """
    order = np.random.default_rng(seed).permutation(len(members))
    order = order[np.argsort(members[order], kind="stable")]
    place = np.arange(len(order)) - np.searchsorted(members[order], members[order])
    held_out = place % one_in == one_in - 1
    drawn = place < most
    return InnerSplit(np.sort(order[drawn & ~held_out]), np.sort(order[drawn & held_out]))
