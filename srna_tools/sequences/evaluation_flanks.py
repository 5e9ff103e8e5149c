"""Random bases around sequences, as where the ends of a precursor are not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srna_tools.sequences.letters import LETTERS


def with_random_flanks(sequences: Sequence[str], bases: int, generator: np.random.Generator) -> tuple[str, ...]:
    """Add random bases at both ends, all four as likely.

    Parameters
    ----------
    bases
        Added at each end.

    References
    ----------
    Tang & Sun 2019, "Performance on the input sequences with extra bases".
    """
    drawn = np.asarray(list(LETTERS))[generator.integers(0, len(LETTERS), (len(sequences), 2, bases))]
    return tuple(
        "".join(before) + sequence + "".join(after) for sequence, (before, after) in zip(sequences, drawn, strict=True)
    )
