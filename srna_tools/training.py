"""Training: labelled samples to a bundle, with the Transform fitted on the very same samples."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

import anndata
import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, counted, listed
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.registry import MODELS
from srna_tools.ontology.storage import group_ids
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform, library_for

_LOG = logging.getLogger(__name__)
_FEWEST = 2
_RARE = 10


def labelled(
    samples: anndata.AnnData, label: str, specification: TransformSpecification
) -> tuple[anndata.AnnData, pd.Series]:
    """Keep the samples that can be trained on; the others are counted.

    They need a label, and reads on the feature types that the model uses.

    Raises
    ------
    ColumnError, SampleError
        No such column; one class only; a class with a single sample (named).
    """
    labels = schema.labels_of(samples, label)
    schema.with_reads(samples)
    usable = labels.notna().to_numpy() & (library_for(samples, specification).depth() > 0)
    if not usable.all():
        without = int(labels.isna().sum())
        empty = int((labels.notna().to_numpy() & ~usable).sum())
        _LOG.warning(
            "%s without '%s' and %s without reads on the features used are left out of the training",
            counted(without, "sample"), label, counted(empty, "sample"),
        )  # fmt: skip
    labels = labels[usable]
    sizes = labels.value_counts()
    if len(sizes) < _FEWEST:
        found = f"only '{sizes.index[0]}'" if len(sizes) else "nothing"
        raise SampleError(
            f"the column '{label}' holds {found} for the samples with reads; at least 2 classes are needed"
        )
    single = sorted(sizes.index[sizes < _FEWEST])
    if single:
        raise SampleError(
            f"these classes of '{label}' have a single sample, at least {_FEWEST} are needed: {listed(single, 20)}; "
            "merge or drop them with srna-group --min-samples 2"
        )
    rare = sorted(sizes.index[sizes < _RARE])
    if rare:
        _LOG.warning(
            "classes with fewer than %d samples are trained, but cannot be trusted: %s", _RARE, listed(rare, 20)
        )
    return samples[usable], labels


def specification_for(samples: anndata.AnnData, kind: str) -> TransformSpecification:
    """Return the specification that srna-normalize recorded, else the documented default of the model."""
    return TransformSpecification.recorded_in(samples) or MODELS[kind].transform


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


def fit(
    samples: anndata.AnnData,
    codes: np.ndarray,
    classes: int,
    kind: str,
    specification: TransformSpecification,
    settings: Any,
    *,
    seed: int,
    threads: int,
    names: tuple[str, ...] = (),
) -> tuple[Transform, TrainedModel]:
    """Fit the Transform, then the model, on the very same samples.

    Parameters
    ----------
    codes
        Class number of each sample, below `classes`.
    names
        Name of each class, for messages.
    """
    transform = Transform.fit(samples, specification)
    datasets, resources = samples.obs[schema.DATASET].to_numpy(str), schema.resources_of(samples).to_numpy(str)
    learnt_from = TrainingSamples(transform.apply(samples).values, codes, classes, datasets, resources, names)
    return transform, MODELS[kind].train(learnt_from, settings, seed, threads)


def train_bundle(
    samples: anndata.AnnData,
    label: str,
    kind: str,
    settings: Any,
    *,
    seed: int = 0,
    threads: int = 1,
    licence: str = "",
) -> tuple[Bundle, TrainedModel]:
    """Fit the Transform and the model on all labelled samples.

    Parameters
    ----------
    settings
        Of the kind's settings class, see `srna_tools.models.registry.MODELS`.

    Raises
    ------
    SampleError
        Labels or features do not allow it.
    """
    group_ids_of_label = group_ids(samples, label)
    specification = specification_for(samples, kind)
    samples, labels = labelled(samples, label, specification)
    require_domains(samples, settings)
    classes, codes = np.unique(labels.to_numpy(str), return_inverse=True)
    if getattr(settings, "down_sample", False) and np.bincount(codes).min() < _RARE:
        _LOG.warning(
            "down-sampling leaves %d samples a class, the size of the smallest (%s); --no-down-sample keeps all",
            np.bincount(codes).min(), classes[np.bincount(codes).argmin()],
        )  # fmt: skip
    transform, trained = fit(
        samples, codes, len(classes), kind, specification, settings,
        seed=seed, threads=threads, names=tuple(classes.tolist()),
    )  # fmt: skip
    datasets = samples.obs[schema.DATASET].astype(str)
    bundle = Bundle(
        kind=kind,
        label=label,
        classes=tuple(classes.tolist()),
        model=trained.classifier,
        transform=transform,
        ontology_ids={name: group_ids_of_label[name] for name in classes.tolist() if name in group_ids_of_label},
        training={
            "samples": len(codes),
            "samples_per_class": dict(zip(classes.tolist(), np.bincount(codes).tolist(), strict=True)),
            "samples_per_dataset": {
                str(name): int(number) for name, number in datasets.value_counts().sort_index().items()
            },
            "datasets_per_class": datasets.groupby(labels.to_numpy(str)).nunique().to_dict(),
            "resources": sorted(set(schema.resources_of(samples))),
            "settings": asdict(settings),
            "seed": seed,
        }
        | trained.facts,
        licence=licence,
    )
    return bundle, trained
