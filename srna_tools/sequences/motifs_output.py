"""Motifs of families as a table and in MEME's format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from srna_tools.sequences.letters import LETTERS
from srna_tools.sequences.motifs import Motif
from srna_tools.sequences.motifs_matrix import background_of, consensus, information, position_probabilities
from srna_tools.sequences.motifs_mature import MatureHit, mature_overlap

_COLUMNS = (
    "family", "motif", "filter", "width", "consensus", "information", "activated", "contribution", "alike",
    "sequences", "start", "start_q1", "start_q3", "end",
)  # fmt: skip
_MATURE_COLUMNS = ("mature", "mature_sequences", "mature_share", "mature_chance", "mature_start")


@dataclass(frozen=True)
class FamilyMotifs:
    """Motifs of one family and where they were sought.

    Attributes
    ----------
    family
        Its name.
    sequences
        The family's sequences.
    motifs
        Of `srna_tools.sequences.motifs.find_motifs`.
    hits
        Mature miRNAs of each sequence; None where none were given.
    """

    family: str
    sequences: tuple[str, ...]
    motifs: tuple[Motif, ...]
    hits: tuple[tuple[MatureHit, ...], ...] | None = None

    def probabilities(self, motif: Motif) -> np.ndarray:
        """Probability of each letter at each position, with the letters of the sequences as background."""
        return position_probabilities(motif.counts, background_of(self.sequences))

    def name_of(self, rank: int) -> str:
        """Name of the motif of a rank, from 1: family, rank and width."""
        return f"{self.family}-{rank}-width{self.motifs[rank - 1].width}".replace(" ", "_")


def motif_table(found: Sequence[FamilyMotifs]) -> pd.DataFrame:
    """One row a motif; positions are counted from 1.

    Columns ``family motif filter width consensus information activated contribution alike sequences start start_q1
    start_q3 end`` with medians and quartiles over the sequences; where mature miRNAs were given also ``mature
    mature_sequences mature_share mature_chance mature_start``.
    """
    return pd.DataFrame([row for one in found for row in _rows(one)], columns=_columns(found))


def meme_text(found: Sequence[FamilyMotifs]) -> str:
    """Motifs in MEME's minimal format, version 4, letters of RNA; background are the letters of all sequences.

    The matrices are shares as counted: programs that take the format (Tomtom, FIMO, Bio.motifs) add pseudocounts.
    """
    background = background_of([sequence for one in found for sequence in one.sequences])
    letters = " ".join(f"{letter} {share:.5f}" for letter, share in zip(LETTERS, background, strict=True))
    blocks = [f"MEME version 4\n\nALPHABET= {LETTERS}\n\nBackground letter frequencies\n{letters}\n"]
    for one in found:
        for rank, motif in enumerate(one.motifs, start=1):
            blocks.append(_block(one, rank, motif))
    return "\n".join(blocks)


def _block(one: FamilyMotifs, rank: int, motif: Motif) -> str:
    # Where all windows have unknown bases, the background stands for them.
    shares = np.where(motif.counts.any(axis=1, keepdims=True), motif.counts, background_of(one.sequences))
    rows = "\n".join(" ".join(f"{share:.6f}" for share in row) for row in shares / shares.sum(axis=1, keepdims=True))
    return (
        f"MOTIF {one.name_of(rank)} {consensus(one.probabilities(motif))}\n"
        f"letter-probability matrix: alength= {len(LETTERS)} w= {motif.width} nsites= {len(motif.starts)} E= 0\n"
        f"{rows}\n"
    )


def _columns(found: Sequence[FamilyMotifs]) -> list[str]:
    return [*_COLUMNS, *(_MATURE_COLUMNS if any(one.hits is not None for one in found) else ())]


def _rows(one: FamilyMotifs) -> list[dict[str, Any]]:
    return [_row(one, rank, motif) for rank, motif in enumerate(one.motifs, start=1)]


def _row(one: FamilyMotifs, rank: int, motif: Motif) -> dict[str, Any]:
    probabilities = one.probabilities(motif)
    first, middle, last = np.percentile(motif.starts + 1, (25, 50, 75))
    row: dict[str, Any] = {
        "family": one.family, "motif": rank, "filter": motif.filter, "width": motif.width,
        "consensus": consensus(probabilities), "information": information(probabilities).sum(),
        "activated": motif.activated, "contribution": motif.contribution, "alike": motif.alike,
        "sequences": len(motif.starts), "start": middle, "start_q1": first, "start_q3": last,
        "end": middle + motif.width - 1,
    }  # fmt: skip
    if one.hits is not None:
        overlap = mature_overlap(motif, one.sequences, one.hits)
        row |= {
            "mature": overlap.name, "mature_sequences": overlap.sequences, "mature_share": overlap.share,
            "mature_chance": overlap.chance,
            "mature_start": np.median(overlap.starts + 1) if overlap.starts.size else np.nan,
        }  # fmt: skip
    return row
