"""What an evaluation of families does, and what a round of it asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from srna_tools.sequences.families import Families

SCHEMES = ("random", "cluster")
#: What sequences are asked as: members of the families, the same with random flanks (followed by how many bases).
TEST, FLANKS, OTHERS = "test", "flanks", "others"
UNSEEN = "unseen families"
#: As a size of training sets: all that the test leaves.
ALL = 0


@dataclass(frozen=True)
class FamilyDesign:
    """What an evaluation does.

    Attributes
    ----------
    schemes
        ``random``: sequences are divided at random; ``cluster``: whole clusters of similar ones (`identity`).
    test
        Test sequences of each family: a number, or a share (float below 1), but at most 50: more of one family tell
        little more.
    training
        At most so many training sequences of each family, once for each number; `ALL` for no limit.
    repeats
        Each with the next seed, from `seed` on.
    flanks
        Random bases added at each end of the test sequences, once for each number (Tang & Sun 2019, Table 4).
    least
        Families of fewer sequences are not trained on: their members are others.
    unseen_share
        Share of the larger families that each repeat leaves out of training, as others.
    most_others
        Others of each group that a repeat draws at most.
    identity
        From which identity on sequences belong to one cluster.
    """

    schemes: tuple[str, ...] = SCHEMES
    test: int | float = 0.2
    training: tuple[int, ...] = (ALL,)
    repeats: int = 5
    flanks: tuple[int, ...] = ()
    least: int = 5
    unseen_share: float = 0.0
    most_others: int = 1000
    identity: float = 0.8
    seed: int = 0

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sizes of training sets, the largest first; everything but accuracy is measured at the largest."""
        return tuple(sorted(set(self.training), key=lambda size: np.inf if size == ALL else size, reverse=True))


@dataclass(frozen=True)
class Asked:
    """Sequences that models are asked about.

    Attributes
    ----------
    what
        `TEST`, `FLANKS` and the number of bases, or `OTHERS`.
    ids, sequences
        Of each sequence.
    true
        Its family, or what it is instead.
    groups
        Group of others that it belongs to; empty for members of the families.
    choosing
        Whether it may help to choose temperature and threshold, bool; the rest judges them.
    """

    what: str
    ids: tuple[str, ...]
    sequences: tuple[str, ...]
    true: tuple[str, ...]
    groups: tuple[str, ...]
    choosing: np.ndarray


@dataclass(frozen=True)
class Round:
    """One training set, and all that is asked of the models that are trained on it; `asked` begins with `TEST`."""

    scheme: str
    repeat: int
    size: int
    seed: int
    training: Families
    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class Others:
    """Sequences of no family, such as other non-coding RNAs, with the class of each."""

    ids: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
