"""Which training samples teach the classes (source) and which teach the differences between datasets (bias)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from srna_tools import schema
from srna_tools.errors import SampleError, counted, listed
from srna_tools.models.interface import TrainingSamples

if TYPE_CHECKING:
    import anndata

_LOG = logging.getLogger(__name__)
_SHOWN = 20


@dataclass(frozen=True)
class Domains:
    """The two domains; a sample is in one of them or, where both were named, in none.

    Attributes
    ----------
    source, bias
        Boolean, one value a sample. Every class has source samples.
    """

    source: np.ndarray
    bias: np.ndarray

    def facts(self, datasets: np.ndarray) -> dict[str, Any]:
        """Samples of each dataset in each domain, as the bundle records it."""
        counts = {}
        for domain, member in (("source", self.source), ("bias", self.bias)):
            names, numbers = np.unique(datasets[member], return_counts=True)
            counts[domain] = dict(zip(names.tolist(), numbers.tolist(), strict=True))
        return {"domains": counts}


def split_domains(samples: TrainingSamples, source: tuple[str, ...], bias: tuple[str, ...]) -> Domains:
    """Divide the samples as named, else by a rule, so that the source has every class; say what does not fit.

    Where only one domain is named, the other is the rest. Where none is, the largest dataset of each class is source
    (whole datasets, of equals the first by name) and the others are bias. The training set of a fold may lack a
    dataset: with a warning, a named domain without samples counts as not named, and the rule decides where one domain
    would be empty.

    Parameters
    ----------
    source, bias
        Names of datasets, or of resources for all their datasets.

    Raises
    ------
    SampleError
        Samples belong to both domains.
    """
    in_source, in_bias = _named(samples, source), _named(samples, bias)
    both = np.unique(samples.datasets[in_source & in_bias])
    if len(both):
        raise SampleError(f"{listed(both)} cannot be a source and a bias dataset at once; name it in one of them")
    named = (("source", source, in_source), ("bias", bias, in_bias))
    absent = [domain for domain, names, member in named if names and not member.any()]
    if not in_bias.any():
        in_bias = ~in_source
    elif not in_source.any():
        in_source = ~in_bias
    by_rule = not (in_source.any() and in_bias.any())
    if absent or (by_rule and (source or bias)):
        _LOG.warning(
            "no training samples are in the %s domain as named; %s instead",
            " or ".join(absent) or ("bias" if in_source.any() else "source"),
            "the largest dataset of each class is source" if by_rule else "it is all that are not in the other",
        )
    if by_rule:
        in_source = _largest_of_each_class(samples)
        in_bias = ~in_source
    domains = _with_every_class_in_source(samples, in_source, in_bias)
    _say_what_is_not_adapted(samples, domains)
    return domains


def require_domains(samples: anndata.AnnData, settings: Any) -> None:
    """Refuse settings with names of domains that none of the samples has.

    Raises
    ------
    SampleError
        A name is neither a dataset nor a resource.
    """
    named = (*getattr(settings, "source_datasets", ()), *getattr(settings, "bias_datasets", ()))
    datasets, resources = set(samples.obs[schema.DATASET].astype(str)), set(schema.resources_of(samples))
    unknown = [name for name in named if name not in datasets | resources]
    if unknown:
        raise SampleError(
            f"no dataset or resource has the name {listed(unknown)}, which the source or bias datasets hold; the "
            f"resources are: {listed(sorted(resources), 20)}; the datasets are: {listed(sorted(datasets), 40)}"
        )


def _named(samples: TrainingSamples, names: tuple[str, ...]) -> np.ndarray:
    member = np.isin(samples.datasets, names)
    return member if samples.resources is None else member | np.isin(samples.resources, names)


def _largest_of_each_class(samples: TrainingSamples) -> np.ndarray:
    """Samples of the datasets that are the largest of a class."""
    names, places = np.unique(samples.datasets, return_inverse=True)
    sizes = np.zeros((samples.classes, len(names)), dtype=int)
    np.add.at(sizes, (samples.codes, places), 1)
    return np.isin(places, sizes.argmax(axis=1))


def _with_every_class_in_source(samples: TrainingSamples, source: np.ndarray, bias: np.ndarray) -> Domains:
    """Let all samples of a class that the source lacks join it."""
    missing = np.setdiff1d(samples.codes, samples.codes[source])
    joining = np.isin(samples.codes, missing)
    if len(missing):
        _LOG.warning(
            "the source datasets lack %s: their samples from elsewhere (%d) join the source",
            _classes(samples, missing), joining.sum(),
        )  # fmt: skip
    return Domains(source | joining, bias & ~joining)


def _say_what_is_not_adapted(samples: TrainingSamples, domains: Domains) -> None:
    unused = int((~domains.source & ~domains.bias).sum())
    if unused:
        _LOG.warning(
            "%s of datasets that are neither source nor bias %s not used",
            counted(unused, "training sample"), "is" if unused == 1 else "are",
        )  # fmt: skip
    if not domains.bias.any():
        _LOG.warning("there are no bias samples to adapt to: the model is the source network alone")
        return
    lacking = np.setdiff1d(samples.codes, samples.codes[domains.bias])
    if len(lacking):
        _LOG.warning("the bias datasets lack %s: nothing adapts the model for them", _classes(samples, lacking))


def _classes(samples: TrainingSamples, codes: np.ndarray) -> str:
    """Count and name classes: ``2 classes (brain, liver)``."""
    names = [samples.names[code] if samples.names else f"number {code}" for code in codes]
    return f"{counted(len(names), 'class', 'classes')} ({listed(names, _SHOWN)})"
