"""How right models of miRNA families are: by size of the training sets, and by identity to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from laboratory.configuration import Experiment
from laboratory.family_runs import Measured, Variants, evaluated, percent, rfam
from laboratory.markdown import NONE, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import image_link
from laboratory.surroundings import Surroundings
from srna_tools.report.family_accuracy_plot import family_accuracy_plot
from srna_tools.report.save import save_figure
from srna_tools.sequences.evaluation_design import FamilyDesign, Others
from srna_tools.sequences.evaluation_metrics import IDENTITIES

SCHEMES = {"random": "random split", "cluster": "near-copies kept apart"}


@dataclass(frozen=True)
class FamilyAccuracyParameters:
    """Groups of families by size.

    Attributes
    ----------
    groups
        Tables of a ``name``, the numbers of ``training`` and ``test`` sequences of each family, and optionally
        ``models``, ``repeats`` and ``schemes`` in place of those of the experiment.
    variants
        Models by name with ``kind`` and settings.
    """

    groups: tuple[dict[str, Any], ...]
    repeats: int = 5
    schemes: tuple[str, ...] = ("random", "cluster")
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)


def compare_families(experiment: Experiment, parameters: FamilyAccuracyParameters, around: Surroundings) -> Outcome:
    """Evaluate all models on all groups of families."""
    read, variants = rfam(around.data), Variants(parameters.variants)
    accuracy, identity, figures, drawn = [], [], {}, None
    for group in parameters.groups:
        training, test = group["training"], group["test"]
        models = group.get("models", experiment.models)
        repeats, schemes = group.get("repeats", parameters.repeats), tuple(group.get("schemes", parameters.schemes))
        design = FamilyDesign(
            schemes=schemes, test=test, training=(training,), repeats=repeats, least=training + test, most_others=0
        )
        _, measured = evaluated(read, Others(), variants.contenders(models), design, around.work, around.threads)
        shown = f"{group['name']}, {repeats} repeat{'s' if repeats > 1 else ''}"
        accuracy += [_accuracy_row(measured, shown, model, schemes) for model in models]
        identity += [
            row for scheme in schemes for model in models if (row := _identity_row(measured, shown, model, scheme))
        ]
        figures |= _figures(measured, group["name"], models, schemes)
        if drawn is None or group.get("drawn"):
            drawn = measured
    parts = [table_of(accuracy), _WORDS, table_of(identity)]
    if drawn is not None:
        picture = around.images / f"{experiment.name}.png"
        save_figure(family_accuracy_plot(drawn.metrics), picture)
        parts.append(image_link(picture, "accuracy of the models by scheme, and by identity"))
    return Outcome("\n".join(parts), figures)


_WORDS = (
    "Accuracy (%) by identity to the most similar training sequence (identical bases of the shorter sequence in a "
    "global alignment), with the number of test sequences:\n"
)


def _accuracy_row(measured: Measured, group: str, model: str, schemes: Sequence[str]) -> dict[str, object]:
    row: dict[str, object] = {"families": group, "model": model}
    for scheme, words in SCHEMES.items():
        if scheme not in schemes:
            row |= {f"{words}: families tested": NONE, f"{words}: accuracy (%)": NONE, f"{words}: mean F (%)": NONE}
            continue
        place = (model, scheme, "overall", "")
        row |= {
            f"{words}: families tested": f"{measured.value(*place, 'families'):.0f}",
            f"{words}: accuracy (%)": measured.percent(*place, "accuracy"),
            f"{words}: mean F (%)": measured.percent(*place, "macro_f1"),
        }
    return row


def _identity_row(measured: Measured, group: str, model: str, scheme: str) -> dict[str, object]:
    row: dict[str, object] = {"families": group, "split": SCHEMES[scheme], "model": model}
    for name, _, _ in IDENTITIES:
        place = (model, scheme, "identity", name)
        number = measured.value(*place, "sequences")
        row[name] = NONE if not number else f"{percent(measured.value(*place, 'accuracy'))} ({number:,.1f} a repeat)"
    return row


def _figures(measured: Measured, group: str, models: Sequence[str], schemes: Sequence[str]) -> dict[str, str]:
    figures = {}
    for model in models:
        for scheme in schemes:
            beginning = f"{group}/{scheme}/{model}"
            place = (model, scheme, "overall", "")
            figures[f"{beginning}/accuracy"] = percent(measured.value(*place, "accuracy"))
            figures[f"{beginning}/macro_f1"] = percent(measured.value(*place, "macro_f1"))
            for name, _, _ in IDENTITIES:
                value = measured.value(model, scheme, "identity", name, "accuracy")
                figures[f"{beginning}/{name}"] = percent(value)
            figures[f"{group}/{scheme}/families"] = f"{measured.value(*place, 'families'):.0f}"
    return figures
