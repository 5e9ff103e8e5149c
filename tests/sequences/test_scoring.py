from __future__ import annotations

import threading
import time
from itertools import chain

import numpy as np
import pytest

from srna_tools.sequences.scoring import BLOCK, blocks_of, scores_of, side_by_side


def test_results_keep_the_order_and_little_is_read_ahead():
    read = []

    def items():
        for number in range(20):
            read.append(number)
            yield number

    def slow_first(number):
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number, threading.get_ident()

    found = side_by_side(slow_first, items(), 3)

    assert next(found)[0] == 0
    assert len(read) <= 5
    rest = list(found)
    assert [number for number, _ in rest] == list(range(1, 20))
    assert len({thread for _, thread in rest}) > 1


def test_an_error_of_one_item_ends_it():
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda number: 1 / number, [1, 0, 2], 2))


def test_blocks_hold_everything_once():
    blocks = list(blocks_of(range(2 * BLOCK + 1), lambda _: 1))

    assert [len(block) for block in blocks] == [BLOCK, BLOCK, 1]
    assert list(chain.from_iterable(blocks)) == list(range(2 * BLOCK + 1))


def test_blocks_have_a_bounded_number_of_letters(monkeypatch):
    monkeypatch.setattr("srna_tools.sequences.scoring.MOST_LETTERS", 10)

    blocks = list(blocks_of(["A" * length for length in (4, 6, 1, 30, 2, 8, 0, 1)], len))

    assert [[len(one) for one in block] for block in blocks] == [[4, 6], [1], [30], [2, 8, 0], [1]]
    assert list(blocks_of([], len)) == []


@pytest.mark.parametrize("threads", [1, 3])
def test_scores_do_not_depend_on_blocks_and_threads(tiny, simulated_families, random_sequences, threads):
    from srna_tools.sequences.registry import FAMILY_MODELS

    kind = FAMILY_MODELS[tiny]
    model = kind.train(simulated_families(), kind.settings(), 0, 1).model
    sequences = random_sequences(number=BLOCK + 10)

    found, whole = scores_of(model, sequences, threads), model.scores(sequences)

    np.testing.assert_array_equal(found.logits, whole.logits)
    np.testing.assert_array_equal(found.known["nearness"], whole.known["nearness"])
    assert scores_of(model, (), threads).logits.shape == (0, 8)
