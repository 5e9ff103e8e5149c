"""Figures of a run in sentences and beside those of a paper."""

from __future__ import annotations

import pytest
from laboratory.configuration import Published
from laboratory.outcome import Outcome

from srna_tools.errors import SrnaToolsError

OUTCOME = Outcome("", {"a/kfold/mlp (both)/msa": "0.970", "a/kfold/mlp/msa": "0.960"})


def test_a_sentence_is_filled_with_figures():
    assert OUTCOME.filled("both {a/kfold/mlp (both)/msa}, one {a/kfold/mlp/msa}") == "both 0.970, one 0.960"


def test_a_figure_that_the_run_did_not_give_is_an_error_that_names_those_it_gave():
    with pytest.raises(SrnaToolsError, match=r"no figure 'a/kfold/forest/msa'; it gave: a/kfold/mlp \(both\)/msa"):
        OUTCOME.filled("{a/kfold/forest/msa}")


def test_the_paper_stands_beside_ours():
    published = [Published("network", "0.98", "a/kfold/mlp/msa"), Published("no such data", "0.77")]
    assert OUTCOME.beside(published) == (
        "|  | paper | here |\n|---|---|---|\n| network | 0.98 | 0.960 |\n| no such data | 0.77 | - |\n"
    )
    assert OUTCOME.beside([]) == ""
