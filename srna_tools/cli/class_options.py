"""Options that choose the classes, the same for srna-train and srna-evaluate."""

from __future__ import annotations

import click

from srna_tools.cli.executable import Function, NameList
from srna_tools.preprocess.catch_all import OWN_CLASS, ClassChoice


def class_options(function: Function) -> Function:
    """``--classes`` and ``--catch-all``; `class_choice` makes of them what the library takes."""
    classes = click.option(
        "--classes",
        type=NameList(),
        help="Labels that are classes, separated by commas; samples of others are left out.  [default: all]",
    )
    catch_all = click.option(
        "--catch-all",
        default="",
        metavar="NAME",
        help="One more class of this name for all labels that --classes does not name; without --classes for those "
        f"with fewer than {OWN_CLASS.samples} samples or from a single dataset. Samples that are most like it are "
        "predicted as 'unknown'.",
    )
    return classes(catch_all(function))


def class_choice(classes: tuple[str, ...] | None, catch_all: str) -> ClassChoice:
    """What the user chose."""
    return ClassChoice(classes or (), catch_all.strip())
