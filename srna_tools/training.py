"""Training: labelled samples to a bundle, with the Transform fitted on the very same samples."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, counted, listed
from srna_tools.models.domains import require_domains
from srna_tools.models.interface import TrainedModel, TrainingSamples
from srna_tools.models.registry import MODELS
from srna_tools.ontology.storage import group_ids
from srna_tools.preprocess.catch_all import EVERY_LABEL, CatchAll, ClassChoice, choose_classes
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.preprocess.transform import Transform, library_for

if TYPE_CHECKING:
    import anndata

_LOG = logging.getLogger(__name__)
_FEWEST = 2
_RARE = 10


@dataclass(frozen=True)
class TrainingSet:
    """The samples of a training, and what they are examples of.

    Attributes
    ----------
    samples
        All with reads.
    classes
        Class of each sample, shape (samples,).
    label
        Column that the classes come from.
    ontology_ids
        Ontology id of a class, where it has one.
    catch_all
        The catch-all class, or None.
    """

    samples: anndata.AnnData
    classes: np.ndarray
    label: str
    ontology_ids: Mapping[str, str] = field(default_factory=dict)
    catch_all: CatchAll | None = None

    @classmethod
    def of(
        cls,
        samples: anndata.AnnData,
        label: str,
        specification: TransformSpecification,
        choice: ClassChoice = EVERY_LABEL,
    ) -> TrainingSet:
        """Keep the samples that can be trained on, see `labelled`."""
        ids = {name: term for name, term in group_ids(samples, label).items() if name != choice.catch_all}
        samples, classes = labelled(samples, label, specification, choice)
        stated = schema.labels_of(samples, label)
        catch_all = CatchAll.of(stated, classes, samples.obs[schema.DATASET], choice)
        return cls(samples, classes.to_numpy(str), label, ids, catch_all)

    @property
    def datasets(self) -> np.ndarray:
        """Study of each sample."""
        return np.asarray(self.samples.obs[schema.DATASET], dtype=str)

    def with_samples(self, samples: anndata.AnnData, classes: np.ndarray) -> TrainingSet:
        """Return a training set of the same label with other samples; a catch-all class that none is of is gone."""
        catch_all = self.catch_all if self.catch_all and self.catch_all.name in classes else None
        return replace(self, samples=samples, classes=classes, catch_all=catch_all)


def labelled(
    samples: anndata.AnnData, label: str, specification: TransformSpecification, choice: ClassChoice = EVERY_LABEL
) -> tuple[anndata.AnnData, pd.Series]:
    """Keep the samples that can be trained on, and give them their classes; the others are counted.

    They need a label, and reads on the feature types that the model uses.

    Parameters
    ----------
    choice
        Which labels are classes of their own, and what becomes of the others.

    Raises
    ------
    ColumnError, SampleError
        No such column; one class only; a class with a single sample (named); the choice of classes is impossible.
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
    samples, labels = samples[usable], labels[usable]
    classes = choose_classes(labels, samples.obs[schema.DATASET], label, choice)
    chosen = classes.notna().to_numpy()
    if not chosen.all():
        others = labels[~chosen]
        _LOG.warning(
            "%s of %s that --classes does not name are left out of the training: %s",
            counted(len(others), "sample"), counted(others.nunique(), "label"), listed(sorted(set(others)), 20),
        )  # fmt: skip
        samples, classes = samples[chosen], classes[chosen]
    _require_classes(classes, label)
    return samples, classes


def _require_classes(classes: pd.Series, label: str) -> None:
    """Refuse what cannot be learnt, and warn of what can hardly be."""
    sizes = classes.value_counts()
    if len(sizes) < _FEWEST:
        found = f"only '{sizes.index[0]}'" if len(sizes) else "nothing"
        raise SampleError(
            f"the column '{label}' holds {found} for the samples with reads; at least 2 classes are needed"
        )
    single = sorted(sizes.index[sizes < _FEWEST])
    if single:
        raise SampleError(
            f"these classes of '{label}' have a single sample, at least {_FEWEST} are needed: {listed(single, 20)}; "
            "merge or drop them with srna-group --min-samples 2, or put them into one class with --catch-all"
        )
    rare = sorted(sizes.index[sizes < _RARE])
    if rare:
        _LOG.warning(
            "classes with fewer than %d samples are trained, but cannot be trusted: %s", _RARE, listed(rare, 20)
        )


def specification_for(
    samples: anndata.AnnData, kind: str, feature_types: tuple[str, ...] = ()
) -> TransformSpecification:
    """Return the specification that srna-normalize recorded, else the documented default of the model.

    Parameters
    ----------
    feature_types
        Kinds of features to use instead of those that it names.
    """
    return (TransformSpecification.recorded_in(samples) or MODELS[kind].transform).restricted_to(feature_types)


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
    choice: ClassChoice = EVERY_LABEL,
    seed: int = 0,
    threads: int = 1,
    licence: str = "",
) -> tuple[Bundle, TrainedModel]:
    """Fit the Transform and the model on all labelled samples.

    Parameters
    ----------
    settings
        Of the kind's settings class, see `srna_tools.models.registry.MODELS`.
    choice
        Which labels are classes of their own, and what becomes of the others.

    Raises
    ------
    SampleError
        Labels or features do not allow it.
    """
    specification = specification_for(samples, kind)
    chosen = TrainingSet.of(samples, label, specification, choice)
    require_domains(chosen.samples, settings)
    return train_on(chosen, kind, settings, specification, seed=seed, threads=threads, licence=licence)


def train_on(
    chosen: TrainingSet,
    kind: str,
    settings: Any,
    specification: TransformSpecification,
    *,
    seed: int = 0,
    threads: int = 1,
    licence: str = "",
) -> tuple[Bundle, TrainedModel]:
    """Fit the Transform and the model on samples whose classes are chosen already."""
    samples = chosen.samples
    classes, codes = np.unique(chosen.classes, return_inverse=True)
    if getattr(settings, "down_sample", False) and np.bincount(codes).min() < _RARE:
        _LOG.warning(
            "down-sampling leaves %d samples a class, the size of the smallest (%s); --no-down-sample keeps all",
            np.bincount(codes).min(), classes[np.bincount(codes).argmin()],
        )  # fmt: skip
    transform, trained = fit(
        samples, codes, len(classes), kind, specification, settings,
        seed=seed, threads=threads, names=tuple(classes.tolist()),
    )  # fmt: skip
    bundle = Bundle(
        kind=kind,
        label=chosen.label,
        classes=tuple(classes.tolist()),
        model=trained.classifier,
        transform=transform,
        ontology_ids={name: chosen.ontology_ids[name] for name in classes.tolist() if name in chosen.ontology_ids},
        training=_facts(chosen)
        | {"settings": asdict(settings), "seed": seed}
        | ({"chosen": trained.chosen} if trained.chosen else {})
        | trained.facts,
        licence=licence,
    )
    return bundle, trained


def _facts(chosen: TrainingSet) -> dict[str, Any]:
    """What the bundle says of the samples that it was trained on."""
    datasets, classes = pd.Series(chosen.datasets), pd.Series(chosen.classes)
    facts: dict[str, Any] = {
        "samples": len(classes),
        "samples_per_class": sizes_of(classes),
        "samples_per_dataset": sizes_of(datasets),
        "datasets_per_class": datasets.groupby(classes).nunique().to_dict(),
        "resources": sorted(set(schema.resources_of(chosen.samples))),
    }
    return facts | ({"catch_all": chosen.catch_all.to_facts()} if chosen.catch_all else {})


def sizes_of(names: pd.Series) -> dict[str, int]:
    """Samples of each name, sorted by name, as JSON can hold it."""
    return {str(name): int(number) for name, number in names.value_counts().sort_index().items()}
