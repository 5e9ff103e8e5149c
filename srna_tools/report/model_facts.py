"""Section of the report: the models, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from srna_tools.bundle import Bundle
from srna_tools.errors import counted, listed
from srna_tools.models.spline_profiles import SplineProfiles
from srna_tools.namespace import Namespace
from srna_tools.predict.answers import held_out_error
from srna_tools.preprocess.transform import Transform
from srna_tools.report.model_choice import choice_in_words, chosen_among
from srna_tools.report.schemes import SCHEMES

_KINDS = {
    "mlp": "neural network (multi-layer perceptron)",
    "random-forest": "random forest",
    "logistic": "logistic regression",
    "discriminant": "linear discriminant (variance between studies counts)",
    "linear": "linear model: the sample as a mixture of class means",
    "linear-numeric": "linear model of a number: the nearest profile along natural splines",
    "domain-adaptation": "neural network adapted to the bias of datasets (siamese domain adaptation)",
}
_NORMALISATIONS = {
    "rpm": "reads per million",
    "log-rpm": "logarithm of the reads per million",
    "log-tpm": "logarithm of the transcripts per million",
    "clr": "centred log-ratio",
    "rank": "rank within the sample",
    "presence": "presence or absence",
}
_SCALES = {"minmax": "scaled to the range of the training samples", "zscore": "scaled to mean 0 and deviation 1"}
_FEW = 10


@dataclass(frozen=True)
class ModelFacts:
    """One model.

    Attributes
    ----------
    title
        Its label and name.
    facts
        Word and explanation, in pairs.
    classes
        Class, ontology id, training samples, training datasets.
    warning
        About classes with few training samples, or empty.
    """

    title: str
    facts: list[tuple[str, str]]
    classes: list[tuple[Any, ...]]
    warning: str


def facts_of(name: str, bundle: Bundle) -> ModelFacts:
    """Describe a bundle to somebody who will not open it."""
    training = bundle.training
    per_class = training.get("samples_per_class", {})
    datasets = training.get("samples_per_dataset", {})
    facts = [
        ("Kind", _KINDS.get(bundle.kind, bundle.kind)),
        ("Predicts", f"{bundle.label}: {_answers(bundle)}"),
        ("Catch-all class", _catch_all(bundle)),
        *choice_in_words(bundle),
        ("Trained on", _trained_on(training, datasets)),
        ("Domains", _domains(training.get("domains", {}))),
        ("Self-training", _self_trained(training.get("self_training", {}))),
        ("Expression values", _in_words(bundle.transform)),
        ("Names", _names_in_words(bundle.transform.namespace)),
        ("Settings", _pairs(_settings(training) | _seed(training))),
        ("Calibration", _calibrated(bundle)),
        ("Tested on held-out data", _tested(bundle)),
        ("Licence", bundle.licence or "not stated"),
        ("Made with", f"srna-tools {bundle.package_version}"),
    ]
    in_datasets = training.get("datasets_per_class", {})
    classes = [(c, bundle.ontology_ids.get(c, ""), per_class.get(c), in_datasets.get(c)) for c in bundle.classes]
    added = training.get("self_training", {}).get("added_per_class", {})
    few = [c for c in bundle.classes if 0 < per_class.get(c, 0) - added.get(c, 0) < _FEW]
    single = [c for c in bundle.classes if in_datasets.get(c) == 1]
    warnings = [
        f"Fewer than {_FEW} training samples, so not to be trusted: {listed(few, 10)}." if few else "",
        f"Known from a single dataset, so that class and dataset cannot be told apart: {listed(single, 10)}."
        if single
        else "",
    ]
    return ModelFacts(
        title=bundle.label if name == bundle.label else f"{bundle.label} ({name})",
        facts=[(word, text) for word, text in facts if text],
        classes=classes,
        warning=" ".join(filter(None, warnings)),
    )


def _answers(bundle: Bundle) -> str:
    if not isinstance(bundle.model, SplineProfiles):
        return f"one of {counted(len(bundle.classes), 'class', 'classes')}"
    low, high = bundle.model.grid[[0, -1]]
    return f"a number from {low:g} to {high:g}, the range of the training samples"


def _trained_on(training: dict[str, Any], datasets: dict[str, int]) -> str:
    if "samples" not in training:
        return "not recorded"
    return (
        f"{counted(int(training['samples']), 'sample')} of {counted(len(datasets), 'dataset')} ({listed(datasets, 30)})"
    )


def _catch_all(bundle: Bundle) -> str:
    """What the catch-all class holds, and what becomes of samples that are like it; empty where there is none."""
    if not bundle.catch_all:
        return ""
    members = bundle.training["catch_all"].get("members", {})
    return (
        f"'{bundle.catch_all}' stands for {counted(len(members), 'label')} ({listed(members, 30)}); a sample that is "
        "most like it is of none of the other classes, and predicted as 'unknown'"
    )


def _self_trained(found: dict[str, Any]) -> str:
    """What the model learnt from its own predictions, and what that did; empty where it did not."""
    if not found.get("added"):
        return ""
    per_class = found.get("added_per_class", {})
    sentence = (
        f"{counted(found['added'], 'sample')} of those it was trained on had no label, but were predicted with a "
        f"probability of at least {found['min_confidence']:g} ({_pairs(per_class)})"
    )
    if {"msa_before", "msa_after", "mca_before", "mca_after"} <= set(found):
        sentence += (
            f"; on labelled samples left out, {100 * found['msa_before']:.1f} % were predicted right without and "
            f"{100 * found['msa_after']:.1f} % with them; mean of the classes {100 * found['mca_before']:.1f} % and "
            f"{100 * found['mca_after']:.1f} %"
        )
    return sentence


def _domains(domains: dict[str, dict[str, int]]) -> str:
    """From which datasets classes were learnt and to which the model was adapted; empty where it has no domains."""
    return "; ".join(
        f"{name}: {counted(sum(datasets.values()), 'sample')} of {listed(datasets, 30) or 'no dataset'}"
        for name, datasets in domains.items()
    )


def _in_words(transform: Transform) -> str:
    specification = transform.specification
    zero = specification.max_zero_fraction
    steps = [
        f"{_NORMALISATIONS[specification.normalisation]} of {counted(len(transform.features), 'feature')} "
        f"({listed(dict.fromkeys(transform.types), 10)})"
    ]
    if zero < 1:
        steps.append(f"features left out that are zero in more than {100 * zero:g} % of the training samples")
    if specification.min_rpm_fraction > 0:
        steps.append(
            f"only features above {specification.min_rpm:g} RPM in at least "
            f"{100 * specification.min_rpm_fraction:g} % of the training samples"
        )
    if specification.gini is not None:
        steps.append(f"only features with a Gini coefficient of {specification.gini[0]:g} to {specification.gini[1]:g}")
    if specification.scaling in _SCALES:
        steps.append(_SCALES[specification.scaling])
    if transform.species:
        steps.append(f"species {transform.species}")
    return "; ".join(steps)


def _names_in_words(namespace: Namespace) -> str:
    """How the model's miRNAs are named, and which other names it takes; empty where it has none."""
    if namespace.level is None:
        return ""
    merged = sorted(set(namespace.pools.values()))
    parts = [f"miRNAs at the level {namespace.level}"]
    if merged:
        parts.append(f"{counted(len(merged), 'name')} stand for several that are counted together ({listed(merged)})")
    if namespace.aliases:
        parts.append(f"knows {counted(len(namespace.aliases), 'alias', 'aliases')}")
    return "; ".join(parts)


def _calibrated(bundle: Bundle) -> str:
    """How the probabilities were mended, and what that is worth on samples that the model did not see."""
    found = bundle.calibration
    if bundle.is_numeric:
        return ""
    if not found:
        return "none: the probabilities are those of the model itself"
    kind = "softened" if bundle.temperature > 1 else "sharpened"
    sentence = f"probabilities {kind} by the temperature {bundle.temperature:.2f}"
    if "ece" in found and "calibrated_ece" in found:
        sentence += (
            f"; on unseen samples their mean error (ECE) was {found['ece']:.3f} without and "
            f"{found['calibrated_ece']:.3f} with it ({_scheme(found)})"
        )
    return sentence + _of_which_model(found)


def _tested(bundle: Bundle) -> str:
    found = bundle.evaluation
    error = held_out_error(found) if bundle.is_numeric else ""
    if error:
        return f"{_scheme(found)}: {error}"
    if not {"msa", "mca", "mean_dataset_accuracy", "samples", "datasets"} <= set(found):
        return _pairs(found) or "the bundle has no record of a test on held-out samples"
    return (
        f"{_scheme(found)}: {100 * found['msa']:.1f} % of {counted(int(found['samples']), 'sample')} predicted right; "
        f"mean of the classes {100 * found['mca']:.1f} %, mean of {counted(int(found['datasets']), 'dataset')} "
        f"{100 * found['mean_dataset_accuracy']:.1f} %{chosen_among(found)}{_of_which_model(found)}"
    )


def _of_which_model(found: dict[str, Any]) -> str:
    return "; of the model before self-training" if "before_self_training" in found else ""


def _scheme(found: dict[str, Any]) -> str:
    scheme = SCHEMES.get(str(found.get("scheme")))
    return scheme.short if scheme else "scheme not recorded"


def _settings(training: dict[str, Any]) -> dict[str, Any]:
    """Settings as given, but for those that the training chose itself."""
    chosen = {name: f"{value} (chosen by cross-validation)" for name, value in training.get("chosen", {}).items()}
    given = training.get("settings", {}) | chosen
    return {name: value for name, value in given.items() if (name, value) != ("features_per_class", 0)}


def _seed(training: dict[str, Any]) -> dict[str, Any]:
    return {"seed": training["seed"]} if "seed" in training else {}


def _pairs(values: dict[str, Any]) -> str:
    """Write settings as ``name value``, lists with commas."""
    return "; ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in values.items())


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return f"({_pairs(value)})"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
