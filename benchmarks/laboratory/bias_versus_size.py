"""More studies against more samples of one study (Wartmann et al. 2020, figure 4), in a reduced design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from laboratory.configuration import Experiment
from laboratory.fitting import Part, accuracies, fit_parts
from laboratory.markdown import number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import arms_picture, image_link
from laboratory.study_draws import ONE_STUDY, STUDIES, draw_studies
from laboratory.surroundings import Surroundings, prepared
from srna_tools.io.h5ad import read_samples
from srna_tools.report.save import save_figure

_METRICS = {"msa": "mean sample accuracy", "mca": "mean class accuracy"}


@dataclass(frozen=True)
class ArmParameters:
    """The reduced design.

    Attributes
    ----------
    steps
        Largest number of studies a class.
    samples
        Samples a class that each step adds; one design a number.
    draws
        How often studies and samples are drawn; each draw has its own seed of the fits.
    """

    steps: int = 6
    samples: tuple[int, ...] = (3,)
    draws: int = 10


def compare_arms(experiment: Experiment, parameters: ArmParameters, surroundings: Surroundings) -> Outcome:
    """Fit all models on both arms of all draws."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    labels, datasets = ready.obs["label"].to_numpy(str), ready.obs["dataset"].to_numpy(str)
    parts = [
        Part({"added": added, "draw": draw, "arm": arm, "step": step}, train, drawn.test, seed=draw)
        for added in parameters.samples
        for draw in range(parameters.draws)
        for drawn in [draw_studies(labels, datasets, parameters.steps, added, seed=draw)]
        for (arm, step), train in drawn.training.items()
    ]
    predictions = fit_parts(
        samples, labels, parts, experiment.models, surroundings.folder_of(chosen), surroundings.threads
    )
    measured = accuracies(predictions, ["added", "model", "arm", "step", "draw"])
    markdown = [table_of([ready.composition()])]
    figures: dict[str, str] = {"tested": f"{measured['tested'].median():.0f}"}
    for added in parameters.samples:
        of_design = measured[measured["added"] == added]
        markdown += _tables(of_design, added)
        figures |= _figures(of_design, added)
        picture = surroundings.images / f"{experiment.name}_{added}.png"
        save_figure(arms_picture(of_design, added), picture)
        markdown.append(image_link(picture, "accuracy against the number of studies and of samples"))
    return Outcome("\n".join(markdown), figures)


def _tables(measured: pd.DataFrame, added: int) -> Iterator[str]:
    yield f"### {added} samples a class and step\n"
    tested = measured["tested"]
    yield (
        f"Tested on {tested.min():,} to {tested.max():,} samples of other studies, the same for both arms of a draw; "
        f"mean ± standard deviation over {measured['draw'].nunique()} draws.\n"
    )
    for metric, words in _METRICS.items():
        rows = []
        for (model, arm), of_arm in measured.groupby(["model", "arm"], sort=False):
            row = {f"{words}, by samples a class": f"{model}: {arm}"}
            for step, of_step in of_arm.groupby("step"):
                row[str(int(step) * added)] = spread(of_step[metric].mean(), of_step[metric].std())
            rows.append(row)
        yield table_of(rows)
    yield _advantage(measured)


def advantage(measured: pd.DataFrame, metric: str) -> pd.DataFrame:
    """At the last step, how much better more studies are than more samples of one: a column a model, a row a draw."""
    last = measured[measured["step"] == measured["step"].max()]
    wide = last.pivot_table(index="draw", columns=["model", "arm"], values=metric, sort=False)
    return wide.xs(STUDIES, axis=1, level="arm") - wide.xs(ONE_STUDY, axis=1, level="arm")


def _advantage(measured: pd.DataFrame) -> str:
    rows = [
        {
            "at the last step": model,
            **{
                f"{words}: more studies minus one study": f"{differences.mean():+.3f}, "
                f"better in {(differences > 0).sum()} of {len(differences)} draws"
                for metric, words in _METRICS.items()
                for differences in [advantage(measured, metric)[model]]
            },
        }
        for model in measured["model"].unique()
    ]
    return table_of(rows)


def _figures(measured: pd.DataFrame, added: int) -> dict[str, str]:
    figures = {
        f"{added}/{model}/{arm}/{step}/{metric}": number(of_step[metric].mean())
        for (model, arm, step), of_step in measured.groupby(["model", "arm", "step"], sort=False)
        for metric in _METRICS
    }
    for metric in _METRICS:
        for model, differences in advantage(measured, metric).items():
            figures[f"{added}/{model}/advantage/{metric}"] = f"{differences.mean():+.3f}"
            figures[f"{added}/{model}/better draws/{metric}"] = f"{(differences > 0).sum()} of {len(differences)}"
    return figures
