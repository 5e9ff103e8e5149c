"""Picture of which bases of sequences speak for their families, written to a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from srna_tools.report.motif_logo import DrawnSequence, sequence_logos
from srna_tools.report.save import save_figure
from srna_tools.sequences.base_attribution import DEEPLIFT, BaseScores
from srna_tools.sequences.base_attribution_inputs import Explainable
from srna_tools.sequences.family_bundle import FamilyBundle
from srna_tools.sequences.motifs_mature import MatureIndex

_METHODS = {
    True: "what it adds to the lead of the family's logit over the mean of all families' (DeepLIFT, Rescale; from no "
    "known base)",
    False: "by how much the lead of the family's logit over the mean of all families' falls, on average, when another "
    "letter takes its place",
}


def draw_bases(
    bundle: FamilyBundle, given: Explainable, scored: Mapping[int, BaseScores], method: str, mature: MatureIndex | None,
    target: Path,
) -> None:  # fmt: skip
    """Draw the scored bases, PNG or SVG by the name of the file.

    Parameters
    ----------
    scored
        Scores by the row in `given`.
    mature
        Where to look for mature miRNAs, which are marked.

    Raises
    ------
    MissingExtraError
        logomaker is not installed.
    """
    drawn = []
    for place, scores in scored.items():
        sequence = given.sequences[place]
        hits = mature.hits(sequence) if mature is not None else ()
        marked = tuple((hit.name, hit.start, hit.end) for hit in hits)
        drawn.append(DrawnSequence(_title(bundle, given, place, scores), sequence, scores.scores, marked))
    caption = (
        f"Height of a base: {_METHODS[method == DEEPLIFT]}. Above the line it speaks for the family, below it against."
        f"{' Grey: mature miRNAs.' if any(one.mature for one in drawn) else ''}"
    )
    save_figure(sequence_logos(drawn, "Bases that speak for the family", caption), target)


def _title(bundle: FamilyBundle, given: Explainable, place: int, scores: BaseScores) -> str:
    row, family = given.table.iloc[place], bundle.families[scores.family]
    predicted = f"{row['family']} with probability {row['probability']:.3g}, {row['status']}"
    if row["family"] != family:
        return f"{row['sequence']}: for {family} (predicted: {predicted})"
    return f"{row['sequence']}: {predicted}"
