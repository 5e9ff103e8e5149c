"""Splits into training and test samples: random folds, whole datasets, or what a column says."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from srna_tools.errors import SampleError, counted, listed
from srna_tools.validation.linked import joined

SCHEMES = ("kfold", "group-kfold", "dataset-out", "resource-out", "split")
#: Schemes in which the studies of the test samples are also in the training set.
RANDOM_SCHEMES = ("kfold",)
TRAIN, TEST = "train", "test"
_FEWEST = 2


@dataclass(frozen=True)
class Fold:
    """One training set and its test set.

    Attributes
    ----------
    repeat, number
        From 1; `number` counts within a repeat.
    name
        What is special about it: the dataset left out, or its number.
    train, test
        Positions of samples, ascending; no sample is in both, nor linked to one of the other side.
    """

    repeat: int
    number: int
    name: str
    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Untested:
    """Samples of one dataset and class that no fold could test, and why."""

    dataset: str
    label: str
    samples: int
    reason: str


@dataclass(frozen=True)
class SplitPlan:
    """All folds of a scheme.

    Attributes
    ----------
    untested
        What could not be tested, by dataset and class.
    withheld
        Samples that at least one training set had to do without, since they are linked to a test sample.
    """

    scheme: str
    folds: tuple[Fold, ...]
    untested: tuple[Untested, ...] = ()
    withheld: int = 0


@dataclass(frozen=True)
class Labelled:
    """What a split needs to know of the samples.

    Attributes
    ----------
    labels
        Class of each sample.
    datasets
        Study of each sample: what dataset-out leaves out.
    linked
        Number of the set of linked samples of each sample, see `linked_samples`.
    groups
        What group-kfold keeps together, and resource-out leaves out.
    parts
        ``train`` or ``test`` for each sample, for the scheme split.
    """

    labels: np.ndarray
    datasets: np.ndarray
    linked: np.ndarray
    groups: np.ndarray
    parts: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=str))


def plan_splits(
    scheme: str, samples: Labelled, *, folds: int = 5, repeats: int = 1, seed: int = 0, rare_classes: bool = False
) -> SplitPlan:
    """Split the samples.

    Parameters
    ----------
    scheme
        ``kfold``: random folds of equal class composition. ``group-kfold``: the same, groups stay whole.
        ``dataset-out``: each dataset once, where its classes stay in the training set (Fiosina et al. 2019, 2.3.3).
        ``resource-out``: each group once; of it, the classes that stay in the training set are tested.
        ``split``: train on one part, test on the other.
    folds
        Number of folds of the first two schemes.
    repeats
        How often; the random folds are drawn anew, the others only fitted anew.
    rare_classes
        Whether the first two schemes take classes of fewer samples than folds, which not every fold can test, as
        long as one class has enough.

    Raises
    ------
    SampleError
        A class, or with `rare_classes` each, has fewer samples than folds; nothing can be tested; a part is empty.
    """
    makers: dict[str, Callable[[int], Iterator[tuple[str, np.ndarray]]]] = {
        "kfold": lambda repeat: _random_folds(samples.labels, samples.linked, folds, seed + repeat),
        "group-kfold": lambda repeat: _random_folds(samples.labels, _together(samples), folds, seed + repeat),
        "dataset-out": lambda repeat: _datasets_out(samples),
        "resource-out": lambda repeat: _groups_out(samples),
        "split": lambda repeat: _by_part(samples),
    }
    if scheme in ("kfold", "group-kfold"):
        _require_enough(samples, scheme, folds, rare_classes)
    made, tested, withheld = [], np.zeros(len(samples.labels), dtype=bool), np.zeros(len(samples.labels), dtype=bool)
    for repeat in range(repeats):
        for number, (name, wanted) in enumerate(makers[scheme](repeat), start=1):
            train, test, linked = _apart(samples, wanted)
            withheld |= linked
            if len(test) and len(set(samples.labels[train])) >= _FEWEST:
                tested[test] = True
                made.append(Fold(repeat + 1, number, name, train, test))
    if not made:
        raise SampleError(_why_nothing(scheme, samples))
    return SplitPlan(scheme, tuple(made), tuple(_untested(scheme, samples, tested)), int(withheld.sum()))


def _apart(samples: Labelled, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Training positions, testable positions, and a mask of what neither may hold.

    Samples linked to a test sample leave the training; test samples of a class that the training lacks leave the test.
    """
    linked = np.isin(samples.linked, samples.linked[wanted]) & ~wanted
    train = ~wanted & ~linked
    if samples.parts.size:
        train &= samples.parts == TRAIN
    test = wanted & np.isin(samples.labels, samples.labels[train])
    return np.flatnonzero(train), np.flatnonzero(test), linked


def _random_folds(labels: np.ndarray, together: np.ndarray, folds: int, seed: int) -> Iterator[tuple[str, np.ndarray]]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    # Without ties between samples the plain splitter gives classes of more equal size.
    alone = len(set(together)) == len(together)
    splitter = (StratifiedKFold if alone else StratifiedGroupKFold)(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class in y has only")
        parts = list(splitter.split(labels, labels, None if alone else together))
    for number, (_, test) in enumerate(parts, start=1):
        yield f"fold {number}", _mask(len(labels), test)


def _datasets_out(samples: Labelled) -> Iterator[tuple[str, np.ndarray]]:
    for name in sorted(set(samples.datasets)):
        inside = samples.datasets == name
        outside = ~inside & ~np.isin(samples.linked, samples.linked[inside])
        if set(samples.labels[inside]) <= set(samples.labels[outside]):
            yield name, inside


def _groups_out(samples: Labelled) -> Iterator[tuple[str, np.ndarray]]:
    for name in sorted(set(samples.groups)):
        yield name, samples.groups == name


def _by_part(samples: Labelled) -> Iterator[tuple[str, np.ndarray]]:
    yield "split", samples.parts == TEST


def _together(samples: Labelled) -> np.ndarray:
    """Sets of samples that share a group or are linked."""
    numberings = [np.unique(column, return_inverse=True)[1] for column in (samples.groups, samples.linked)]
    return joined(numberings, len(samples.labels))


def _require_enough(samples: Labelled, scheme: str, folds: int, rare_classes: bool) -> None:
    names, sizes = np.unique(samples.labels, return_counts=True)
    small = [f"{name} ({size})" for name, size in zip(names, sizes, strict=True) if size < folds]
    if len(small) == len(names) if rare_classes else small:
        raise SampleError(
            f"these classes have fewer samples than the {folds} folds: {listed(small, 20)}; "
            "ask for fewer --folds, or leave them out with srna-filter --label ... --min-samples"
        )
    together = len(set(_together(samples) if scheme == "group-kfold" else samples.linked))
    if together < folds:
        raise SampleError(
            f"the samples form only {together} sets that must stay together, fewer than the {folds} folds; "
            "ask for fewer --folds"
        )


def _untested(scheme: str, samples: Labelled, tested: np.ndarray) -> Iterator[Untested]:
    candidates = samples.parts == TEST if samples.parts.size else np.ones(len(tested), dtype=bool)
    missing = candidates & ~tested
    for dataset in sorted(set(samples.datasets[missing])):
        in_dataset = samples.datasets == dataset
        for label in sorted(set(samples.labels[missing & in_dataset])):
            rows = missing & in_dataset & (samples.labels == label)
            yield Untested(dataset, label, int(rows.sum()), _reason(scheme, samples, dataset, label))


def _reason(scheme: str, samples: Labelled, dataset: str, label: str) -> str:
    if scheme != "dataset-out":
        return f"no training set without these samples holds '{label}'"
    inside = samples.datasets == dataset
    outside = ~inside & ~np.isin(samples.linked, samples.linked[inside])
    alone = sorted(set(samples.labels[inside]) - set(samples.labels[outside]))
    if label in alone:
        return f"no other dataset holds '{label}'"
    return f"the dataset cannot be left out: no other holds {listed(alone)}"


def _why_nothing(scheme: str, samples: Labelled) -> str:
    datasets = len(set(samples.datasets))
    if scheme == "dataset-out":
        return (
            f"no dataset can be left out: of {counted(datasets, 'dataset')} each holds a class that no other has; "
            "merge classes with srna-group, add studies, or use --scheme kfold, which says nothing about new studies"
        )
    if scheme == "resource-out":
        found = listed(sorted(set(samples.groups)))
        return f"no resource can be left out: no class is in two of them (the samples come from {found})"
    return f"--scheme {scheme} leaves nothing to test: no test sample is of a class that its training set holds"


def _mask(size: int, positions: Sequence[int] | np.ndarray) -> np.ndarray:
    mask = np.zeros(size, dtype=bool)
    mask[positions] = True
    return mask
