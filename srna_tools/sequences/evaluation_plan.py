"""Rounds of an evaluation: who trains, who is tested, and who belongs to no family that is trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from srna_tools.errors import SampleError, counted
from srna_tools.sequences.evaluation_design import ALL, FLANKS, OTHERS, TEST, UNSEEN, Asked, FamilyDesign, Others, Round
from srna_tools.sequences.evaluation_flanks import with_random_flanks
from srna_tools.sequences.families import Families
from srna_tools.sequences.splits import cluster_split, random_split

_FEWEST_FAMILIES = 2
_MOST_OF_SHARE = 50
# Keeps the draws of one seed apart.
_UNSEEN_DRAW, _FLANK_DRAW, _OTHERS_DRAW, _HALF_DRAW, _TEST_DRAW = range(1, 6)


class NothingToTestError(SampleError):
    """No family has a sequence to spare for the test of a scheme."""

    def __init__(self, scheme: str) -> None:
        super().__init__(
            f"no sequence can be tested under the scheme {scheme}: every family is one cluster, or too small; "
            "leave this scheme out or give more sequences"
        )


def rounds(
    families: Families, ids: Sequence[str], others: Others, design: FamilyDesign, clusters: np.ndarray | None = None
) -> Iterator[Round]:
    """Make the rounds of an evaluation, every model's the same.

    Parameters
    ----------
    ids
        Of each sequence of `families`.
    clusters
        Cluster number of each sequence, for the scheme ``cluster``; -1 for sequences that it does not use.

    Raises
    ------
    SampleError
        Fewer than two families are large enough, or no sequence can be tested.
    """
    large = np.flatnonzero(families.sizes >= design.least)
    if len(large) < _FEWEST_FAMILIES:
        raise SampleError(
            f"{counted(len(large), 'family', 'families')} of {len(families.names)} have at least {design.least} "
            "sequences, but 2 are needed; ask for fewer (--min-sequences) or give more sequences"
        )
    for scheme in design.schemes:
        for repeat in range(1, design.repeats + 1):
            seed = design.seed + repeat - 1
            known = np.setdiff1d(large, _left_out(large, design, seed))
            for size in design.sizes:
                yield _round(
                    families, ids, others, design, known,
                    scheme=scheme, repeat=repeat, size=size, seed=seed, clusters=clusters,
                )  # fmt: skip


def has_others(families: Families, others: Others, design: FamilyDesign) -> bool:
    """Whether a design asks anything that is of no family that is trained on."""
    large = np.flatnonzero(families.sizes >= design.least)
    return bool(others.ids or len(large) < len(families.names) or len(_left_out(large, design, design.seed)))


def _round(
    families: Families, ids: Sequence[str], others: Others, design: FamilyDesign, known: np.ndarray,
    *, scheme: str, repeat: int, size: int, seed: int, clusters: np.ndarray | None,
) -> Round:  # fmt: skip
    clusters = clusters if scheme == "cluster" else None
    is_used = np.isin(families.members, known)
    places = np.flatnonzero(is_used if clusters is None else is_used & (clusters >= 0))
    numbered = families.at(places).without_empty()
    most = None if size == ALL else size
    if clusters is not None:
        split = cluster_split(numbered, clusters[places], design.test, seed, most)
    else:
        split = random_split(numbered, design.test, seed, most)
    if not len(split.test):
        raise NothingToTestError(scheme)
    tested = split.test
    if isinstance(design.test, float):
        tested = tested[_drawn(numbered.members[tested].tolist(), _MOST_OF_SHARE, seed, _TEST_DRAW)]
    test = _members(numbered, [ids[place] for place in places[tested]], tested, seed)
    asked = [test]
    if size == design.sizes[0]:
        asked += [_with_flanks(test, bases, seed) for bases in design.flanks]
        asked += _others(families, ids, others, known, design, seed)
    return Round(scheme, repeat, size, seed, numbered.at(split.training), tuple(asked))


def _left_out(large: np.ndarray, design: FamilyDesign, seed: int) -> np.ndarray:
    """Families that a repeat does not train on though they are large enough; at least two stay."""
    number = min(round(design.unseen_share * len(large)), len(large) - _FEWEST_FAMILIES)
    return np.random.default_rng([seed, _UNSEEN_DRAW]).permutation(large)[:number]


def _members(families: Families, ids: Sequence[str], test: np.ndarray, seed: int) -> Asked:
    sequences = [families.sequences[place] for place in test]
    true = tuple(families.names[member] for member in families.members[test])
    choosing = _half(len(true), seed)
    return Asked(TEST, tuple(ids), tuple(sequences), true, ("",) * len(true), choosing)


def _with_flanks(test: Asked, bases: int, seed: int) -> Asked:
    sequences = with_random_flanks(test.sequences, bases, np.random.default_rng([seed, _FLANK_DRAW, bases]))
    return Asked(f"{FLANKS} {bases}", test.ids, sequences, test.true, test.groups, np.zeros(len(test.true), dtype=bool))


def _others(
    families: Families, ids: Sequence[str], others: Others, known: np.ndarray, design: FamilyDesign, seed: int
) -> list[Asked]:
    """Members of families that are not trained on, and others; nothing that is a member of a known family."""
    is_unseen = ~np.isin(families.members, known)
    members = {sequence for sequence, unseen in zip(families.sequences, is_unseen, strict=True) if not unseen}
    rows = [
        (ids[place], families.sequences[place], families.names[families.members[place]], UNSEEN)
        for place in np.flatnonzero(is_unseen).tolist()
    ]
    given = zip(others.ids, others.sequences, others.classes, strict=True)
    rows += [(name, sequence, kind, kind) for name, sequence, kind in given if sequence not in members]
    drawn = _drawn([row[-1] for row in rows], design.most_others, seed, _OTHERS_DRAW)
    if not len(drawn):
        return []
    names, sequences, true, groups = zip(*(rows[place] for place in drawn), strict=True)
    return [Asked(OTHERS, names, sequences, true, groups, _choosing(true, groups, seed))]


def _drawn(groups: Sequence[Hashable], most: int, seed: int, draw: int) -> np.ndarray:
    """Places of at most so many of each group, ascending."""
    generator = np.random.default_rng([seed, draw])
    seen: Counter[Hashable] = Counter()
    chosen = []
    for place in generator.permutation(len(groups)):
        seen[groups[place]] += 1
        if seen[groups[place]] <= most:
            chosen.append(place)
    return np.sort(np.asarray(chosen, dtype=np.int64))


def _choosing(true: Sequence[str], groups: Sequence[str], seed: int) -> np.ndarray:
    """Which others help to choose a threshold: half of the unseen families, and of other groups only if there are none.

    Whoever trains has unseen families, but knows nothing of what else will be asked. Whole families are drawn, so that
    the families that judge the threshold are new to it.
    """
    chooses = [UNSEEN] if UNSEEN in groups else sorted(set(groups))
    units = np.asarray(
        [kind if group == UNSEEN else str(place) for place, (kind, group) in enumerate(zip(true, groups, strict=True))],
        dtype=object,
    )
    names, numbers = np.unique(units, return_inverse=True)
    return np.asarray(_half(len(names), seed)[numbers] & np.isin(np.asarray(groups, dtype=object), chooses))


def _half(number: int, seed: int) -> np.ndarray:
    """Mark a random half, the smaller one of an odd number, bool."""
    return np.asarray(np.random.default_rng([seed, _HALF_DRAW]).permutation(number) < number // 2)
