"""Section of the report: how many features must be taken away until the model changes its mind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from srna_tools.errors import counted
from srna_tools.report.figure import in_natural_order

_DARKEST = np.array([0xE6, 0x9F, 0x00])
_WHITE = np.array([255, 255, 255])
_WHOLE_FROM = 10


@dataclass(frozen=True)
class Cell:
    """One pair of classes: what stands in the cell, its colour, and the details."""

    text: str
    colour: str
    details: str


@dataclass(frozen=True)
class Changes:
    """Steps from each class to each other.

    Attributes
    ----------
    title, meaning
        What is counted.
    finding
        The pair of classes that is the closest, and the farthest.
    columns
        Classes.
    rows
        Class, correctly classified samples, cells; None where a class meets itself or there is no row of the table.
    starred
        Whether the mean of a cell leaves out samples that never change.
    """

    title: str
    meaning: str
    finding: str
    columns: list[str]
    rows: list[tuple[str, float, list[Cell | None]]]
    starred: bool


_STABILITY = (
    "How stable each class is",
    "Features are set to the reference one after another, those first that speak most for the row's class against the "
    "column's, until the model gives any other class. The number says how many it takes on average.",
)
_SIMILARITY = (
    "How far each class is from the others",
    "Features are set to the reference in the same order until the model gives the column's class. The number says how "
    "many it takes on average: the fewer, the more alike the two classes are to the model.",
)


def how_stable(stability: pd.DataFrame | None, similarity: pd.DataFrame | None) -> list[Changes]:
    """Describe the tables of srna-attribute that were given."""
    return [
        _changes(table, *words)
        for table, words in ((stability, _STABILITY), (similarity, _SIMILARITY))
        if table is not None
    ]


def _changes(table: pd.DataFrame, title: str, meaning: str) -> Changes:
    columns = sorted({*table["from"].astype(str), *table["to"].astype(str)}, key=in_natural_order)
    largest = max([1.0, *table["mean_steps"].dropna()])
    cells = {
        (str(row["from"]), str(row["to"])): _cell(row["mean_steps"], row["samples"], row["censored"], largest)
        for _, row in table.iterrows()
    }
    samples = dict(zip(table["from"].astype(str), table["samples"], strict=True))
    rows = [
        (name, samples[name], [cells.get((name, other)) for other in columns]) for name in columns if name in samples
    ]
    starred = any(cell.text.endswith("*") for cell in cells.values())
    return Changes(title, meaning, _finding(table), columns, rows, starred)


def _cell(steps: float, samples: float, censored: float, largest: float) -> Cell:
    if not samples:
        return Cell("", "", "no correctly classified samples")
    never = f"{censored:.0f} of {counted(int(samples), 'sample')} never"
    if pd.isna(steps):
        return Cell("never", "", never)
    share = float(1 - np.log1p(steps) / np.log1p(largest))
    red, green, blue = np.rint(_WHITE + share * (_DARKEST - _WHITE)).astype(int)
    return Cell(f"{_number(steps)}{'*' if censored else ''}", f"#{red:02x}{green:02x}{blue:02x}", never)


def _number(steps: float) -> str:
    return f"{steps:,.0f}" if steps >= _WHOLE_FROM else f"{steps:.1f}"


def _finding(table: pd.DataFrame) -> str:
    if table.empty:
        return "No sample is predicted as its class, so there was none to follow."
    known = table[table["mean_steps"].notna()]
    if known.empty:
        return "No sample ever changes."
    order = np.argsort(known["mean_steps"].to_numpy(), kind="stable")
    least, most = known.iloc[int(order[0])], known.iloc[int(order[-1])]
    sentence = f"The fewest: {_number(least['mean_steps'])} from {least['from']} in the direction of {least['to']}"
    if len(known) > 1:
        sentence += f"; the most: {_number(most['mean_steps'])} from {most['from']} in the direction of {most['to']}"
    never = int((table["mean_steps"].isna() & (table["samples"] > 0)).sum())
    return (
        f"{sentence}." if not never else f"{sentence}; in {counted(never, 'pair')} of classes no sample ever changes."
    )
