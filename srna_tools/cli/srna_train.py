"""srna-train: labelled samples -> model bundle."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from srna_tools.cli.executable import EXISTING_FILE, NEW_FILE, executable, output_option, seed_option, threads_option
from srna_tools.cli.model_options import model_options, settings_given

_MODELS = ("mlp", "random-forest", "logistic", "domain-adaptation")
_NETWORKS = ("mlp", "domain-adaptation")


@executable("srna-train")
@click.argument("samples", type=EXISTING_FILE)
@click.option("--label", required=True, help="Sample column to learn, e.g. tissue.")
@click.option("--model", "kind", type=click.Choice(_MODELS), default="mlp", show_default=True, help="Kind of model.")
@model_options
@click.option(
    "--evaluation",
    type=EXISTING_FILE,
    help="Record of srna-evaluate --evaluation-output for this model: its figures and calibration go into the bundle.",
)
@click.option("--evaluated-as", help="Name of the model in that record.  [default: its kind]")
@click.option("--licence", default="", help="Licence under which the model may be passed on, kept in the bundle.")
@click.option("--curve-output", type=NEW_FILE, help="mlp, domain-adaptation: table of loss and accuracy per epoch.")
@click.option("--keras-output", type=NEW_FILE, help="mlp, domain-adaptation: the network as a .keras file.")
@seed_option
@threads_option
@output_option("Model bundle (.safetensors).")
def main(*, samples: Path, label: str, kind: str, evaluation: Path | None, evaluated_as: str | None, licence: str,
         curve_output: Path | None, keras_output: Path | None, seed: int, threads: int, output: Path,
         **hyperparameters: Any) -> None:  # fmt: skip
    """Learn to predict a sample column.

    The normalisation that srna-normalize recorded is fitted on the training samples; without one, mlp and
    random-forest use the published one (RPM, features zero in at most 30 % of the samples, MinMax), logistic
    ranks within the sample, domain-adaptation the logarithm of RPM of expressed features, MinMax.

    Example: srna-train samples.h5ad --label tissue --model mlp -o tissue.safetensors
    """
    from srna_tools.bundle import save_bundle
    from srna_tools.errors import counted
    from srna_tools.evaluate.contenders import Contender
    from srna_tools.evaluate.record import with_evaluation
    from srna_tools.io.h5ad import read_samples
    from srna_tools.io.output import write_table, written_whole
    from srna_tools.models.registry import MODELS
    from srna_tools.training import specification_for, train_bundle

    settings_class = MODELS[kind].settings
    given = settings_given(hyperparameters)
    foreign = set(given) - {field.name for field in fields(settings_class)}
    if foreign or (kind not in _NETWORKS and (curve_output or keras_output)):
        options = {str(param.name): param.opts[0] for param in click.get_current_context().command.params}
        names = [options[name] for name in sorted(foreign)] or ["--curve-output and --keras-output"]
        raise click.UsageError(f"--model {kind} does not have: {', '.join(names)}")
    settings = settings_class(**given)
    read = read_samples(samples)
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
    for name, number in facts["samples_per_class"].items():
        click.echo(f"  {name}: {counted(number, 'sample')} of {counted(facts['datasets_per_class'][name], 'dataset')}")
