"""One model of a comparison: its kind with settings and normalisation, under the name that tables show."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from srna_tools.errors import SampleError, listed
from srna_tools.preprocess.specification import TransformSpecification

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
    candidates
        Of the model ``auto``: what is chosen from on each training set, see `srna_tools.evaluate.choose`; the first
        one's kind, settings and transform stand above. Empty for all others.
    """

    name: str
    kind: str
    settings: Any
    transform: TransformSpecification
    candidates: tuple[Contender, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Everything that its fits depend on, as JSON can hold it."""
        own = {"kind": self.kind, "settings": asdict(self.settings), "transform": self.transform.to_dict()}
        return own | ({"candidates": [one.to_dict() for one in self.candidates]} if self.candidates else {})


def with_changes(contender: Contender, changes: Mapping[str, Any]) -> Contender:
    """Return the contender with other settings, or other fields of its transform.

    Raises
    ------
    SampleError
        It has no setting of that name, or the value is not of its form.
    """
    of_settings, of_transform = names_of_fields(contender.settings), names_of_fields(contender.transform)
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


def _changed(transform: TransformSpecification, changes: Mapping[str, Any]) -> TransformSpecification:
    try:
        return TransformSpecification.from_dict(transform.to_dict() | dict(changes))
    except (TypeError, ValueError) as error:
        raise SampleError(f"the transform cannot have {json.dumps(dict(changes))} ({error})") from error


def names_of_fields(thing: Any) -> set[str]:
    """Names of the fields of settings or of a transform."""
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
