"""How large a class of samples is, and how large it must be: samples, and the datasets that they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srna_tools.errors import counted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Use:
    """Samples and datasets in which a label or a group occurs."""

    samples: int = 0
    datasets: frozenset[str] = frozenset()

    def __add__(self, other: Use) -> Use:
        return Use(self.samples + other.samples, self.datasets | other.datasets)

    def __str__(self) -> str:
        return f"{counted(self.samples, 'sample')} in {counted(len(self.datasets), 'dataset')}"


@dataclass(frozen=True)
class Minimum:
    """Samples and datasets that a class needs."""

    samples: int = 1
    datasets: int = 1

    def met_by(self, use: Use) -> bool:
        """Whether a class of this size is large enough."""
        return use.samples >= self.samples and len(use.datasets) >= self.datasets

    def __str__(self) -> str:
        return f"{counted(self.samples, 'sample')} in {counted(self.datasets, 'dataset')}"


def uses_of(labels: pd.Series, datasets: pd.Series) -> dict[str, Use]:
    """Count the samples and datasets of each label, in the order of the labels' names; missing labels are left out."""
    present = labels.notna()
    grouped = datasets[present].astype(str).groupby(labels[present].astype(str))
    return {str(label): Use(len(members), frozenset(members)) for label, members in grouped}
