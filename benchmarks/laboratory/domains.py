"""A model that adapts to bias against models that do not: the comparison of Wartmann et al. 2020, figure 3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import anndata
import numpy as np
import pandas as pd

from laboratory.configuration import Experiment
from laboratory.domain_tables import difference_rows, figures_of, recall_rows, recalls, result_rows
from laboratory.fitting import Part, accuracies, fit_parts
from laboratory.markdown import number, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import cells_picture, image_link
from laboratory.source_grid import parts_of, rows_of
from laboratory.surroundings import Prepared, Surroundings, prepared
from srna_tools import schema
from srna_tools.errors import SrnaToolsError, listed
from srna_tools.io.h5ad import read_samples
from srna_tools.report.save import save_figure


@dataclass(frozen=True)
class DomainParameters:
    """Cells of the comparison, and which models are fitted how often in them.

    Attributes
    ----------
    cells
        Name, source domain, bias domain and test samples of each, such as
        ``["TCGA and bias", "TCGA", "microRNAome_v1/train", "microRNAome_v1/test"]``, in the words of
        `laboratory.source_grid.rows_of`. All models learn from source and bias together; without a bias domain
        those that adapt are left out.
    adapting
        Models that are told which samples are source; the first is tested against all that have seeds.
    without_seed
        Models that are fitted once: chance has no part in them.
    seeds
        Fits of each other model in each cell.
    by
        Sample column whose values the cells name.
    part_column
        Sample column with the parts that the cells name; empty where `studies` decides.
    studies
        The largest studies of each class in a resource are its part ``train``, the others its part ``test``.
    by_class
        Also show the recall of every class.
    """

    cells: tuple[tuple[str, str, str, str], ...]
    adapting: tuple[str, ...]
    without_seed: tuple[str, ...] = ()
    seeds: int = 10
    by: str = schema.RESOURCE
    part_column: str = ""
    studies: int = 2
    by_class: bool = False


@dataclass(frozen=True)
class Cell:
    """What trains and what tests: positions of samples, and the datasets of the source domain."""

    name: str
    source: np.ndarray
    bias: np.ndarray
    test: np.ndarray
    source_datasets: tuple[str, ...]

    @property
    def train(self) -> np.ndarray:
        """Both domains."""
        return np.union1d(self.source, self.bias)

    def part(self, seed: int) -> Part:
        """Give one fit of each model."""
        return Part({"cell": self.name, "run": seed}, self.train, self.test, seed, self.source_datasets)


def compare_domains(experiment: Experiment, parameters: DomainParameters, surroundings: Surroundings) -> Outcome:
    """Fit all models in all cells, and test the first that adapts against those with seeds."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    cells = cells_of(ready.obs, parameters)
    tables = [
        fit_parts(samples, ready.obs["label"].to_numpy(str), parts, models, surroundings.folder_of(chosen),
                  surroundings.threads)
        for parts, models in _work(cells, experiment.models, parameters)
    ]  # fmt: skip
    predictions = pd.concat(tables, ignore_index=True)
    measured = accuracies(predictions, ["cell", "model", "run"])
    order = [name for name in experiment.models if name in set(measured["model"])]
    adapting = parameters.adapting[0]
    sizes = {cell.name: (len(cell.source), len(cell.bias)) for cell in cells}
    picture = surroundings.images / f"{experiment.name}.png"
    save_figure(cells_picture(measured, list(sizes), order), picture)
    markdown = [
        table_of(_composition(ready, samples, parameters)),
        table_of(result_rows(measured, sizes, order)),
        f"{adapting} against the other models with seeds (Student's t-test over seeds, as in the paper; 0.01 is its "
        "threshold):\n",
        table_of(difference_rows(measured, list(sizes), adapting, order)),
        image_link(picture, "accuracy of each model in each cell"),
    ]
    figures = figures_of(measured, sizes, adapting, order)
    if parameters.by_class:
        markdown += [table_of(recall_rows(predictions, cell.name, order)) for cell in cells]
        figures |= {
            f"{cell.name}/{model}/recall/{name}": number(value)
            for cell in cells
            for (model, name), value in recalls(predictions[predictions["cell"] == cell.name]).items()
        }
    return Outcome("\n".join(markdown), figures)


def cells_of(obs: pd.DataFrame, parameters: DomainParameters) -> list[Cell]:
    """Look up the samples of all cells.

    Parameters
    ----------
    obs
        Annotation with ``label`` and ``dataset``.

    Raises
    ------
    SrnaToolsError
        Words name nothing, or a sample or a dataset would be in two places at once.
    """
    resources = _named_by(obs, parameters.by)
    if parameters.part_column:
        divided = obs[parameters.part_column].astype(str)
    else:
        divided = parts_of(obs["label"], obs["dataset"], resources, parameters.studies)
    cells = []
    for name, source, bias, test in parameters.cells:
        masks = [rows_of(words, resources, divided) if words else np.full(len(obs), False)
                 for words in (source, bias, test)]  # fmt: skip
        if (np.sum(masks, axis=0) > 1).any():
            raise SrnaToolsError(f"in the cell '{name}' samples are in two of source, bias and test; divide them")
        datasets = [set(obs["dataset"][mask]) for mask in masks]
        both = sorted(datasets[0] & datasets[1])
        if both:
            raise SrnaToolsError(f"in the cell '{name}' the datasets {listed(both)} are source and bias at once")
        first, second, third = (np.flatnonzero(mask) for mask in masks)
        cells.append(Cell(name, first, second, third, tuple(sorted(datasets[0]))))
    return cells


def _named_by(obs: pd.DataFrame, column: str) -> pd.Series:
    return schema.resources_of_table(obs) if column == schema.RESOURCE else obs[column].astype(str)


def _work(
    cells: Sequence[Cell], models: Sequence[str], parameters: DomainParameters
) -> Iterator[tuple[list[Part], list[str]]]:
    """Which parts are fitted with which models."""
    for adapts in (False, True):
        able = [cell for cell in cells if len(cell.bias) or not adapts]
        for seeds in (1, parameters.seeds):
            named = [
                model
                for model in models
                if (model in parameters.adapting) == adapts and (model in parameters.without_seed) == (seeds == 1)
            ]
            if named and able:
                yield [cell.part(seed) for cell in able for seed in range(seeds)], named


def _composition(ready: Prepared, samples: anndata.AnnData, parameters: DomainParameters) -> list[dict[str, str]]:
    named = _named_by(samples.obs, parameters.by)
    return [
        {parameters.by: str(name)} | Prepared(ready.path, ready.label, of_one).composition()
        for name, of_one in ready.obs.groupby(named)
    ]
