"""The Transform: fitted on training samples alone, replayed on every other sample, stored in the bundle."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools import schema
from srna_tools.errors import BundleError, SampleError, listed
from srna_tools.features import FEATURE_TYPES
from srna_tools.namespace import Namespace
from srna_tools.preprocess import filter as feature_filter
from srna_tools.preprocess import library as libraries
from srna_tools.preprocess import scale as scaling
from srna_tools.preprocess.library import Library
from srna_tools.preprocess.matching import NameMatch, match_names
from srna_tools.preprocess.specification import TransformSpecification

if TYPE_CHECKING:
    import anndata

_ABSURD = 1e30  # no value of a scaled library comes near; larger ones may overflow
_LOG = logging.getLogger(__name__)
_ARRAYS = ("offset", "width", "low", "high", "median", "mean")


@dataclass(frozen=True)
class Replayed:
    """Model inputs of samples.

    Attributes
    ----------
    values
        Float32, shape (samples, model features).
    coverage
        Share of each sample that the model can use, 0..1 (DESIGN section 2).
    clipped
        Number of values of each sample that lay outside the training range.
    depth
        Reads of each sample on the feature types that the model uses, without contaminants.
    model_reads
        Reads of each sample on the model's own features.
    names
        Which of the samples' names were counted under others, as the model has them.
    """

    values: np.ndarray
    coverage: np.ndarray
    clipped: np.ndarray
    depth: np.ndarray
    model_reads: np.ndarray
    names: NameMatch


@dataclass(frozen=True)
class Transform:
    """A fitted specification.

    Attributes
    ----------
    features, types
        Name and type of each model input.
    median
        Training median of each feature after normalisation: stands in where a feature was not measured.
    scale
        Fitted scale of each feature.
    mean
        Training mean of each model input: the reference of an explanation that compares with an average sample.
    known
        All feature names of the training table: reads on other names count as not covered.
    species
        The species that the training table was restricted to, or None.
    namespace
        How the training table named its miRNAs.
    """

    specification: TransformSpecification
    library_types: tuple[str, ...]
    features: tuple[str, ...]
    types: tuple[str, ...]
    median: np.ndarray
    scale: scaling.Scale
    mean: np.ndarray
    known: frozenset[str]
    species: str | None
    namespace: Namespace

    @classmethod
    def fit(cls, samples: anndata.AnnData, specification: TransformSpecification) -> Transform:
        """Estimate which features to keep, their scale and their median.

        Parameters
        ----------
        samples
            Training samples; those without reads are left out of the estimates.

        Raises
        ------
        SampleError
            No sample has reads, or no feature passes the filters.
        """
        schema.with_reads(samples)
        library = library_for(samples, specification).with_reads()
        keep = kept_features(library, specification)
        names, types = library.names[keep], library.types[keep]
        lost = [kind for kind in specification.feature_types if kind not in types]
        if lost:
            _LOG.warning(
                "no feature of the type %s is used: none is there, passes the filters, or was measured in every "
                "resource (--measured any asks for less)", listed(lost),
            )  # fmt: skip
        lengths = dict(specification.lengths)
        values, measured = libraries.normalised(specification.normalisation, library, names, types, lengths)
        median = np.nanmedian(np.where(measured, values, np.nan), axis=0)
        filled = np.where(measured, values, median)
        scale = scaling.fit(filled, specification.scaling)
        return cls(
            specification=specification,
            library_types=specification.types_for(samples.var[schema.FEATURE_TYPE].to_numpy(str)),
            features=tuple(names.tolist()),
            types=tuple(types.tolist()),
            median=median,
            scale=scale,
            mean=scaling.apply(scale, filled)[0].mean(axis=0),
            known=frozenset(samples.var_names),
            species=schema.species_of(samples),
            namespace=Namespace.of(samples),
        )

    def library_of(self, samples: anndata.AnnData) -> tuple[Library, NameMatch]:
        """Counts of samples under the model's names, where names match exactly."""
        match = match_names(samples, self.known, self.namespace)
        return Library.of(samples, self.library_types, self.species).renamed(match), match

    def apply(self, samples: anndata.AnnData) -> Replayed:
        """Turn samples into model inputs; no sample's result depends on the others."""
        library, match = self.library_of(samples)
        names, types = np.array(self.features), np.array(self.types)
        lengths = dict(self.specification.lengths)
        values, measured = libraries.normalised(self.specification.normalisation, library, names, types, lengths)
        scaled, clipped = scaling.apply(self.scale, np.where(measured, values, self.median))
        coverage = measured.mean(axis=1)
        if library.absent_is_zero:
            coverage = np.minimum(coverage, self._share_of_known_reads(library))
        model_reads = np.asarray(library.counts[:, np.isin(library.names, names)].sum(axis=1)).ravel()
        return Replayed(scaled.astype(np.float32), coverage, clipped, library.depth(), model_reads, match)

    def _share_of_known_reads(self, library: Library) -> np.ndarray:
        """Share of the reads of each sample that lie on names which the training table knew."""
        depth = library.depth()
        covered = library.depth(np.array([name in self.known for name in library.names]))
        return np.asarray(np.divide(covered, depth, out=np.zeros(len(depth)), where=depth > 0))

    def to_state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Arrays and JSON from which `from_state` makes the same Transform."""
        arrays = {**self.scale._asdict(), "median": self.median, "mean": self.mean}
        description = {
            "specification": self.specification.to_dict(),
            "library_types": list(self.library_types),
            "features": list(self.features),
            "types": list(self.types),
            "known": sorted(self.known),
            "species": self.species,
            "namespace": self.namespace.to_dict(),
        }
        return arrays, description

    @classmethod
    def from_state(cls, arrays: dict[str, np.ndarray], description: dict[str, Any]) -> Transform:
        """Read what `to_state` wrote.

        Raises
        ------
        BundleError, SampleError
            An array is missing, of the wrong length, or not finite; a name is not known.
        """
        specification = TransformSpecification.from_dict(description["specification"])
        names = _names_in(description)
        _check_arrays(arrays, len(names["features"]))
        if specification.normalisation == "log-tpm" and not set(names["features"]) <= set(dict(specification.lengths)):
            raise BundleError("the transform lacks the length of a feature, which log-tpm needs")
        # Bundles of version 0.1.0 do not say how their names are built.
        stored = description.get("namespace")
        return cls(
            specification=specification,
            library_types=names["library_types"],
            features=names["features"],
            types=names["types"],
            median=arrays["median"],
            mean=arrays["mean"],
            scale=scaling.Scale(*(arrays[name] for name in scaling.Scale._fields)),
            known=frozenset(names["known"]),
            species=description["species"],
            namespace=Namespace.from_dict(stored) if stored else Namespace.told_by(names["known"]),
        )


def _names_in(description: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Lists of names in the description of a stored Transform, checked against each other."""
    names = {name: tuple(description[name]) for name in ("features", "types", "library_types", "known")}
    species = "" if description["species"] is None else description["species"]
    if not all(isinstance(name, str) for name in (*names["features"], *names["known"], species)):
        raise BundleError("the transform's features and species are not all text")
    features, types = names["features"], names["types"]
    if not features or len(set(features)) != len(features) or len(types) != len(features):
        raise BundleError("the transform's features are none or repeated, or their types do not fit them")
    if not set(types) <= set(names["library_types"]) <= set(FEATURE_TYPES):
        raise BundleError("the transform's feature types are unknown, or not those of its features")
    return names


def _check_arrays(arrays: dict[str, np.ndarray], number: int) -> None:
    """Refuse what is not one sound number for each feature."""
    for name in _ARRAYS:
        if name not in arrays or arrays[name].shape != (number,) or arrays[name].dtype != np.float64:
            raise BundleError(f"the transform's '{name}' is missing or not one number for each of {number} features")
        if not (np.abs(arrays[name]) <= _ABSURD).all():
            raise BundleError(f"the transform's '{name}' holds values that are not finite, or absurd")
    if (arrays["width"] < 1 / _ABSURD).any() or (arrays["low"] > arrays["high"]).any():
        raise BundleError("the transform's scale has a width of zero, or limits in the wrong order")
    ends = (np.array([arrays["low"], arrays["high"]]) - arrays["offset"]) / arrays["width"]
    if not (np.abs(ends) <= _ABSURD).all():
        raise BundleError("the transform's scale gives absurd values")


def library_for(samples: anndata.AnnData, specification: TransformSpecification) -> Library:
    """Counts of the feature types that the specification uses, of the species that the import kept."""
    types = specification.types_for(samples.var[schema.FEATURE_TYPE].to_numpy(str))
    return Library.of(samples, types, schema.species_of(samples))


def kept_features(library: Library, specification: TransformSpecification) -> np.ndarray:
    """Positions of the features that pass all filters of the specification.

    Raises
    ------
    SampleError
        None does; the sentence says which filter left how many.
    """
    measured = library.measured
    passed = measured.all(axis=0) if specification.measured == "all" else measured.any(axis=0)
    counts_left = [("measured by the training resources", int(passed.sum()))]
    passed &= feature_filter.zero_fraction(library.counts, measured) <= specification.max_zero_fraction
    counts_left.append((f"zero in at most {specification.max_zero_fraction:.0%} of the samples", int(passed.sum())))
    if specification.min_rpm_fraction > 0:
        passed &= libraries.expressed_fraction(library, specification.min_rpm) >= specification.min_rpm_fraction
        counts_left.append((f"above {specification.min_rpm:g} RPM often enough", int(passed.sum())))
    if specification.gini is not None:
        positions = np.flatnonzero(passed)
        lengths = dict(specification.lengths)
        method = "log-tpm" if specification.normalisation == "log-tpm" else "log-rpm"
        values, seen = libraries.normalised(
            method, library, library.names[positions], library.types[positions], lengths
        )
        gini = feature_filter.gini_coefficient(values, seen)
        passed[positions] = (gini >= specification.gini[0]) & (gini <= specification.gini[1])
        counts_left.append(
            (f"Gini coefficient {specification.gini[0]:g} to {specification.gini[1]:g}", int(passed.sum()))
        )
    if not passed.any():
        steps = ", ".join(f"{number} {name}" for name, number in counts_left)
        raise SampleError(f"no feature passes the filters (of {len(passed)}: {steps}); loosen them")
    return np.flatnonzero(passed)
