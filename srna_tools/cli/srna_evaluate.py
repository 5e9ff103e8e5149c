"""srna-evaluate: labelled samples -> how well models do on samples that they were not trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.class_options import class_choice, class_options
from srna_tools.cli.evaluate_parts import models_named, require_libraries, require_sense
from srna_tools.cli.executable import (
    EXISTING_FILE,
    NEW_FILE,
    NEW_FOLDER,
    NumberList,
    executable,
    feature_types_option,
    output_option,
    seed_option,
    threads_option,
)
from srna_tools.cli.model_options import SETTINGS, model_options, settings_given
from srna_tools.validation.splits import SCHEMES

if TYPE_CHECKING:
    import pandas as pd

    from srna_tools.evaluate.evaluation import Evaluation

_MODELS = "mlp,random-forest,logistic"


@executable("srna-evaluate")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to predict, e.g. tissue.")
@click.option(
    "--models",
    default=_MODELS,
    show_default=True,
    help="Models to compare on the same folds: kinds, or names in --model-settings; separated by commas.",
)
@click.option("--model-settings", type=EXISTING_FILE, help="JSON: further models by name, with kind and settings.")
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES),
    default="dataset-out",
    show_default=True,
    help="dataset-out: each study is predicted by models that never saw it. kfold: random folds. group-kfold: folds "
    "of whole groups. resource-out: each resource is predicted by models that never saw it. split: one part trains, "
    "the other tests.",
)
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True, help="Folds of kfold and group-kfold.")
@click.option("--repeats", type=click.IntRange(1), default=1, show_default=True, help="Repeats, each with a new seed.")
@click.option("--group-column", default="dataset", show_default=True, help="group-kfold: what stays together.")
@click.option("--split-column", help="split: column that says 'train' or 'test'.")
@click.option("--search", is_flag=True, help="Choose settings by a grid search inside each training set.")
@click.option("--grid", type=EXISTING_FILE, help="JSON: values to try by model and setting, instead of the built-in.")
@click.option("--inner-folds", type=click.IntRange(2), default=3, show_default=True, help="Folds of the search.")
@click.option(
    "--learning-curve",
    "fractions",
    type=NumberList(float, 0, 1),
    help="Fractions of the training samples to learn from as well, such as 0.1,0.3,1.",
)
@class_options
@feature_types_option(
    "Kinds of features that models use, instead of those that srna-normalize recorded; may repeat. "
    "--model-settings may say otherwise.  [default: all but contaminant and gene]"
)
@model_options
@click.option(
    "--bootstraps",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="Draws of datasets for the 95 % intervals; 0 for none.",
)
@click.option(
    "--resume", type=NEW_FOLDER, help="Folder that keeps finished fits: a run that was stopped goes on there."
)
@click.option("--dask-scheduler", default="", help="Address of a Dask scheduler: its workers do the fits.")
@click.option("--folds-dir", type=NEW_FOLDER, help="Only write one file a fold into this folder, for --fold.")
@click.option("--fold", help="Only do this fold: its number, or its file; writes --predictions-output.")
@click.option(
    "--gather",
    "gathered",
    multiple=True,
    type=EXISTING_FILE,
    help="Fit nothing: take the predictions of --fold runs; once per table.",
)
@click.option("--predictions-output", type=NEW_FILE, help="Table of all predictions of unseen samples.")
@click.option("--comparison-output", type=NEW_FILE, help="Table of tests whether models differ.")
@click.option("--suspects-output", type=NEW_FILE, help="Table of samples whose annotation looks wrong, worst first.")
@click.option("--thresholds-output", type=NEW_FILE, help="Table of true-positive rate and precision by cut-off.")
@click.option("--confusion-output", type=NEW_FILE, help="Table of true against predicted classes.")
@click.option("--evaluation-output", type=NEW_FILE, help="Record for srna-train --evaluation: figures and calibration.")
@click.option("--search-output", type=NEW_FILE, help="Table of what the search, or auto, tried and chose.")
@click.option("--learning-curve-output", type=NEW_FILE, help="Table of accuracy by number of training samples.")
@click.option("--plot-output", type=NEW_FILE, help="Picture (PNG or SVG): classes, confusion, reliability, risk.")
@click.option("--learning-curve-plot-output", type=NEW_FILE, help="Picture of the learning curve.")
@seed_option
@threads_option
@output_option("Table: model, scheme, scope, name, metric, value, low, high.", required=False)
def main(*, samples: Path, label: str, folds_dir: Path | None, fold: str | None, gathered: tuple[Path, ...],
         predictions_output: Path | None, search_output: Path | None, **options: Any) -> None:  # fmt: skip
    """Judge models on samples that they were not trained on, before you trust one.

    The normalisation, the filters and the settings are fitted anew on each training set. Samples of one patient,
    and runs of one experiment, never stand on both sides. Random folds (kfold) say how consistent annotations are,
    not how a model does on a new study; dataset-out does.

    Example: srna-evaluate samples.h5ad --label tissue --scheme dataset-out -o metrics.tsv --plot-output plot.png
    """
    from srna_tools.evaluate.evaluation import Run
    from srna_tools.evaluate.fold_files import chosen_fold, gather, write_folds
    from srna_tools.io.output import write_table

    require_sense(
        folds_dir, fold, gathered,
        {**options, "predictions_output": predictions_output, "search_output": search_output},
    )  # fmt: skip
    if not (folds_dir or gathered):
        require_libraries(options)
    evaluation = _evaluation(samples, label, options)
    plan, material = evaluation.plan, evaluation.material
    for sentence in evaluation.sentences():
        click.echo(sentence)
    if folds_dir:
        click.echo(f"wrote {len(write_folds(plan, material, folds_dir))} folds to {folds_dir}")
        return
    if gathered:
        predictions = gather(gathered, plan, material, options["seed"])
    else:
        folds = [chosen_fold(fold, plan, material)] if fold else plan.folds
        run = Run.of(
            evaluation, evaluation.fits(folds, _grids(options), options["inner_folds"]),
            fractions=options["fractions"] or (), workers=options["threads"], scheduler=options["dask_scheduler"],
            resume=options["resume"],
        )  # fmt: skip
        click.echo(run.describe())
        outcome = run.carry_out(options["bootstraps"])
        predictions = outcome.predictions
        if search_output:
            write_table(outcome.searched, search_output)
        if outcome.curve is not None:
            _write_curve(outcome.curve, options)
    if predictions_output:
        write_table(predictions, predictions_output)
    if not fold:
        _write_judgement(evaluation, predictions, label, options)


def _evaluation(samples: Path, label: str, options: dict[str, Any]) -> Evaluation:
    from srna_tools.evaluate.contenders import contenders, read_variants
    from srna_tools.evaluate.design import Design
    from srna_tools.evaluate.evaluation import Evaluation
    from srna_tools.io.h5ad import read_samples

    read = read_samples(samples)
    variants = read_variants(options["model_settings"]) if options["model_settings"] else {}
    given = settings_given({name: options[name] for name in SETTINGS})
    design = Design(
        options["scheme"], folds=options["folds"], repeats=options["repeats"], seed=options["seed"],
        group_column=options["group_column"], split_column=options["split_column"] or "",
    )  # fmt: skip
    choice = class_choice(options["classes"], options["catch_all"])
    models = contenders(read, models_named(options), given, variants, options["feature_types"])
    return Evaluation.of(read, label, models, design, choice)


def _grids(options: dict[str, Any]) -> dict[str, dict[str, list[Any]]]:
    from srna_tools.evaluate.search import GRIDS, read_grids

    if options["grid"]:
        return read_grids(options["grid"])
    return GRIDS if options["search"] else {}


def _write_curve(curve: pd.DataFrame, options: dict[str, Any]) -> None:
    from srna_tools.io.output import write_table
    from srna_tools.report.learning_curve_plot import learning_curve_plot
    from srna_tools.report.save import save_figure

    if options["learning_curve_output"]:
        write_table(curve, options["learning_curve_output"])
    if options["learning_curve_plot_output"]:
        save_figure(learning_curve_plot(curve), options["learning_curve_plot_output"])


def _write_judgement(evaluation: Evaluation, predictions: pd.DataFrame, label: str, options: dict[str, Any]) -> None:
    import json

    from srna_tools.evaluate.judge import headlines, judge
    from srna_tools.evaluate.record import record_of
    from srna_tools.evaluate.suspects import suspects
    from srna_tools.io.output import write_table, write_text
    from srna_tools.validation.compare import compare_models
    from srna_tools.validation.confusion import confusion_table
    from srna_tools.validation.thresholds import threshold_table

    scheme = evaluation.plan.scheme
    metrics = judge(
        predictions, evaluation.plan, evaluation.material, draws=options["bootstraps"], seed=options["seed"]
    )
    write_table(metrics, options["output"])
    if options["evaluation_output"]:
        record = record_of(evaluation, predictions, metrics, label, searched=bool(options["search"] or options["grid"]))
        write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", options["evaluation_output"])
    if options["comparison_output"]:
        write_table(compare_models(predictions, scheme), options["comparison_output"])
    if options["suspects_output"]:
        write_table(suspects(predictions), options["suspects_output"])
    if options["thresholds_output"]:
        write_table(threshold_table(predictions), options["thresholds_output"])
    if options["confusion_output"]:
        write_table(confusion_table(predictions), options["confusion_output"])
    if options["plot_output"]:
        _draw(metrics, predictions, label, options["plot_output"])
    for sentence in headlines(metrics):
        click.echo(sentence)


def _draw(metrics: pd.DataFrame, predictions: pd.DataFrame, label: str, output: Path) -> None:
    from srna_tools.report.evaluation_plot import evaluation_figure
    from srna_tools.report.save import save_figure
    from srna_tools.validation.confusion import confusion_table
    from srna_tools.validation.out_of_fold import by_model
    from srna_tools.validation.reliability import reliability, risk_coverage

    models = dict(by_model(predictions))
    figure = evaluation_figure(
        metrics,
        confusion_table(predictions),
        {name: reliability(table) for name, table in models.items()},
        {name: risk_coverage(table) for name, table in models.items()},
        label,
    )
    save_figure(figure, output)
