"""Counts moved from one namespace of miRNAs to another: sums preserved, and a report of where every feature went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.errors import SampleError, counted, listed
from srna_tools.features import describe_names
from srna_tools.mirna_names import FAMILY, LOCUS, is_foreign
from srna_tools.namespace import (
    Aliases,
    Namespace,
    Renamed,
    parsed_members,
    pooled,
    rename,
    rename_all,
    untold_level,
)

if TYPE_CHECKING:
    import anndata

MEMBERS = "members"
# Novel miRNAs have names of their tool's own; the other kinds of RNA are not named after miRBase.
_NAMED = "miRNA"
KEPT, RENAMED, POOLED, LOST = "kept", "renamed", "pooled", "lost"
COLUMNS = ("feature", "new_feature", "status", "reads", "share", "reason")


@dataclass(frozen=True)
class Harmonised:
    """Samples in another namespace.

    Attributes
    ----------
    samples
        The harmonised samples.
    report
        One row a feature of the input, columns `COLUMNS`; ``share`` is of all reads.
    """

    samples: anndata.AnnData
    report: pd.DataFrame

    def summary(self) -> list[str]:
        """Sentences: how many features went where, and what was lost."""
        status, reads = self.report["status"], self.report["reads"]
        numbers = ", ".join(f"{(status == one).sum():,} {one}" for one in (KEPT, RENAMED, POOLED, LOST))
        lines = [f"{counted(len(status), 'feature')} became {self.samples.n_vars:,} ({numbers})"]
        total, lost = reads.sum(), reads[status == LOST].sum()
        lines.append(f"{lost:,.16g} of {total:,.16g} reads lost ({lost / max(total, 1):.2%})")
        for reason, rows in self.report[status == LOST].groupby("reason"):
            largest = rows.sort_values("reads", ascending=False, kind="stable")["feature"]
            lines.append(f"lost: {counted(len(rows), 'feature')}, since {reason}: {listed(largest)}")
        return lines


def harmonise(samples: anndata.AnnData, level: str, aliases: Aliases | None = None) -> Harmonised:
    """Count miRNAs at another level; other kinds of RNA keep their names.

    A merged name counts for its first member, and its members are counted together wherever they are named
    (`pooled`). A resource measured a new feature if it measured any of those that went into it.

    Parameters
    ----------
    level
        ``mature``, ``stem-loop``, ``locus`` (without species, arm and paralogue copy number) or ``family`` (also
        without the paralogue's letter).
    aliases
        Other names of the same things, from `srna_tools.io.aliases.read_aliases`; first of all rules.

    Raises
    ------
    SampleError
        No miRNA has a name at this level, or names of several species would fall together.
    """
    before = Namespace.of(samples)
    aliases = {**before.aliases, **(aliases or {})}
    renamed = _renamed(samples, level, aliases)
    _require_one_species(renamed, level)
    earlier = (rename_all(group, level, aliases) for group in before.groups())
    pools = pooled([*(one.names for one in renamed.values()), *earlier])
    new_names = [_target(name, renamed, pools) for name in samples.var_names]
    if not any(new is not None for name, new in zip(samples.var_names, new_names, strict=True) if name in renamed):
        raise SampleError(_why_none(samples, renamed, level))
    species = {one for renaming in renamed.values() for one in renaming.species if one}
    only = before.species if not species else species.pop() if len(species) == 1 else None
    namespace = Namespace(level, only, pools, aliases)
    result = _moved(samples, new_names, namespace)
    namespace.record(result)
    return Harmonised(result, _report(samples, new_names, renamed))


def _renamed(samples: anndata.AnnData, level: str, aliases: Aliases) -> dict[str, Renamed]:
    names = samples.var_names[(samples.var[schema.FEATURE_TYPE] == _NAMED).to_numpy()]
    untold = untold_level(part for name in names for part in parsed_members(name))
    return {name: rename(name, level, aliases, untold) for name in names}


def _require_one_species(renamed: dict[str, Renamed], level: str) -> None:
    found = sorted({species for one in renamed.values() for species in one.species if species})
    if level in {LOCUS, FAMILY} and len(found) > 1:
        raise SampleError(
            f"the miRNAs are of {len(found)} species ({listed(found, 20)}), which fall together at the level {level}; "
            "import those of one species: srna-import --species hsa"
        )


def _target(name: str, renamed: dict[str, Renamed], pools: dict[str, str]) -> str | None:
    """Name under which a feature is counted, or None where it has none at the level."""
    if name not in renamed:
        return name
    names = renamed[name].names
    return pools.get(names[0], names[0]) if names else None


def _moved(samples: anndata.AnnData, new_names: Sequence[str | None], namespace: Namespace) -> anndata.AnnData:
    """Counts, measured features and annotation added up under the new names."""
    features = pd.Index(dict.fromkeys(name for name in new_names if name is not None), dtype=object)
    kept = np.array([name is not None for name in new_names])
    place = features.get_indexer(pd.Index([name for name in new_names if name is not None]))
    counts = samples.layers[schema.COUNTS]
    moves = sparse.csr_matrix(
        (np.ones(kept.sum(), dtype=counts.dtype), (np.flatnonzero(kept), place)), (samples.n_vars, len(features))
    )
    measured = schema.measured_of(samples)[kept].groupby(features[place].to_numpy()).any().loc[features]
    result = assembly.assemble(
        sparse.csr_matrix(sparse.csr_matrix(counts) @ moves),
        samples.obs,
        _annotation(samples.var[kept], features, place).assign(
            **{MEMBERS: [",".join(namespace.members_of(name)) for name in features]}
        ),
        rpm=schema.VALUES_RPM in schema.values_of(samples).values(),
        absent=str(samples.uns[schema.UNS]["absent"]),
        measured=measured,
    )
    contract = {key: value for key, value in samples.uns[schema.UNS].items() if key not in result.uns[schema.UNS]}
    result.uns[schema.UNS] |= contract | {"history": samples.uns[schema.UNS]["history"]}
    return result


def _annotation(var: pd.DataFrame, features: pd.Index, place: np.ndarray) -> pd.DataFrame:
    """Columns in which all features that became one agree; flags that one of them had."""
    columns = var.drop(columns=[name for name in (MEMBERS, schema.SELECTED) if name in var])
    groups = columns.astype(object).groupby(features[place].to_numpy(), sort=False)
    differ = groups.nunique(dropna=False).gt(1)
    annotation = groups.first().mask(differ, None).loc[features]
    flags = [name for name in columns if pd.api.types.is_bool_dtype(columns[name])]
    for flag in flags:
        annotation[flag] = columns[flag].groupby(features[place].to_numpy()).any().loc[features].astype(bool)
    return annotation.rename_axis(None)


def _report(samples: anndata.AnnData, new_names: Sequence[str | None], renamed: dict[str, Renamed]) -> pd.DataFrame:
    counts = samples.layers[schema.COUNTS]
    reads = np.asarray(counts.sum(axis=0)).ravel()
    times = Counter(new_names)
    rows = []
    for name, new, number in zip(samples.var_names, new_names, reads, strict=True):
        reason = renamed[name].reason if name in renamed else "not a miRNA of miRBase: the name stays"
        status = LOST if new is None else POOLED if times[new] > 1 else KEPT if new == name else RENAMED
        rows.append((name, new or "", status, number, number / max(reads.sum(), 1), reason))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _why_none(samples: anndata.AnnData, renamed: dict[str, Renamed], level: str) -> str:
    if not renamed:
        return f"there is no miRNA among the {samples.n_vars:,} features, so there is nothing to harmonise"
    found = f"no miRNA has a name at the level {level}: the samples have {describe_names(renamed)}"
    if all(is_foreign(name) for name in renamed):
        return f"{found}; give a table of their miRBase names with --alias-table"
    return f"{found}, {next(one.reason for one in renamed.values())}; choose a coarser --level, such as locus"
