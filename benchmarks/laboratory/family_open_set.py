"""How sequences of no trained family are rejected: other non-coding RNAs by class, and unseen miRNA families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from laboratory.configuration import Experiment
from laboratory.family_runs import Measured, Variants, evaluated, other_rnas, percent, rfam
from laboratory.markdown import number, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import image_link
from laboratory.surroundings import Surroundings
from srna_tools.report.family_rejection import rejection_plot
from srna_tools.report.save import save_figure
from srna_tools.sequences.evaluation_design import FamilyDesign

_SCHEME, _EVERY = "random", "all"
_AREA, _RATE, _CHOSEN = "auroc:", "fpr95:", "chosen:"


@dataclass(frozen=True)
class FamilyOpenSetParameters:
    """Sequences of each family, and how many of each group of others a repeat asks at most."""

    training: int = 50
    test: int = 10
    repeats: int = 5
    most_others: int = 2000
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)


def compare_rejection(experiment: Experiment, parameters: FamilyOpenSetParameters, around: Surroundings) -> Outcome:
    """Judge every score of every model on all others, and the best score of each model on each group."""
    design = FamilyDesign(
        schemes=(_SCHEME,), test=parameters.test, training=(parameters.training,), repeats=parameters.repeats,
        least=parameters.training + parameters.test, most_others=parameters.most_others,
    )  # fmt: skip
    models = list(experiment.models)
    contenders = Variants(parameters.variants).contenders(models)
    predictions, measured = evaluated(
        rfam(around.data), other_rnas(around.data), contenders, design, around.work, around.threads
    )
    picture = around.images / f"{experiment.name}.png"
    save_figure(rejection_plot(predictions, measured.metrics), picture)
    scores = {model: _scores(measured, model) for model in models}
    best = {
        model: max(of_model, key=lambda score: _chosen(measured, model, score)) for model, of_model in scores.items()
    }
    markdown = "\n".join(
        [
            "Every score against all others (FPR: others accepted where 95 % of the members are kept), and what "
            "the chosen threshold does (chosen on half of the members and unseen families, told for the rest):\n",
            table_of([_score_row(measured, model, score) for model in models for score in scores[model]]),
            "Each group apart, by the score that each model chose most often: AUROC / FPR in %.\n",
            table_of(_group_rows(measured, best)),
            image_link(picture, "ROC curves and scores by group"),
        ]
    )
    return Outcome(markdown, _figures(measured, scores, best))


def _scores(measured: Measured, model: str) -> list[str]:
    of_model = measured.metrics[(measured.metrics["model"] == model) & (measured.metrics["name"] == _EVERY)]
    return [metric.removeprefix(_AREA) for metric in dict.fromkeys(of_model["metric"]) if metric.startswith(_AREA)]


def _chosen(measured: Measured, model: str, score: str) -> float:
    return measured.value(model, _SCHEME, "overall", "", f"{_CHOSEN}{score}")


def _score_row(measured: Measured, model: str, score: str) -> dict[str, object]:
    place, overall = (model, _SCHEME, "others", _EVERY), (model, _SCHEME, "overall", "")
    chosen = _chosen(measured, model, score)
    return {
        "model": model, "score": score, "AUROC": f"{measured.value(*place, f'{_AREA}{score}'):.4f}",
        "FPR (%)": percent(measured.value(*place, f"{_RATE}{score}")),
        "chosen in": f"{chosen:.0%} of the repeats" if chosen else "-",
        "members kept (%)": percent(measured.value(*overall, "kept")) if chosen else "-",
        "others accepted (%)": percent(measured.value(*place, "accepted")) if chosen else "-",
    }  # fmt: skip


def _groups(measured: Measured) -> list[str]:
    others = measured.metrics[measured.metrics["scope"] == "others"]
    return [str(name) for name in dict.fromkeys(others["name"])]


def _group_rows(measured: Measured, best: dict[str, str]) -> list[dict[str, object]]:
    rows = []
    for group in _groups(measured):
        first = next(iter(best))
        sequences = measured.value(first, _SCHEME, "others", group, "sequences")
        row: dict[str, object] = {"others": group, "sequences": f"{sequences:,.0f}"}
        for model, score in best.items():
            place = (model, _SCHEME, "others", group)
            area, rate = (measured.value(*place, f"{of}{score}") for of in (_AREA, _RATE))
            row[f"{model} ({score})"] = f"{number(area)} / {percent(rate)}"
        rows.append(row)
    return rows


def _figures(measured: Measured, scores: dict[str, Sequence[str]], best: dict[str, str]) -> dict[str, str]:
    figures = {}
    for model, of_model in scores.items():
        figures[f"{model}/kept"] = percent(measured.value(model, _SCHEME, "overall", "", "kept"))
        figures[f"{model}/score"] = best[model]
        for group in _groups(measured):
            place = (model, _SCHEME, "others", group)
            figures[f"{model}/{group}/accepted"] = percent(measured.value(*place, "accepted"))
            for name, score in [*((one, one) for one in of_model), ("best", best[model])]:
                figures[f"{model}/{group}/{name}/auroc"] = f"{measured.value(*place, f'{_AREA}{score}'):.4f}"
                figures[f"{model}/{group}/{name}/fpr95"] = percent(measured.value(*place, f"{_RATE}{score}"))
    return figures
