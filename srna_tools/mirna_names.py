"""Names of miRNAs taken apart: species, locus, paralogue copy, arm; merged names into their members."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

MATURE, STEM_LOOP, LOCUS, FAMILY = "mature", "stem-loop", "locus", "family"
# From the finest to the coarsest: a name can be made coarser, never finer.
LEVELS = (MATURE, STEM_LOOP, LOCUS, FAMILY)
UNTOLD = "untold"

_ARM = re.compile(r"(?:[-_+](?P<arm>[35]p)(?P<star>\*)?|(?P<old>\*))$", re.IGNORECASE)
_SPECIES = re.compile(r"^(?!novel-)([a-z][a-z0-9]{2,4})-(?=mir|let|lin|bantam|lsy|iab)", re.IGNORECASE)
_KIND = re.compile(r"^(mir|let|lin|bantam|lsy|iab)(?![a-z]{2})", re.IGNORECASE)
_COPY = re.compile(r"^((?:mir|let|lin)-?\d+[a-z]*)-(\d+)$", re.IGNORECASE)
_FAMILY = re.compile(r"^((?:mir|let|lin)-?\d+)[a-z]*(?=$|[-.])")
_MIRGENEDB = re.compile(r"^([A-Z][a-z]{2})-(?:Mir|Let|Lin|Bantam|Lsy|Iab|Novel)-")
_GENE = re.compile(r"^MIR(?P<let>LET)?(?P<number>\d+)(?P<letter>(?!HG)[A-Z]*)-?(?P<copy>(?<=[A-Z-])\d+)?$")
_ACCESSION = re.compile(r"^MI(?:MAT)?\d{7}$")
_PARALOGUE = re.compile(r"^P\d")
_BEFORE_NUMBER = re.compile(r"^(.*?(?:mir|let|lin|bantam|lsy|iab)-?)(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class MirnaName:
    """One miRNA name, taken apart.

    Attributes
    ----------
    species
        Three-to-five-letter prefix in lower case, or None where the name has none.
    kind, number
        The word and what follows it, as the name spells it: ``mir`` and ``-16``, ``let`` and ``-7a``.
    copy
        Paralogue copy number (the 1 of ``hsa-mir-16-1``), or None.
    arm
        ``5p``, ``3p``, ``*`` (the minor arm in old names), or None.
    level
        What the name stands for: ``mature``, ``stem-loop``, ``locus``; ``untold`` where the spelling does not tell
        (``hsa-let-7a`` is a stem-loop, or a mature miRNA of an old miRBase release).
    copy_of_stem_loop
        The copy number came from the name of a stem-loop, where mature names carry one only if sequences differ.
    """

    species: str | None
    kind: str
    number: str
    copy: str | None
    arm: str | None
    level: str
    copy_of_stem_loop: bool = False

    @property
    def locus(self) -> str:
        """Lower case, without species, arm and paralogue copy number: ``mir-16``, ``let-7a``."""
        return f"{self.kind}{self.number}".lower()

    def at(self, level: str, untold: str = UNTOLD) -> str | None:
        """Name at a level, or None where this name is coarser.

        Parameters
        ----------
        untold
            Level to assume for a name that does not tell its own.
        """
        own = untold if self.level == UNTOLD else self.level
        if own != UNTOLD and LEVELS.index(own) > LEVELS.index(level):
            return None
        if level == FAMILY:
            return family_of(self.locus)
        if level == LOCUS:
            return self.locus
        copy = None if level == MATURE and self.copy_of_stem_loop else self.copy
        parts = [self.species, self._word(level) + self.number, copy]
        name = "-".join(part for part in parts if part)
        if level == STEM_LOOP or self.arm is None:
            return name
        return f"{name}*" if self.arm == "*" else f"{name}-{self.arm}"

    def _word(self, level: str) -> str:
        """Spell the word as miRBase does: miR for a mature miRNA, mir for a stem-loop, MIR for that of a plant."""
        if self.kind.lower() != "mir":
            return self.kind.lower()
        if level == MATURE:
            return "miR"
        return "mir" if self.number.startswith("-") else "MIR"

    def with_arm(self, arm: str | None) -> MirnaName:
        """Return the mature miRNA of a stem-loop's arm."""
        if arm is None:
            return self
        return replace(self, arm=arm, level=MATURE, copy_of_stem_loop=True)


def parse(name: str) -> MirnaName | None:
    """Take a miRNA name apart; None where it is none, or one of a scheme without these parts (MirGeneDB, accessions).

    What stands behind the first blank is not part of the name.
    """
    name = first_word(name)
    if is_foreign(name):
        return None
    prefix = _SPECIES.match(name)
    species = prefix.group(1).lower() if prefix else None
    stem, arm = split_arm(name[prefix.end() :] if prefix else name)
    gene = _GENE.match(stem)
    if gene and not prefix:
        return _of_gene(gene)
    if not prefix and stem.endswith("HG"):
        return None
    kind = _KIND.match(stem)
    if kind is None:
        return None
    numbered = _COPY.match(stem)
    stem, copy = numbered.groups() if numbered else (stem, None)
    word, number = kind.group(), stem[kind.end() :]
    return MirnaName(species, word, number, copy, arm, _level(word, species, copy, arm))


def members(name: str) -> list[str]:
    """Whole names of all members of a merged name: ``hsa-let-7a-5p/7c-5p`` is let-7a-5p and let-7c-5p.

    Members may be written in full, without the words that they share with the first one (``103a-3p``), or as a
    paralogue's letter (``hsa-miR-320a/b/c``) or MirGeneDB number (``Hsa-Mir-1-P1_3p/P2_3p``) alone.
    """
    first, *others = first_word(name).split("/")
    return [first, *(_in_full(first, other) for other in others if other)]


def family_of(locus: str) -> str:
    """Name of a locus without the letters of its paralogues: ``let-7a`` and ``let-7f`` are ``let-7``."""
    found = _FAMILY.match(locus)
    return found.group(1) if found else locus


def split_arm(name: str) -> tuple[str, str | None]:
    """Name without its arm, and the arm: ``5p``, ``3p``, ``*`` or None."""
    found = _ARM.search(name)
    if found is None:
        return name, None
    return name[: found.start()], (found.group("arm") or "*").lower()


def first_word(name: str) -> str:
    """Name up to the first blank, behind which some programs write places in the genome."""
    return name.split(None, 1)[0] if name.strip() else name


def is_mirgenedb(name: str) -> bool:
    """Whether a name is MirGeneDB's, such as ``Hsa-Mir-1-P1_3p``."""
    return _MIRGENEDB.match(name) is not None


def is_foreign(name: str) -> bool:
    """Whether only a table can tell a name's miRBase name: MirGeneDB's names and miRBase's accessions."""
    return is_mirgenedb(name) or _ACCESSION.match(name) is not None


def _of_gene(gene: re.Match[str]) -> MirnaName:
    """Stem-loop of a gene symbol of HGNC: MIR30C2 is mir-30c-2, MIRLET7A1 is let-7a-1."""
    number, letter, copy = gene.group("number"), gene.group("letter").lower(), gene.group("copy")
    return MirnaName(None, "let" if gene.group("let") else "mir", f"-{number}{letter}", copy, None, STEM_LOOP)


def _level(kind: str, species: str | None, copy: str | None, arm: str | None) -> str:
    if arm or kind == "miR":
        return MATURE
    if copy or (species and kind.lower() == "mir"):
        return STEM_LOOP
    return LOCUS if species is None else UNTOLD


def _in_full(first: str, other: str) -> str:
    if _SPECIES.match(other) or _KIND.match(other) or is_foreign(other):
        return other
    before = _BEFORE_NUMBER.match(first)
    if before is None:
        return other
    if _PARALOGUE.match(other):
        return f"{before.group()}-{other}"
    return f"{before.group(1)}{other}" if other[0].isdigit() else f"{before.group()}{other}"
