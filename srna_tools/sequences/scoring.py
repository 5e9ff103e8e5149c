"""Scores of many sequences: in blocks, side by side, in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from srna_tools.sequences.interface import FamilyModel, FamilyScores

#: Sequences that are scored together, and their letters; their scores do not depend on it.
BLOCK, MOST_LETTERS = 512, 1_000_000
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
    blocks = list(side_by_side(model.scores, blocks_of(sequences, len), threads))
    if not blocks:
        return FamilyScores(np.zeros((0, model.outputs)))
    known = {name: np.concatenate([block.known[name] for block in blocks]) for name in blocks[0].known}
    return FamilyScores(np.concatenate([block.logits for block in blocks]), known)


def blocks_of(items: Iterable[_Item], letters: Callable[[_Item], int]) -> Iterator[list[_Item]]:
    """Lists of up to `BLOCK` items, of fewer where they would have more than `MOST_LETTERS` letters in all.

    An item of more letters is a list of its own: so memory is bounded whatever the lengths.
    """
    block: list[_Item] = []
    total = 0
    for item in items:
        number = letters(item)
        if block and (len(block) == BLOCK or total + number > MOST_LETTERS):
            yield block
            block, total = [], 0
        block.append(item)
        total += number
    if block:
        yield block
