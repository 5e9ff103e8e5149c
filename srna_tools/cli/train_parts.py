"""Which options of srna-train go together."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from srna_tools.extras import require_installed

AUTO = "auto"
_OF_AUTO = {"--choice-output", "--choice-plot-output"}
_OF_NETWORKS = {"--curve-output", "--keras-output"}


def require_sense(kind: str, given: dict[str, Any], options: dict[str, Any]) -> None:
    """Refuse options that the kind of model does not have.

    Parameters
    ----------
    given
        Hyperparameters that the user set.
    """
    from srna_tools.models.registry import MODELS

    if options["numeric"] and (kind != "linear" or options["evaluation"]):
        raise click.UsageError("--numeric needs --model linear, and judges it itself, without --evaluation")
    if kind == AUTO and options["evaluation"]:
        raise click.UsageError("--model auto judges what it chooses itself; leave --evaluation out")
    of_kind = set() if kind == AUTO else {field.name for field in fields(MODELS[kind].settings)}
    words = {str(param.name): param.opts[0] for param in click.get_current_context().command.params}
    words["balanced"] = words["class_weight"]
    foreign = [words[name] for name in sorted(set(given) - of_kind)]
    has = _OF_AUTO if kind == AUTO else _OF_NETWORKS if MODELS[kind].uses_tensorflow else set()
    outputs = {word: name for name, word in words.items() if word in _OF_AUTO | _OF_NETWORKS}
    foreign += sorted(word for word, name in outputs.items() if options[name] and word not in has)
    if foreign:
        raise click.UsageError(f"--model {kind} does not have: {', '.join(foreign)}")


def require_libraries(kind: str) -> None:
    """Refuse a kind of model whose library is not installed, before anything is read; auto does without networks.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    from srna_tools.models.registry import MODELS

    if kind != AUTO:
        require_installed(*MODELS[kind].needs, needed_by=f"--model {kind}")


def require_labels_are_classes(numeric: bool, classes: object, catch_all: str, unlabelled: Path | None) -> None:
    """Refuse options about classes where the column holds numbers."""
    given = (("--classes", classes), ("--catch-all", catch_all), ("--unlabelled", unlabelled))
    names = [name for name, value in given if value]
    if numeric and names:
        raise click.UsageError(f"{' and '.join(names)} need classes, and --numeric has none; leave one of them out")


def require_unlabelled(unlabelled: Path | None, min_confidence: float | None, output: Path | None) -> None:
    """Refuse options of self-training without it."""
    given = [("--min-confidence", min_confidence is not None), ("--self-training-output", output is not None)]
    names = [name for name, is_given in given if is_given]
    if names and not unlabelled:
        raise click.UsageError(
            f"{' and '.join(names)} belongs to --unlabelled; give samples without label, or leave it out"
        )
