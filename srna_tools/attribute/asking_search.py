"""Where removals change the predicted class, for any model: ask it, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.attribute.removal import Change, Predict, Removal

_FIRST_BLOCK, _LARGEST_BLOCK = 16, 256


@dataclass(frozen=True)
class AskingSearch:
    """Ask the model about growing blocks of moves until both events of a path happened."""

    predict: Predict
    threads: int = 1

    def find(self, removals: Sequence[Removal]) -> list[Change]:
        """Follow all paths of some samples; samples run side by side."""
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(self._follow, removals))

    def _follow(self, removal: Removal) -> Change:
        return Change(*np.array([self._follow_path(removal, path) for path in range(len(removal.targets))]).T)

    def _follow_path(self, removal: Removal, path: int) -> tuple[int, int, int]:
        to_change, changed_to, to_target = 0, -1, 0
        start, size = 1, _FIRST_BLOCK
        while start <= removal.moves.shape[1] and not (to_change and to_target):
            done = np.arange(start, min(start + size, removal.moves.shape[1] + 1))
            predicted = self.predict(np.array([removal.inputs(path, number) for number in done]))
            others, reached = (
                np.flatnonzero(predicted != removal.own),
                np.flatnonzero(predicted == removal.targets[path]),
            )
            if not to_change and len(others):
                to_change, changed_to = int(done[others[0]]), int(predicted[others[0]])
            if not to_target and len(reached):
                to_target = int(done[reached[0]])
            start, size = start + size, min(2 * size, _LARGEST_BLOCK)
        return to_change, changed_to, to_target
