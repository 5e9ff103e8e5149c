"""What a Transform is to do, before it has seen data: declared by the user, recorded, refitted on each training set."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools import schema
from srna_tools.errors import SampleError, listed
from srna_tools.features import FEATURE_TYPES
from srna_tools.preprocess import normalise, scale

if TYPE_CHECKING:
    import anndata

_RECORDED = "transform"
# Contaminants and genes are used on request only, genes also where there is nothing else (DESIGN section 2).
_ON_REQUEST = ("contaminant", "gene")
# A gene table names a few miRNA genes (MIR21) too: with so many genes for one other feature it is one.
_GENE_TABLE = 100


@dataclass(frozen=True)
class TransformSpecification:
    """The steps from counts to model inputs.

    Attributes
    ----------
    normalisation
        One of ``rpm``, ``log-rpm``, ``log-tpm``, ``clr``, ``rank``, ``presence``.
    feature_types
        Kinds of features to use; empty for all but contaminants and genes (genes where there is nothing else).
    max_zero_fraction
        Features that are zero in a larger share of the training samples are dropped.
    min_rpm, min_rpm_fraction
        Features must exceed this many RPM in this share of the training samples (0: no such filter).
    gini
        Lowest and highest Gini coefficient of a kept feature, or None.
    scaling
        One of ``minmax``, ``zscore``, ``none``.
    measured
        ``all``: features that every training resource measured; ``any``: that at least one did.
    lengths
        Length of features in nucleotides, for ``log-tpm``.
    """

    normalisation: str = "rpm"
    feature_types: tuple[str, ...] = ()
    max_zero_fraction: float = 0.3
    min_rpm: float = 0.0
    min_rpm_fraction: float = 0.0
    gini: tuple[float, float] | None = None
    scaling: str = "minmax"
    measured: str = "all"
    lengths: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        """Refuse unknown words and impossible numbers, which a bundle or an h5ad from elsewhere could hold."""
        known = (
            ("normalisation", self.normalisation, normalise.METHODS),
            ("scaling", self.scaling, scale.METHODS),
            ("measured", self.measured, ("all", "any")),
        )
        for name, word, words in known:
            if word not in words:
                raise SampleError(f"the transform's {name} is '{word}', but must be one of {listed(words, 9)}")
        unknown = set(self.feature_types) - set(FEATURE_TYPES)
        if unknown:
            raise SampleError(
                f"unknown feature types: {listed(sorted(unknown))}; known are {listed(FEATURE_TYPES, 99)}"
            )
        numbers = (self.max_zero_fraction, self.min_rpm, self.min_rpm_fraction, *(self.gini or ()))
        if not all(_is_number(number) and number >= 0 for number in numbers) or len(self.gini or (0, 1)) != 2:  # noqa: PLR2004
            raise SampleError(f"the transform's limits must be numbers from 0 on, but are {listed(numbers, 9)}")
        if self.gini and not self.gini[0] <= self.gini[1] <= 1:
            raise SampleError(
                f"the Gini bounds {self.gini[0]:g} and {self.gini[1]:g} must ascend and lie within 0 and 1"
            )
        wrong = [name for name, length in self.lengths if not (_is_number(length) and length > 0)]
        if wrong:
            raise SampleError(f"the transform's lengths must be positive numbers, but those of {listed(wrong)} are not")

    def types_for(self, present: np.ndarray) -> tuple[str, ...]:
        """Feature types to use on data that has the types `present`."""
        if self.feature_types:
            return self.feature_types
        default = tuple(kind for kind in FEATURE_TYPES if kind not in _ON_REQUEST)
        genes, others = int(np.isin(present, "gene").sum()), int(np.isin(present, default).sum())
        if genes > _GENE_TABLE * others:
            return ("gene",)
        return default

    def restricted_to(self, feature_types: tuple[str, ...]) -> TransformSpecification:
        """Return the same steps on other kinds of features; none changes nothing."""
        return replace(self, feature_types=feature_types) if feature_types else self

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> TransformSpecification:
        """Read what `to_dict` wrote."""
        names = {field.name for field in fields(cls)}
        unknown = set(stored) - names
        if unknown:
            raise SampleError(
                f"the transform has unknown settings: {listed(sorted(unknown))}; a newer version wrote it"
            )
        given = dict(stored)
        given["feature_types"] = tuple(given.get("feature_types", ()))
        given["gini"] = tuple(given["gini"]) if given.get("gini") else None
        given["lengths"] = tuple((str(name), length) for name, length in given.get("lengths", ()))
        return cls(**given)

    def record(self, samples: anndata.AnnData) -> None:
        """Write the specification into the samples, from where training refits it."""
        samples.uns[schema.UNS][_RECORDED] = json.dumps(self.to_dict(), sort_keys=True)

    @classmethod
    def recorded_in(cls, samples: anndata.AnnData) -> TransformSpecification | None:
        """Read the specification that srna-normalize wrote, or None."""
        text = samples.uns[schema.UNS].get(_RECORDED)
        if text is None:
            return None
        try:
            return cls.from_dict(json.loads(str(text)))
        except (TypeError, ValueError, SampleError) as error:
            raise SampleError(
                f"the recorded normalisation cannot be read ({error}); run srna-normalize again"
            ) from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


# Fiosina, Fiosins & Bonn 2019, section 2.2.
PUBLISHED = TransformSpecification()
# Rarely expressed features are mostly noise, and what is noise differs between studies.
EXPRESSED = TransformSpecification(
    normalisation="log-rpm", max_zero_fraction=1.0, min_rpm=1.0, min_rpm_fraction=0.2, scaling="none"
)
# Ranks within the sample: what a model without a notion of studies stands best.
RANKED = replace(EXPRESSED, normalisation="rank")
# The logarithm as in Wartmann et al. 2020; unscaled, it saturates the sigmoid of embeddings.
SCALED = replace(EXPRESSED, scaling="minmax")
