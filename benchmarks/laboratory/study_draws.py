"""Training sets of more studies against training sets of more samples of one study (Wartmann et al. 2020, figure 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.errors import SampleError

STUDIES, ONE_STUDY = "more studies", "more samples of one study"


@dataclass(frozen=True)
class Draw:
    """The training sets of one draw, and the samples that judge all of them.

    Attributes
    ----------
    training
        Positions of samples by arm (`STUDIES` or `ONE_STUDY`) and number of steps.
    test
        Positions of the samples of all studies that no training set of the draw uses.
    """

    training: dict[tuple[str, int], np.ndarray]
    test: np.ndarray


def draw_studies(labels: np.ndarray, datasets: np.ndarray, steps: int, samples: int, seed: int) -> Draw:
    """Draw the two arms of the experiment.

    For each class one study is drawn of those that have `steps` x `samples` samples of it: the single-study arm. Of the
    others with at least `samples` samples, `steps` studies are drawn: each gives `samples` samples to the other arm.
    No study serves two classes or both arms.

    Parameters
    ----------
    labels, datasets
        Class and study of each sample.
    samples
        Samples a class that each step adds.

    Raises
    ------
    SampleError
        A class has too few studies that are large enough.
    """
    generator = np.random.default_rng(seed)
    used: set[str] = set()
    controls: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    # The class with the fewest large studies chooses first: a study of both classes may be the only one that it has.
    for name in sorted(np.unique(labels), key=lambda name: len(_able(labels, datasets, name, steps * samples))):
        controls[name] = _drawn(labels, datasets, name, steps * samples, 1, used, generator)[0]
    for name in np.unique(labels):
        chosen[name] = _drawn(labels, datasets, name, samples, steps, used, generator)
    arms: dict[str, list[np.ndarray]] = {STUDIES: [], ONE_STUDY: []}
    for name in np.unique(labels):
        of_class = labels == name
        one = generator.permutation(np.flatnonzero(of_class & (datasets == controls[name])))
        arms[ONE_STUDY].append(one[: steps * samples])
        many = [generator.permutation(np.flatnonzero(of_class & (datasets == study))) for study in chosen[name]]
        arms[STUDIES].append(np.concatenate([members[:samples] for members in many]))
    training = {
        (arm, step): np.sort(np.concatenate([members[: step * samples] for members in of_classes]))
        for arm, of_classes in arms.items()
        for step in range(1, steps + 1)
    }
    return Draw(training, np.flatnonzero(~pd.Series(datasets).isin(used).to_numpy()))


def _drawn(
    labels: np.ndarray, datasets: np.ndarray, name: str, fewest: int, number: int, used: set[str],
    generator: np.random.Generator,
) -> list[str]:  # fmt: skip
    """Draw studies of a class that are not yet used, and note that they are."""
    able = [study for study in _able(labels, datasets, name, fewest) if study not in used]
    if len(able) < number:
        raise SampleError(
            f"the class '{name}' has {len(able)} unused studies with at least {fewest} samples, needed: {number}; "
            "ask for fewer steps or samples"
        )
    drawn: list[str] = generator.permutation(able)[:number].tolist()
    used.update(drawn)
    return drawn


def _able(labels: np.ndarray, datasets: np.ndarray, name: str, fewest: int) -> list[str]:
    """Names of the studies with enough samples of a class."""
    studies, sizes = np.unique(datasets[labels == name], return_counts=True)
    return [str(study) for study in studies[sizes >= fewest]]
