"""Multiple alignments of the sequences of a family."""

from __future__ import annotations

from collections.abc import Sequence

from srna_tools.extras import import_from_extra

# Letters that stand for no amino acid that FAMSA confuses with another; U is a rare one to it.
_TO_FAMSA = str.maketrans("UN", "TX")
_FROM_FAMSA = str.maketrans("TX", "UN")


def aligned(sequences: Sequence[str]) -> list[str]:
    """Align clean sequences by FAMSA: rows of one length in the order given, ``-`` for gaps.

    On one thread and without FAMSA's refinement, so that the same sequences give the same rows everywhere.

    Raises
    ------
    MissingExtraError
        pyfamsa is not installed.

    References
    ----------
    Deorowicz, Debudaj-Grabysz & Gudyś, Scientific Reports 6, 33964 (2016).
    """
    if len(sequences) < 2:  # noqa: PLR2004 - one sequence is its own alignment
        return list(sequences)
    pyfamsa = import_from_extra("pyfamsa")
    given = [
        pyfamsa.Sequence(str(place).encode(), sequence.translate(_TO_FAMSA).encode())
        for place, sequence in enumerate(sequences)
    ]
    rows = {int(row.id): row.sequence.decode() for row in pyfamsa.Aligner(threads=1, refine=False).align(given)}
    return [rows[place].translate(_FROM_FAMSA) for place in range(len(sequences))]
