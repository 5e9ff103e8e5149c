"""Which labels stay classes of their own, which go into one catch-all class, and which are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from srna_tools.errors import SampleError, counted, listed
from srna_tools.preprocess.class_size import Minimum, Use, uses_of

if TYPE_CHECKING:
    import pandas as pd

#: What a label needs to stay a class of its own where none is named: fewer can neither be learnt nor judged.
OWN_CLASS = Minimum(samples=10, datasets=2)
_FEWEST = 2


@dataclass(frozen=True)
class ClassChoice:
    """What the user asked for; without either every label is a class.

    Attributes
    ----------
    classes
        Labels that are classes of their own; empty for all, with a catch-all class for those that are large enough.
    catch_all
        Name of the class of all other labels; empty to leave their samples out.
    """

    classes: tuple[str, ...] = ()
    catch_all: str = ""


EVERY_LABEL = ClassChoice()


@dataclass(frozen=True)
class CatchAll:
    """A catch-all class, and the labels that went into it."""

    name: str
    members: Mapping[str, Use]

    @classmethod
    def of(cls, stated: pd.Series, classes: pd.Series, datasets: pd.Series, choice: ClassChoice) -> CatchAll | None:
        """Count what the samples of the catch-all class were labelled as; None where there is no such class.

        Parameters
        ----------
        stated, classes, datasets
            Label, class and study of each sample.
        """
        if not choice.catch_all:
            return None
        inside = (classes == choice.catch_all).to_numpy(bool)
        return cls(choice.catch_all, uses_of(stated[inside], datasets[inside]))

    def to_facts(self) -> dict[str, Any]:
        """As JSON can hold it: the name, and the samples of each label."""
        return {"name": self.name, "members": {label: use.samples for label, use in self.members.items()}}

    def sentences(self) -> list[str]:
        """One line on the class, and one a label in it."""
        together = sum(self.members.values(), start=Use())
        return [
            f"catch-all class '{self.name}': {together}, {counted(len(self.members), 'label')}",
            *(f"  {label}: {use}" for label, use in self.members.items()),
        ]


def choose_classes(labels: pd.Series, datasets: pd.Series, label: str, choice: ClassChoice) -> pd.Series:
    """Give each sample its class.

    The catch-all class keeps a model from forcing one of its classes onto everything (Wartmann et al. 2020,
    "Prediction and Availability of Novel Metadata"). A label that is called like it goes into it, too, unless it is a
    class of its own: then the choice is refused, since two things would have one name.

    Parameters
    ----------
    labels, datasets
        Label and study of each sample; no label is None.
    label
        Name of the column, for errors.

    Returns
    -------
    Class of each sample; None where it has no label or is left out.

    Raises
    ------
    SampleError
        A class does not occur or is named twice, nothing is left for the catch-all class, or its name is taken.
    """
    if choice == EVERY_LABEL:
        return labels
    uses = uses_of(labels, datasets)
    own = _named(choice, uses, label) if choice.classes else _large_enough(choice, uses, label)
    is_own = labels.isin(own)
    if not choice.catch_all:
        return labels.where(is_own, None)
    if choice.catch_all in own:
        raise SampleError(
            f"'{choice.catch_all}' is a class of '{label}' already ({uses[choice.catch_all]}); choose another name "
            "with --catch-all, or name with --classes only the labels that stay classes"
        )
    if not set(uses) - set(own):
        raise SampleError(
            f"every label of '{label}' is a class of its own, so that nothing is left for the catch-all class "
            f"'{choice.catch_all}'; leave out --catch-all, or name fewer labels with --classes"
        )
    return labels.where(is_own | labels.isna(), choice.catch_all)


def _named(choice: ClassChoice, uses: Mapping[str, Use], label: str) -> Sequence[str]:
    classes = choice.classes
    twice = sorted({name for name in classes if classes.count(name) > 1})
    if twice:
        raise SampleError(f"--classes names {listed(twice)} twice; name each class once")
    unknown = [name for name in classes if name not in uses]
    if unknown:
        found = "; ".join(_alike(name, uses) for name in unknown[:5])
        raise SampleError(f"no sample with reads has the '{label}' that --classes names: {found}")
    if len(classes) < _FEWEST and not choice.catch_all:
        raise SampleError(
            f"--classes names {counted(len(classes), 'class', 'classes')}, but at least {_FEWEST} are needed; "
            "name more, or put all other labels into one class with --catch-all"
        )
    return classes


def _alike(unknown: str, names: Iterable[str]) -> str:
    """Name what does not occur, and the labels that are spelt nearly so, or else all of them."""
    in_lower_case = {name.lower(): name for name in names}
    near = get_close_matches(unknown.lower(), in_lower_case, n=3)
    if near:
        return f"'{unknown}' (did you mean {listed(in_lower_case[name] for name in near)}?)"
    return f"'{unknown}' (the labels are: {listed(in_lower_case.values(), 20) or 'none'})"


def _large_enough(choice: ClassChoice, uses: Mapping[str, Use], label: str) -> Sequence[str]:
    own = [name for name, use in uses.items() if OWN_CLASS.met_by(use)]
    if not own:
        raise SampleError(
            f"no label of '{label}' has {OWN_CLASS}, so that all would go into the catch-all class "
            f"'{choice.catch_all}'; name those that stay classes with --classes"
        )
    return own
