"""What srna-train says of a model that it has trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from srna_tools.bundle import Bundle


def summary(bundle: Bundle) -> Iterator[str]:
    """What the model was trained on, how it was chosen, and how much there was of each class."""
    from srna_tools.errors import counted

    facts = bundle.training
    yield (
        f"trained {bundle.kind} on {counted(facts['samples'], 'sample')} of "
        f"{counted(len(facts['samples_per_dataset']), 'dataset')}, "
        f"{len(bundle.classes)} classes of '{bundle.label}', {len(bundle.transform.features):,} features"
    )
    if "choice" in facts:
        yield f"chosen: {facts['choice']['reason']}"
    yield from _tuned(facts)
    not_judged = facts.get("choice", {}).get("not_judged", ())
    for name, number in facts["samples_per_class"].items():
        remark = " (trained, but not judged: no other study has it)" if name in not_judged else ""
        datasets = counted(facts["datasets_per_class"][name], "dataset")
        yield f"  {name}: {counted(number, 'sample')} of {datasets}{remark}"


def numbers_summary(bundle: Bundle) -> Iterator[str]:
    """What a model of numbers was trained on, and how far off it is."""
    from srna_tools.errors import counted
    from srna_tools.predict.answers import held_out_error

    low, high = bundle.training["range"]
    yield (
        f"trained {bundle.kind} on {counted(bundle.training['samples'], 'sample')} of "
        f"{counted(len(bundle.training['samples_per_dataset']), 'dataset')}, '{bundle.label}' from {low:g} to "
        f"{high:g}, {len(bundle.transform.features):,} features"
    )
    yield from _tuned(bundle.training)
    if bundle.evaluation:
        yield held_out_error(bundle.evaluation)


def _tuned(facts: dict[str, Any]) -> Iterator[str]:
    for name, number in facts.get("chosen", {}).items():
        yield f"  {name.replace('_', ' ')}: {number}, chosen by cross-validation inside the training samples"
