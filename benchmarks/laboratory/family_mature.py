"""Families of mature miRNAs: from models trained on mature miRNAs, and on their precursors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from laboratory.configuration import Experiment
from laboratory.family_accuracy import SCHEMES
from laboratory.family_runs import LONGEST, Measured, Variants, evaluated, keeping, mirbase, percent
from laboratory.markdown import NONE, table_of
from laboratory.outcome import Outcome
from laboratory.surroundings import Surroundings
from srna_tools.io.family_files import ReadFamilies
from srna_tools.sequences.evaluation_design import FamilyDesign, Others, Round
from srna_tools.sequences.evaluation_fit import FamilyContender, predictions_of
from srna_tools.sequences.evaluation_metrics import measure_families
from srna_tools.sequences.evaluation_plan import rounds
from srna_tools.sequences.families import Families
from srna_tools.sequences.selection import at_most


@dataclass(frozen=True)
class FamilyMatureParameters:
    """Mature miRNAs of each family, and the models that are trained on precursors as well."""

    training: int = 50
    test: int = 10
    repeats: int = 5
    from_precursors: tuple[str, ...] = ()
    variants: dict[str, dict[str, Any]] = field(default_factory=dict)


def compare_mature(experiment: Experiment, parameters: FamilyMatureParameters, around: Surroundings) -> Outcome:
    """Train on mature miRNAs and on stem-loops of the same families; test the same mature miRNAs."""
    mature, variants = mirbase(around.data, "mature"), Variants(parameters.variants)
    design = FamilyDesign(
        test=parameters.test, training=(parameters.training,), repeats=parameters.repeats,
        least=parameters.training + parameters.test, most_others=0,
    )  # fmt: skip
    contenders = variants.contenders(experiment.models)
    _, of_mature = evaluated(mature, Others(), contenders, design, around.work, around.threads)
    of_precursors = _from_precursors(
        mature, mirbase(around.data, "hairpin"), variants.contenders(parameters.from_precursors),
        replace(design, schemes=("random",)), around,
    )  # fmt: skip
    rows, figures = [], {}
    for trained, measured, models, schemes in (
        ("mature", of_mature, experiment.models, tuple(SCHEMES)),
        ("precursors", of_precursors, parameters.from_precursors, ("random",)),
    ):
        for model in models:
            row: dict[str, object] = {"trained on": trained, "model": model}
            for scheme, words in SCHEMES.items():
                place = (model, scheme, "overall", "")
                is_measured = scheme in schemes and measured is not None
                for metric, name in (("accuracy", "accuracy (%)"), ("macro_f1", "mean F (%)")):
                    row[f"{words}: {name}"] = measured.percent(*place, metric) if is_measured else NONE
                    if is_measured:
                        figures[f"{trained}/{scheme}/{model}/{metric}"] = percent(measured.value(*place, metric))
                if is_measured:
                    figures[f"{trained}/{scheme}/families"] = f"{measured.value(*place, 'families'):.0f}"
            rows.append(row)
    return Outcome(table_of(rows), figures)


def _from_precursors(
    mature: ReadFamilies, precursors: ReadFamilies, contenders: list[FamilyContender], design: FamilyDesign,
    around: Surroundings,
) -> Measured:  # fmt: skip
    """Measure models that are trained on stem-loops, on the mature test sequences of the same rounds."""
    keep, tables = keeping(around.work), []
    for one in precursor_rounds(mature, precursors, design):
        depends_on = [one.seed, one.training.sequences, one.training.members.tolist(), one.asked[0].ids]
        for contender in contenders:
            key = f"mature from precursors {LONGEST} {contender} {depends_on}"
            tables.append(
                keep(key, lambda one=one, of=contender: predictions_of(of, one, around.threads))  # type: ignore[misc]
            )
    return Measured(measure_families(pd.concat(tables, ignore_index=True), seed=design.seed))


def precursor_rounds(mature: ReadFamilies, precursors: ReadFamilies, design: FamilyDesign) -> Iterator[Round]:
    """Make the rounds of mature miRNAs with stem-loops of the same families as training sets.

    Families without stem-loops are left out of the test.
    """
    for one in rounds(mature.families, mature.ids, Others(), design):
        chosen = set(one.training.names) & set(precursors.families.names)
        training = at_most(_of(precursors.families, chosen), design.training[0], one.seed)
        test = one.asked[0]
        places = [place for place, name in enumerate(test.true) if name in chosen]
        asked = replace(
            test,
            **{name: tuple(getattr(test, name)[place] for place in places)
               for name in ("ids", "sequences", "true", "groups")},
            choosing=test.choosing[np.asarray(places, dtype=np.int64)],
        )  # fmt: skip
        yield replace(one, training=training, asked=(asked,))


def _of(families: Families, names: set[str]) -> Families:
    places = [place for place, member in enumerate(families.members) if families.names[member] in names]
    return families.at(places).without_empty()
