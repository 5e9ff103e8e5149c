"""Options that set how models of families are trained: one for each setting of each kind, and no other."""

from __future__ import annotations

from dataclasses import fields

import click
import pytest
from click.testing import CliRunner

from srna_tools.cli.family_options import (
    FAMILY_SETTINGS,
    family_options,
    family_settings,
    family_settings_given,
    foreign_settings,
)
from srna_tools.sequences.registry import FAMILY_MODELS


def given_by(arguments):
    given = {}

    @click.command()
    @family_options
    def command(**options):
        given.update(family_settings_given(options))

    assert CliRunner().invoke(command, arguments).exit_code == 0
    return given


def test_there_is_an_option_for_each_setting_of_each_kind():
    of_models = {field.name for kind in FAMILY_MODELS.values() for field in fields(kind.settings)}

    assert set(FAMILY_SETTINGS) == of_models - {"max_length"}
    assert len(set(FAMILY_SETTINGS)) == len(FAMILY_SETTINGS)


@pytest.mark.parametrize("kind", FAMILY_MODELS)
def test_without_options_the_defaults_hold_and_the_length_is_the_commands(kind):
    settings, default = family_settings(kind, given_by([]), 150), FAMILY_MODELS[kind].settings()

    names = [field.name for field in fields(settings)]
    assert {name: getattr(settings, name) for name in names} == {
        name: 150 if name == "max_length" else getattr(default, name) for name in names
    }


@click.command()
@family_options
def with_all_options(**_):
    """Have every option."""


@pytest.mark.parametrize("option", with_all_options.params, ids=lambda option: option.name)
def test_the_help_names_the_kinds_and_their_defaults(option):
    names = {kind: {field.name for field in fields(each.settings)} for kind, each in FAMILY_MODELS.items()}
    kinds = {kind for kind in FAMILY_MODELS if option.name in names[kind]}
    default = option.help.split("[default: ")[1]

    assert set(option.help.split(":")[0].split(", ")) == kinds
    for kind in kinds:
        assert spelled(getattr(FAMILY_MODELS[kind].settings(), option.name)) in default


def spelled(value):
    if isinstance(value, bool):
        return "ordered" if value else "unordered"
    return (
        ",".join(map(str, value)) if isinstance(value, tuple) else f"{value:g}" if type(value) is float else str(value)
    )


def test_only_what_was_given_is_a_setting():
    given = given_by(["--k", "3,4", "--inverse-penalty", "0.5"])

    assert given == {"k": (3, 4), "C": 0.5}
    settings = family_settings("kmer", given, 200)
    assert (settings.k, settings.C) == ((3, 4), 0.5)


def test_settings_of_other_kinds_are_told_by_their_options():
    given = given_by(["--k", "3", "--inverse-penalty", "2", "--pair-threshold", "0.1", "--unordered"])

    assert foreign_settings(("structure",), given) == ["--inverse-penalty", "--k"]
    assert foreign_settings(("kmer", "structure"), given) == []
    assert foreign_settings(("kmer",), given) == ["--ordered", "--pair-threshold"]


def test_one_number_is_a_number_where_the_kind_has_one():
    assert family_settings("cnn", given_by(["--dense", "64"]), 200).dense == 64
    assert family_settings("structure", given_by(["--dense", "64"]), 200).dense == (64,)
    with pytest.raises(click.UsageError, match="--dense of --model cnn is one number, such as 1024"):
        family_settings("cnn", given_by(["--dense", "64,32"]), 200)
