"""Options that several executables for families have: the settings of all kinds of models, and how inputs are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import click

from srna_tools.cli.executable import EXISTING_FILE, Function, NameList, NumberList, with_options
from srna_tools.extras import require_installed
from srna_tools.io.sequence_inputs import PARTS

_COUNT = click.IntRange(1)
_RATE = click.FloatRange(0, 1, min_open=True, max_open=True)
_OPTIONS: tuple[Callable[[Function], Function], ...] = (
    click.option(
        "--max-aligned",
        type=_COUNT,
        help="profile, combined: most sequences of a family that are aligned; of more, a random draw.  [default: 400]",
    ),
    click.option(
        "--flank-begins",
        type=_RATE,
        help="profile, combined: probability of bases outside of the family's sequence at either end.  [default: 0.1]",
    ),
    click.option(
        "--flank-goes-on",
        type=_RATE,
        help="profile, combined: probability that another such base follows.  [default: 0.95]",
    ),
    click.option(
        "--anywhere",
        type=_RATE,
        help="profile, combined: probability that a sequence begins, or ends, amid the profile.  [default: 0.01]",
    ),
    click.option(
        "--subfamily-distance",
        type=_RATE,
        help="profile, combined: distance from which groups of a family get profiles of their own.  [default: 0.8]",
    ),
    click.option(
        "--smallest-subfamily",
        type=_COUNT,
        help="profile, combined: fewest sequences of such a group.  [default: 3]",
    ),
    click.option(
        "--k", type=NumberList(int, 1), help="kmer, combined: lengths of the words, with commas.  [default: 3,4,5,6]"
    ),
    click.option(
        "--gapped",
        type=NameList(),
        help="kmer, combined: words with gaps, 1 a base that is read and 0 any, with commas.  "
        "[default: 1101011,1011011,11010111,11101011]",
    ),
    click.option(
        "--inverse-penalty",
        "C",
        type=click.FloatRange(0, min_open=True),
        help="kmer, combined: C, the inverse strength of the penalty.  [default: 1]",
    ),
    click.option(
        "--candidates",
        type=_COUNT,
        help="nearest: training sequences that each sequence is aligned with.  [default: 20]",
    ),
    click.option("--word", type=_COUNT, help="nearest: bases of the words by which these are looked up.  [default: 5]"),
    click.option("--epochs", type=_COUNT, help="cnn, structure: passes over the sequences.  [default: 20]"),
    click.option("--batch-size", type=_COUNT, help="cnn, structure: sequences a step.  [default: 64; structure: 32]"),
    click.option(
        "--learning-rate", type=click.FloatRange(0, min_open=True), help="cnn, structure: of Adam.  [default: 0.001]"
    ),
    click.option(
        "--dropout",
        type=click.FloatRange(0, 0.99),
        help="cnn, structure: dropout rate.  [default: 0.7; structure: 0.5]",
    ),
    click.option(
        "--dense",
        type=NumberList(int, 1),
        help="cnn, structure: neurons of the dense layer, or layers.  [default: 1024; structure: 256,128]",
    ),
    click.option(
        "--widths",
        type=NumberList(int, 1),
        help="cnn: bases that the filters span, with commas.  [default: 2,4,6,8,10,12,14,16]",
    ),
    click.option("--filters", type=_COUNT, help="cnn: filters of each width.  [default: 512]"),
    click.option(
        "--flank-augmentation",
        type=click.IntRange(0),
        help="cnn: up to so many random bases are put on either side in training.  [default: 10]",
    ),
    click.option(
        "--mutation-rate",
        type=click.FloatRange(0, 0.99),
        help="cnn: share of the bases that are changed at random in training.  [default: 0.05]",
    ),
    click.option(
        "--matrix",
        type=click.Choice(["pair", "probability", "mixed"]),
        help="structure: what the matrix of a sequence holds.  [default: pair]",
    ),
    click.option(
        "--ordered/--unordered",
        default=None,
        help="structure: whether a pair AU differs from UA.  [default: ordered]",
    ),
    click.option(
        "--pair-threshold",
        "threshold",
        type=click.FloatRange(0, 1, max_open=True),
        help="structure: smallest probability of a base pair.  [default: 0.0001]",
    ),
    click.option(
        "--convolutions",
        type=NumberList(int, 1),
        help="structure: filters of the convolutions, with commas.  [default: 64,128]",
    ),
    click.option("--kernel", type=_COUNT, help="structure: side of the filters.  [default: 2]"),
)


def family_options(function: Function) -> Function:
    """Every setting of every kind of model; those that are not given keep the defaults of their kind."""
    return with_options(_OPTIONS, function)


def families_options(function: Function) -> Function:
    """``--families`` and ``--name``: which sequence is of which family, where the files alone do not say."""
    table = click.option(
        "--families", "table", type=EXISTING_FILE,
        help="Which sequence is of which family: miRBase's miFam.dat, or a table of ids and families.",
    )  # fmt: skip
    names = click.option(
        "--name", "names", multiple=True, help="Name of a family instead of its file's; once for each file."
    )
    return table(names(function))


def part_option(function: Function) -> Function:
    """``--part`` of those that read novel miRNAs as well as FASTA."""
    return click.option(
        "--part", type=click.Choice(PARTS), default=PARTS[0], show_default=True,
        help="Which sequences of an OASIS archive or miRDeep2 result to take; a FASTA is read as it is.",
    )(function)  # fmt: skip


@click.command()
@family_options
def _settings_alone(**_: Any) -> None:
    pass


#: Names under which a command gets these options: those of the fields of the settings classes.
FAMILY_SETTINGS = tuple(str(option.name) for option in _settings_alone.params)
_WORDS = {str(option.name): option.opts[0] for option in _settings_alone.params}


def family_settings_given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that the user gave."""
    return {name: options[name] for name in FAMILY_SETTINGS if options[name] is not None}


def family_settings(kind: str, given: Mapping[str, Any], max_length: int) -> Any:
    """Make the settings of a kind of model.

    Parameters
    ----------
    given
        From `family_settings_given`; all of them must be settings of this kind (`foreign_settings`).
    max_length
        Longest sequence; for those kinds that need to know.
    """
    from srna_tools.sequences.registry import FAMILY_MODELS

    settings = FAMILY_MODELS[kind].settings
    defaults = {field.name: field.default for field in fields(settings)}
    needed = {"max_length": max_length} if "max_length" in defaults else {}
    return settings(**{name: _as_in(kind, name, value, defaults[name]) for name, value in given.items()}, **needed)


def foreign_settings(kinds: tuple[str, ...], given: Mapping[str, Any]) -> list[str]:
    """Options that the user gave, but that are settings of none of these kinds of models."""
    from srna_tools.sequences.registry import FAMILY_MODELS

    known = {field.name for kind in kinds for field in fields(FAMILY_MODELS[kind].settings)}
    return [_WORDS[name] for name in sorted(set(given) - known)]


def require_libraries(kind: str, needed_by: str) -> None:
    """Refuse a kind of model whose library is not installed, before anything is read.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    from srna_tools.sequences.registry import FAMILY_MODELS

    require_installed(*FAMILY_MODELS[kind].needs, needed_by=needed_by)


def _as_in(kind: str, name: str, value: Any, default: Any) -> Any:
    """Take a list of one number as the number, where a kind of model has one of what others have several."""
    if not isinstance(value, tuple) or isinstance(default, tuple):
        return value
    if len(value) > 1:
        raise click.UsageError(f"{_WORDS[name]} of --model {kind} is one number, such as {default}")
    return value[0]
