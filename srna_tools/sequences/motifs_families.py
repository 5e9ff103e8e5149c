"""Motifs of all families that sequences were told to be of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from srna_tools.errors import SrnaToolsError
from srna_tools.sequences.family_bundle import FamilyBundle
from srna_tools.sequences.motifs import LEAST_SEQUENCES, FilterNetwork, find_motifs
from srna_tools.sequences.motifs_mature import MatureIndex
from srna_tools.sequences.motifs_output import FamilyMotifs

#: Kinds of models whose filters are looked at.
MOTIF_KINDS = ("cnn",)
#: Of a larger family so many sequences, evenly over their order, show the motifs as well.
MOST_SEQUENCES = 1000


def require_filters(bundle: FamilyBundle) -> None:
    """Refuse models without filters.

    Raises
    ------
    SrnaToolsError
        The model is of another kind than `MOTIF_KINDS`.
    """
    if bundle.kind not in MOTIF_KINDS:
        raise SrnaToolsError(
            f"motifs are what the filters of a model of kind {', '.join(MOTIF_KINDS)} see, and this one is of kind "
            f"{bundle.kind}; train one with srna-family-train --model {MOTIF_KINDS[0]}"
        )


def motifs_of_families(
    bundle: FamilyBundle,
    families: Mapping[str, Sequence[str]],
    *,
    most: int,
    mature: MatureIndex | None = None,
) -> tuple[FamilyMotifs, ...]:
    """Find the motifs of each family of at least `LEAST_SEQUENCES` sequences, in the order given.

    Parameters
    ----------
    families
        Clean sequences by the name of their family.
    most
        Motifs of each family.
    mature
        Where to look for mature miRNAs in the sequences.

    Raises
    ------
    SrnaToolsError
        The model has no filters, or all families are too small.
    """
    require_filters(bundle)
    large = {name: _evenly(sequences) for name, sequences in families.items() if len(sequences) >= LEAST_SEQUENCES}
    if not large:
        raise SrnaToolsError(
            f"no family has {LEAST_SEQUENCES} sequences to find motifs in; give more, or name the family with --family"
        )
    network = cast(FilterNetwork, bundle.model)
    return tuple(
        FamilyMotifs(
            name,
            sequences,
            find_motifs(network, sequences, bundle.families.index(name), most=most),
            tuple(map(mature.hits, sequences)) if mature is not None else None,
        )
        for name, sequences in large.items()
    )


def _evenly(sequences: Sequence[str]) -> tuple[str, ...]:
    places = np.unique(np.linspace(0, len(sequences) - 1, min(len(sequences), MOST_SEQUENCES)).round().astype(int))
    return tuple(sequences[place] for place in places)
