"""The models that are compared: kinds with their settings and normalisation, under the names that tables show."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import anndata

from srna_tools.errors import InputError, SampleError, SrnaToolsError, listed
from srna_tools.io.text import read_json
from srna_tools.models.registry import MODELS
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.training import require_domains, specification_for
from srna_tools.validation.out_of_fold import BASELINE

_PARTS = ("kind", "settings", "transform")
_MAY_BE_ZERO = ("mapper_dropout", "classifier_dropout")


@dataclass(frozen=True)
class Contender:
    """One model of a comparison.

    Attributes
    ----------
    name
        As tables show it.
    kind, settings
        See `srna_tools.models.registry.MODELS`.
    transform
        Normalisation and filters, fitted anew on each training set.
    """

    name: str
    kind: str
    settings: Any
    transform: TransformSpecification

    def to_dict(self) -> dict[str, Any]:
        """Everything that its fits depend on, as JSON can hold it."""
        return {"kind": self.kind, "settings": asdict(self.settings), "transform": self.transform.to_dict()}


def contenders(
    samples: anndata.AnnData,
    names: Sequence[str],
    given: Mapping[str, Any],
    variants: Mapping[str, Mapping[str, Any]],
) -> list[Contender]:
    """Look up the models of a comparison.

    Parameters
    ----------
    names
        Kinds of models, or names in `variants`.
    given
        Settings that the user changed; each applies to all kinds that have it.
    variants
        By name: ``kind``, optionally ``settings`` and fields of the ``transform``.

    Raises
    ------
    SampleError
        An unknown or repeated name, that of the baseline, an unknown setting, or one that none of the models has.
    """
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SampleError(f"--models names {listed(repeated)} twice; name each model once")
    if BASELINE in names:
        raise SampleError(f"'{BASELINE}' is the name of the baseline; give the model another name")
    made = [_contender(samples, name, variants.get(name, {"kind": name}), given) for name in names]
    foreign = sorted(name for name in given if not any(name in _fields(model.settings) for model in made))
    if foreign:
        raise SampleError(f"none of the models {listed(names, 20)} has the setting {listed(foreign)}; leave it out")
    return made


def read_variants(path: Path) -> dict[str, dict[str, Any]]:
    """Read named models from JSON: ``{"all samples": {"kind": "random-forest", "settings": {"down_sample": false}}}``.

    Raises
    ------
    InputError
        Not JSON, or not of this form.
    """
    variants = read_json(path)
    example = '{"all samples": {"kind": "random-forest", "settings": {"down_sample": false}}}'
    if not isinstance(variants, dict) or not all(isinstance(one, dict) for one in variants.values()):
        raise InputError(path, f"must hold models by name, such as {example}")
    for name, variant in variants.items():
        unknown = sorted(set(variant) - set(_PARTS))
        parts = [variant.get(part, {}) for part in _PARTS[1:]]
        if unknown or variant.get("kind") not in [*MODELS] or not all(isinstance(part, dict) for part in parts):
            raise InputError(
                path, f"the model '{name}' must have a kind ({', '.join(MODELS)}) and may have settings and "
                f"transform, such as {example}"
            )  # fmt: skip
    return variants


def with_changes(contender: Contender, changes: Mapping[str, Any]) -> Contender:
    """Return the contender with other settings, or other fields of its transform.

    Raises
    ------
    SampleError
        It has no setting of that name, or the value is not of its form.
    """
    of_settings, of_transform = _fields(contender.settings), _fields(contender.transform)
    unknown = sorted(set(changes) - of_settings - of_transform)
    if unknown:
        known = listed(sorted(of_settings | of_transform), 40)
        raise SampleError(f"a model of the kind {contender.kind} has no setting {listed(unknown)}; it has: {known}")
    defaults = type(contender.settings)()
    settings = {
        name: _like(getattr(defaults, name), value, name) for name, value in changes.items() if name in of_settings
    }
    transform = {name: value for name, value in changes.items() if name in of_transform}
    return replace(
        contender,
        settings=replace(contender.settings, **settings),
        transform=_changed(contender.transform, transform),
    )


def _contender(samples: anndata.AnnData, name: str, variant: Mapping[str, Any], given: Mapping[str, Any]) -> Contender:
    kind = variant["kind"]
    if kind not in MODELS:
        raise SampleError(
            f"there is no model '{kind}'; choose from {listed(MODELS, 20)}, or name it in --model-settings"
        )
    model = Contender(name, kind, MODELS[kind].settings(), specification_for(samples, kind))
    own = {key: value for key, value in given.items() if key in _fields(model.settings)}
    try:
        model = with_changes(model, own | dict(variant.get("settings", {})) | dict(variant.get("transform", {})))
        require_domains(samples, model.settings)
    except SrnaToolsError as error:
        raise SampleError(f"the model '{name}': {error}") from error
    return model


def _changed(transform: TransformSpecification, changes: Mapping[str, Any]) -> TransformSpecification:
    try:
        return TransformSpecification.from_dict(transform.to_dict() | dict(changes))
    except (TypeError, ValueError) as error:
        raise SampleError(f"the transform cannot have {json.dumps(dict(changes))} ({error})") from error


def _fields(thing: Any) -> set[str]:
    return {field.name for field in fields(thing)}


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _like(default: Any, value: Any, name: str) -> Any:
    """Return the value if it is of the kind of the default, else say what is expected."""
    value, names = _as_tuple(value), default == ()  # no setting of numbers is empty by default
    fits = {
        bool: isinstance(value, bool),
        int: _is_number(value) and float(value).is_integer() and value > 0,
        float: _is_number(value) and (value > 0 or (value == 0 and name in _MAY_BE_ZERO)),
        str: isinstance(value, str),
        tuple: isinstance(value, tuple) and all(isinstance(one, str) if names else _is_number(one) for one in value),
    }
    if not fits[type(default)]:
        raise SampleError(f"the setting '{name}' is {value!r}, but must be like its default {default!r}")
    return int(value) if type(default) is int else value
