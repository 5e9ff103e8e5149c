"""Options that set how models are trained: one for each setting of each kind, and no other."""

from __future__ import annotations

from dataclasses import fields

import click
import pytest
from click.testing import CliRunner

from srna_tools.cli.model_options import SETTINGS, model_options, settings_given
from srna_tools.models.registry import MODELS


def test_there_is_an_option_for_each_setting_of_each_kind():
    of_models = {field.name for kind in MODELS.values() for field in fields(kind.settings)}
    assert {"balanced" if name == "class_weight" else name for name in SETTINGS} == of_models
    assert len(set(SETTINGS)) == len(SETTINGS)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], {}),
        (["--class-weight", "balanced", "--no-down-sample"], {"balanced": True, "down_sample": False}),
        (["--class-weight", "none", "--down-sample"], {"balanced": False, "down_sample": True}),
        (["--hidden", "16,8", "--dropout", "0,0.5"], {"hidden": (16, 8), "dropout": (0.0, 0.5)}),
        (
            ["--source-datasets", "TCGA, study 1", "--bias-datasets", "GSE1", "--mapper", "64,8", "--margin", "1"],
            {"source_datasets": ("TCGA", "study 1"), "bias_datasets": ("GSE1",), "mapper": (64, 8), "margin": 1.0},
        ),
        (["--mapper-dropout", "0", "--bias-epochs", "3"], {"mapper_dropout": 0.0, "bias_epochs": 3}),
        (["--features-per-class", "25"], {"features_per_class": 25}),
        (["--inverse-penalty", "0.1", "--epochs", "3"], {"C": 0.1, "epochs": 3}),
    ],
)
def test_only_what_was_given_is_a_setting(arguments, expected):
    given = {}

    @click.command()
    @model_options
    def command(**options):
        given.update(settings_given(options))

    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert given == expected
