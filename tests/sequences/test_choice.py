from __future__ import annotations

import logging
import sys

import numpy as np
import pandas as pd
import pytest

from srna_tools.sequences.calibration import Judgement
from srna_tools.sequences.choice import Choice, choose
from srna_tools.sequences.held_out import hold_out
from srna_tools.sequences.open_set import choose_open_set
from srna_tools.sequences.registry import FAMILY_MODELS, FamilyModelKind


def judgement(random, cluster, apart):
    known, others = np.arange(10.0) + apart, np.arange(10.0)
    figures = {"random": {"accuracy": random, "sequences": 9}, "cluster": {"accuracy": cluster, "sequences": 9}}
    return Judgement(open_set=choose_open_set({"energy": known}, {"energy": others}), figures=figures)


def test_the_highest_mean_of_both_accuracies_is_taken_then_the_best_auroc_then_the_first():
    low, high = judgement(1.0, 0.6, 9), judgement(0.9, 0.8, 1)

    assert Choice({"a": low, "b": high}, {}).chosen == "b"
    assert Choice({"a": judgement(0.9, 0.8, 1), "b": judgement(0.8, 0.9, 5)}, {}).chosen == "b"
    assert Choice({"a": judgement(0.9, 0.8, 1), "b": judgement(0.8, 0.9, 1)}, {}).chosen == "a"


def test_table_and_sentences_say_how_each_did():
    choice = Choice({"a": judgement(0.75, 0.5, 9), "b": Judgement()}, {"c": "it needs x"})

    table = choice.table().set_index("model")

    assert table["chosen"].to_dict() == {"a": True, "b": False, "c": False}
    assert table.loc["a", ["accuracy", "accuracy_random", "accuracy_cluster"]].tolist() == [0.625, 0.75, 0.5]
    assert table.loc["a", "auroc"] == choice.judgements["a"].open_set.auroc
    assert table["reason"].fillna("").to_dict() == {"a": "", "b": "", "c": "it needs x"}
    assert choice.sentences() == [
        "chosen: a, the most accurate on sequences left out (a 62.50 %, b 0.00 %)",
        "not tried: c, as it needs x",
    ]


@pytest.fixture
def kinds(tiny, monkeypatch):
    """The small model, one that learns from wrong families, and one whose library is missing."""
    real = FAMILY_MODELS[tiny]

    def learn_wrong(families, settings, seed, threads):
        return real.train(families, settings, seed, threads).__class__(
            real.model(real.train(families, settings, seed, threads).model.means[::-1].copy(), 1.0)
        )

    monkeypatch.setitem(FAMILY_MODELS, "wrong", FamilyModelKind(real.model, real.settings, learn_wrong))
    monkeypatch.setitem(FAMILY_MODELS, "missing", FamilyModelKind(real.model, real.settings, None, ("pyfamsa",)))
    monkeypatch.setitem(sys.modules, "pyfamsa", None)
    return {kind: real.settings() for kind in ("missing", "wrong", tiny)}


def test_all_are_judged_on_the_same_and_the_best_is_chosen(kinds, simulated_families, caplog):
    held_out = hold_out(simulated_families(), np.arange(160), {}, seed=0)

    with caplog.at_level(logging.WARNING, logger="srna_tools"):
        choice = choose(held_out, kinds, seed=0, threads=1)

    assert choice.chosen == "tiny"
    assert list(choice.judgements) == ["wrong", "tiny"]
    reason = "it needs pyfamsa; install it with: pip install 'srna-tools[sequence]'"
    assert choice.missing == {"missing": reason}
    assert caplog.messages == [f"missing is not tried, as {reason}"]
    tested = {judgement.figures["random"]["sequences"] for judgement in choice.judgements.values()}
    assert len(tested) == 1
    assert isinstance(choice.table(), pd.DataFrame)
