"""Simulated families of hairpins: an ancestor each, and members that mutations have changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from srna_tools.errors import SampleError

_BASES = np.array(list("ACGU"))
_PARTNER = {"A": "U", "C": "G", "G": "C", "U": "A"}
# Of a typical pre-miRNA, in nt: the stem below the mature miRNA, the mature miRNA, the loop.
_LOWER_STEM, _MATURE, _LOOP = (8, 14), (20, 24), (10, 18)
_MISMATCHED = 0.12
# The mature miRNA is under selection: it changes at this part of the rate of the rest.
_MATURE_RATE = 0.2


class Hairpin(NamedTuple):
    """One pre-miRNA.

    Attributes
    ----------
    family, name
        Such as ``mir-s2`` and ``sim-mir-s2-7``.
    sequence
        The whole hairpin.
    start, end
        Place of the mature miRNA of the 5' arm in it, from 0, the end behind its last base.
    """

    family: str
    name: str
    sequence: str
    start: int
    end: int

    @property
    def mature(self) -> str:
        """The mature miRNA of the 5' arm."""
        return self.sequence[self.start : self.end]


@dataclass(frozen=True)
class HairpinSettings:
    """Settings of `simulate_hairpins`.

    Attributes
    ----------
    families
        Number of families.
    members
        Members of each.
    substitutions
        Probability that a base of a member differs from its ancestor's, outside of the mature miRNA; inside it is a
        fifth of that.
    indels
        Probability that a base outside of the mature miRNA is lost, and the same again that one is inserted before it.
    first_family
        Number of the first family. A family depends on the seed and its number only: other numbers are unseen families.
    first_member
        Number of the first member, likewise.
    seed
        Seed of everything that is drawn.

    Raises
    ------
    SampleError
        A number is too small, or a probability is none.
    """

    families: int = 4
    members: int = 12
    substitutions: float = 0.1
    indels: float = 0.01
    first_family: int = 1
    first_member: int = 1
    seed: int = 1

    def __post_init__(self) -> None:
        if min(self.families, self.members, self.first_family, self.first_member) < 1 or self.seed < 0:
            raise SampleError(
                "families, members, and the numbers of the first ones are at least 1, the seed at least 0"
            )
        if not (0 <= self.substitutions <= 1 and 0 <= self.indels <= 0.5):  # noqa: PLR2004 - a half is lost, a half inserted
            raise SampleError("substitutions are a probability from 0 to 1, indels one from 0 to 0.5")


def simulate_hairpins(settings: HairpinSettings) -> tuple[Hairpin, ...]:
    """Make families of hairpins, member by member.

    The ancestor of a family is a random stem of two arms with a few mismatches around a loop; each member is a copy
    of it with substitutions and single lost and inserted bases. Members are drawn independently of each other.
    """
    hairpins = []
    for family in range(settings.first_family, settings.first_family + settings.families):
        ancestor = _ancestor(np.random.default_rng([settings.seed, family]), f"mir-s{family}")
        for member in range(settings.first_member, settings.first_member + settings.members):
            generator = np.random.default_rng([settings.seed, family, member])
            hairpins.append(_descendant(ancestor, f"sim-mir-s{family}-{member}", settings, generator))
    return tuple(hairpins)


def _ancestor(generator: np.random.Generator, family: str) -> Hairpin:
    lower, mature, loop = (int(generator.integers(*span)) for span in (_LOWER_STEM, _MATURE, _LOOP))
    arm = "".join(generator.choice(_BASES, lower + mature))
    partners = [_PARTNER[base] for base in reversed(arm)]
    other = "".join(_mutated(base, generator, _MISMATCHED) for base in partners)
    return Hairpin(family, family, arm + "".join(generator.choice(_BASES, loop)) + other, lower, lower + mature)


def _descendant(ancestor: Hairpin, name: str, settings: HairpinSettings, generator: np.random.Generator) -> Hairpin:
    parts = []
    for place, base in enumerate(ancestor.sequence):
        if ancestor.start <= place < ancestor.end:
            parts.append(_mutated(base, generator, settings.substitutions * _MATURE_RATE))
            continue
        fate = generator.random()
        kept = "" if fate < settings.indels else _mutated(base, generator, settings.substitutions)
        parts.append(str(generator.choice(_BASES)) + kept if fate > 1 - settings.indels else kept)
    start = len("".join(parts[: ancestor.start]))
    return Hairpin(ancestor.family, name, "".join(parts), start, start + ancestor.end - ancestor.start)


def _mutated(base: str, generator: np.random.Generator, rate: float) -> str:
    """Return a base, or with this probability one of the three others."""
    if generator.random() >= rate:
        return base
    return str(generator.choice([other for other in _BASES if other != base]))
