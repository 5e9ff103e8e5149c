"""What an evaluation of families will do, and what came out, in sentences."""

from __future__ import annotations

import pandas as pd

from srna_tools.errors import counted, listed
from srna_tools.sequences.evaluation_design import ALL, FamilyDesign, Others
from srna_tools.sequences.families import Families


def sentences(families: Families, others: Others, design: FamilyDesign) -> list[str]:
    """Say what an evaluation will do."""
    large = int((families.sizes >= design.least).sum())
    small = len(families.names) - large
    test = f"{design.test:.0%}" if isinstance(design.test, float) else f"{design.test}"
    size = ", ".join("all others" if one == ALL else f"at most {one}" for one in design.sizes)
    lines = [
        f"{counted(large, 'family', 'families')} with at least {design.least} sequences; "
        f"of each {test} are tested and {size} train; "
        f"{counted(design.repeats, 'repeat')} of the schemes {listed(design.schemes)}"
    ]
    if small:
        lines.append(f"members of {counted(small, 'smaller family', 'smaller families')} are asked as unseen")
    if others.ids:
        lines.append(
            f"{counted(len(others.ids), 'sequence')} of other kinds: {listed(dict.fromkeys(others.classes), 20)}"
        )
    return lines


def headlines(metrics: pd.DataFrame) -> list[str]:
    """Say what came out: a sentence for each model and scheme."""
    lines = []
    for (model, scheme), part in metrics.groupby(["model", "scheme"], sort=False):
        rows = part.to_dict("records")
        found = {(row["scope"], row["name"], row["metric"]): (row["value"], row["low"], row["high"]) for row in rows}
        accuracy, low, high = found["overall", "", "accuracy"]
        line = f"{model!s}, scheme {scheme!s}: accuracy {accuracy:.4f}"
        if pd.notna(low):
            line += f" ({low:.4f} to {high:.4f})"
        line += f", macro F {found['overall', '', 'macro_f1'][0]:.4f}"
        if ("others", "all", "accepted") in found:
            kept, accepted = found["overall", "", "kept"][0], found["others", "all", "accepted"][0]
            line += f"; the chosen threshold keeps {kept:.4f} of the members and accepts {accepted:.4f} of the others"
        lines.append(line)
    return lines
