"""Deletion curves of samples whose studies were left out of training."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial

import anndata
import numpy as np
import pandas as pd

from laboratory.configuration import Experiment, SampleSet
from laboratory.evaluation import MODELS
from laboratory.kept import kept_table
from laboratory.markdown import number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import deletion_picture, image_link
from laboratory.rankings import Ranking, by_explanation, by_forest, by_forests_of_classes, trained
from laboratory.surroundings import Surroundings, prepared
from srna_tools import schema
from srna_tools.attribute.deletion import (
    DRAWS,
    OF_CLASS,
    OWN,
    RANDOM,
    after_removal,
    areas,
    curve_table,
    random_orders,
)
from srna_tools.attribute.explain import Explainer, prepare
from srna_tools.attribute.ranking import falling, own_advantages
from srna_tools.evaluate.contender import Contender
from srna_tools.evaluate.contenders import contenders, read_variants
from srna_tools.io.h5ad import read_samples
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.report.save import save_figure
from srna_tools.validation.linked import linked_samples
from srna_tools.validation.splits import Labelled, plan_splits

FOREST, FORESTS = "forest importance", "forest importance of its class"


@dataclass(frozen=True)
class DeletionParameters:
    """How the curves are made.

    Attributes
    ----------
    references
        Of the explanations of each model, in the order of the models; removed features are set to them.
    folds
        Parts of the studies, each left out of training once.
    """

    references: tuple[str, ...]
    folds: int = 5
    seed: int = 0


def draw_deletion(experiment: Experiment, parameters: DeletionParameters, around: Surroundings) -> Outcome:
    """Train without some studies, and remove features from the samples of these."""
    compositions, found = [], []
    for one in experiment.sets:
        composition, tables = _of_set(experiment, one, parameters, around)
        compositions.append({"data": one.name} | composition)
        found.append(tables.assign(data=one.name))
    curves = pd.concat(found, ignore_index=True)
    picture = around.images / "deletion_curves.png"
    save_figure(deletion_picture(pooled(curves)), picture)
    folds = _areas_of_folds(curves)
    rows = []
    for (data, model), of_model in folds.groupby(["data", "model"], sort=False):
        cells = of_model.groupby("order", sort=False)["area"]
        rows.append(
            {"data": data, "model": model}
            | {order: spread(area.mean(), area.std()) for order, area in cells}
        )  # fmt: skip
    figures = {
        f"{data}/{model}/{order}": number(area)
        for (data, model, order), area in folds.groupby(["data", "model", "order"])["area"].mean().items()
    }
    said = f"Area under the curve, mean ± standard deviation over {parameters.folds} parts of the studies.\n"
    return Outcome("\n".join([table_of(compositions), said, table_of(rows), image_link(picture, "Deletion curves")]),
                   figures)  # fmt: skip


def pooled(curves: pd.DataFrame) -> pd.DataFrame:
    """Average the curves of all parts, each weighted by its samples, at the steps that all parts have.

    The last step, all features, counts as one whatever their number.

    Parameters
    ----------
    curves
        ``data model part order removed probability samples``.
    """
    keys = ["data", "model", "order"]
    last = curves["removed"] == curves.groupby([*keys, "part"])["removed"].transform("max")
    all_features = curves.groupby(keys[:2])["removed"].transform("max")
    aligned = curves.assign(removed=curves["removed"].where(~last, all_features))
    parts = aligned.groupby(keys[:2])["part"].transform("nunique")
    aligned = aligned[aligned.groupby([*keys, "removed"])["part"].transform("nunique") == parts]
    weighted = aligned.assign(probability=aligned["probability"] * aligned["samples"])
    sums = weighted.groupby([*keys, "removed"], sort=False)[["probability", "samples"]].sum().reset_index()
    return sums.assign(probability=sums["probability"] / sums["samples"])


def _of_set(
    experiment: Experiment, one: SampleSet, parameters: DeletionParameters, around: Surroundings
) -> tuple[dict[str, str], pd.DataFrame]:
    ready = prepared(experiment, one, around)
    samples = read_samples(ready.path)[ready.obs.index].copy()
    labels, datasets = ready.obs["label"].to_numpy(str), ready.obs["dataset"].to_numpy(str)
    facts = Labelled(labels, datasets, linked_samples(ready.obs), datasets)
    plan = plan_splits("group-kfold", facts, folds=parameters.folds, seed=parameters.seed, rare_classes=True)
    known = {
        model.name: model
        for model in contenders(samples, list(dict.fromkeys(experiment.models)), {}, read_variants(MODELS))
    }
    chosen = list(zip(experiment.models, parameters.references, strict=True))
    tables = []
    for fold in plan.folds:
        training, tested = samples[fold.train].copy(), samples[fold.test].copy()
        forests = _Forests(training, ready.label, parameters.seed, around.threads)
        for name, reference in chosen:
            model = known[name]
            depends_on = [one.prepare, ready.label, asdict(parameters), fold.number, model.to_dict(), reference]
            make = partial(_of_model, model, reference, training, tested, forests)
            curves = kept_table(around.work / "curves", depends_on, make)
            tables.append(curves.assign(model=f"{name}, reference {reference}", part=fold.number))
    return ready.composition(), pd.concat(tables, ignore_index=True)


class _Forests:
    """Rankings by forests of one training set, made once for each choice of features: scaling does not matter."""

    def __init__(self, training: anndata.AnnData, label: str, seed: int, threads: int) -> None:
        self.label, self.seed, self.threads = label, seed, threads
        self._training = training
        self._made: dict[TransformSpecification, tuple[Ranking, Ranking]] = {}

    def of(self, specification: TransformSpecification) -> tuple[Ranking, Ranking]:
        """Return the order of one forest for all classes, and those of a forest for each class."""
        unscaled = replace(specification, scaling="none")
        if unscaled not in self._made:
            arguments = (self._training, self.label, unscaled, self.seed, self.threads)
            self._made[unscaled] = by_forest(*arguments), by_forests_of_classes(*arguments)
        return self._made[unscaled]


def _of_model(
    model: Contender, reference: str, training: anndata.AnnData, tested: anndata.AnnData, forests: _Forests
) -> pd.DataFrame:
    """Curves of the samples left out, in all orders; samples of classes that were not trained are left out too."""
    bundle = trained(training, forests.label, model, forests.seed, forests.threads)
    known = schema.labels_of(tested, bundle.label).isin(bundle.classes).to_numpy()
    explainer = prepare(tested[known].copy(), bundle, rule="rescale", reference=reference)
    features = len(bundle.transform.features)
    forest, of_classes = forests.of(bundle.transform.specification)
    orders = {
        OWN: _own_orders(explainer),
        OF_CLASS: _of_classes(by_explanation(training, bundle, reference), explainer),
        FOREST: _of_classes(forest, explainer),
        FORESTS: _of_classes(of_classes, explainer),
    }
    curves = {name: _curves(explainer, order) for name, order in orders.items()}
    by_chance = [_curves(explainer, order) for order in random_orders(features, DRAWS, forests.seed)]
    return curve_table(curves | {RANDOM: np.mean(by_chance, axis=0)}, features)


def _curves(explainer: Explainer, order: np.ndarray) -> np.ndarray:
    reference = explainer.engine.reference
    return after_removal(explainer.bundle.probabilities, explainer.inputs, explainer.codes, order, reference)


def _own_orders(explainer: Explainer) -> np.ndarray:
    rows = range(len(explainer.codes))
    scores = [own_advantages(explainer.scores(np.array([row])), int(explainer.codes[row]))[0] for row in rows]
    return falling(np.array(scores))


def _of_classes(ranking: Ranking, explainer: Explainer) -> np.ndarray:
    """Order of each sample: that of its class, as numbers of features."""
    place = {name: number for number, name in enumerate(explainer.bundle.transform.features)}
    orders = np.array([[place[name] for name in ranking[one]] for one in explainer.bundle.classes])
    return np.asarray(orders[explainer.codes])


def _areas_of_folds(curves: pd.DataFrame) -> pd.DataFrame:
    keys = ["data", "model", "part"]
    rows: list[dict[str, object]] = []
    for names, of_part in curves.groupby(keys, sort=False):
        found = areas(of_part)
        rows += [dict(zip(keys, names, strict=True)) | {"order": order, "area": area} for order, area in found.items()]
    return pd.DataFrame(rows)
