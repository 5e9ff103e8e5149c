"""Options that set how models of families are trained, the same for srna-family-train and srna-family-evaluate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import click

from srna_tools.cli.executable import Function, with_options

_OPTIONS: tuple[Callable[[Function], Function], ...] = (
    click.option(
        "--epochs", type=click.IntRange(1), help="cnn, structure: passes over the sequences.  [default: see the docs]"
    ),
    click.option("--batch-size", type=click.IntRange(1), help="cnn, structure: sequences a step.  [default: 64; 32]"),
    click.option(
        "--learning-rate",
        type=click.FloatRange(0, min_open=True),
        help="cnn, structure: of Adam.  [default: 0.001]",
    ),
    click.option(
        "--dropout", type=click.FloatRange(0, 0.99), help="cnn, structure: dropout rate.  [default: 0.7; 0.5]"
    ),
)


def family_options(function: Function) -> Function:
    """Every setting of every kind of model; those that are not given keep the defaults of their kind."""
    return with_options(_OPTIONS, function)


@click.command()
@family_options
def _settings_alone(**_: Any) -> None:
    pass


#: Names under which a command gets these options: those of the fields of the settings classes.
FAMILY_SETTINGS = tuple(str(option.name) for option in _settings_alone.params)


def family_settings_given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that the user gave."""
    return {name: options[name] for name in FAMILY_SETTINGS if options[name] is not None}


def family_settings(kind: str, given: Mapping[str, Any], max_length: int) -> Any:
    """Make the settings of a kind of model.

    Parameters
    ----------
    given
        From `family_settings_given`; all of them must be settings of this kind (`foreign_settings`).
    max_length
        Longest sequence; for those kinds that need to know.
    """
    from srna_tools.sequences.registry import FAMILY_MODELS

    settings = FAMILY_MODELS[kind].settings
    needed = {"max_length": max_length} if "max_length" in {field.name for field in fields(settings)} else {}
    return settings(**given, **needed)


def foreign_settings(kinds: tuple[str, ...], given: Mapping[str, Any]) -> list[str]:
    """Options that the user gave, but that are settings of none of these kinds of models."""
    from srna_tools.sequences.registry import FAMILY_MODELS

    known = {field.name for kind in kinds for field in fields(FAMILY_MODELS[kind].settings)}
    words = {str(option.name): option.opts[0] for option in _settings_alone.params}
    return [words[name] for name in sorted(set(given) - known)]
