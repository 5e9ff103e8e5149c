"""Several models on the same samples, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from srna_tools.bundle import load_bundle
from srna_tools.errors import counted
from srna_tools.predict.annotate import SHALLOW, Annotation, annotate, require_usable
from srna_tools.predict.status import STATUS_ORDER, Thresholds

if TYPE_CHECKING:
    import anndata


@dataclass(frozen=True)
class Annotations:
    """Predictions by the name of the model."""

    by_model: dict[str, Annotation]

    def table(self) -> pd.DataFrame:
        """One row a sample, and a ``model`` column in front where there are several models."""
        return self._stacked({name: annotation.table for name, annotation in self.by_model.items()})

    def probabilities(self) -> pd.DataFrame:
        """Probability of every class, one row a sample and a column ``p:<class>`` a class."""
        return self._stacked(
            {
                name: annotation.probabilities.add_prefix("p:").rename_axis("sample").reset_index()
                for name, annotation in self.by_model.items()
            }
        )

    def summary(self) -> list[str]:
        """One line a model: how many samples have which status."""
        lines = []
        for name, annotation in self.by_model.items():
            numbers = annotation.table["status"].value_counts()
            parts = [f"{numbers[status]} {status}" for status in STATUS_ORDER if status in numbers]
            clipped = float(annotation.clipped.mean()) / annotation.features
            lines.append(
                f"{name}: {annotation.label} of {len(annotation.table)} samples predicted: {', '.join(parts)}; "
                f"{clipped:.1%} of the values lie outside the training range (clipped)"
            )
            lines += [f"note: {annotation.held_out}"] if annotation.held_out else []
            lines += [f"note: {sentence}" for sentence in annotation.names.sentences()]
            if annotation.shallow:
                lines.append(
                    f"note: {counted(annotation.shallow, 'sample')} predicted from fewer than {SHALLOW:,} reads; "
                    f"--min-depth {SHALLOW} would refuse that"
                )
        return lines

    def _stacked(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        if len(tables) == 1:
            return next(iter(tables.values()))
        return pd.concat([table.assign(model=name).set_index("model").reset_index() for name, table in tables.items()])


def annotate_with_all(samples: anndata.AnnData, models: Mapping[str, Path], thresholds: Thresholds) -> Annotations:
    """Annotate the samples with every model.

    Raises
    ------
    SampleError
        With one of the models no sample is usable.
    """
    by_model = {name: annotate(samples, load_bundle(path), thresholds) for name, path in models.items()}
    for annotation in by_model.values():
        require_usable(annotation)
    return Annotations(by_model)
