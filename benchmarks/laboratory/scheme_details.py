"""Further tables of compared models: classes, inside datasets, over samples, and tests between models."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from laboratory.compared import SCHEMES, Compared
from laboratory.evaluation import Evaluation
from laboratory.few_samples import accuracy_over_samples, least_above_chance
from laboratory.markdown import interval, number, table_of
from laboratory.within_datasets import mean_interval, within_datasets
from srna_tools.errors import counted
from srna_tools.validation.out_of_fold import BASELINE
from srna_tools.validation.splits import RANDOM_SCHEMES

# With two datasets of a class, one left out leaves the class to a single study.
_SEVERAL = 3

_Interval = tuple[float, float, float]


def over_samples(one: Compared) -> Iterator[str]:
    """Give intervals over samples, and the least accuracy that differs from chance."""
    share = one.samples.obs["label"].value_counts(normalize=True).iloc[0]
    number_of_samples = len(one.samples.obs)
    least = least_above_chance(number_of_samples, share)
    rows = []
    for model in one.fitted:
        row = {"model": model}
        for scheme, evaluation in one.by_scheme.items():
            of_model = evaluation.predictions[evaluation.predictions["model"] == model]
            row[f"{SCHEMES[scheme]}: accuracy, interval over samples"] = interval(*accuracy_over_samples(of_model))
        rows.append(row)
    yield table_of(rows)
    told = "no accuracy can" if np.isnan(least) else f"an accuracy below {number(least)} cannot"
    yield (
        f"The commonest class has a share of {number(share)}; with {counted(number_of_samples, 'sample')} {told} be "
        "told from always naming it (one-sided binomial test, 5 %).\n"
    )


def comparison_with(one: Compared, model: str) -> Iterator[str]:
    """Test a model against the others, where datasets are new to all of them."""
    for scheme, evaluation in one.by_scheme.items():
        table = evaluation.comparison
        if scheme in RANDOM_SCHEMES or table.empty:
            continue
        rows = []
        for pair in table[(table["scope"] == "datasets") & (table["unit"] != "")].to_dict("records"):
            models = [pair["model_a"], pair["model_b"]]
            if model in models and pair["model_b"]:
                other = next(name for name in models if name != model)
                sides = (pair["difference"], pair["low"], pair["high"])
                ours = sides if models[0] == model else (-sides[0], -sides[2], -sides[1])
                rows.append(
                    {
                        f"{SCHEMES[scheme]}: {model} against": other,
                        f"difference of accuracy, mean of {pair['n']} datasets": interval(*ours),
                        "p, corrected for all pairs": f"{pair['p_corrected']:.2g}",
                    }
                )
        yield "Paired over datasets (Wilcoxon's signed-rank test, Holm's correction):\n"
        yield table_of(rows)


def inside_datasets(one: Compared, fewest: int) -> Iterator[str]:
    """Give figures inside datasets, where knowing the dataset does not help."""
    yield "Inside each dataset, where knowing the dataset does not help:\n"
    yield table_of([_row_within(one, model, fewest) for model in one.fitted])


def _row_within(one: Compared, model: str, fewest: int) -> dict[str, str]:
    row = {"model": model}
    for scheme, (datasets, balanced, auroc) in within(one, model, fewest).items():
        row[f"{SCHEMES[scheme]}: balanced accuracy, mean of {datasets} datasets"] = interval(*balanced)
        row[f"{SCHEMES[scheme]}: AUROC"] = interval(*auroc)
    return row


def within(one: Compared, model: str, fewest: int) -> dict[str, tuple[int, _Interval, _Interval]]:
    """Number of datasets, balanced accuracy and AUROC inside datasets, by scheme."""
    found = {}
    for scheme, evaluation in one.by_scheme.items():
        table = within_datasets(evaluation.predictions[evaluation.predictions["model"] == model], fewest)
        found[scheme] = (len(table), mean_interval(table["balanced_accuracy"]), mean_interval(table["auroc"]))
    return found


def by_class(one: Compared) -> Iterator[str]:
    """Give the recall of every class under every scheme."""
    for scheme, evaluation in one.by_scheme.items():
        tested = sorted(evaluation.predictions["true"].unique())
        datasets = one.samples.obs.groupby("label")["dataset"].nunique()
        rows = [
            {"class": name, "datasets": str(datasets[name])}
            | {
                model: number(evaluation.measure(model, "recall", "class", name)[0])
                for model in evaluation.models
                if model != BASELINE
            }
            for name in tested
        ]
        yield f"Recall of each class, {SCHEMES[scheme]}:\n"
        yield table_of(rows)
        means = mean_of_frequent(one, evaluation)
        if scheme != "kfold":
            said = "; ".join(f"{model} {number(value)}" for model, value in means.items())
            yield f"Mean of the classes of at least {_SEVERAL} datasets, which are left with two or more: {said}.\n"


def mean_of_frequent(one: Compared, evaluation: Evaluation) -> dict[str, float]:
    """Mean recall of the tested classes that several datasets hold, by model."""
    datasets = one.samples.obs.groupby("label")["dataset"].nunique()
    names = [name for name in evaluation.predictions["true"].unique() if datasets[name] >= _SEVERAL]
    return {
        model: float(np.mean([evaluation.measure(model, "recall", "class", name)[0] for name in names] or [np.nan]))
        for model in one.fitted
    }
