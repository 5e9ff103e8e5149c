"""The models that are compared: kinds with their settings and normalisation, under the names that tables show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srna_tools.errors import InputError, SampleError, SrnaToolsError, listed
from srna_tools.evaluate.candidates import AUTO, automatic
from srna_tools.evaluate.contender import Contender, names_of_fields, with_changes
from srna_tools.io.text import read_json
from srna_tools.models.domains import require_domains
from srna_tools.models.registry import MODELS
from srna_tools.training import specification_for
from srna_tools.validation.out_of_fold import BASELINE

if TYPE_CHECKING:
    import anndata

#: Kind of the models of numbers, which are judged in their own training.
NUMERIC = "linear-numeric"
_PARTS = ("kind", "settings", "transform")


def contenders(
    samples: anndata.AnnData,
    names: Sequence[str],
    given: Mapping[str, Any],
    variants: Mapping[str, Mapping[str, Any]],
    feature_types: tuple[str, ...] = (),
) -> list[Contender]:
    """Look up the models of a comparison.

    Parameters
    ----------
    names
        Kinds of models, ``auto``, or names in `variants`.
    given
        Settings that the user changed; each applies to all kinds that have it.
    variants
        By name: ``kind``, optionally ``settings`` and fields of the ``transform``.
    feature_types
        Kinds of features to use instead of those that the recorded normalisation names; those of a variant prevail.

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
    made = [_contender(samples, name, variants.get(name, {"kind": name}), given, feature_types) for name in names]
    settings = [names_of_fields(model.settings) for model in made if not model.candidates]
    foreign = sorted(name for name in given if not any(name in of_model for of_model in settings))
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


def _contender(
    samples: anndata.AnnData, name: str, variant: Mapping[str, Any], given: Mapping[str, Any],
    feature_types: tuple[str, ...],
) -> Contender:  # fmt: skip
    kind = variant["kind"]
    if kind == AUTO:
        return automatic(samples, feature_types)
    if kind == NUMERIC:
        raise SampleError(
            f"only models of classes are compared, and '{kind}' predicts numbers; srna-train --model linear "
            "--numeric itself reports the error on held-out samples, or make classes of the numbers with "
            "srna-group --bins"
        )
    if kind not in MODELS:
        raise SampleError(
            f"there is no model '{kind}'; choose from {listed([AUTO, *MODELS], 20)}, or name it in --model-settings"
        )
    model = Contender(name, kind, MODELS[kind].settings(), specification_for(samples, kind, feature_types))
    own = {key: value for key, value in given.items() if key in names_of_fields(model.settings)}
    try:
        model = with_changes(model, own | dict(variant.get("settings", {})) | dict(variant.get("transform", {})))
        require_domains(samples, model.settings)
    except SrnaToolsError as error:
        raise SampleError(f"the model '{name}': {error}") from error
    return model
