"""Where removals change the class that a dense network predicts: all steps of many paths in few matrix products.

The first layer is linear, so its units along a path are running sums of rows of its weights. Only the later layers
need products, and only where bounds do not prove that nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.attribute.network_bounds import bounded_layer, boxes_of, stays_above
from srna_tools.attribute.network_paths import BLOCK, MOST_BLOCKS, Evaluated, Paths
from srna_tools.attribute.removal import Change, Predict, Removal
from srna_tools.attribute.rules import relu
from srna_tools.models.dense_network import DenseNetwork

# Paths that are followed together: enough for full matrix products.
_PATHS = 128
# Blocks of moves that are evaluated together.
_EVALUATED = 64
# Blocks of moves that are looked at in one go where most classes change.
_BLOCKS_AT_FIRST = 2
# From so many moves on it is likely that the class stays, and worth proving for all other classes at once.
_SLOW = 128
# Wide of the rounding of float32 sums, relative to the length of what is summed.
_ROUNDING = 4 * 2.0**-24


class NetworkSearch:
    """Follow paths by running sums, bounds and few evaluations; what is nearly a tie is left to the model itself.

    Evaluations are in float32, running sums start from float64 at each block, and a decision counts only where it is
    clear beyond all rounding. Else `predict` is asked about the very input, so that the result is what asking it about
    every step would give.

    Parameters
    ----------
    predict
        The model's own predictions.
    threads
        Groups of paths that are followed side by side; the result does not depend on it.
    """

    def __init__(self, network: DenseNetwork, predict: Predict, threads: int = 1) -> None:
        self.predict = predict
        self.threads = threads
        weight, bias = network.weights[0]
        self._kernel = np.ascontiguousarray(weight, dtype=np.float32)
        self._exact, self._bias = weight.astype(np.float64), bias.astype(np.float64)
        self._length = float(np.linalg.norm(weight))
        self._layers = [bounded_layer(weight, bias) for weight, bias in network.weights[1:]]
        # By how much a layer can stretch a difference, and the size of its weights together.
        self._stretch = [float(np.linalg.norm(layer.weight, 2)) for layer in self._layers]
        self._lengths = [float(np.linalg.norm(layer.lengths)) for layer in self._layers]

    def find(self, removals: Sequence[Removal]) -> list[Change]:
        """Follow all paths of some samples."""
        if not removals:
            return []
        together = max(1, _PATHS // len(removals[0].targets))
        # Samples of one class use the same units: side by side they leave more units silent.
        order = np.argsort([removal.own for removal in removals], kind="stable")
        groups = [
            [removals[one] for one in order[start : start + together]] for start in range(0, len(order), together)
        ]
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(self.threads) as pool:
            found = [change for changes in pool.map(self._follow, groups) for change in changes]
        return [found[place] for place in np.argsort(order)]

    def _follow(self, removals: Sequence[Removal]) -> list[Change]:
        # Finite weights may be so large that sums overflow: nothing is clear then, and the model is asked.
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.array([removal.values for removal in removals], dtype=np.float64)
            paths = Paths.of(removals, values @ self._exact + self._bias, self._length)
            for start, size in _chunks(paths.features.shape[1]):
                active = np.flatnonzero(paths.to_target == 0)
                if not len(active):
                    break
                self._advance(paths, active, start, size)
        ends = np.cumsum([len(removal.targets) for removal in removals])[:-1]
        parts = [np.split(found, ends) for found in (paths.to_change, paths.changed_to, paths.to_target)]
        return [Change(*found) for found in zip(*parts, strict=True)]

    def _advance(self, paths: Paths, active: np.ndarray, start: int, size: int) -> None:
        """Look at the moves from `start` on of the active paths, and note what happens."""
        hidden = paths.hidden[active].astype(np.float32)
        totals, low, high = self._walk(paths, active, start, size, hidden)
        proven = self._proven(paths, active, low, high, start)
        # Blocks of a path in their order, so that those after the last event can be left out.
        block, place = np.nonzero(~proven)
        for part in range(0, len(block), _EVALUATED):
            blocks, places = block[part : part + _EVALUATED], place[part : part + _EVALUATED]
            is_open = paths.to_target[active[places]] == 0
            blocks, places = blocks[is_open], places[is_open]
            if len(blocks):
                first = start + blocks * BLOCK
                evaluated = self._evaluated(paths, active[places], first, hidden[places], totals[blocks, places])
                evaluated.note(paths, self.predict)

    def _evaluated(
        self, paths: Paths, rows: np.ndarray, first: np.ndarray, hidden: np.ndarray, total: np.ndarray
    ) -> Evaluated:
        """Evaluate a block of moves of each of some paths, from its `first` on; `total` is what was added before it."""
        from srna_tools.attribute.running_sums import after_each

        places = first[:, None] + np.arange(BLOCK)
        features, deltas = paths.features[rows[:, None], places], paths.deltas[rows[:, None], places]
        units = after_each(self._kernel, features, deltas, hidden, total).reshape(-1, hidden.shape[1])
        sums = _ROUNDING * (np.tile(_lengths(hidden), BLOCK) + _lengths(units)) + np.tile(paths.error[rows], BLOCK)
        return Evaluated(np.tile(rows, BLOCK), (places.T + 1).ravel(), *self._outputs(units, sums))

    def _walk(
        self, paths: Paths, active: np.ndarray, start: int, size: int, hidden: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Follow the first layer before its ReLU, `hidden`, through some moves.

        Its values after each move are too many for the processor's cache; where they are needed, they are summed again.

        Returns
        -------
        What was added to `hidden` before each block of moves, and the range of its values after the moves of the block,
        lowest and highest: shape (blocks, paths, units) each.
        """
        from srna_tools.attribute.running_sums import ranges

        totals, low, high = np.empty((3, size // BLOCK, *hidden.shape), dtype=np.float32)
        moves = slice(start, start + size)
        features, deltas = paths.features[active, moves], paths.deltas[active, moves]
        paths.hidden[active] += ranges(self._kernel, features, deltas, totals, low, high)
        # Rounding keeps the order: the lowest sum is that of the lowest total.
        low += hidden
        high += hidden
        return totals, low, high

    def _proven(self, paths: Paths, active: np.ndarray, low: np.ndarray, high: np.ndarray, start: int) -> np.ndarray:
        """Whether nothing that is still to be found happens in a block, shape (blocks, paths).

        Blocks are tried together, then halves of what could not be proven. A path whose blocks could not be proven
        together before is tried with at most twice as many as could.
        """
        proven = np.zeros(low.shape[:2], dtype=bool)
        tried = (paths.to_change[active] > 0) | (start >= _SLOW)
        if not self._layers or not tried.any():
            return proven
        ranges = _ranges(low, high)
        hopes, paths.together[active] = 2 * paths.together[active], 0
        for together, (lowest, highest) in ranges:
            is_open = ~proven.reshape(len(lowest), together, -1).all(axis=1) & tried & (hopes >= together)
            group, place = np.nonzero(is_open)
            if not len(group):
                continue
            rows = active[place]
            is_sure = self._nothing_happens(paths, rows, lowest[group, place], highest[group, place])
            group, place = group[is_sure], place[is_sure]
            for part in range(together):
                proven[group * together + part, place] = True
            paths.together[active[place]] = np.maximum(paths.together[active[place]], together)
        paths.together[active] = np.maximum(paths.together[active], 1)
        return proven

    def _nothing_happens(self, paths: Paths, rows: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Whether nothing that is still to be found on the paths `rows` happens within ranges of the first layer."""
        boxes = boxes_of(self._layers, low, high)
        own, target = paths.own[rows], paths.target[rows]
        # Once the class was another, all that counts is that some class stays above the path's.
        rivals = boxes.middle.copy()
        rivals[np.arange(len(rows)), target] = -np.inf
        has_changed = paths.to_change[rows] > 0
        is_sure = stays_above(self._layers, boxes, np.where(has_changed, rivals.argmax(axis=1), own), target)
        # Before, the own class has to stay above all others.
        for step in range(1, boxes.middle.shape[1]):
            still = np.flatnonzero(is_sure & ~has_changed)
            if not len(still):
                break
            other = (own[still] + step) % boxes.middle.shape[1]
            is_sure[still] = stays_above(self._layers, boxes.take(still), own[still], other)
        return is_sure

    def _outputs(self, units: np.ndarray, error: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Outputs from the first layer before its ReLU, and by how much rounding may move one, (rows,)."""
        for layer, stretch, lengths in zip(self._layers, self._stretch, self._lengths, strict=True):
            # Most units of a trained network are silent: only those that any row needs are multiplied.
            live = np.flatnonzero((units > 0).any(axis=0))
            units = relu(units[:, live])
            size = _lengths(units)
            units = units @ layer.weight[live] + layer.bias
            error = error * stretch + _ROUNDING * (size * lengths + _lengths(units))
        return units, error


def _lengths(rows: np.ndarray) -> np.ndarray:
    """Euclidean length of each row."""
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", rows, rows)))


def _chunks(moves: int) -> Iterator[tuple[int, int]]:
    """Start and size of what is looked at in one go; `moves` is a multiple of the block."""
    start = 0
    while start < moves:
        size = min(BLOCK * (MOST_BLOCKS if start >= _SLOW else _BLOCKS_AT_FIRST), moves - start)
        yield start, size
        start += size


def _ranges(low: np.ndarray, high: np.ndarray) -> list[tuple[int, tuple[np.ndarray, np.ndarray]]]:
    """Ranges of ever more blocks together, most blocks first: 4, 2 and 1 of four blocks."""
    ranges = [(1, (low, high))]
    while len(low) % 2 == 0:
        low, high = np.minimum(low[::2], low[1::2]), np.maximum(high[::2], high[1::2])
        ranges.append((2 * ranges[-1][0], (low, high)))
    return ranges[::-1]
