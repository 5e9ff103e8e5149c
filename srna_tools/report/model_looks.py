"""How models look in pictures: told apart by colour, then by hatching and line; the baseline is grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from srna_tools.report.figure import COLOURS
from srna_tools.validation.out_of_fold import BASELINE

BASELINE_COLOUR = "#777777"
_HATCHES = ("", "////", "....", "xxxx")
_LINES = ("-", "--", ":", "-.")


@dataclass(frozen=True)
class Look:
    """Colour, hatching of areas and style of lines of one model."""

    colour: str
    hatch: str
    line: str


def looks_of(models: Sequence[str]) -> dict[str, Look]:
    """Give each model its look, by its place among the models that are no baseline."""
    looks = {
        name: Look(
            COLOURS[place % len(COLOURS)],
            _HATCHES[place // len(COLOURS) % len(_HATCHES)],
            _LINES[place // len(COLOURS) % len(_LINES)],
        )
        for place, name in enumerate(without_baseline(models))
    }
    if BASELINE in models:
        looks[BASELINE] = Look(BASELINE_COLOUR, "", (0, (4, 2)))  # type: ignore[arg-type]
    return looks


def without_baseline(models: Sequence[str]) -> list[str]:
    """Models in their order of first appearance, without the baseline."""
    return [name for name in dict.fromkeys(models) if name != BASELINE]
