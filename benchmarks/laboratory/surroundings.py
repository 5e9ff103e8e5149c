"""What every kind of experiment is given: where data lies, where work goes, how many threads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from laboratory.configuration import Experiment, SampleSet
from laboratory.preparation import prepare
from srna_tools import schema
from srna_tools.io.h5ad import read_samples


@dataclass(frozen=True)
class Surroundings:
    """Folders and threads of one experiment.

    Attributes
    ----------
    data
        The public data.
    work
        What lies between: a folder of its own for every set of samples.
    images
        Where the document's pictures lie.
    """

    data: Path
    work: Path
    images: Path
    threads: int

    def folder_of(self, samples: SampleSet) -> Path:
        """Where a set of samples is made."""
        return self.work / "".join(letter if letter.isalnum() else "-" for letter in samples.name)


@dataclass(frozen=True)
class Prepared:
    """A set of samples, ready.

    Attributes
    ----------
    obs
        Annotation of the samples that have a label; ``label`` and ``dataset`` as text.
    """

    path: Path
    label: str
    obs: pd.DataFrame

    def composition(self) -> dict[str, str]:
        """Numbers of samples, datasets and classes, and the classes by size, as a row of a table."""
        grouped = self.obs.groupby("label")["dataset"]
        sizes = pd.DataFrame({"samples": grouped.size(), "datasets": grouped.nunique()})
        sizes = sizes.sort_values("samples", ascending=False, kind="stable")
        return {
            "samples": f"{len(self.obs):,}",
            "datasets": f"{self.obs['dataset'].nunique():,}",
            "classes": f"{len(sizes):,}",
            "samples (datasets) of each class": ", ".join(
                f"{name} {row.samples:,} ({row.datasets:,})" for name, row in sizes.iterrows()
            ),
        }


def prepared(experiment: Experiment, samples: SampleSet, surroundings: Surroundings) -> Prepared:
    """Prepare a set of samples, and read their annotation."""
    path = prepare(samples, surroundings.data, surroundings.folder_of(samples))
    table, label = read_samples(path), samples.label or experiment.label
    obs = table.obs.assign(label=schema.labels_of(table, label), dataset=table.obs[schema.DATASET].astype(str))
    return Prepared(path, label, obs[obs["label"].notna()])
