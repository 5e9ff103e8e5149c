"""Networks on structure matrices, trained and tested on parts of families that are folded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.metrics import f1_score
from tqdm import tqdm

from laboratory.kept import kept_table
from srna_tools.errors import SrnaToolsError
from srna_tools.io.family_files import read_family_files
from srna_tools.sequences.families import Families
from srna_tools.sequences.selection import at_most, with_at_least
from srna_tools.sequences.structure_folding import THRESHOLD, BasePairs, base_pairs, folded
from srna_tools.sequences.structure_training import StructureSettings, train_on_pairs


@dataclass(frozen=True)
class StructureFit:
    """One network to train and test.

    Attributes
    ----------
    name
        What it is about, as keys and values; columns of the result.
    training, test
        Places of sequences in the families.
    """

    name: dict[str, Any]
    settings: StructureSettings
    training: np.ndarray
    test: np.ndarray
    seed: int = 0


def drawn_families(data: Path, number: int, sequences: int, longest: int, seed: int) -> Families:
    """Draw families of Rfam with at least so many sequences of at most `longest` bases, and so many of each.

    Raises
    ------
    SrnaToolsError
        There are fewer such families.
    """
    families = with_at_least(read_family_files([data / "rfam_mirna"], max_length=longest).families, sequences)[0]
    if len(families.names) < number:
        raise SrnaToolsError(
            f"{number} families with {sequences} sequences of at most {longest} bases are needed, but there are "
            f"{len(families.names)}"
        )
    chosen = np.random.default_rng(seed).choice(len(families.names), number, replace=False)
    places = np.flatnonzero(np.isin(families.members, chosen))
    return at_most(families.at(places).without_empty(), sequences, seed)


def folds_of(families: Families, folds: int, seed: int) -> np.ndarray:
    """Fold number of each sequence; each family is spread evenly over the folds."""
    numbers = np.empty(len(families.members), dtype=np.int64)
    generator = np.random.default_rng(seed)
    for family in range(len(families.names)):
        places = np.flatnonzero(families.members == family)
        numbers[generator.permutation(places)] = np.arange(len(places)) % folds
    return numbers


def fit_all(families: Families, fits: Sequence[StructureFit], folder: Path, threads: int) -> pd.DataFrame:
    """Carry out the fits, one a thread; what an earlier run finished is read.

    Returns
    -------
    One row a fit, in their order: the keys of its name, ``accuracy`` and ``f_score`` (mean of families), shares.
    """
    pairs = list(tqdm(folded(base_pairs, families.sequences, THRESHOLD, threads), desc="folding",
                      total=len(families.sequences), disable=None))  # fmt: skip
    jobs = (delayed(_measured)(families, pairs, fit, folder) for fit in fits)
    done = Parallel(n_jobs=threads, return_as="generator")(jobs)
    rows = list(tqdm(done, desc="networks", total=len(fits), disable=None))
    return pd.DataFrame([fit.name | row for fit, row in zip(fits, rows, strict=True)])


def _measured(families: Families, pairs: list[BasePairs], fit: StructureFit, folder: Path) -> dict[str, float]:
    depends_on = {
        "settings": asdict(fit.settings), "seed": fit.seed, "names": families.names,
        "training": [families.sequences[place] for place in fit.training],
        "test": [families.sequences[place] for place in fit.test],
    }  # fmt: skip
    kept = kept_table(folder, depends_on, lambda: pd.DataFrame([_fitted(families, pairs, fit)]))
    return {name: float(kept[name].iloc[0]) for name in ("accuracy", "f_score")}


def _fitted(families: Families, pairs: list[BasePairs], fit: StructureFit) -> dict[str, float]:
    size = fit.settings.max_length
    if max(len(sequence) for sequence in families.sequences) > size:
        raise SrnaToolsError(f"the families have sequences of more than {size} bases")
    training = [families.sequences[place] for place in fit.training]
    trained = train_on_pairs(
        training, [pairs[place] for place in fit.training], families.members[fit.training], len(families.names),
        fit.settings, fit.seed,
    )  # fmt: skip
    model: Any = trained.model
    predicted = [int(model.logits_of(families.sequences[place], pairs[place]).argmax()) for place in fit.test]
    true = families.members[fit.test]
    return {
        "accuracy": float(np.mean(true == predicted)),
        "f_score": float(f1_score(true, predicted, average="macro", labels=np.unique(true), zero_division=0)),
    }
