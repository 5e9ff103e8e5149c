"""Options that set how models are trained, the same for srna-train and srna-evaluate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from srna_tools.cli.executable import Function, NameList, NumberList, with_options

_DROPOUT = click.FloatRange(0, 0.99)
_OPTIONS: tuple[Callable[[Function], Function], ...] = (
    click.option(
        "--class-weight",
        type=click.Choice(["none", "balanced"]),
        help="balanced: rare classes weigh as much as common ones.  [default: none; domain-adaptation: balanced]",
    ),
    click.option(
        "--hidden", type=NumberList(int, 1), help="mlp: neurons of the hidden layers.  [default: 1000,250,250]"
    ),
    click.option(
        "--dropout", type=NumberList(float, 0, 0.99), help="mlp: dropout rates of these layers.  [default: 0.5,0.4,0.4]"
    ),
    click.option(
        "--epochs",
        type=click.IntRange(1),
        help="mlp, domain-adaptation: passes over the samples.  [default: 50; domain-adaptation: 150]",
    ),
    click.option(
        "--batch-size",
        type=click.IntRange(1),
        help="mlp, domain-adaptation: samples a step.  [default: 30; domain-adaptation: 64]",
    ),
    click.option(
        "--learning-rate",
        type=click.FloatRange(0, min_open=True),
        help="mlp, domain-adaptation: of Adam.  [default: 0.001; domain-adaptation: 0.0001]",
    ),
    click.option(
        "--loss", type=click.Choice(["categorical", "binary"]), help="mlp: cross-entropy.  [default: categorical]"
    ),
    click.option(
        "--first-trees", type=click.IntRange(1), help="random-forest: trees of the first stage.  [default: 100]"
    ),
    click.option("--trees", type=click.IntRange(1), help="random-forest: trees of the second stage.  [default: 500]"),
    click.option(
        "--top-features",
        type=click.IntRange(1),
        help="random-forest: features that the second stage uses.  [default: 1000]",
    ),
    click.option(
        "--down-sample/--no-down-sample",
        default=None,
        help="random-forest: reduce all classes to the size of the smallest.  [default: down-sample]",
    ),
    click.option(
        "--inverse-penalty",
        "C",
        type=click.FloatRange(0, min_open=True),
        help="logistic: C, the inverse strength of the L2 penalty.  [default: 1]",
    ),
    click.option(
        "--study-effect",
        type=click.Choice(["keep", "whiten"]),
        help="mlp, logistic, domain-adaptation: whiten learns how studies of one class differ, and makes the model "
        "blind to it.  [default: keep]",
    ),
    click.option(
        "--shrinkage",
        type=click.FloatRange(0, 1, min_open=True),
        help="discriminant: share by which correlations of features are taken back.  [default: chosen on "
        "training studies left out in turn]",
    ),
    click.option(
        "--features-per-class",
        type=click.IntRange(1),
        help="linear: features that tell a class from the rest; with --numeric, features in all.  "
        "[default: tuned by inner cross-validation]",
    ),
    click.option("--max-iterations", type=click.IntRange(1), help="logistic: of the optimiser.  [default: 5000]"),
    click.option(
        "--source-datasets",
        type=NameList(),
        help="domain-adaptation: datasets or resources that teach the classes, with commas.  "
        "[default: the largest dataset of each class]",
    ),
    click.option(
        "--bias-datasets",
        type=NameList(),
        help="domain-adaptation: datasets or resources that teach the bias.  [default: all others]",
    ),
    click.option(
        "--mapper",
        type=NumberList(int, 1),
        help="domain-adaptation: neurons of the layers up to the embedding.  [default: 512]",
    ),
    click.option(
        "--mapper-dropout",
        type=_DROPOUT,
        help="domain-adaptation: dropout rate between the layers of the mapper.  [default: 0.3]",
    ),
    click.option(
        "--classifier-dropout",
        type=_DROPOUT,
        help="domain-adaptation: dropout rate before the classification layer.  [default: 0.5]",
    ),
    click.option(
        "--bias-epochs",
        type=click.IntRange(1),
        help="domain-adaptation: passes over the bias samples in the second cycle.  [default: 150]",
    ),
    click.option(
        "--bias-learning-rate",
        type=click.FloatRange(0, min_open=True),
        help="domain-adaptation: of Adam in the second cycle.  [default: 0.0005]",
    ),
    click.option(
        "--margin",
        type=click.FloatRange(0, min_open=True),
        help="domain-adaptation: margin of the triplet loss.  [default: 5]",
    ),
)


def model_options(function: Function) -> Function:
    """Every hyperparameter of every kind of model; those that are not given keep the defaults of their kind."""
    return with_options(_OPTIONS, function)


@click.command()
@model_options
def _settings_alone(**_: Any) -> None:
    pass


#: Names under which a command gets these options.
SETTINGS = tuple(str(option.name) for option in _settings_alone.params)


def settings_given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that the user gave, by the names of the fields of the settings classes."""
    given = {name: value for name, value in options.items() if value is not None and name != "class_weight"}
    weighted = options["class_weight"]
    return given | ({} if weighted is None else {"balanced": weighted == "balanced"})
