"""Ready sets of features: miRNA families by their names, miRBase's families, and clusters in the genome."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from srna_tools.io.gmt import FeatureSet
from srna_tools.io.mirbase import Locus
from srna_tools.mirna_names import family_of, parse
from srna_tools.namespace import parsed_members

FAMILIES, CLUSTERS = "families by name", "clusters"
_FEWEST_LOCI = 2


def families_by_name(features: Iterable[str]) -> list[FeatureSet]:
    """Group features whose names differ in arm, copy and letter alone: let-7a-5p and let-7f-1-3p are of let-7.

    A merged name belongs to the family of each of its members. The families are those of the names, not of the
    sequences: miR-17 and miR-20a have one seed, but are two families here and one in miRBase's table.
    """
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for feature in features:
        for name in parsed_members(feature):
            found[family_of(name.locus)][feature] = None
    return [FeatureSet(family, "miRNA family by name", tuple(members), FAMILIES) for family, members in found.items()]


def of_species(sets: Iterable[FeatureSet], features: Iterable[str]) -> list[FeatureSet]:
    """Leave out members of other species than the features', and sets of such members alone.

    All stay where no feature names its species.
    """
    known = {name.species for feature in features for name in parsed_members(feature) if name.species}
    if not known:
        return list(sets)
    own = (replace(one, members=tuple(name for name in one.members if _species(name) in known)) for one in sets)
    return [one for one in own if one.members]


def clusters(loci: Sequence[Locus], distance: int) -> list[FeatureSet]:
    """Group stem-loops that lie close together on one strand of a chromosome, two at least.

    Neighbours whose gap, from the end of one to the start of the next, is less than `distance` bases are of one
    cluster, and so is whoever is a neighbour of one of these; miRBase takes 10,000. A cluster is named by its first
    and last stem-loop. Members are the stem-loops, and mature miRNAs whose own names tell another locus than that
    of their stem-loop.
    """
    groups: list[list[Locus]] = []
    reach = 0
    for locus in sorted(loci, key=lambda one: (one.chromosome, one.strand, one.start, one.end, one.name)):
        last = groups[-1][-1] if groups else None
        same = last is not None and (last.chromosome, last.strand) == (locus.chromosome, locus.strand)
        if same and locus.start - reach - 1 < distance:
            groups[-1].append(locus)
            reach = max(reach, locus.end)
        else:
            groups.append([locus])
            reach = locus.end
    found = [group for group in groups if len(group) >= _FEWEST_LOCI]
    times = Counter(map(_name, found))
    return [_cluster(group, times[_name(group)] > 1) for group in found]


def _species(name: str) -> str | None:
    parsed = parse(name)
    return parsed.species if parsed else None


def _name(group: list[Locus]) -> str:
    return f"{group[0].name}~{group[-1].name}"


def _cluster(group: list[Locus], repeated: bool) -> FeatureSet:
    """Set of a cluster, whose name says the place too where another one has it (as on both sex chromosomes)."""
    first = group[0]
    end = max(locus.end for locus in group)
    place = f"{first.chromosome}:{first.start}-{end}({first.strand})"
    members = dict.fromkeys(locus.name for locus in group)
    members |= dict.fromkeys(
        mature for locus in group for mature in locus.matures if _locus(mature) != _locus(locus.name)
    )
    name = f"{_name(group)} {place}" if repeated else _name(group)
    return FeatureSet(name, f"{len(group)} stem-loops at {place}", tuple(members), CLUSTERS)


def _locus(name: str) -> str:
    parsed = parse(name)
    return parsed.locus if parsed else name
