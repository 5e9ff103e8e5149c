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
from srna_tools.cli.model_options import SETTINGS, model_options, settings_given
from srna_tools.cli.trained import numbers_summary, summary

if TYPE_CHECKING:
    import anndata

    from srna_tools.bundle import Bundle
    from srna_tools.evaluate.choose import Choice
    from srna_tools.evaluate.contender import Contender
    from srna_tools.models.interface import TrainedModel
    from srna_tools.training import TrainingSet

_AUTO = "auto"
_MODELS = (_AUTO, "mlp", "random-forest", "logistic", "discriminant", "linear", "domain-adaptation")


@executable("srna-train")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to learn, e.g. tissue.")
@click.option(
    "--model",
    "kind",
    type=click.Choice(_MODELS),
    default=_AUTO,
    show_default=True,
    help="Kind of model. auto leaves out studies and resources in turn, and trains the best of several.",
)
@click.option("--numeric", is_flag=True, help="linear: the column holds numbers, such as an age; predict the number.")
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
    help="Record of srna-evaluate --evaluation-output for this model: its figures and calibration go into the bundle. "
    "auto makes its own.",
)
@click.option("--evaluated-as", help="Name of the model in that record.  [default: its kind]")
@click.option("--licence", default="", help="Licence under which the model may be passed on, kept in the bundle.")
@click.option("--choice-output", type=NEW_FILE, help="auto: table of how each model did.")
@click.option("--curve-output", type=NEW_FILE, help="Networks: table of loss and accuracy per epoch.")
@click.option("--keras-output", type=NEW_FILE, help="Networks: the network as a .keras file.")
@seed_option
@threads_option
@output_option("Model bundle (.safetensors).")
def main(*, samples: Path, label: str, kind: str, numeric: bool, classes: tuple[str, ...] | None, catch_all: str,
         unlabelled: Path | None, min_confidence: float | None, self_training_output: Path | None,
         choice_output: Path | None, curve_output: Path | None, keras_output: Path | None, output: Path,
         **options: Any) -> None:  # fmt: skip
    """Learn to predict a sample column.

    The normalisation that srna-normalize recorded is fitted on the training samples; without one, mlp and
    random-forest use the published one (RPM, features zero in at most 30 % of the samples, MinMax), discriminant
    and linear logarithms of RPM, logistic ranks within the sample, of features over 1 RPM in 20 % of the samples,
    domain-adaptation the logarithms, MinMax; auto tries several.

    With --unlabelled the model learns from its own sure predictions, too, and says what that does to its accuracy
    on samples left out: it takes up to twelve trainings instead of one.

    Example: srna-train samples.h5ad --label tissue -o tissue.safetensors
    """
    from srna_tools.bundle import save_bundle
    from srna_tools.io.h5ad import read_samples
    from srna_tools.io.output import write_table, written_whole

    given = settings_given({name: options[name] for name in SETTINGS})
    _require_sense(kind, numeric, given, {"--choice-output": choice_output, "--curve-output": curve_output,
                                          "--keras-output": keras_output}, options["evaluation"])  # fmt: skip
    _require_unlabelled(unlabelled, min_confidence, self_training_output)
    read = read_samples(samples)
    if numeric:
        _train_numbers(read, label, given, options, output)
        return
    model, training_set, choice = _model(read, label, kind, given, class_choice(classes, catch_all), options)
    bundle, trained = _trained(model, training_set, choice, options)
    sentences = training_set.catch_all.sentences() if training_set.catch_all else []
    if unlabelled:
        from srna_tools.evaluate.self_training import MIN_CONFIDENCE, self_train

        outcome = self_train(
            training_set, read_samples(unlabelled), model, bundle, seed=options["seed"], threads=options["threads"],
            min_confidence=MIN_CONFIDENCE if min_confidence is None else min_confidence,
        )  # fmt: skip
        bundle, trained = outcome.bundle, outcome.trained or trained
        sentences += outcome.sentences
        if self_training_output:
            write_table(outcome.table, self_training_output)
    save_bundle(bundle, output)
    if choice and choice_output:
        write_table(choice.table(), choice_output)
    if curve_output:
        write_table(trained.curve, curve_output)
    if keras_output:
        with written_whole(keras_output, suffix=".keras") as partial:
            trained.keras.save(partial)
    for sentence in (*summary(bundle), *sentences):
        click.echo(sentence)


def _require_sense(
    kind: str, numeric: bool, given: dict[str, Any], outputs: dict[str, Path | None], evaluation: Path | None
) -> None:
    """Refuse options that the kind of model does not have."""
    from srna_tools.models.registry import MODELS

    if numeric and (kind != "linear" or evaluation):
        raise click.UsageError("--numeric needs --model linear, and judges it itself, without --evaluation")
    if kind == _AUTO and evaluation:
        raise click.UsageError("--model auto judges what it chooses itself; leave --evaluation out")
    of_kind = set() if kind == _AUTO else {field.name for field in fields(MODELS[kind].settings)}
    options = {str(param.name): param.opts[0] for param in click.get_current_context().command.params}
    options["balanced"] = options["class_weight"]
    foreign = [options[name] for name in sorted(set(given) - of_kind)]
    has = {"--choice-output"} if kind == _AUTO else set()
    if kind != _AUTO and MODELS[kind].uses_tensorflow:
        has = {"--curve-output", "--keras-output"}
    foreign += [name for name, path in outputs.items() if path and name not in has]
    if foreign:
        raise click.UsageError(f"--model {kind} does not have: {', '.join(foreign)}")


def _require_unlabelled(unlabelled: Path | None, min_confidence: float | None, output: Path | None) -> None:
    """Refuse options of self-training without it."""
    given = [("--min-confidence", min_confidence is not None), ("--self-training-output", output is not None)]
    names = [name for name, is_given in given if is_given]
    if names and not unlabelled:
        raise click.UsageError(
            f"{' and '.join(names)} belongs to --unlabelled; give samples without label, or leave it out"
        )


def _model(
    samples: anndata.AnnData, label: str, kind: str, given: dict[str, Any], chosen: Any, options: dict[str, Any]
) -> tuple[Contender, TrainingSet, Choice | None]:
    """The model to train, the samples to train it on, and for auto how it was chosen."""
    from srna_tools.evaluate.automatic import choose_for
    from srna_tools.evaluate.candidates import automatic
    from srna_tools.evaluate.contender import Contender
    from srna_tools.models.domains import require_domains
    from srna_tools.models.registry import MODELS
    from srna_tools.training import TrainingSet, specification_for

    if kind == _AUTO:
        model = automatic(samples)
        training_set = TrainingSet.of(samples, label, model.transform, chosen)
        choice = choose_for(training_set, model.candidates, seed=options["seed"], threads=options["threads"])
        return choice.chosen.contender, training_set, choice
    name = options["evaluated_as"] or kind
    model = Contender(name, kind, MODELS[kind].settings(**given), specification_for(samples, kind))
    training_set = TrainingSet.of(samples, label, model.transform, chosen)
    require_domains(training_set.samples, model.settings)
    return model, training_set, None


def _trained(
    model: Contender, training_set: TrainingSet, choice: Choice | None, options: dict[str, Any]
) -> tuple[Bundle, TrainedModel]:
    """The bundle, with what is known of how good it is."""
    from srna_tools.evaluate.automatic import with_choice
    from srna_tools.evaluate.record import with_evaluation
    from srna_tools.training import train_on

    bundle, trained = train_on(
        training_set, model.kind, model.settings, model.transform,
        seed=options["seed"], threads=options["threads"], licence=options["licence"],
    )  # fmt: skip
    if choice:
        return with_choice(bundle, choice), trained
    if options["evaluation"]:
        return with_evaluation(bundle, options["evaluation"], model), trained
    return bundle, trained


def _train_numbers(
    samples: anndata.AnnData, label: str, given: dict[str, Any], options: dict[str, Any], output: Path
) -> None:
    from srna_tools.bundle import save_bundle
    from srna_tools.models.linear import LinearSettings
    from srna_tools.training_numeric import train_numeric_bundle

    settings = LinearSettings(**given)
    bundle = train_numeric_bundle(samples, label, settings, seed=options["seed"], licence=options["licence"])
    save_bundle(bundle, output)
    for sentence in numbers_summary(bundle):
        click.echo(sentence)
