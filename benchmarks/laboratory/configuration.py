"""Configuration files of experiments: what they may hold, and how they are read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from srna_tools.errors import InputError, listed

T = TypeVar("T")


@dataclass(frozen=True)
class Published:
    """A number of a paper, and the figure of ours that stands beside it.

    Attributes
    ----------
    what
        What the number says, with its place in the paper.
    paper
        As the paper gives it.
    ours
        Name of the figure, see `laboratory.outcome.Outcome`; empty where this data has none.
    """

    what: str
    paper: str
    ours: str = ""


@dataclass(frozen=True)
class SampleSet:
    """Samples of an experiment.

    Attributes
    ----------
    name
        As the tables show it.
    prepare
        Steps that make the samples: commands of the suite, or steps of `laboratory.steps`.
    samples
        The file that the last step leaves.
    label, schemes
        In place of those of the experiment.
    """

    name: str
    prepare: tuple[str | dict[str, Any], ...]
    samples: str
    label: str = ""
    schemes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Experiment:
    """One experiment, as its file describes it.

    Attributes
    ----------
    name
        Stem of the file; sections of the document stand in the order of these names.
    kind
        What is done, see `laboratory.kinds.KINDS`.
    title, question, remarks, short
        Words: heading, what was done, what the result can and cannot show, one sentence with figures in braces.
    label
        Sample column to be predicted.
    models
        Names of models, see models.json beside the configurations.
    parameters
        Of the kind.
    document
        In the folder docs: where the section stands.
    """

    name: str
    kind: str
    title: str
    question: str
    short: str
    label: str
    sets: tuple[SampleSet, ...]
    remarks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    paper: tuple[Published, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    document: str = "experiments.md"


def read_experiment(path: Path) -> Experiment:
    """Read a configuration.

    Raises
    ------
    InputError
        The file is not TOML, a key is unknown or missing, or a value has another form.
    """
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(path, f"is not a TOML file that can be read ({error})") from error
    parts = {"sets": SampleSet, "paper": Published}
    for key, kind in parts.items():
        entries = stored.get(key, [])
        if not isinstance(entries, list):
            raise InputError(path, f"must hold a list of tables; write [[{key}]]", key)
        stored[key] = [made(kind, entry, path, f"{key} {place}") for place, entry in enumerate(entries, start=1)]
    return made(Experiment, {"name": path.stem} | stored, path)


def made(kind: type[T], stored: Mapping[str, Any], path: Path, where: str = "") -> T:
    """Make a dataclass from a table of a configuration; lists become tuples.

    Raises
    ------
    InputError
        A key is unknown or missing, or a text is not a text.
    """
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(stored) - set(known))
    if unknown:
        raise InputError(path, f"has the unknown key {listed(unknown)}; known are {listed(known, 30)}", where)
    needed = {name for name, one in known.items() if one.default is MISSING and one.default_factory is MISSING}
    missing = sorted(needed - set(stored))
    if missing:
        raise InputError(path, f"lacks the key {listed(missing)}", where)
    wrong = sorted(name for name in stored if known[name].type == "str" and not isinstance(stored[name], str))
    if wrong:
        raise InputError(path, f"the key {listed(wrong)} must hold text, in quotation marks", where)
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()})
