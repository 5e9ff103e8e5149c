"""What auto chooses from: a recorded normalisation holds for all, equals stand once, networks need TensorFlow."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from srna_tools.evaluate.candidates import automatic
from srna_tools.evaluate.contenders import contenders
from srna_tools.models.registry import MODELS
from srna_tools.preprocess.specification import EXPRESSED, TransformSpecification


@pytest.fixture
def without_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)


def test_the_discriminant_comes_first_and_every_candidate_is_another(studies):
    auto = automatic(studies)
    (same,) = contenders(studies, ["auto"], {}, {})
    assert same == auto
    assert auto.name == "auto"
    assert (auto.kind, auto.transform) == ("discriminant", EXPRESSED)
    names = [one.name for one in auto.candidates]
    assert names[0] == "discriminant"
    assert len(set(names)) == len(names)
    assert {"discriminant (rank)", "discriminant (clr)", "logistic", "mlp (whitened)"} <= set(names)
    described = [json.dumps(one.to_dict(), sort_keys=True) for one in auto.candidates]
    assert len(set(described)) == len(described)
    assert not any(one.candidates for one in auto.candidates)


def test_what_srna_normalize_recorded_holds_for_all_and_what_it_makes_equal_stands_once(studies):
    samples = studies.copy()
    recorded = TransformSpecification(normalisation="clr", scaling="zscore")
    recorded.record(samples)
    auto = automatic(samples)
    assert {one.transform for one in (auto, *auto.candidates)} == {recorded}
    names = [one.name for one in auto.candidates]
    assert [name for name in names if name.startswith("discriminant")] == ["discriminant"]
    assert {"logistic", "logistic (whitened)"} <= set(names)


def test_feature_types_that_the_user_names_hold_for_all(studies):
    chosen = automatic(studies, ("miRNA",))
    assert {one.transform.feature_types for one in (chosen, *chosen.candidates)} == {("miRNA",)}
    assert [one.name for one in chosen.candidates] == [one.name for one in automatic(studies).candidates]
    assert contenders(studies, ["auto"], {}, {}, ("miRNA",)) == [chosen]


def test_networks_are_left_out_where_tensorflow_is_not_installed(studies, without_tensorflow, warnings_logged):
    auto = automatic(studies)
    assert not any(MODELS[one.kind].uses_tensorflow for one in auto.candidates)
    assert warnings_logged.messages == [
        "TensorFlow is not installed: auto chooses among models that are no networks; "
        "install it with: pip install 'srna-tools[train]'"
    ]


def test_with_tensorflow_nothing_is_said(studies, warnings_logged):
    assert any(MODELS[one.kind].uses_tensorflow for one in automatic(studies).candidates)
    assert warnings_logged.messages == []


def test_a_choice_depends_on_what_is_chosen_from(studies):
    auto = automatic(studies)
    fewer = replace(auto, candidates=auto.candidates[:-1])
    assert auto.to_dict() != fewer.to_dict()
    assert "candidates" not in auto.candidates[0].to_dict()
