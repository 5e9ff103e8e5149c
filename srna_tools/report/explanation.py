"""Pictures of an explanation: one a sample, and one of all classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from srna_tools.attribute.explain import Explainer
from srna_tools.attribute.overlap import top_overlap
from srna_tools.attribute.votes import best_two, strongest
from srna_tools.io.output import make_folder
from srna_tools.report.expression_plot import MOST_FEATURES, expression_plot
from srna_tools.report.heatmap import class_heatmap
from srna_tools.report.overlap_plot import overlap_plot
from srna_tools.report.sample_heatmap import sample_heatmap
from srna_tools.report.save import save_figure
from srna_tools.report.waterfall import WaterfallRows, sample_waterfall, waterfall_rows

_UNSAFE = re.compile(r"[^\w.-]+")
_TOP_OF_CLASS = 5
_TOP_OF_SAMPLE = 15


def draw_sample(explainer: Explainer, row: int, target: Path) -> None:
    """Draw the votes of all features for and against every class in one sample."""
    bundle = explainer.bundle
    best = int(explainer.probabilities[row].argmax())
    figure = sample_heatmap(
        explainer.scores(np.array([row]))[0],
        bundle.transform.features,
        bundle.classes,
        sample=str(explainer.samples.obs_names[row]),
        predicted=bundle.classes[best],
        probability=float(explainer.probabilities[row, best]),
        caption=explainer.describe(),
    )
    save_figure(figure, target)


def draw_samples(explainer: Explainer, rows: Iterable[int], folder: Path) -> None:
    """Draw the heatmap of every given sample into a folder."""
    for row, target in _pictures_in(folder, explainer, rows):
        draw_sample(explainer, row, target)


def draw_waterfalls(explainer: Explainer, rows: Iterable[int], folder: Path) -> None:
    """Draw the top votes of every given sample one after another, with the expression beside them, into a folder."""
    classes = explainer.bundle.classes
    predicted, runner_up = best_two(explainer.probabilities)
    for row, target in _pictures_in(folder, explainer, rows):
        figure = sample_waterfall(
            sample_rows(explainer, row),
            sample=str(explainer.samples.obs_names[row]),
            predicted=classes[predicted[row]],
            runner_up=classes[runner_up[row]],
            probability=float(explainer.probabilities[row, predicted[row]]),
            caption=explainer.describe(),
        )
        save_figure(figure, target)


def sample_rows(explainer: Explainer, row: int) -> WaterfallRows:
    """Rows of the waterfall of a sample: the features with the largest votes for or against its predicted class."""
    pair = np.concatenate(best_two(explainer.probabilities[[row]]))
    scores = explainer.scores(np.array([row]))[0, pair]
    shown = strongest(scores[0], _TOP_OF_SAMPLE)
    outputs = explainer.engine.outputs(explainer.inputs[[row]])[0]
    return waterfall_rows(
        scores,
        shown,
        explainer.bundle.transform.features,
        explainer.engine.start()[pair],
        outputs[pair],
        explainer.sample_expression.beside(row, int(pair[0]), shown),
    )


def _pictures_in(folder: Path, explainer: Explainer, rows: Iterable[int]) -> Iterator[tuple[int, Path]]:
    """Give each sample a PNG in the folder, of the sample's name made safe for file systems."""
    make_folder(folder)
    names: set[str] = set()
    for row in tqdm(list(rows), desc="drawing", unit=" samples", leave=False, disable=None):
        name = _UNSAFE.sub("_", str(explainer.samples.obs_names[row])).lstrip(".") or "sample"
        if name in names:
            name = f"{name}_{row}"
        names.add(name)
        yield row, folder / f"{name}.png"


def draw_classes(explainer: Explainer, table: pd.DataFrame, differences: np.ndarray, target: Path) -> None:
    """Draw the scores of every class for the first few features of each."""
    features = explainer.bundle.transform.features
    shown = list(dict.fromkeys(table.loc[table["rank"] <= _TOP_OF_CLASS, "feature"]))
    place = {name: position for position, name in enumerate(features)}
    with_samples = np.flatnonzero(~np.isnan(differences).any(axis=1))
    scores = differences[np.ix_(with_samples, np.array([place[name] for name in shown]))]
    classes = [explainer.bundle.classes[code] for code in with_samples]
    save_figure(class_heatmap(scores, shown, classes, caption=explainer.describe()), target)


def draw_expression(explainer: Explainer, table: pd.DataFrame, target: Path) -> None:
    """Draw how much each class expresses the first features of every class, as many as can be read."""
    classes = table["class"].drop_duplicates().tolist()
    best = np.sort(table.groupby("feature")["rank"].min())
    top = int(best[-1]) if len(best) <= MOST_FEATURES else max(1, int(best[MOST_FEATURES]) - 1)
    leading = table[table["rank"] <= top].drop_duplicates(["class", "feature"])
    shown = leading["feature"].drop_duplicates().tolist()[:MOST_FEATURES]
    ranks = leading.pivot_table(index="class", columns="feature", values="rank").reindex(index=classes, columns=shown)
    columns = pd.Index(explainer.bundle.transform.features).get_indexer(pd.Index(shown))
    codes = pd.Index(explainer.bundle.classes).get_indexer(pd.Index(classes))
    rpm = explainer.class_expression.means()[np.ix_(codes, columns)]
    caption = f"Shown are the top {top} features of each class. {explainer.describe()}"
    save_figure(expression_plot(rpm, shown, classes, ranks.to_numpy(), caption=caption), target)


def draw_overlap(explainer: Explainer, table: pd.DataFrame, ranked: int, target: Path) -> None:
    """Draw how many top features classes share, of so many that were ranked."""
    classes = table["class"].drop_duplicates().tolist()
    save_figure(overlap_plot(top_overlap(table, ranked), classes, caption=explainer.describe()), target)
