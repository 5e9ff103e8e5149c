"""Which features are kept: those of some types, and those that some resources measured."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from srna_tools import schema
from srna_tools.errors import SampleError, counted, listed

if TYPE_CHECKING:
    import anndata

ALL = "all"


@dataclass(frozen=True)
class FeatureCriteria:
    """What a feature needs to be kept; empty asks nothing.

    Attributes
    ----------
    feature_types
        Kinds of RNA.
    measured_in
        Resources that must have measured it, with commas between them; ``all`` for those of the samples that are kept.
    """

    feature_types: tuple[str, ...] = ()
    measured_in: str | None = None


@dataclass(frozen=True)
class Choice:
    """Features that are kept.

    Attributes
    ----------
    columns
        Boolean, shape (features,).
    lines
        What each filter removed, in sentences.
    """

    columns: np.ndarray
    lines: tuple[str, ...]


def choose(samples: anndata.AnnData, rows: np.ndarray, criteria: FeatureCriteria) -> Choice:
    """Choose features for the samples in `rows` (boolean, shape (samples,)).

    Raises
    ------
    SampleError
        A resource does not exist (those that do are listed), or no feature is left.
    """
    columns, lines = np.full(samples.n_vars, True), []
    types = samples.var[schema.FEATURE_TYPE].to_numpy(str)
    for option, keep in (
        (f"--feature-types {' '.join(criteria.feature_types)}", _of_types(types, criteria.feature_types)),
        (f"--measured-in {criteria.measured_in}", _measured(samples, rows, criteria.measured_in)),
    ):
        if keep is None:
            continue
        before, columns = columns, columns & keep
        removed = int(before.sum() - columns.sum())
        lines.append(f"{option}: {removed:,} of {counted(int(before.sum()), 'feature')} left out")
        if not columns.any():
            present = listed(sorted(set(types)), 99)
            raise SampleError(f"no feature is left: {'; '.join(lines)}; the feature types are: {present}")
    return Choice(columns, tuple(lines))


def resources_named(text: str, known: Collection[str]) -> list[str]:
    """Read names of resources with commas between them; a name may hold a comma itself.

    Raises
    ------
    SampleError
        A name is not among those `known`, which are listed.
    """
    pieces = text.split(",")
    named, start = [], 0
    while start < len(pieces):
        candidates = {end: ",".join(pieces[start:end]).strip() for end in range(len(pieces), start, -1)}
        found = next((end for end, name in candidates.items() if name in known), None)
        if found is None:
            raise SampleError(
                f"--measured-in names the resource '{pieces[start].strip()}', but the resources are: "
                f"{listed(sorted(known), 20)}"
            )
        named.append(candidates[found])
        start = found
    return named


def _of_types(types: np.ndarray, wanted: tuple[str, ...]) -> np.ndarray | None:
    return np.isin(types, wanted) if wanted else None


def _measured(samples: anndata.AnnData, rows: np.ndarray, measured_in: str | None) -> np.ndarray | None:
    if measured_in is None:
        return None
    measured = schema.measured_of(samples)
    present = sorted(set(schema.resources_of(samples)[rows]))
    names = present if measured_in == ALL else resources_named(measured_in, measured.columns.tolist())
    unknown = [name for name in names if name not in measured]
    if unknown:
        raise SampleError(f"varm['measured'] does not say what {listed(unknown)} measured; import the samples again")
    return measured[names].all(axis=1).to_numpy()
