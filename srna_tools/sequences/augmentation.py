"""Variants of training sequences: random bases around them and point mutations.

Boundaries of candidate precursors are uncertain, and members of a family differ by mutations; networks that have met
both in training lose less by them (Tang & Sun 2019, "Performance on the input sequences with extra bases").
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from srna_tools.sequences.letters import LETTERS, UNKNOWN, UNKNOWN_CODE, packed

_SPELLED = np.frombuffer((LETTERS + UNKNOWN).encode("ascii"), dtype=np.uint8)


def with_random_flanks(
    sequences: Sequence[str], fewest: int, most: int, generator: np.random.Generator
) -> tuple[str, ...]:
    """Put random bases before and after each sequence, of each base a quarter.

    Parameters
    ----------
    fewest, most
        How many bases each side gets, drawn for each side alone; all numbers from `fewest` to `most` are as likely.
    """
    numbers = generator.integers(fewest, most + 1, (len(sequences), 2))
    bases = _spelled(generator.integers(0, len(LETTERS), int(numbers.sum()), dtype=np.uint8))
    ends = numbers.cumsum().reshape(numbers.shape)
    return tuple(
        bases[middle - left : middle] + sequence + bases[middle:end]
        for sequence, (left, _), (middle, end) in zip(sequences, numbers.tolist(), ends.tolist(), strict=True)
    )


def with_point_mutations(sequences: Sequence[str], rate: float, generator: np.random.Generator) -> tuple[str, ...]:
    """Replace a share `rate` of all known bases, each on its own, by one of the three others; lengths stay."""
    letters, starts = packed(sequences)
    mutated = (generator.random(len(letters), dtype=np.float32) < rate) & (letters != UNKNOWN_CODE)
    step = generator.integers(1, len(LETTERS), int(mutated.sum()), dtype=np.uint8)
    letters[mutated] = (letters[mutated] + step) % len(LETTERS)
    text = _spelled(letters)
    return tuple(text[start:end] for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))


def _spelled(letters: np.ndarray) -> str:
    return str(_SPELLED[letters].tobytes(), "ascii")
