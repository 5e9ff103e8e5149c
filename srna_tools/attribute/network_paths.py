"""Paths that a search follows together, and what it has found out about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from srna_tools.attribute.removal import Predict, Removal

#: Moves that are evaluated together.
BLOCK = 16
#: Most blocks that are looked at in one go.
MOST_BLOCKS = 8
_LATE = np.iinfo(np.int64).max


@dataclass
class Paths:
    """Paths of several samples, and what is known about them.

    Attributes
    ----------
    removals
        The sample of each path, and its number there.
    features, deltas
        What each move removes and how that changes the input; after the last move nothing (feature 0, no change).
    hidden
        First layer before its ReLU where the search stands, float64.
    error
        What the rounding of inputs and weights may add up to.
    to_change, changed_to, to_target
        As in `Change`.
    together
        Most blocks in one go of which was proven that nothing happens, where the search stood before.
    """

    removals: list[tuple[Removal, int]]
    own: np.ndarray
    target: np.ndarray
    features: np.ndarray
    deltas: np.ndarray
    hidden: np.ndarray
    error: np.ndarray
    to_change: np.ndarray
    changed_to: np.ndarray
    to_target: np.ndarray
    together: np.ndarray

    @classmethod
    def of(cls, removals: Sequence[Removal], hidden: np.ndarray, length: float) -> Paths:
        """Lay the paths of some samples side by side.

        Parameters
        ----------
        hidden
            First layer of each sample before its ReLU, shape (samples, units), float64.
        length
            Euclidean length of all weights of the first layer.
        """
        numbers = [len(removal.targets) for removal in removals]
        longest = max(removal.moves.shape[1] for removal in removals)
        shape = (sum(numbers), -(-longest // BLOCK) * BLOCK)
        features, deltas = np.zeros(shape, dtype=np.intp), np.zeros(shape, dtype=np.float32)
        place = 0
        for removal in removals:
            rows, moves = slice(place, place + len(removal.targets)), removal.moves
            features[rows, : moves.shape[1]] = moves
            deltas[rows, : moves.shape[1]] = (removal.reference - removal.values)[moves]
            place = rows.stop
        sizes = np.array([np.linalg.norm(removal.values) + np.linalg.norm(removal.reference) for removal in removals])
        count = shape[0]
        return cls(
            removals=[(removal, path) for removal in removals for path in range(len(removal.targets))],
            own=np.repeat([removal.own for removal in removals], numbers),
            target=np.concatenate([removal.targets for removal in removals]),
            features=features,
            deltas=deltas,
            hidden=np.repeat(hidden, numbers, axis=0),
            error=np.repeat(2.0**-23 * length * sizes, numbers),
            to_change=np.zeros(count, dtype=np.int64),
            changed_to=np.full(count, -1),
            to_target=np.zeros(count, dtype=np.int64),
            together=np.full(count, MOST_BLOCKS),
        )

    def inputs(self, row: int, moves: int) -> np.ndarray:
        """Model inputs after so many moves of a path, shape (features,)."""
        removal, path = self.removals[row]
        return removal.inputs(path, moves)


@dataclass(frozen=True)
class Evaluated:
    """Outputs after each of some moves along some paths.

    Attributes
    ----------
    rows
        Which paths.
    moves
        How many moves each has made, shape (moves,).
    outputs
        Shape (moves, paths, classes).
    error
        By how much rounding may move an output, shape (moves, paths).
    """

    rows: np.ndarray
    moves: np.ndarray
    outputs: np.ndarray
    error: np.ndarray

    def note(self, paths: Paths, predict: Predict) -> None:
        """Write what happened first into the paths; ask the model where that is not clear."""
        rows, moves = np.tile(self.rows, len(self.moves)), np.repeat(self.moves, len(self.rows))
        outputs, tolerance = self.outputs.reshape(len(rows), -1), 2 * self.error.ravel()
        own, target, best = paths.own[rows], paths.target[rows], outputs.argmax(axis=1)
        own_lead, target_lead = _lead(outputs, own), _lead(outputs, target)
        is_other, is_target = own_lead < -tolerance, target_lead > tolerance
        may_change, may_reach = paths.to_change[rows] == 0, paths.to_target[rows] == 0
        count = len(paths.own)
        change, reach = (
            _first(rows, moves, is_other & may_change, count),
            _first(rows, moves, is_target & may_reach, count),
        )

        asked = may_change & ~is_other & ~(own_lead > tolerance) & (moves < change[rows])
        asked |= may_reach & ~is_target & ~(target_lead < -tolerance) & (moves < reach[rows])
        changing = np.flatnonzero(moves == change[rows])
        asked[changing] |= ~(_lead(outputs[changing], best[changing]) > tolerance[changing])
        asked = np.flatnonzero(asked)
        if len(asked):
            best[asked] = predict(np.array([paths.inputs(rows[one], moves[one]) for one in asked]))
            is_other[asked], is_target[asked] = best[asked] != own[asked], best[asked] == target[asked]
            change, reach = (
                _first(rows, moves, is_other & may_change, count),
                _first(rows, moves, is_target & may_reach, count),
            )

        first = np.flatnonzero(moves == change[rows])
        paths.to_change[rows[first]], paths.changed_to[rows[first]] = moves[first], best[first]
        reached = np.flatnonzero(reach < _LATE)
        paths.to_target[reached] = reach[reached]


def _lead(outputs: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """By how much the output of a class exceeds all others, one class a row."""
    place = np.arange(len(outputs)), classes
    own = outputs[place]
    others = outputs.copy()
    others[place] = -np.inf
    return np.asarray(own - others.max(axis=1))


def _first(rows: np.ndarray, moves: np.ndarray, happened: np.ndarray, count: int) -> np.ndarray:
    """First move at which something happened on each of `count` paths; a very late one where it did not."""
    first = np.full(count, _LATE)
    np.minimum.at(first, rows[happened], moves[happened])
    return first
