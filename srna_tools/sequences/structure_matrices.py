"""Secondary structure as matrices: the probability, pair and mixed encodings of Tang & Sun 2019."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from srna_tools.errors import SrnaToolsError, listed
from srna_tools.sequences.letters import LETTERS, codes
from srna_tools.sequences.structure_folding import THRESHOLD, BasePairs

MATRICES = ("pair", "probability", "mixed")
#: Longest sequence of the paper, to whose size matrices are filled with zeros.
SIZE = 200
_ORDERED = ("AU", "UA", "CG", "GC", "GU", "UG")


class EncodingError(SrnaToolsError):
    """An encoding that does not exist was asked for."""


@dataclass(frozen=True)
class Encoding:
    """How base pairs become numbers (Tang & Sun 2019, "Explicitly encode secondary structures into matrices").

    Attributes
    ----------
    matrix
        ``probability``: that of the pair; ``pair``: a number of its two bases; ``mixed``: both, as two layers.
    ordered
        Pair numbers AU, UA, CG, GC, GU, UG = 1/6 to 6/6; otherwise AU or UA, CG or GC, GU or UG = 1/3 to 3/3.
    threshold
        The paper's T: pairs of a smaller probability are 0.
    """

    matrix: str = "pair"
    ordered: bool = True
    threshold: float = THRESHOLD

    def __post_init__(self) -> None:
        """Refuse matrices that the paper does not have."""
        if self.matrix not in MATRICES:
            raise EncodingError(f"the matrix must be one of {listed(MATRICES)}, not '{self.matrix}'")
        if not 0 < self.threshold <= 1:
            raise EncodingError(f"the threshold must be above 0 and at most 1, not {self.threshold:g}")

    @property
    def channels(self) -> int:
        """Number of layers of a matrix."""
        return 2 if self.matrix == "mixed" else 1


class Cells(NamedTuple):
    """Cells of a matrix that are not 0.

    Attributes
    ----------
    rows, columns
        Places of a base and of the base that it pairs with, int64.
    values
        float32, shape (cells, layers).
    """

    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray


def _pair_numbers(ordered: bool) -> np.ndarray:
    """Number of each pair by the codes of its bases, float32, shape (5, 5)."""
    numbers = np.zeros((len(LETTERS) + 1,) * 2, dtype=np.float32)
    for place, pair in enumerate(_ORDERED):
        value = (place + 1) / 6 if ordered else (place // 2 + 1) / 3
        numbers[LETTERS.index(pair[0]), LETTERS.index(pair[1])] = value
    return numbers


_NUMBERS = {ordered: _pair_numbers(ordered) for ordered in (True, False)}


def cells_of(sequence: str, pairs: BasePairs, encoding: Encoding) -> Cells:
    """Encode the pairs of a clean sequence; each stands on both sides of the diagonal.

    A pair AU at (i, j) is UA at (j, i): the matrix of ordered pairs is the only one that is not symmetric.
    """
    kept = pairs.probability >= encoding.threshold
    first, second, probability = (array[kept] for array in pairs)
    rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
    letters = codes(sequence)
    layers = {
        "probability": np.tile(probability, 2).astype(np.float32),
        "pair": _NUMBERS[encoding.ordered][letters[rows], letters[columns]],
    }
    chosen = ("probability", "pair") if encoding.matrix == "mixed" else (encoding.matrix,)
    return Cells(rows, columns, np.stack([layers[name] for name in chosen], axis=1))


def matrix_of(cells: Cells, size: int = SIZE) -> np.ndarray:
    """Whole matrix, zeros where the sequence ends before `size`, float32, shape (size, size, layers).

    The probability is the first layer of a mixed matrix, the pair number the second.
    """
    matrix = np.zeros((size, size, cells.values.shape[1]), dtype=np.float32)
    matrix[cells.rows, cells.columns] = cells.values
    return matrix
