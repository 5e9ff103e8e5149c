"""srna-train: labelled samples -> model bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.class_options import class_choice, class_options
from srna_tools.cli.executable import (
    EXISTING_FILE,
    FRACTION,
    NEW_FILE,
    executable,
    feature_types_option,
    output_option,
    seed_option,
    threads_option,
)
from srna_tools.cli.model_options import SETTINGS, model_options, settings_given
from srna_tools.cli.train_parts import (
    AUTO,
    require_labels_are_classes,
    require_libraries,
    require_sense,
    require_unlabelled,
)
from srna_tools.cli.trained import numbers_summary, summary

if TYPE_CHECKING:
    import anndata

    from srna_tools.bundle import Bundle
    from srna_tools.evaluate.choose import Choice
    from srna_tools.evaluate.contender import Contender
    from srna_tools.models.interface import TrainedModel
    from srna_tools.training import TrainingSet

_MODELS = (AUTO, "mlp", "random-forest", "logistic", "discriminant", "linear", "domain-adaptation")


@executable("srna-train")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to learn, e.g. tissue.")
@click.option(
    "--model",
    "kind",
    type=click.Choice(_MODELS),
    default=AUTO,
    show_default=True,
    help="Kind of model. auto leaves out studies and resources in turn, and trains the best of several.",
)
@click.option("--numeric", is_flag=True, help="linear: the column holds numbers, such as an age; predict the number.")
@class_options
@feature_types_option(
    "Kinds of features to use, instead of those that srna-normalize recorded; may repeat.  "
    "[default: all but contaminant and gene]"
)
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
@click.option("--choice-plot-output", type=NEW_FILE, help="auto: picture (PNG or SVG) of how each model did.")
@click.option("--curve-output", type=NEW_FILE, help="Networks: table of loss and accuracy per epoch.")
@click.option("--keras-output", type=NEW_FILE, help="Networks: the network as a .keras file.")
@seed_option
@threads_option
@output_option("Model bundle (.safetensors).")
def main(*, samples: Path, label: str, kind: str, classes: tuple[str, ...] | None, catch_all: str,
         unlabelled: Path | None, min_confidence: float | None, self_training_output: Path | None, output: Path,
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
    from srna_tools.io.output import write_table

    given = settings_given({name: options[name] for name in SETTINGS})
    require_sense(kind, given, options)
    require_unlabelled(unlabelled, min_confidence, self_training_output)
    require_labels_are_classes(options["numeric"], classes, catch_all, unlabelled)
    require_libraries(kind)
    read = read_samples(samples)
    if options["numeric"]:
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
    _write_beside(choice, trained, options)
    for sentence in (*summary(bundle), *sentences):
        click.echo(sentence)


def _write_beside(choice: Choice | None, trained: TrainedModel, options: dict[str, Any]) -> None:
    """Write the optional outputs about the training."""
    from srna_tools.io.output import write_table, written_whole
    from srna_tools.report.choice_plot import choice_plot
    from srna_tools.report.save import save_figure

    if choice and options["choice_output"]:
        write_table(choice.table(), options["choice_output"])
    if choice and options["choice_plot_output"]:
        save_figure(choice_plot(choice.table()), options["choice_plot_output"])
    if options["curve_output"]:
        write_table(trained.curve, options["curve_output"])
    if options["keras_output"]:
        with written_whole(options["keras_output"], suffix=".keras") as partial:
            trained.keras.save(partial)


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

    if kind == AUTO:
        model = automatic(samples, options["feature_types"])
        training_set = TrainingSet.of(samples, label, model.transform, chosen)
        choice = choose_for(
            training_set, model.candidates, seed=options["seed"], threads=options["threads"], say=click.echo
        )
        return choice.chosen.contender, training_set, choice
    name = options["evaluated_as"] or kind
    specification = specification_for(samples, kind, options["feature_types"])
    model = Contender(name, kind, MODELS[kind].settings(**given), specification)
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
    bundle = train_numeric_bundle(
        samples, label, settings, feature_types=options["feature_types"], seed=options["seed"],
        licence=options["licence"],
    )  # fmt: skip
    save_bundle(bundle, output)
    for sentence in numbers_summary(bundle):
        click.echo(sentence)
