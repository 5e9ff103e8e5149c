"""srna-train: labelled samples -> model bundle."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option, seed_option, threads_option
from srna_tools.cli.model_options import model_options, settings_given

if TYPE_CHECKING:
    import anndata

    from srna_tools.models.linear import LinearSettings

_MODELS = ("mlp", "random-forest", "logistic", "discriminant", "linear")


@executable("srna-train")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to learn, e.g. tissue.")
@click.option("--model", "kind", type=click.Choice(_MODELS), default="mlp", show_default=True, help="Kind of model.")
@click.option("--numeric", is_flag=True, help="linear: the column holds numbers, such as an age; predict the number.")
@model_options
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
def main(*, samples: Path, label: str, kind: str, numeric: bool, evaluation: Path | None,
         evaluated_as: str | None, licence: str, curve_output: Path | None, keras_output: Path | None, seed: int,
         threads: int, output: Path, **hyperparameters: Any) -> None:  # fmt: skip
    """Learn to predict a sample column.

    The normalisation that srna-normalize recorded is fitted on the training samples; without one, mlp and
    random-forest use the published one (RPM, features zero in at most 30 % of the samples, MinMax), discriminant
    and linear logarithms of RPM, logistic ranks within the sample, of features over 1 RPM in 20 % of the samples.

    Example: srna-train samples.h5ad --label tissue --model mlp -o tissue.safetensors
    """
    from srna_tools.bundle import save_bundle
    from srna_tools.errors import counted
    from srna_tools.evaluate.contender import Contender
    from srna_tools.evaluate.record import with_evaluation
    from srna_tools.io.h5ad import read_samples
    from srna_tools.io.output import write_table, written_whole
    from srna_tools.models.registry import MODELS
    from srna_tools.training import specification_for, train_bundle

    settings_class = MODELS[kind].settings
    given = settings_given(hyperparameters)
    foreign = set(given) - {field.name for field in fields(settings_class)}
    if foreign or (kind != "mlp" and (curve_output or keras_output)):
        options = {str(param.name): param.opts[0] for param in click.get_current_context().command.params}
        options["balanced"] = options["class_weight"]
        names = [options[name] for name in sorted(foreign)] or ["--curve-output and --keras-output"]
        raise click.UsageError(f"--model {kind} does not have: {', '.join(names)}")
    if numeric and (kind != "linear" or evaluation):
        raise click.UsageError("--numeric needs --model linear, and judges it itself, without --evaluation")
    settings = settings_class(**given)
    read = read_samples(samples)
    if numeric:
        _train_numbers(read, label, settings, seed, licence, output)
        return
    bundle, trained = train_bundle(read, label, kind, settings, seed=seed, threads=threads, licence=licence)
    if evaluation:
        model = Contender(evaluated_as or kind, kind, settings, specification_for(read, kind))
        bundle = with_evaluation(bundle, evaluation, model)
    save_bundle(bundle, output)
    if curve_output:
        write_table(trained.curve, curve_output)
    if keras_output:
        with written_whole(keras_output, suffix=".keras") as partial:
            trained.keras.save(partial)
    facts = bundle.training
    click.echo(
        f"trained {kind} on {counted(facts['samples'], 'sample')} of "
        f"{counted(len(facts['samples_per_dataset']), 'dataset')}, "
        f"{len(bundle.classes)} classes of '{label}', {len(bundle.transform.features):,} features"
    )
    _echo_chosen(facts)
    for name, number in facts["samples_per_class"].items():
        click.echo(f"  {name}: {counted(number, 'sample')} of {counted(facts['datasets_per_class'][name], 'dataset')}")


def _train_numbers(
    samples: anndata.AnnData, label: str, settings: LinearSettings, seed: int, licence: str, output: Path
) -> None:
    from srna_tools.bundle import save_bundle
    from srna_tools.errors import counted
    from srna_tools.predict.answers import held_out_error
    from srna_tools.training_numeric import train_numeric_bundle

    bundle = train_numeric_bundle(samples, label, settings, seed=seed, licence=licence)
    save_bundle(bundle, output)
    low, high = bundle.training["range"]
    click.echo(
        f"trained {bundle.kind} on {counted(bundle.training['samples'], 'sample')} of "
        f"{counted(len(bundle.training['samples_per_dataset']), 'dataset')}, '{label}' from {low:g} to {high:g}, "
        f"{len(bundle.transform.features):,} features"
    )
    _echo_chosen(bundle.training)
    if bundle.evaluation:
        click.echo(held_out_error(bundle.evaluation))


def _echo_chosen(facts: dict[str, Any]) -> None:
    for name, number in facts.get("chosen", {}).items():
        click.echo(f"  {name.replace('_', ' ')}: {number}, chosen by cross-validation inside the training samples")
