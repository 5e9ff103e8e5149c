"""Whole evaluations, folds alone, and folds gathered: which options of srna-evaluate go together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from srna_tools.extras import require_installed


def require_sense(
    folds_dir: Path | None, fold: str | None, gathered: tuple[Path, ...], options: dict[str, Any]
) -> None:
    """Refuse options that exclude or need each other."""
    modes = [name for name, given in (("--folds-dir", folds_dir), ("--fold", fold), ("--gather", gathered)) if given]
    if len(modes) > 1:
        raise click.UsageError(f"{' and '.join(modes)} exclude each other; give one of them")
    if fold and not options["predictions_output"]:
        raise click.UsageError("--fold needs --predictions-output, the table that --gather takes")
    if not (folds_dir or fold or options["output"]):
        raise click.UsageError("Missing option '-o' / '--output'.")
    if (options["scheme"] == "split") != bool(options["split_column"]):
        raise click.UsageError("--scheme split and --split-column belong together; give both or none")
    curve = options["learning_curve_output"] or options["learning_curve_plot_output"]
    if bool(curve) != bool(options["fractions"]):
        raise click.UsageError("--learning-curve needs --learning-curve-output or its plot, and they need it")
    if curve and modes:
        raise click.UsageError(f"--learning-curve belongs to a whole run, without {modes[0]}")
    chooses = "auto" in models_named(options)
    if options["search_output"] and not (options["search"] or options["grid"] or chooses):
        raise click.UsageError("--search-output needs --search, --grid, or auto among the models")
    outputs = [name for name, value in options.items() if value and (name == "output" or name.endswith("_output"))]
    foreign = [f"--{name.replace('_', '-')}" for name in outputs if modes and not _writes(modes[0], name)]
    if foreign:
        raise click.UsageError(f"{modes[0]} does not write {' and '.join(foreign)}; leave it out")


def require_libraries(options: dict[str, Any]) -> None:
    """Refuse models whose library is not installed, before anything is read; with a scheduler, its workers need it.

    Raises
    ------
    MissingExtraError
        A library is not installed.
    """
    from srna_tools.evaluate.contenders import read_variants
    from srna_tools.models.registry import MODELS

    if options["dask_scheduler"]:
        require_installed("distributed", needed_by="--dask-scheduler")
        return
    variants = read_variants(options["model_settings"]) if options["model_settings"] else {}
    for name in models_named(options):
        kind = variants.get(name, {"kind": name})["kind"]
        if kind in MODELS:
            require_installed(*MODELS[kind].needs, needed_by=f"the model {name} of --models")


def models_named(options: dict[str, Any]) -> list[str]:
    """Names of the models to compare."""
    return [name.strip() for name in options["models"].split(",")]


def _writes(mode: str, output: str) -> bool:
    """Whether a part of an evaluation writes an output."""
    if mode == "--gather":
        return output != "search_output"
    return mode == "--fold" and output in ("predictions_output", "search_output")
