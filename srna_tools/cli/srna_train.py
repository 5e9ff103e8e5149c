"""srna-train: labelled samples -> model bundle."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.class_options import class_choice, class_options
from srna_tools.cli.executable import (
    EXISTING_FILE,
    FRACTION,
    NEW_FILE,
    executable,
    output_option,
    seed_option,
    threads_option,
)
from srna_tools.cli.model_options import model_options, settings_given

if TYPE_CHECKING:
    from srna_tools.bundle import Bundle

_MODELS = ("mlp", "random-forest", "logistic", "discriminant")


@executable("srna-train")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to learn, e.g. tissue.")
@click.option("--model", "kind", type=click.Choice(_MODELS), default="mlp", show_default=True, help="Kind of model.")
@class_options
@model_options
@click.option(
    "--unlabelled",
    type=EXISTING_FILE,
    help="Samples without label: those that a first model labels surely are added, and the model is trained again.",
)
@click.option(
    "--min-confidence",
    type=FRACTION,
    help="--unlabelled: smallest probability of an added sample, which must also be 'ok' to srna-predict. A network "
    "is mostly too sure of itself; with --evaluation its probabilities are calibrated first.  [default: 0.9]",
)
@click.option(
    "--self-training-output", type=NEW_FILE, help="--unlabelled: table of what became of each unlabelled sample."
)
@click.option(
    "--evaluation",
    type=EXISTING_FILE,
    help="Record of srna-evaluate --evaluation-output for this model: its figures and calibration go into the bundle.",
)
@click.option("--evaluated-as", help="Name of the model in that record.  [default: its kind]")
@click.option("--licence", default="", help="Licence under which the model may be passed on, kept in the bundle.")
@click.option("--curve-output", type=NEW_FILE, help="mlp: table of loss and accuracy per epoch.")
@click.option("--keras-output", type=NEW_FILE, help="mlp: the network as a .keras file.")
@seed_option
@threads_option
@output_option("Model bundle (.safetensors).")
def main(*, samples: Path, label: str, kind: str, classes: tuple[str, ...] | None, catch_all: str,
         unlabelled: Path | None, min_confidence: float | None, self_training_output: Path | None,
         evaluation: Path | None, evaluated_as: str | None, licence: str, curve_output: Path | None,
         keras_output: Path | None, seed: int, threads: int, output: Path, **hyperparameters: Any) -> None:  # fmt: skip
    """Learn to predict a sample column.

    The normalisation that srna-normalize recorded is fitted on the training samples; without one, mlp and
    random-forest use the published one (RPM, features zero in at most 30 % of the samples, MinMax), discriminant
    logarithms of RPM and logistic ranks within the sample, of features over 1 RPM in 20 % of the samples.

    With --unlabelled the model learns from its own sure predictions, too, and says what that does to its accuracy
    on samples left out: it takes up to twelve trainings instead of one.

    Example: srna-train samples.h5ad --label tissue --model mlp -o tissue.safetensors
    """
    from srna_tools.bundle import save_bundle
    from srna_tools.evaluate.contenders import Contender
    from srna_tools.evaluate.record import with_evaluation
    from srna_tools.evaluate.self_training import MIN_CONFIDENCE, self_train
    from srna_tools.io.h5ad import read_samples
    from srna_tools.io.output import write_table, written_whole
    from srna_tools.models.registry import MODELS
    from srna_tools.training import TrainingSet, specification_for, train_on

    _require_unlabelled(unlabelled, min_confidence, self_training_output)
    settings_class = MODELS[kind].settings
    given = settings_given(hyperparameters)
    foreign = set(given) - {field.name for field in fields(settings_class)}
    if foreign or (kind != "mlp" and (curve_output or keras_output)):
        options = {str(param.name): param.opts[0] for param in click.get_current_context().command.params}
        names = [options[name] for name in sorted(foreign)] or ["--curve-output and --keras-output"]
        raise click.UsageError(f"--model {kind} does not have: {', '.join(names)}")
    settings = settings_class(**given)
    read = read_samples(samples)
    model = Contender(evaluated_as or kind, kind, settings, specification_for(read, kind))
    chosen = TrainingSet.of(read, label, model.transform, class_choice(classes, catch_all))
    bundle, trained = train_on(chosen, kind, settings, model.transform, seed=seed, threads=threads, licence=licence)
    if evaluation:
        bundle = with_evaluation(bundle, evaluation, model)
    sentences = chosen.catch_all.sentences() if chosen.catch_all else []
    if unlabelled:
        confidence = MIN_CONFIDENCE if min_confidence is None else min_confidence
        outcome = self_train(
            chosen, read_samples(unlabelled), model, bundle, min_confidence=confidence, seed=seed, threads=threads
        )
        bundle, trained = outcome.bundle, outcome.trained or trained
        sentences += outcome.sentences
        if self_training_output:
            write_table(outcome.table, self_training_output)
    save_bundle(bundle, output)
    if curve_output:
        write_table(trained.curve, curve_output)
    if keras_output:
        with written_whole(keras_output, suffix=".keras") as partial:
            trained.keras.save(partial)
    for sentence in (*_summary(bundle), *sentences):
        click.echo(sentence)


def _require_unlabelled(unlabelled: Path | None, min_confidence: float | None, output: Path | None) -> None:
    """Refuse options of self-training without it."""
    given = [("--min-confidence", min_confidence is not None), ("--self-training-output", output is not None)]
    names = [name for name, is_given in given if is_given]
    if names and not unlabelled:
        raise click.UsageError(
            f"{' and '.join(names)} belongs to --unlabelled; give samples without label, or leave it out"
        )


def _summary(bundle: Bundle) -> list[str]:
    """What the model was trained on, and how much of each class."""
    from srna_tools.errors import counted

    facts = bundle.training
    first = (
        f"trained {bundle.kind} on {counted(facts['samples'], 'sample')} of "
        f"{counted(len(facts['samples_per_dataset']), 'dataset')}, "
        f"{len(bundle.classes)} classes of '{bundle.label}', {len(bundle.transform.features):,} features"
    )
    sizes = [
        f"  {name}: {counted(number, 'sample')} of {counted(facts['datasets_per_class'][name], 'dataset')}"
        for name, number in facts["samples_per_class"].items()
    ]
    return [first, *sizes]
