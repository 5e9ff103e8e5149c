"""Scores of many sequences: in blocks, side by side, in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.sequences.interface import FamilyModel, FamilyScores

#: Sequences that are scored together; their scores do not depend on it.
BLOCK = 512
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def side_by_side(function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int) -> Iterator[_Result]:
    """Apply a function to items on several threads; results keep the order, and few items are taken ahead."""
    waiting: deque[Future[_Result]] = deque()
    items = iter(items)
    with threadpool_limits(limits=1), ThreadPoolExecutor(threads) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def scores_of(model: FamilyModel, sequences: Sequence[str], threads: int) -> FamilyScores:
    """Score all sequences."""
    blocks = list(side_by_side(model.scores, blocks_of(sequences), threads))
    if not blocks:
        return FamilyScores(np.zeros((0, model.outputs)))
    known = {name: np.concatenate([block.known[name] for block in blocks]) for name in blocks[0].known}
    return FamilyScores(np.concatenate([block.logits for block in blocks]), known)


def blocks_of(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Lists of `BLOCK` items, the last one shorter."""
    items = iter(items)
    while block := list(islice(items, BLOCK)):
        yield block
