"""The papers' rules on who trains and who tests, as pure functions of sample annotation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from srna_tools.validation.splits import TEST, TRAIN

VALIDATION = "validation"


def largest_studies_train(labels: pd.Series, datasets: pd.Series, studies: int = 2) -> pd.Series:
    """Train on the largest studies of each class, test on the rest (Wartmann et al. 2020, "Tissue").

    A study that is among the largest of one class trains with all its samples, so that no study stands on both sides.

    Parameters
    ----------
    labels, datasets
        Class and study of each sample; samples without class are neither.
    studies
        Number of studies a class; of equal ones the first by name.

    Returns
    -------
    ``train`` or ``test`` for each sample, missing without class.
    """
    known = labels.notna()
    chosen: set[str] = set()
    for _, of_class in datasets[known].groupby(labels[known]):
        chosen.update(_by_size(of_class)[:studies])
    parts = pd.Series(np.where(datasets.isin(chosen), TRAIN, TEST), index=labels.index, dtype=object)
    return parts.where(known)


def thirds_by_size(labels: pd.Series, datasets: pd.Series) -> pd.Series:
    """Put the largest third of a class's studies into training, the next into test, the last into validation.

    Wartmann et al. 2020, "Sample Source". A study of several classes goes where the first of these parts is that
    it has in any class. Where thirds are uneven, the first ones take one study more.

    Returns
    -------
    ``train``, ``test`` or ``validation`` for each sample, missing without class.
    """
    known = labels.notna()
    place: dict[str, int] = {}
    for _, of_class in datasets[known].groupby(labels[known]):
        for third, names in enumerate(np.array_split(np.array(_by_size(of_class), dtype=object), 3)):
            for name in names:
                place[name] = min(third, place.get(name, third))
    parts = datasets.map(place).map(dict(enumerate((TRAIN, TEST, VALIDATION)))).astype(object)
    return parts.where(known)


def at_most(groups: pd.Series, most: int, seed: int) -> pd.Series:
    """Keep so many samples of each group, drawn by chance; true for those that stay."""
    generator = np.random.default_rng(seed)
    kept = pd.Series(data=False, index=groups.index)
    for _, members in groups.groupby(groups, sort=True):
        kept[generator.permutation(np.sort(members.index))[:most]] = True
    return kept


def halves_of_groups(strata: pd.Series, groups: pd.Series, seed: int) -> pd.Series:
    """Draw half of the groups of each stratum into training, the others into test.

    Parameters
    ----------
    strata, groups
        Stratum and group, such as the patient, of each sample. A group of several strata goes where the first of them
        in their order puts it. Of an odd number of groups training has one more.

    Returns
    -------
    ``train`` or ``test`` for each sample.
    """
    generator = np.random.default_rng(seed)
    place: dict[str, str] = {}
    for _, of_stratum in groups.groupby(strata, sort=True):
        free = [name for name in np.sort(of_stratum.unique()) if name not in place]
        drawn = generator.permutation(free).tolist()
        middle = (len(drawn) + 1) // 2
        place |= dict.fromkeys(drawn[:middle], TRAIN) | dict.fromkeys(drawn[middle:], TEST)
    return groups.map(place)


def nested_classes(classes: list[str], sizes: list[int], seed: int) -> list[tuple[str, ...]]:
    """Draw subsets of the classes, each within the next larger one.

    Parameters
    ----------
    sizes
        Number of classes of each subset.
    """
    order = np.random.default_rng(seed).permutation(np.sort(classes)).tolist()
    return [tuple(sorted(order[:size])) for size in sizes]


def _by_size(datasets: pd.Series) -> list[str]:
    """Names of studies, the largest first, equal ones by name."""
    sizes = datasets.value_counts()
    return sorted(sizes.index, key=lambda name: (-sizes[name], str(name)))
