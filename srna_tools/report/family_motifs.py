"""Pictures of what a model of families sees, written to files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from srna_tools.io.output import make_folder
from srna_tools.report.motif_logo import DrawnMotif, motif_logos
from srna_tools.report.save import save_figure
from srna_tools.sequences.motifs import Motif
from srna_tools.sequences.motifs_matrix import consensus, information
from srna_tools.sequences.motifs_mature import mature_overlap
from srna_tools.sequences.motifs_output import FamilyMotifs

_CAPTION = (
    "The bases that the most frequently activated filters of the one-hot network see in {sequences} sequences, without "
    "those filters whose windows lie where another has its own. Height: information; letters in the order of their "
    "frequency."
)
_UNSAFE = re.compile(r"[^\w.-]+")


def draw_motifs(one: FamilyMotifs, target: Path) -> None:
    """Draw the logos of a family, PNG or SVG by the name of the file.

    Raises
    ------
    MissingExtraError
        logomaker is not installed.
    """
    drawn = [_drawn(one, rank, motif) for rank, motif in enumerate(one.motifs, start=1)]
    caption = _CAPTION.format(sequences=f"{len(one.sequences):,}")
    save_figure(motif_logos(drawn, f"Motifs of {one.family}", caption), target)


def draw_all_motifs(found: Sequence[FamilyMotifs], folder: Path) -> list[Path]:
    """Draw a picture a family into a folder, named after the families; those without motifs have none.

    Raises
    ------
    InputError
        The folder cannot be made.
    MissingExtraError
        As `draw_motifs`.
    """
    make_folder(folder)
    written: dict[Path, None] = {}
    for one in found:
        if one.motifs:
            target = folder / f"{_UNSAFE.sub('_', one.family)}.png"
            if target in written:
                target = target.with_stem(f"{target.stem}-{len(written) + 1}")
            draw_motifs(one, target)
            written[target] = None
    return list(written)


def _drawn(one: FamilyMotifs, rank: int, motif: Motif) -> DrawnMotif:
    shares = one.probabilities(motif)
    start = int(np.median(motif.starts)) + 1
    title = (
        f"{rank}. {consensus(shares)}: {len(motif.starts)} of {len(one.sequences)} sequences, bases {start} to "
        f"{start + motif.width - 1}{_beside_mature(one, motif)}"
    )
    return DrawnMotif(title, shares, information(shares))


def _beside_mature(one: FamilyMotifs, motif: Motif) -> str:
    """Say where a motif lies in the mature miRNA that it overlaps most often."""
    if one.hits is None:
        return ""
    overlap = mature_overlap(motif, one.sequences, one.hits)
    if not overlap.name:
        return "; outside of mature miRNAs" if overlap.sequences else ""
    return f"; {100 * overlap.share:.0f} % in mature miRNAs"
