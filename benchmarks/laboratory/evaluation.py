"""One call of srna-evaluate, and the tables that it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from laboratory.commands import run
from laboratory.markdown import interval
from srna_tools.validation.out_of_fold import BASELINE

MODELS = Path(__file__).resolve().parents[1] / "experiments" / "models.json"


@dataclass(frozen=True)
class Request:
    """What is to be evaluated.

    Attributes
    ----------
    samples, label, models, scheme
        As srna-evaluate takes them; models by the names in models.json or their kinds.
    extra
        Further options of the command line.
    """

    samples: Path
    label: str
    models: Sequence[str]
    scheme: str
    folds: int = 5
    repeats: int = 1
    seed: int = 0
    extra: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Evaluation:
    """The tables of one call.

    Attributes
    ----------
    metrics, predictions, comparison
        See srna-evaluate.
    said
        What it printed.
    """

    metrics: pd.DataFrame
    predictions: pd.DataFrame
    said: str
    comparison: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def models(self) -> list[str]:
        """Names of the models, in order; the baseline last."""
        names = [name for name in self.metrics["model"].unique().tolist() if name]
        return [name for name in names if name != BASELINE] + [name for name in names if name == BASELINE]

    def measure(self, model: str, metric: str, scope: str = "overall", name: str = "") -> tuple[float, float, float]:
        """Value and interval of a metric; missing where it was not measured."""
        wanted = {"model": model, "scope": scope, "name": name, "metric": metric}
        found = self.metrics[(self.metrics[list(wanted)] == pd.Series(wanted)).all(axis=1)]
        if found.empty:
            return np.nan, np.nan, np.nan
        value, low, high = found[["value", "low", "high"]].iloc[0].to_numpy(np.float64)
        return float(value), float(low), float(high)

    def printed(self, model: str, metric: str, scope: str = "overall", name: str = "") -> str:
        """Give a metric with its interval as the tables show it."""
        return interval(*self.measure(model, metric, scope, name))

    def untested(self) -> pd.Series:
        """Samples that could not be tested, by ``dataset: class``."""
        table = self.metrics[self.metrics["scope"] == "untested"]
        return table.set_index("name")["value"].astype(int)


def evaluate(request: Request, folder: Path, threads: int) -> Evaluation:
    """Run srna-evaluate in a folder where a run that was stopped goes on.

    Raises
    ------
    SrnaToolsError
        The executable failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    said = run(
        ["srna-evaluate", request.samples.resolve(), "--label", request.label, "--models", ",".join(request.models),
         "--model-settings", MODELS, "--scheme", request.scheme, "--folds", request.folds,
         "--repeats", request.repeats, "--seed", request.seed, "--threads", threads, "--resume", "folds",
         "-o", "metrics.tsv", "--predictions-output", "predictions.tsv",
         "--comparison-output", "comparison.tsv", *request.extra],
        folder,
    )  # fmt: skip
    return Evaluation(
        read_metrics(folder / "metrics.tsv"),
        read_predictions(folder / "predictions.tsv"),
        said,
        read_comparison(folder / "comparison.tsv"),
    )


def read_metrics(path: Path) -> pd.DataFrame:
    """Read metrics.tsv; names stay text."""
    text = dict.fromkeys(("model", "scheme", "scope", "name", "metric"), str)
    missing = dict.fromkeys(("value", "low", "high"), "")
    table = pd.read_csv(path, sep="\t", dtype=text, keep_default_na=False, na_values=missing)
    return table.astype(dict.fromkeys(missing, float))


def read_predictions(path: Path) -> pd.DataFrame:
    """Read predictions.tsv; names stay text."""
    text = dict.fromkeys(("sample", "dataset", "model", "true", "predicted"), str)
    return pd.read_csv(path, sep="\t", dtype=text, keep_default_na=False)


def read_comparison(path: Path) -> pd.DataFrame:
    """Read comparison.tsv; names stay text, p values as they are written."""
    table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    numbers = {name: pd.to_numeric(table[name]) for name in ("n", "difference", "low", "high", "p_corrected")}
    return table.assign(**numbers)
