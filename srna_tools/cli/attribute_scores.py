"""srna-attribute, scores: all of them in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.attribute_part import Part
from srna_tools.cli.executable import NEW_FILE, Function

if TYPE_CHECKING:
    from srna_tools.attribute.explain import Explainer


def score_options(function: Function) -> Function:
    """``--scores-output``."""
    return click.option("--scores-output", type=NEW_FILE, help="All scores as .h5ad, a layer a class.")(function)


def score_part(explainer: Explainer, options: dict[str, Any]) -> Part:
    """Write the scores of all samples while they come."""
    from srna_tools.attribute.score_file import ScoreFile

    if not options["scores_output"]:
        return Part((), list)
    scores = ScoreFile(explainer, options["scores_output"])
    return Part((scores,), list, scores.open())
