"""Which features make up a sample's library, and how large it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import schema
from srna_tools.errors import SampleError, counted, listed
from srna_tools.features import CONTAMINANT
from srna_tools.features import species as species_of_name
from srna_tools.preprocess import filter as feature_filter
from srna_tools.preprocess import normalise
from srna_tools.preprocess.matching import NameMatch

if TYPE_CHECKING:
    import anndata

# What a name that a model shares with no feature of the samples can only be.
_NAMED = "miRNA"


@dataclass(frozen=True)
class Library:
    """Counts of the chosen feature types of all samples.

    Attributes
    ----------
    counts
        Shape (samples, features of the chosen types).
    names, types
        Name and type of each of these features.
    measured
        Boolean, shape (samples, features): what the resource of each sample could have reported.
    absent_is_zero
        The source names only features with reads, so that those it does not name were measured as zero.
    """

    counts: sparse.csr_matrix
    names: np.ndarray
    types: np.ndarray
    measured: np.ndarray
    absent_is_zero: bool

    @classmethod
    def of(cls, samples: anndata.AnnData, feature_types: tuple[str, ...], species: str | None) -> Library:
        """Take the features of the given types and, where a species is given, of that species or none."""
        types = samples.var[schema.FEATURE_TYPE].to_numpy(str)
        chosen = np.isin(types, feature_types)
        if species is not None:
            chosen &= np.isin([species_of_name(name) or species for name in samples.var_names], [species])
        if not chosen.any():
            raise SampleError(_why_no_feature(samples, types, feature_types, species))
        return cls(
            counts=schema.counts_of(samples)[:, chosen],
            names=samples.var_names.to_numpy(str)[chosen],
            types=types[chosen],
            measured=_measured_by_sample(samples)[:, chosen],
            absent_is_zero=schema.absent_is_zero(samples),
        )

    def renamed(self, match: NameMatch) -> Library:
        """Count features under the names of a model that they stand for.

        A name was measured where one of its features was, but not in samples whose resource reports its reads
        undivided from those of other names.
        """
        if not match.new_names and not match.undivided:
            return self
        named = [match.new_names.get(name, name) for name in self.names]
        names, place = np.unique(np.array([*named, *sorted(match.unmeasured)], dtype=object), return_inverse=True)
        place = place[: len(named)]
        moves = sparse.csr_matrix((np.ones(len(place)), (np.arange(len(place)), place)), (len(place), len(names)))
        types = np.full(len(names), _NAMED, dtype=object)
        types[place] = self.types
        measured = (self.measured.astype(np.float32) @ moves.astype(np.float32)) > 0
        for column, name in enumerate(self.names):
            if name in match.undivided:
                targets = np.isin(names, list(match.undivided[name]))
                measured[np.ix_(self._reported(column), targets)] = False
        return replace(
            self, counts=sparse.csr_matrix(self.counts @ moves), names=names.astype(str), types=types.astype(str),
            measured=measured,
        )  # fmt: skip

    def _reported(self, column: int) -> np.ndarray:
        """Samples whose source reports a feature; where it names only those with reads, samples that have some."""
        measured = np.asarray(self.measured[:, column])
        return measured & (self.counts[:, [column]].toarray().ravel() > 0) if self.absent_is_zero else measured

    def take(self, names: np.ndarray, types: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Counts of the named features, and whether each was measured; both of shape (samples, names).

        Names that the library lacks have no reads. They count as measured where absent means zero; of
        contaminants only where the samples came with a table of them.
        """
        place = {name: position for position, name in enumerate(self.names)}
        positions = np.array([place.get(name, -1) for name in names], dtype=np.int64)
        present = positions >= 0
        counts = np.zeros((self.counts.shape[0], len(names)))
        counts[:, present] = self.counts[:, positions[present]].toarray()
        could_have = (types != CONTAMINANT) | (self.types == CONTAMINANT).any()
        measured = np.tile(self.absent_is_zero & could_have, (len(counts), 1))
        measured[:, present] = self.measured[:, positions[present]]
        return counts, measured

    def total(self, contaminants: bool) -> np.ndarray:
        """Reads of each sample on contaminants, or on all other chosen features."""
        return np.asarray(self.counts[:, (self.types == CONTAMINANT) == contaminants].sum(axis=1)).ravel()

    def with_reads(self) -> Library:
        """Leave out the samples without reads on the chosen features.

        Raises
        ------
        SampleError
            That leaves none.
        """
        rows = self.depth() > 0
        if not rows.any():
            raise SampleError(
                f"none of the {counted(len(rows), 'sample')} has reads on features of the types "
                f"{listed(sorted(set(self.types)), 99)}"
            )
        return replace(self, counts=self.counts[rows], measured=self.measured[rows])

    def depth(self, among: np.ndarray | None = None) -> np.ndarray:
        """Reads of each sample on the chosen features, or on those `among` them.

        Contaminants do not count, unless there is nothing else: they say nothing about the library of sRNAs.
        """
        counting = self.types != CONTAMINANT
        counting = counting if counting.any() else ~counting
        columns = counting if among is None else counting & among
        return np.asarray(self.counts[:, columns].sum(axis=1)).ravel()

    def rate_totals(self, lengths: dict[str, float]) -> np.ndarray:
        """Sum of counts over length of each sample, the denominator of TPM."""
        known = np.array([name in lengths for name in self.names])
        per_base = np.array([1.0 / lengths[name] for name in self.names[known]])
        return np.asarray(self.counts[:, known] @ per_base).ravel()


def _why_no_feature(
    samples: anndata.AnnData, types: np.ndarray, feature_types: tuple[str, ...], species: str | None
) -> str:
    of_types = samples.var_names[np.isin(types, feature_types)]
    if species is not None and len(of_types):
        found = sorted({species_of_name(name) or "" for name in of_types} - {""})
        return f"features of the species {species} are needed, but the samples have those of: {listed(found, 20)}"
    present = listed(sorted(set(types)), 99)
    return f"no feature is of the types {listed(feature_types, 99)}; the types present are: {present}"


def normalised(
    method: str, library: Library, names: np.ndarray, types: np.ndarray, lengths: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Normalise the named features.

    Contaminants are scaled by their own total, all others by the total of the rest.

    Returns
    -------
    Values and a boolean mask of what was measured, both of shape (samples, names).
    """
    counts, measured = library.take(names, types)
    if method == "clr":
        return normalise.centred_log_ratio(counts, measured), measured
    if method == "rank":
        return normalise.within_sample_rank(counts, measured), measured
    if method == "presence":
        return normalise.presence(counts), measured
    if method == "log-tpm":
        per_feature = _lengths_of(names, lengths)
        return normalise.log_transcripts_per_million(counts, per_feature, library.rate_totals(lengths)), measured
    function = normalise.reads_per_million if method == "rpm" else normalise.log_reads_per_million
    values = np.zeros(counts.shape)
    for contaminants in (False, True):
        columns = (types == CONTAMINANT) == contaminants
        values[:, columns] = function(counts[:, columns], library.total(contaminants))
    return values, measured


def expressed_fraction(library: Library, least_rpm: float) -> np.ndarray:
    """Share of samples in which each feature exceeds `least_rpm`, contaminants of their own total."""
    share = np.zeros(len(library.names))
    for contaminants in (False, True):
        columns = (library.types == CONTAMINANT) == contaminants
        total, measured = library.total(contaminants), library.measured[:, columns]
        share[columns] = feature_filter.expressed_fraction(library.counts[:, columns], total, least_rpm, measured)
    return share


def _lengths_of(names: np.ndarray, lengths: dict[str, float]) -> np.ndarray:
    unknown = [name for name in names if name not in lengths]
    if unknown:
        raise SampleError(f"log-tpm needs the length of every feature, but --lengths does not name {listed(unknown)}")
    return np.array([lengths[name] for name in names])


def _measured_by_sample(samples: anndata.AnnData) -> np.ndarray:
    measured = schema.measured_of(samples)
    resources = schema.resources_of(samples)
    columns = measured.columns.get_indexer(pd.Index(resources))
    if (columns < 0).any():
        unknown = listed(sorted(set(resources[columns < 0])))
        raise SampleError(
            f"varm['measured'] does not say what these resources measured: {unknown}; import the samples again"
        )
    return np.asarray(measured.to_numpy().T[columns])
