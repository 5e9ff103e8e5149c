"""How models of miRNA families do on sequences whose ends are not known: random bases at each end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from laboratory.configuration import Experiment
from laboratory.family_runs import Variants, evaluated, percent, rfam
from laboratory.markdown import table_of
from laboratory.outcome import Outcome
from laboratory.surroundings import Surroundings
from srna_tools.sequences.evaluation_design import FLANKS, FamilyDesign, Others

_SCHEME = "random"


@dataclass(frozen=True)
class FamilyFlankParameters:
    """Numbers of bases added at each end, and of sequences of each family."""

    training: int = 50
    test: int = 10
    repeats: int = 5
    flanks: tuple[int, ...] = (5, 10, 15, 20)
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)


def compare_flanks(experiment: Experiment, parameters: FamilyFlankParameters, around: Surroundings) -> Outcome:
    """Ask all models the same test sequences with more and more random bases."""
    design = FamilyDesign(
        schemes=(_SCHEME,), test=parameters.test, training=(parameters.training,), repeats=parameters.repeats,
        flanks=parameters.flanks, least=parameters.training + parameters.test, most_others=0,
    )  # fmt: skip
    contenders = Variants(parameters.variants).contenders(experiment.models)
    _, measured = evaluated(rfam(around.data), Others(), contenders, design, around.work, around.threads)
    rows, figures = [], {}
    for model in experiment.models:
        row: dict[str, object] = {"model": model}
        for bases in (0, *parameters.flanks):
            place = (model, _SCHEME, FLANKS, str(bases)) if bases else (model, _SCHEME, "overall", "")
            accuracy, f = (percent(measured.value(*place, metric)) for metric in ("accuracy", "macro_f1"))
            row[f"{bases} bases" if bases else "none"] = f"{accuracy} / {f}"
            figures[f"{bases}/{model}/accuracy"], figures[f"{bases}/{model}/macro_f1"] = accuracy, f
        rows.append(row)
    return Outcome(f"Accuracy / mean F of the families (%), by random bases at each end:\n\n{table_of(rows)}", figures)
