"""Tables that are made once."""

from __future__ import annotations

import pandas as pd
from laboratory.kept import kept_table


def test_a_table_is_made_once_for_all_that_it_depends_on(tmp_path):
    made = []

    def make():
        made.append(1)
        return pd.DataFrame({"name": ["", "b"], "value": [0.1, len(made)]})

    first = kept_table(tmp_path / "work", {"seed": 1}, make)
    again = kept_table(tmp_path / "work", {"seed": 1}, make)
    other = kept_table(tmp_path / "work", {"seed": 2}, make)

    assert first["name"].tolist() == ["", "b"]
    assert again.equals(first)
    assert other["value"].tolist() == [0.1, 2]
    assert len(made) == 2
