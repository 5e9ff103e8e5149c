"""Experiments that try ways to cross from study to study, inside training sets alone: what judges is never touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import anndata
import numpy as np
import pandas as pd
from tqdm import tqdm

from laboratory import trial_methods as methods
from laboratory.configuration import Experiment
from laboratory.markdown import NONE, number, spread, table_of
from laboratory.outcome import Outcome
from laboratory.surroundings import Surroundings, prepared
from laboratory.trial_methods import Method, Task
from srna_tools import schema
from srna_tools.evaluate.fits import Material
from srna_tools.evaluate.views import RESOURCES, STUDIES, views_of
from srna_tools.io.h5ad import read_samples
from srna_tools.models.interface import TrainingSamples
from srna_tools.preprocess.specification import EXPRESSED, TransformSpecification
from srna_tools.preprocess.transform import Transform
from srna_tools.validation.splits import Labelled, plan_splits

_LOG_RPM, _RANK, _RATIO = EXPRESSED, replace(EXPRESSED, normalisation="rank"), replace(EXPRESSED, normalisation="clr")
_PRESENCE = replace(EXPRESSED, normalisation="presence")
_ANY = replace(EXPRESSED, measured="any")


@dataclass(frozen=True)
class Trial:
    """One way.

    Attributes
    ----------
    baseline
        Name of the trial that it must beat.
    parts
        Inputs and method; the probabilities of several are averaged.
    thinned
        Share of the reads that a copy of each training sample keeps, added to the training; 0 for none.
    """

    baseline: str
    parts: tuple[tuple[TransformSpecification, Method], ...]
    thinned: float = 0.0


_LOGISTIC, _DISCRIMINANT = "logistic, log-RPM", "discriminant, log-RPM"

TRIALS: dict[str, Trial] = {
    _LOGISTIC: Trial("", ((_LOG_RPM, methods.plain),)),
    "logistic, ranks": Trial(_LOGISTIC, ((_RANK, methods.plain),)),
    "logistic, log-ratios (CLR)": Trial(_LOGISTIC, ((_RATIO, methods.plain),)),
    "logistic, presence": Trial(_LOGISTIC, ((_PRESENCE, methods.plain),)),
    "logistic, features any resource measured": Trial(_LOGISTIC, ((_ANY, methods.plain),)),
    "logistic, studies weigh the same": Trial(_LOGISTIC, ((_LOG_RPM, methods.study_weights),)),
    "logistic, 10 nuisance directions out (NAP)": Trial(_LOGISTIC, ((_LOG_RPM, methods.projected(10)),)),
    "logistic, 30 nuisance directions out (NAP)": Trial(_LOGISTIC, ((_LOG_RPM, methods.projected(30)),)),
    "logistic, whitened, shrunk to the identity (WCCN)": Trial(_LOGISTIC, ((_LOG_RPM, methods.identity_whitened),)),
    "logistic, whitened, shrunk to the diagonal": Trial(_LOGISTIC, ((_LOG_RPM, methods.whitened),)),
    "logistic, resources recoloured (CORAL)": Trial(_LOGISTIC, ((_LOG_RPM, methods.recoloured(methods.plain)),)),
    "logistic, half of the features, the consistent ones": Trial(
        _LOGISTIC, ((_LOG_RPM, methods.consistent_features(methods.plain, 0.5)),)
    ),
    "logistic, studies mixed": Trial(_LOGISTIC, ((_LOG_RPM, methods.mixed_studies(methods.plain)),)),
    "logistic, reads down-sampled to a tenth": Trial(_LOGISTIC, ((_LOG_RPM, methods.plain),), thinned=0.1),
    _DISCRIMINANT: Trial(_LOGISTIC, ((_LOG_RPM, methods.discriminant),)),
    "discriminant, shrinkage 0.03": Trial(_DISCRIMINANT, ((_LOG_RPM, methods.discriminant_with(0.03)),)),
    "discriminant, shrinkage 0.1": Trial(_DISCRIMINANT, ((_LOG_RPM, methods.discriminant_with(0.1)),)),
    "discriminant, shrinkage 0.3": Trial(_DISCRIMINANT, ((_LOG_RPM, methods.discriminant_with(0.3)),)),
    "discriminant, shrinkage 0.6": Trial(_DISCRIMINANT, ((_LOG_RPM, methods.discriminant_with(0.6)),)),
    "discriminant, ranks": Trial(_DISCRIMINANT, ((_RANK, methods.discriminant),)),
    "discriminant, log-ratios (CLR)": Trial(_DISCRIMINANT, ((_RATIO, methods.discriminant),)),
    "discriminant, presence": Trial(_DISCRIMINANT, ((_PRESENCE, methods.discriminant),)),
    "discriminant, features any resource measured": Trial(_DISCRIMINANT, ((_ANY, methods.discriminant),)),
    "discriminant, unsure means of classes (PLDA)": Trial(_DISCRIMINANT, ((_LOG_RPM, methods.unequal_means),)),
    "discriminant, resources recoloured (CORAL)": Trial(
        _DISCRIMINANT, ((_LOG_RPM, methods.recoloured(methods.discriminant)),)
    ),
    "discriminant, half of the features, the consistent ones": Trial(
        _DISCRIMINANT, ((_LOG_RPM, methods.consistent_features(methods.discriminant, 0.5)),)
    ),
    "discriminant, studies mixed": Trial(_DISCRIMINANT, ((_LOG_RPM, methods.mixed_studies(methods.discriminant)),)),
    "discriminant, reads down-sampled to a tenth": Trial(
        _DISCRIMINANT, ((_LOG_RPM, methods.discriminant),), thinned=0.1
    ),
    "discriminants of log-RPM, ranks and log-ratios, averaged": Trial(
        _DISCRIMINANT, tuple((inputs, methods.discriminant) for inputs in (_LOG_RPM, _RANK, _RATIO))
    ),
    "discriminant and whitened logistic, averaged": Trial(
        _DISCRIMINANT, ((_LOG_RPM, methods.discriminant), (_LOG_RPM, methods.whitened))
    ),
    "logistic, each dataset centred on itself": Trial(_LOGISTIC, ((_LOG_RPM, methods.centred(methods.plain)),)),
    "discriminant, each dataset centred on itself": Trial(
        _DISCRIMINANT, ((_LOG_RPM, methods.centred(methods.discriminant)),)
    ),
}


@dataclass(frozen=True)
class TrialParameters:
    """How trials are judged.

    Attributes
    ----------
    outer_folds
        Training sets, each without a part of the studies that is not looked at.
    """

    outer_folds: int = 6
    seed: int = 0


def carry_out_trials(experiment: Experiment, parameters: TrialParameters, surroundings: Surroundings) -> Outcome:
    """Judge every trial inside each training set, by studies and by resources left out of it."""
    samples = prepared(experiment, experiment.sets[0], surroundings)
    table = read_samples(samples.path)
    labels = schema.labels_of(table, samples.label)
    material = Material(table[labels.notna().to_numpy()], labels.dropna().to_numpy(str))
    training_sets = _training_sets(material, parameters)
    steps = [(name, place) for name in TRIALS for place in range(len(training_sets))]
    results = _side_by_side(
        [partial(_score, TRIALS[name], training_sets[place], material) for name, place in steps], surroundings.threads
    )
    scores = pd.DataFrame(
        [{"trial": name, "set": place, **result} for (name, place), result in zip(steps, results, strict=True)]
    )
    return _outcome(scores)


def _training_sets(material: Material, parameters: TrialParameters) -> list[np.ndarray]:
    facts = Labelled(material.labels, material.datasets, material.linked, material.datasets)
    plan = plan_splits("group-kfold", facts, folds=parameters.outer_folds, seed=parameters.seed, rare_classes=True)
    return [fold.train for fold in plan.folds]


def _side_by_side(tasks: list[Callable[[], dict[str, float]]], threads: int) -> list[dict[str, float]]:
    from joblib import Parallel, delayed

    runner = Parallel(n_jobs=threads, return_as="generator")
    running = runner(delayed(_on_one_thread)(task) for task in tasks)
    return list(tqdm(running, total=len(tasks), desc="trials", disable=None))


def _on_one_thread(task: Callable[[], dict[str, float]]) -> dict[str, float]:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return task()


def _score(trial: Trial, train: np.ndarray, material: Material) -> dict[str, float]:
    """Mean class accuracy of a trial on studies and on resources left out of a training set."""
    scores = {}
    for view in views_of(train, material, 0):
        true, predicted = [], []
        for fold in view.plan.folds:
            probabilities = np.mean(
                [_probabilities(*part, trial.thinned, fold.train, fold.test, material) for part in trial.parts], axis=0
            )
            present = np.unique(material.codes[fold.train])
            true.append(material.codes[fold.test])
            predicted.append(present[probabilities.argmax(axis=1)])
        right = pd.Series(np.concatenate(true) == np.concatenate(predicted))
        scores[view.name] = float(right.groupby(np.concatenate(true)).mean().mean())
    return scores


def _probabilities(
    specification: TransformSpecification, method: Method, thinned: float, train: np.ndarray, test: np.ndarray,
    material: Material,
) -> np.ndarray:  # fmt: skip
    transform = Transform.fit(material.samples[train], specification)
    values = transform.apply(material.samples[train]).values
    rows = train
    if thinned:
        values = np.vstack([values, transform.apply(_thinned(material.samples[train].copy(), thinned)).values])
        rows = np.concatenate([train, train])
    classes, codes = np.unique(material.codes[rows], return_inverse=True)
    samples = TrainingSamples(values, codes, len(classes), material.datasets[rows])
    new = transform.apply(material.samples[test]).values
    return method(Task(samples, material.resources[rows], new, material.datasets[test]))


def _thinned(samples: anndata.AnnData, share: float) -> anndata.AnnData:
    """Keep each read with a probability of `share`."""
    counts = schema.counts_of(samples).copy()
    counts.data = np.random.default_rng(0).binomial(counts.data.astype(np.int64), share).astype(counts.data.dtype)
    samples.layers[schema.COUNTS] = counts
    return samples


def _outcome(scores: pd.DataFrame) -> Outcome:
    scores = scores.assign(mean=scores[[STUDIES, RESOURCES]].mean(axis=1))
    by_set = scores.set_index(["trial", "set"])["mean"]
    means = scores.groupby("trial")[[STUDIES, RESOURCES, "mean"]].mean()
    rows, figures = [], {}
    for name, trial in TRIALS.items():
        gain = by_set.loc[name] - by_set.loc[trial.baseline or name]
        rows.append(
            {
                "trial": name,
                "studies left out": number(means.loc[name, STUDIES]),
                "resources left out": number(means.loc[name, RESOURCES]),
                "mean": number(means.loc[name, "mean"]),
                "gain over": trial.baseline or NONE,
                "gain": spread(float(gain.mean()), float(gain.std())) if trial.baseline else NONE,
            }
        )
        figures |= {f"{name}/{key}": number(means.loc[name, key]) for key in (STUDIES, RESOURCES, "mean")}
        figures[f"{name}/gain"] = f"{gain.mean():+.3f}"
    return Outcome(table_of(rows), figures)
