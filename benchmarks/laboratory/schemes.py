"""Experiments that compare models under one or more schemes of validation, on one or more sets of samples."""

from __future__ import annotations

from laboratory.compared import Compared, SchemeParameters
from laboratory.configuration import Experiment
from laboratory.evaluation import Request, evaluate
from laboratory.markdown import table_of
from laboratory.outcome import Outcome
from laboratory.scheme_tables import figures_of, tables_of
from laboratory.surroundings import Surroundings, prepared


def compare_schemes(experiment: Experiment, parameters: SchemeParameters, surroundings: Surroundings) -> Outcome:
    """Evaluate all models on all sets under all schemes."""
    compared = [_compared(experiment, parameters, place, surroundings) for place in range(len(experiment.sets))]
    parts = [table_of([{"data": one.name} | one.samples.composition() for one in compared])]
    figures: dict[str, str] = {}
    for one in compared:
        parts += tables_of(one, parameters, headed=len(compared) > 1)
        figures |= figures_of(one, parameters)
    return Outcome("\n".join(part for part in parts if part), figures)


def _compared(experiment: Experiment, parameters: SchemeParameters, place: int, around: Surroundings) -> Compared:
    chosen = experiment.sets[place]
    samples = prepared(experiment, chosen, around)
    extra = {"group-kfold": ("--group-column", parameters.group_column),
             "split": ("--split-column", parameters.split_column)}  # fmt: skip
    by_scheme = {
        scheme: evaluate(
            Request(
                samples.path,
                samples.label,
                experiment.models,
                scheme,
                folds=parameters.folds,
                repeats=parameters.repeats,
                seed=parameters.seed,
                extra=extra.get(scheme, ()),
            ),
            around.folder_of(chosen) / scheme,
            around.threads,
        )
        for scheme in chosen.schemes or parameters.schemes
    }
    return Compared(chosen.name, samples, by_scheme)
