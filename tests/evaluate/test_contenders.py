"""The models that are compared: which settings and normalisation each gets, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from srna_tools.errors import InputError, SampleError
from srna_tools.evaluate.contender import with_changes
from srna_tools.evaluate.contenders import contenders, read_variants
from srna_tools.models.domain_adaptation import DomainAdaptationSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.mlp import MlpSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.preprocess.specification import PUBLISHED, RANKED, TransformSpecification


def test_without_settings_each_kind_has_its_defaults(studies):
    mlp, forest, logistic = contenders(studies, ["mlp", "random-forest", "logistic"], {}, {})
    assert (mlp.settings, mlp.transform) == (MlpSettings(), PUBLISHED)
    assert (forest.settings, forest.transform) == (ForestSettings(), PUBLISHED)
    assert (logistic.settings, logistic.transform) == (LogisticSettings(), RANKED)


def test_settings_apply_to_the_kinds_that_have_them(studies):
    given = {"balanced": True, "C": 0.1, "epochs": 3, "down_sample": False}
    mlp, forest, logistic = contenders(studies, ["mlp", "random-forest", "logistic"], given, {})
    assert mlp.settings == MlpSettings(epochs=3, balanced=True)
    assert forest.settings == ForestSettings(down_sample=False, balanced=True)
    assert logistic.settings == LogisticSettings(C=0.1, balanced=True)


def test_what_srna_normalize_recorded_is_used_by_all(studies):
    samples = studies.copy()
    recorded = TransformSpecification(normalisation="clr", scaling="zscore")
    recorded.record(samples)
    made = contenders(samples, ["mlp", "logistic"], {}, {})
    assert [model.transform for model in made] == [recorded] * 2


def test_feature_types_replace_the_recorded_ones_but_not_those_of_a_variant(studies):
    samples = studies.copy()
    recorded = TransformSpecification(normalisation="clr", feature_types=("piRNA",))
    recorded.record(samples)
    variants = {"own": {"kind": "logistic", "transform": {"feature_types": ["tRNA"]}}}
    plain, own = contenders(samples, ["logistic", "own"], {}, variants, ("miRNA", "snRNA"))
    assert plain.transform == replace(recorded, feature_types=("miRNA", "snRNA"))
    assert own.transform == replace(recorded, feature_types=("tRNA",))


def test_a_variant_has_its_own_settings_and_transform_above_those_given(studies):
    variants = {
        "all samples": {
            "kind": "random-forest",
            "settings": {"down_sample": False, "trees": 7},
            "transform": {"normalisation": "log-tpm", "gini": [0.1, 0.9], "lengths": [["hsa-miR-21-5p", 22]]},
        }
    }
    variant, plain = contenders(studies, ["all samples", "random-forest"], {"trees": 9, "first_trees": 3}, variants)
    assert (variant.name, variant.kind) == ("all samples", "random-forest")
    assert variant.settings == ForestSettings(first_trees=3, trees=7, down_sample=False)
    assert variant.transform == TransformSpecification(
        normalisation="log-tpm", gini=(0.1, 0.9), lengths=(("hsa-miR-21-5p", 22),)
    )
    hash(variant.transform)
    assert plain.settings == ForestSettings(first_trees=3, trees=9)


def test_everything_a_fit_depends_on_is_in_its_description(studies):
    (model,) = contenders(studies, ["logistic"], {}, {})
    other = with_changes(model, {"C": 0.5, "min_rpm": 2.0})
    described = other.to_dict()
    assert (described["settings"]["C"], described["transform"]["min_rpm"]) == (0.5, 2.0)
    assert json.loads(json.dumps(described))["kind"] == "logistic"
    assert model.settings.C == 1.0


@pytest.mark.parametrize(
    ("names", "given", "variants", "message"),
    [
        (
            ["svm"],
            {},
            {},
            "there is no model 'svm'; choose from auto, mlp, random-forest, logistic, discriminant, "
            "linear, domain-adaptation, or name it in",
        ),
        ([""], {}, {}, "there is no model ''"),
        (["mlp", "logistic", "mlp"], {}, {}, "--models names mlp twice"),
        (["majority-class"], {}, {"majority-class": {"kind": "logistic"}}, "'majority-class' is the name of the base"),
        (["logistic"], {"epochs": 3, "C": 1.0}, {}, "none of the models logistic has the setting epochs; leave it out"),
        (["x"], {}, {"x": {"kind": "logistic", "settings": {"epochs": 2}}}, "the model 'x': a model of the kind logis"),
        (["mlp"], {"hidden": (16, 8)}, {}, "'mlp': 2 hidden layers need as many dropout rates, but 3 were given"),
    ],
)
def test_models_that_do_not_exist_and_settings_that_nobody_has_are_refused(studies, names, given, variants, message):
    with pytest.raises(SampleError, match=message):
        contenders(studies, names, given, variants)


def of_layers(**settings):
    return {"hidden": [4], "dropout": [0.1]} | settings


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("mlp", {"epochs": "many"}, "the setting 'epochs' is 'many', but must be like its default 50"),
        ("mlp", {"epochs": 2.5}, "must be like its default 50"),
        ("mlp", {"epochs": 0}, "must be like its default 50"),
        ("mlp", {"epochs": True}, "must be like its default 50"),
        ("mlp", {"learning_rate": -1}, "must be like its default 0.001"),
        ("mlp", {"learning_rate": float("inf")}, "must be like its default 0.001"),
        ("mlp", {"loss": 3}, "must be like its default 'categorical'"),
        ("mlp", {"loss": "hinge"}, "the loss must be one of categorical, binary, not 'hinge'"),
        ("mlp", {"hidden": 5}, "must be like its default"),
        ("mlp", {"hidden": ["8"]}, "must be like its default"),
        ("mlp", of_layers(hidden=[2.5]), "hidden layers must be whole numbers from 1 on, not 2.5"),
        ("mlp", of_layers(hidden=[0]), "hidden layers must be whole numbers from 1 on, not 0"),
        ("mlp", of_layers(dropout=[1]), "dropout rates must be from 0 to below 1, not 1"),
        ("domain-adaptation", {"source_datasets": "study01"}, "is 'study01', but must be like its default ()"),
        ("domain-adaptation", {"bias_datasets": [3]}, "the setting 'bias_datasets' is (3,), but must be like its"),
        ("domain-adaptation", {"mapper": []}, "the widths of the mapper must be whole numbers"),
        ("domain-adaptation", {"mapper": ["8"]}, "must be like its default (512,)"),
        ("domain-adaptation", {"mapper_dropout": -0.1}, "must be like its default 0.3"),
        ("domain-adaptation", {"margin": 0}, "must be like its default 5.0"),
        ("random-forest", {"down_sample": 1}, "must be like its default True"),
        ("logistic", {"normalisation": "tmm"}, "the transform's normalisation is 'tmm'"),
        ("logistic", {"max_zero_fraction": "few"}, "limits must be numbers"),
        ("logistic", {"gini": 0.5}, 'the transform cannot have {"gini": 0.5}'),
        ("logistic", {"gini": [0.5]}, "limits must be numbers"),
        ("logistic", {"feature_types": 3}, "the transform cannot have"),
        ("logistic", {"lengths": [["a", 1, 2]]}, "the transform cannot have"),
        ("logistic", {"c": 1}, "a model of the kind logistic has no setting c; it has: C, balanced, feature_types"),
    ],
)
def test_settings_of_a_wrong_form_are_refused_before_any_fit(studies, kind, changes, message):
    (model,) = contenders(studies, [kind], {}, {})
    with pytest.raises(SampleError, match=re.escape(message)):
        with_changes(model, changes)


def test_names_of_datasets_are_settings_and_dropout_may_be_none(studies):
    variants = {"adapted": {"kind": "domain-adaptation", "settings": {"bias_datasets": ["study02"], "mapper": [64, 8]}}}
    (model,) = contenders(studies, ["adapted"], {"source_datasets": ("study01",), "mapper_dropout": 0}, variants)
    expected = DomainAdaptationSettings(("study01",), ("study02",), (64, 8), mapper_dropout=0)
    assert model.settings == expected
    changed = with_changes(model, {"source_datasets": [], "classifier_dropout": 0.0, "mapper": [5]}).settings
    assert (changed.source_datasets, changed.classifier_dropout, changed.mapper) == ((), 0.0, (5,))


@pytest.mark.parametrize("name", ["source_datasets", "bias_datasets"])
def test_domains_that_no_sample_has_are_refused(studies, name):
    with pytest.raises(SampleError, match="the model 'domain-adaptation': no dataset or resource has the name GSE1, "):
        contenders(studies, ["domain-adaptation"], {name: ("study01", "GSE1")}, {})


def test_whole_numbers_may_be_written_with_a_point(studies):
    (model,) = contenders(studies, ["mlp"], {}, {})
    epochs = with_changes(model, {"epochs": 4.0}).settings.epochs
    assert (epochs, type(epochs)) == (4, int)


def test_models_are_read_from_a_file(tmp_path):
    variants = {"all": {"kind": "random-forest", "settings": {"trees": 3}, "transform": {"scaling": "none"}}}
    (tmp_path / "m.json").write_text(json.dumps(variants))
    assert read_variants(tmp_path / "m.json") == variants


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", r"m.json: is not JSON \("),
        ("[]", "must hold models by name, such as"),
        ('{"x": 3}', "must hold models by name, such as"),
        (
            '{"x": {"kind": "svm"}}',
            r"the model 'x' must have a kind \(mlp, random-forest, logistic, "
            r"discriminant, linear, domain-adaptation\)",
        ),
        ('{"x": {"kind": ["mlp"]}}', "the model 'x' must have a kind"),
        ('{"x": {}}', "the model 'x' must have a kind"),
        ('{"x": {"kind": "mlp", "epochs": 3}}', "the model 'x' must have a kind"),
        ('{"x": {"kind": "mlp", "settings": []}}', "the model 'x' must have a kind"),
    ],
)
def test_files_of_another_form_are_refused(tmp_path, text, message):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_variants(tmp_path / "m.json")
