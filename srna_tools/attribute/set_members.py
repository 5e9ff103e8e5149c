"""Which features the members of a set are, where sets and features are named at different levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from srna_tools.errors import SampleError, counted, listed
from srna_tools.features import describe_names
from srna_tools.io.gmt import FeatureSet
from srna_tools.mirna_names import LOCUS, MirnaName, family_of, members, parse
from srna_tools.namespace import Namespace, parsed_members

_SHOWN = 3


@dataclass(frozen=True)
class MeasuredSet:
    """A set and those of its members that were measured.

    Attributes
    ----------
    given
        The set as it was given.
    features
        The features that are its members.
    matched
        The members that are one of the features.
    """

    given: FeatureSet
    features: frozenset[str]
    matched: frozenset[str]


class FeatureNames:
    """Features, to be found by other names of theirs.

    A name finds a feature of the same spelling. Else it finds the miRNAs of its locus whose species, arm and copy
    number it does not contradict, where a part that either name lacks contradicts nothing: ``hsa-mir-16-1`` finds
    ``hsa-miR-16-5p``, and ``MIR21`` both arms of miR-21. A name without species and letter (``let-7``) of which
    there is no such locus is that of a family. Features that all are families are found by their members' names.

    Parameters
    ----------
    features
        Merged names are found by each of their members.
    namespace
        Says which names are counted under one.
    """

    def __init__(self, features: Sequence[str], namespace: Namespace) -> None:
        self._exact: defaultdict[str, set[str]] = defaultdict(set)
        self._at_locus: defaultdict[str, list[tuple[str, MirnaName]]] = defaultdict(list)
        self._in_family: defaultdict[str, list[tuple[str, MirnaName]]] = defaultdict(list)
        for feature in features:
            for counted_name in namespace.members_of(feature):
                for spelling in {counted_name, *members(counted_name)}:
                    self._exact[spelling].add(feature)
                for name in parsed_members(counted_name):
                    self._at_locus[name.locus].append((feature, name))
                    self._in_family[family_of(name.locus)].append((feature, name))
        every = [name for named in self._at_locus.values() for _, name in named]
        self._are_families = all(name.level == LOCUS and _is_family(name) for name in every)

    def find(self, member: str) -> set[str]:
        """Features that a member of a set stands for."""
        if member in self._exact:
            return self._exact[member]
        return {feature for one in members(member) for feature in self._find_one(one)}

    def _find_one(self, member: str) -> set[str]:
        if member in self._exact:
            return self._exact[member]
        name = parse(member)
        if name is None:
            return set()
        found = self._at_locus.get(name.locus)
        if not found and name.species is None and name.copy is None and _is_family(name):
            found = self._in_family.get(name.locus)
        if not found and self._are_families:
            found = self._at_locus.get(family_of(name.locus))
        return {feature for feature, own in found or () if _agree(name, own)}


def measured_sets(
    sets: Iterable[FeatureSet], features: Sequence[str], namespace: Namespace
) -> tuple[list[MeasuredSet], list[str]]:
    """Find the features of every set.

    Returns
    -------
    The sets, and a sentence for each source about how many of its members are features.

    Raises
    ------
    SampleError
        No member of any set is a feature; both are shown.
    """
    names = FeatureNames(features, namespace)
    found = [_measured(one, names) for one in sets]
    if not any(one.features for one in found):
        shown = list(dict.fromkeys(member for one in found for member in one.given.members))
        raise SampleError(
            f"no member of the sets is among the {len(features):,} features of the background: the sets have "
            f"{describe_names(shown)}, such as {listed(shown[:_SHOWN])}; the background has "
            f"{describe_names(features)}, such as {listed(features[:_SHOWN])}; give sets of the same species and kind "
            "of RNA"
        )
    return found, [_sentence(source, found) for source in dict.fromkeys(one.given.source for one in found)]


def _measured(given: FeatureSet, names: FeatureNames) -> MeasuredSet:
    found = {member: names.find(member) for member in given.members}
    features = frozenset(feature for several in found.values() for feature in several)
    return MeasuredSet(given, features, frozenset(member for member, several in found.items() if several))


def _sentence(source: str, sets: list[MeasuredSet]) -> str:
    own = [one for one in sets if one.given.source == source]
    every = {member for one in own for member in one.given.members}
    matched = {member for one in own for member in one.matched}
    features = {feature for one in own for feature in one.features}
    return (
        f"{source}: {counted(len(own), 'set')}; {len(matched):,} of their {counted(len(every), 'member')} are found "
        f"among the features, as {counted(len(features), 'feature')}"
    )


def _is_family(name: MirnaName) -> bool:
    """Whether a name has no letter, as those of families."""
    return family_of(name.locus) == name.locus


def _agree(one: MirnaName, other: MirnaName) -> bool:
    """Whether no part of two names of one locus or family contradicts the other."""
    pairs = ((one.species, other.species), (one.copy, other.copy), (one.arm, other.arm))
    return all(own == others or None in (own, others) for own, others in pairs)
