"""Samples of two files that follow the contract, joined as srna-import joins its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy import sparse

from srna_tools import schema
from srna_tools.errors import SampleError
from srna_tools.io.table import CountTable, join
from srna_tools.namespace import Namespace

if TYPE_CHECKING:
    import anndata


def join_samples(first: anndata.AnnData, second: anndata.AnnData, names: tuple[str, str]) -> anndata.AnnData:
    """Put the samples of `second` below those of `first`, over the union of their features.

    What a resource could have reported stays known: a feature that only one side names was not measured by the other,
    unless both list non-zero rows only. No sample id may stand on both sides.

    Parameters
    ----------
    names
        Of both, one word each: they name the resources where the sides have none, and differ in their features.

    Raises
    ------
    SampleError
        One side lists only non-zero rows and the other all features; one holds counts and the other reads per
        million; or their features are not of the same species.
    """
    tables = [_table_of(samples, name) for samples, name in zip((first, second), names, strict=True)]
    for differs, what, how in (
        (tables[0].absent_is_zero != tables[1].absent_is_zero, "list only features with reads, the others all of them",
         "import both from files of one kind"),
        (tables[0].rpm != tables[1].rpm, "are reads per million, the others counts", "import both as counts"),
        (tables[0].species != tables[1].species, "are restricted to a species, the others are not, or to another one",
         "import both with the same --species"),
    ):  # fmt: skip
        if differs:
            raise SampleError(f"the {names[0]} and the {names[1]} samples cannot be joined: those of one {what}; {how}")
    return join(tables, rpm=False)


def _table_of(samples: anndata.AnnData, name: str) -> CountTable:
    measured = schema.measured_of(samples)
    if schema.RESOURCE not in samples.obs:
        # Where the sides differ in their features, this one becomes a resource of its own name.
        measured[name] = measured[schema.ONLY_RESOURCE]
    return CountTable(
        source=f"the {name} samples",
        counts=sparse.csr_matrix(samples.layers[schema.COUNTS]),
        obs=samples.obs.drop(columns=schema.QUALITY_FLAG, errors="ignore"),
        var=samples.var,
        dataset=name,
        absent_is_zero=schema.absent_is_zero(samples),
        measured=measured,
        rpm=schema.VALUES_RPM in schema.values_of(samples).values(),
        species=schema.species_of(samples),
        namespace=Namespace.recorded_in(samples),
    )
