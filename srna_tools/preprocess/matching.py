"""Names of new samples met with those that a model was trained on: counted together where that is exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srna_tools.errors import counted, listed
from srna_tools.mirna_names import FAMILY, LOCUS, MATURE, STEM_LOOP, is_foreign, members
from srna_tools.namespace import Namespace, only_species, parsed_members, rename, untold_level

if TYPE_CHECKING:
    import anndata

_DROPS_SPECIES = (LOCUS, FAMILY)


@dataclass(frozen=True)
class NameMatch:
    """Which names of the samples stand for which of the model's.

    Attributes
    ----------
    new_names
        Features of the samples and the model's name under which their reads are counted; the others keep theirs.
    undivided
        Features whose reads belong to several of the model's names and cannot be divided among them. These names
        count as not measured.
    """

    new_names: Mapping[str, str] = field(default_factory=dict)
    undivided: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def unmeasured(self) -> frozenset[str]:
        """The model's names that lost their reads to undivided features."""
        return frozenset().union(*self.undivided.values())

    def sentences(self) -> list[str]:
        """What a user should know of it."""
        lines = []
        if self.new_names:
            names = counted(len(set(self.new_names.values())), "name")
            lines.append(f"{counted(len(self.new_names), 'feature')} counted under {names} of the model")
        if self.undivided:
            what = f"{counted(len(self.undivided), 'feature')} ({listed(sorted(self.undivided), 3)})"
            lines.append(
                f"{what} each hold reads of several of the model's names, of which {len(self.unmeasured)} therefore "
                "count as not measured"
            )
        return lines


def match_names(samples: anndata.AnnData, known: frozenset[str], namespace: Namespace) -> NameMatch:
    """Find the names of a model's training table that the samples' features stand for.

    Exact are: another spelling at the same level, a finer level than a locus or family model needs, aliases that the
    training table had, and merged names of which the model knows one member or counts all together. Names of
    another species than the model's are never matched.

    Parameters
    ----------
    known
        All feature names of the training table.
    namespace
        That of the training table.
    """
    own = Namespace.recorded_in(samples) or Namespace()
    if namespace.level is None or (known.issuperset(samples.var_names) and own.pools == namespace.pools):
        return NameMatch()
    written = _written(samples, known, own)
    parsed = [part for name in written.values() for part in parsed_members(name)]
    rules = _Rules(namespace, untold_level(parsed), namespace.species or only_species(parsed))
    index = rules.index(known)
    new_names, undivided = {}, {}
    for feature, name in written.items():
        targets = frozenset(index[key] for key in rules.keys(name) if key in index)
        if len(targets) > 1:
            undivided[feature] = targets
        elif targets and targets != {feature}:
            new_names[feature] = next(iter(targets))
    return NameMatch(new_names, undivided)


def advice(samples: anndata.AnnData, namespace: Namespace) -> str:
    """Which call of srna-harmonize would help where names do not match, or why none does; empty where unknown."""
    found, wanted = Namespace.of(samples), namespace.level
    foreign = sum(map(is_foreign, samples.var_names))
    if wanted is None or (found.level is None and not foreign):
        return ""
    if foreign * 2 > samples.n_vars or found.level is None:
        return f"run {_call(wanted)} --alias-table <table of their miRBase names> on the samples"
    if wanted == STEM_LOOP and found.level == MATURE:
        return f"{_call(wanted)} helps where a miRNA has one copy; a model trained after {_call(LOCUS)} takes both"
    if found.level == wanted or wanted in _DROPS_SPECIES:
        return ""
    return f"{found.level} names do not tell the {wanted} ones; a model trained after {_call(LOCUS)} takes both"


@dataclass(frozen=True)
class _Rules:
    """How a name becomes a key that names of both sides share."""

    namespace: Namespace
    untold: str
    species: str | None

    def keys(self, name: str, aliased: bool = True) -> Iterable[str]:
        """Keys of all members of a name at the model's level; none for what would not be exact."""
        namespace = self.namespace
        assert namespace.level is not None  # noqa: S101 - match_names returns before where it is
        aliases = namespace.aliases if aliased else {}
        renamed = rename(name, namespace.level, aliases, self.untold)
        if any(one and one != self.species for one in renamed.species):
            return
        if namespace.level == STEM_LOOP and renamed.from_mature:
            return
        for new in renamed.names:
            yield self._without_species(namespace.pools.get(new, new))

    def index(self, known: Iterable[str]) -> dict[str, str]:
        """Known name of each key; keys that several known names share tell nothing and are left out."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name in known:
            for key in self.keys(name, aliased=False):
                found[key].add(name)
        return {key: names.pop() for key, names in found.items() if len(names) == 1}

    def _without_species(self, key: str) -> str:
        return key.removeprefix(f"{self.species}-") if self.species else key


def _written(samples: anndata.AnnData, known: frozenset[str], own: Namespace) -> dict[str, str]:
    """Features that may stand for another name, with all members that an earlier srna-harmonize pooled in them."""
    written = {name: name for name in samples.var_names if name not in known}
    written |= {group[0]: "/".join(group) for group in own.groups() if group[0] in samples.var_names}
    return {name: text for name, text in written.items() if parsed_members(text) or any(map(is_foreign, members(text)))}


def _call(level: str) -> str:
    return f"srna-harmonize --level {level}"
