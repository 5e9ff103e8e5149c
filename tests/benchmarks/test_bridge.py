"""Which tissues can show a bridge."""

from __future__ import annotations

import pandas as pd
from laboratory.bridge import tissues_in_several_resources


def test_a_tissue_needs_enough_samples_in_two_resources():
    rows = [
        ("liver", "A", 5),
        ("liver", "B", 6),
        ("liver", "C", 4),
        ("lung", "A", 9),
        ("lung", "B", 4),
        ("skin", "A", 9),
    ]
    table = pd.DataFrame(
        [(tissue, name) for tissue, name, size in rows for _ in range(size)], columns=["t", "resource"]
    )
    assert tissues_in_several_resources(table["t"], table["resource"], 5) == {"liver": ["A", "B"]}
    assert tissues_in_several_resources(table["t"], table["resource"], 4) == {
        "liver": ["A", "B", "C"], "lung": ["A", "B"],
    }  # fmt: skip
