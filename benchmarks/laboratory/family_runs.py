"""What the experiments on miRNA families share: their data, models by name, and evaluations that are kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from laboratory.kept import kept_table
from laboratory.markdown import NONE
from srna_tools.io.family_files import ReadFamilies, read_family_files
from srna_tools.sequences.evaluation import Keep, contenders_of, evaluate_families
from srna_tools.sequences.evaluation_design import FamilyDesign, Others
from srna_tools.sequences.evaluation_fit import FamilyContender
from srna_tools.sequences.evaluation_metrics import measure_families
from srna_tools.sequences.evaluation_others import read_others
from srna_tools.sequences.registry import FAMILY_MODELS

LONGEST = 200
_BOOTSTRAPS = 1000


@dataclass(frozen=True)
class Variants:
    """Models that are a kind with other settings than its own: by name, ``kind`` and settings."""

    by_name: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def contenders(self, names: Sequence[str]) -> list[FamilyContender]:
        """Look up models by name, those of the plain kinds too."""
        found = []
        for name in names:
            if name not in self.by_name:
                found += contenders_of([name], lambda kind: FAMILY_MODELS[kind].settings())
                continue
            settings = dict(self.by_name[name])
            kind = settings.pop("kind")
            tuples = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
            found.append(FamilyContender(name, kind, FAMILY_MODELS[kind].settings(**tuples)))
        return found


class Measured:
    """Metrics of an evaluation, looked up by place."""

    def __init__(self, metrics: pd.DataFrame) -> None:
        keys = metrics[["model", "scheme", "scope", "name", "metric"]].astype(str).itertuples(index=False, name=None)
        self.metrics = metrics
        self._values = dict(zip(keys, metrics["value"].tolist(), strict=True))

    def value(self, model: str, scheme: str, scope: str, name: str, metric: str) -> float:
        """A metric; not a number where it could not be measured."""
        return float(self._values.get((model, scheme, scope, name, metric), float("nan")))

    def percent(self, model: str, scheme: str, scope: str, name: str, metric: str) -> str:
        """A share in per cent, with the standard deviation over the repeats where there is one."""
        value = self.value(model, scheme, scope, name, metric)
        deviation = self.value(model, scheme, scope, name, f"{metric}_sd")
        return percent(value) if math.isnan(deviation) else f"{percent(value)} ± {percent(deviation)}"


def percent(share: float) -> str:
    """Two digits of a share in per cent, as the paper has them; a dash for what could not be measured."""
    return NONE if math.isnan(share) else f"{100 * share:.2f}"


def rfam(data: Path) -> ReadFamilies:
    """Families of Rfam, each a FASTA."""
    return read_family_files([data / "rfam_mirna"], max_length=LONGEST)


def mirbase(data: Path, what: str) -> ReadFamilies:
    """Families of miRBase: ``mature`` miRNAs or stem-loops (``hairpin``)."""
    folder = data / "mirbase_v18"
    return read_family_files([folder / f"{what}.fa.gz"], table=folder / "miFam.dat.gz", max_length=LONGEST)


def other_rnas(data: Path) -> Others:
    """Non-coding RNAs of twelve classes, and no miRNA."""
    (file,) = sorted((data / "ncrna_negatives").glob("*.fasta"))
    return read_others([file], LONGEST)[0]


def evaluated(
    read: ReadFamilies, others: Others, contenders: Sequence[FamilyContender], design: FamilyDesign, folder: Path,
    threads: int,
) -> tuple[pd.DataFrame, Measured]:  # fmt: skip
    """Evaluate models; what an earlier run finished is read from the folder. Predictions, and what they say."""
    predictions = evaluate_families(
        read.families, read.ids, others, contenders, design, threads=threads, keep=keeping(folder)
    )
    return predictions, Measured(measure_families(predictions, bootstraps=_BOOTSTRAPS, seed=design.seed))


def keeping(folder: Path) -> Keep:
    """Keep tables in a folder, with all digits: scores near 1 differ in the last."""

    def keep(depends_on: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        return kept_table(folder, depends_on, lambda: _all_digits(make()))

    return keep


def _all_digits(table: pd.DataFrame) -> pd.DataFrame:
    floats = table.select_dtypes("floating").columns
    return table.assign(**{name: [repr(value) for value in table[name].tolist()] for name in floats})
