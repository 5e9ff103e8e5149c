"""The namespace of features: at which level miRNAs are named, which names are counted together, which are aliases."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srna_tools import schema
from srna_tools.errors import BundleError
from srna_tools.mirna_names import (
    LEVELS,
    MATURE,
    STEM_LOOP,
    UNTOLD,
    MirnaName,
    first_word,
    is_foreign,
    members,
    parse,
    split_arm,
)

if TYPE_CHECKING:
    import anndata

Aliases = Mapping[str, str | None]


@dataclass(frozen=True)
class Namespace:
    """How a table names its miRNAs.

    Attributes
    ----------
    level
        ``mature``, ``stem-loop``, ``locus`` or ``family``; None where there are no miRNA names to tell it from.
    species
        The only species among the names, or None where there are several or none.
    pools
        Name of every member of a merged name, and the name under which it is counted.
    aliases
        Names of another release or database and their names here; None for those that have none.
    """

    level: str | None = None
    species: str | None = None
    pools: Mapping[str, str] = field(default_factory=dict)
    aliases: Aliases = field(default_factory=dict)

    @classmethod
    def of(cls, samples: anndata.AnnData) -> Namespace:
        """Namespace that srna-harmonize recorded, else what the names tell."""
        return cls.recorded_in(samples) or cls.told_by(samples.var_names)

    @classmethod
    def recorded_in(cls, samples: anndata.AnnData) -> Namespace | None:
        """Namespace that srna-harmonize recorded, or None."""
        text = samples.uns.get(schema.UNS, {}).get(schema.NAMESPACE)
        return cls.from_dict(json.loads(str(text))) if text else None

    @classmethod
    def told_by(cls, names: Iterable[str]) -> Namespace:
        """Namespace of names that were not harmonised: the level that most of them have."""
        parsed = [part for name in names for part in parsed_members(name)]
        levels = Counter(name.level for name in parsed if name.level != UNTOLD)
        level = levels.most_common(1)[0][0] if levels else STEM_LOOP if parsed else None
        return cls(level=level, species=only_species(parsed))

    def members_of(self, name: str) -> list[str]:
        """All names that are counted under a name, itself first."""
        return [name, *(member for member, root in self.pools.items() if root == name and member != name)]

    def groups(self) -> list[tuple[str, ...]]:
        """Names that are counted together, the one that they are counted under first."""
        return [tuple(self.members_of(root)) for root in dict.fromkeys(self.pools.values())]

    def joined_with(self, other: Namespace) -> Namespace | None:
        """Namespace of two tables put together; None where their levels differ.

        Names that either pools are pooled in it. The counts of the joined table are so only after srna-harmonize.
        """
        if self.level != other.level:
            return None
        species = self.species if self.species == other.species else None
        pools = pooled(self.groups() + other.groups())
        return Namespace(self.level, species, pools, {**other.aliases, **self.aliases})

    def record(self, samples: anndata.AnnData) -> None:
        """Write the namespace into the samples."""
        samples.uns[schema.UNS][schema.NAMESPACE] = json.dumps(self.to_dict(), sort_keys=True)

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "level": self.level, "species": self.species, "pools": dict(self.pools), "aliases": dict(self.aliases),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Namespace:
        """Read what `to_dict` wrote.

        Raises
        ------
        BundleError
            A level that is not known, or entries that are not text.
        """
        level, species = stored["level"], stored["species"]
        pools, aliases = stored["pools"], stored["aliases"]
        if level not in (None, *LEVELS):
            raise BundleError(f"the namespace's level is '{level}', but must be one of {', '.join(LEVELS)}")
        texts = [*pools, *pools.values(), *aliases, *(name for name in aliases.values() if name is not None)]
        texts += [] if species is None else [species]
        if not all(isinstance(text, str) for text in texts):
            raise BundleError("the namespace's species, pools and aliases are not all text")
        return cls(level=level, species=species, pools=pools, aliases=aliases)


@dataclass(frozen=True)
class Renamed:
    """What became of one feature's name.

    Attributes
    ----------
    names
        New name of each member that has one, the first first.
    species
        Species of these members, empty where a name carries none.
    from_mature
        Whether one of them was the name of a mature miRNA.
    reason
        Why members have none; empty where all have one.
    """

    names: tuple[str, ...]
    species: tuple[str, ...]
    from_mature: bool
    reason: str


def rename(name: str, level: str, aliases: Aliases, untold: str) -> Renamed:
    """Name a miRNA at a level, member by member, by the alias table first and else by the name's own parts.

    Parameters
    ----------
    untold
        Level of names that do not tell their own, see `MirnaName.at`.
    """
    reasons, named, mature = [], [], False
    for member in [name] if name in aliases else members(name):
        found, reason = _understood(member, aliases)
        for one in found:
            new = one.at(level, untold)
            if new is None:
                reason = f"a {_own(one, untold)} name does not tell the {level} one"
            else:
                named.append((new, one.species or ""))
                mature |= _own(one, untold) == MATURE
        if reason:
            reasons.append(reason)
    new_names = tuple(dict.fromkeys(new for new, _ in named))
    species = tuple(dict.fromkeys(species for _, species in named))
    return Renamed(new_names, species, mature, reasons[0] if reasons else "")


def rename_all(names: Iterable[str], level: str, aliases: Aliases) -> tuple[str, ...]:
    """Names at a level of all names that have one there, in their order."""
    return tuple(new for name in names for new in rename(name, level, aliases, level).names)


def parsed_members(name: str) -> list[MirnaName]:
    """Members of a name that can be taken apart."""
    return [part for part in map(parse, members(name)) if part]


def untold_level(names: Iterable[MirnaName]) -> str:
    """Level to assume for names that do not tell their own: mature or stem-loop, as most of the table is."""
    levels = Counter(name.level for name in names)
    return MATURE if levels[MATURE] > levels[STEM_LOOP] else STEM_LOOP


def pooled(groups: Collection[tuple[str, ...]]) -> dict[str, str]:
    """Name under which every member of a merged name is counted: the first member of the merged name.

    Reads of a merged name cannot be told apart, so its members are counted together wherever they are named, alone or
    merged. Merged names that share a member are one group; of several first members the first in the alphabet
    counts.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    merged = [group for group in groups if len(group) > 1]
    heads = {group[0] for group in merged}
    for first, *others in merged:
        for other in others:
            keep, give = sorted((root(first), root(other)), key=lambda name: (name not in heads, name))
            parent[give] = keep
    return {name: root(name) for name in parent}


def only_species(names: Iterable[MirnaName]) -> str | None:
    """Return the one species that names carry, or None where they carry several or none."""
    found = {name.species for name in names if name.species}
    return found.pop() if len(found) == 1 else None


def _understood(member: str, aliases: Aliases) -> tuple[list[MirnaName], str]:
    """Parts of a member's name, or of what the alias table says it is; and why there are none."""
    entry = _entry(first_word(member), aliases)
    if entry is not None:
        alias, arm = aliases[entry[0]], entry[1]
        if alias is None:
            return [], "the alias table says that it has no such name"
        found = [name.with_arm(arm) for name in map(parse, members(alias)) if name]
        return found, "" if found else f"its alias '{alias}' is not a miRNA name"
    own = parse(member)
    if own is not None:
        return [own], ""
    if is_foreign(member):
        return [], "only an alias table can tell its miRBase name"
    return [], "it is not a miRNA name that can be taken apart"


def _entry(name: str, aliases: Aliases) -> tuple[str, str | None] | None:
    """Entry of the alias table for a name, and the arm to add to its alias where the entry is of the stem-loop."""
    if name in aliases:
        return name, None
    stem, arm = split_arm(name)
    for spelling in (stem.replace("-miR-", "-mir-"), stem):
        if arm is not None and spelling in aliases:
            return spelling, arm
    return None


def _own(name: MirnaName, untold: str) -> str:
    return untold if name.level == UNTOLD else name.level
