"""What srna-family-train says of a model that it has trained, in sentences and as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from srna_tools.sequences.family_bundle import FamilyBundle

# Of the negatives, so many may look like a member by chance.
_SUSPICIOUS = 0.01
_DIVISIONS = {
    "random": "members left out at random",
    "cluster": "whole clusters of at least 80 % identity left out",
}


def summary(bundle: FamilyBundle, negatives: Collection[str]) -> Iterator[str]:
    """What the model was trained on, how good it is on what was left out, and what it accepts.

    Parameters
    ----------
    negatives
        Groups of sequences that were said to be of no family; it is said where they look as if they were.
    """
    from srna_tools.errors import counted

    yield (
        f"trained {bundle.kind} on {counted(bundle.training['sequences'], 'sequence')} of "
        f"{counted(len(bundle.families), 'family', 'families')}, up to {bundle.max_length} nt"
    )
    for scheme, words in _DIVISIONS.items():
        found = bundle.evaluation.get(scheme)
        if found:
            missing = found.get("families_not_tested", 0)
            remark = f"; not tested: {counted(missing, 'family', 'families')} of one cluster" if missing else ""
            yield (
                f"accuracy with {words}: {100 * found['accuracy']:.2f} % of {counted(found['sequences'], 'sequence')}"
                f"{remark}"
            )
    yield from _open_set(bundle, negatives)


def evaluation_table(bundle: FamilyBundle) -> pd.DataFrame:
    """Every figure of what was left out, one a row: ``part group metric value``."""
    import pandas as pd

    rows: list[tuple[str, str, str, Any]] = []
    for part, figures in bundle.evaluation.items():
        for name, value in figures.items():
            if isinstance(value, dict):
                rows += [(part, group, metric, one) for group, of in value.items() for metric, one in of.items()]
            else:
                rows.append((part, "", name, value))
    if bundle.open_set:
        chosen = bundle.open_set
        rows += [("open_set", "", name, getattr(chosen, name)) for name in ("score", "threshold", "auroc", "f")]
    return pd.DataFrame(rows, columns=["part", "group", "metric", "value"])


def roc_table(bundle: FamilyBundle) -> pd.DataFrame:
    """The ROC curve, one threshold a row: ``threshold kept accepted``."""
    import pandas as pd

    chosen = bundle.open_set
    if chosen is None:
        return pd.DataFrame(columns=["threshold", "kept", "accepted"])
    return pd.DataFrame({"threshold": chosen.thresholds, "kept": chosen.curve_kept, "accepted": chosen.curve_accepted})


def _open_set(bundle: FamilyBundle, negatives: Collection[str]) -> Iterator[str]:
    from srna_tools.errors import counted

    chosen = bundle.open_set
    if chosen is None:
        yield "nothing was left out to tell what is of no family: the model accepts every sequence"
        return
    found = bundle.evaluation["open_set"]
    yield f"accepted: sequences with {chosen.score} of at least {chosen.threshold:.4g} (AUROC {chosen.auroc:.4f})"
    if found["draws"] > 1:
        yield f"  {found['draws']} times something else was left out, and what is of no family counts each time:"
    if found["kept"] is not None:
        yield f"  of {counted(found['known'], 'member')} left out: {100 * found['kept']:.1f} %"
    for group, figures in found["others"].items():
        if figures["accepted"] is not None:
            yield (
                f"  of {counted(figures['sequences'], 'sequence')} of {group}: {100 * figures['accepted']:.1f} % "
                f"(AUROC {figures['auroc']:.4f})"
            )
        if group in negatives and figures["above_median"] > _SUSPICIOUS * figures["sequences"]:
            yield (
                f"  {group}: {counted(figures['above_median'], 'sequence')} look more like a family than half of its "
                "members do; if they are miRNAs, take them out, as they spoil the threshold"
            )
