"""Sequences that a model can explain, with what it predicts for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from srna_tools.errors import InputError, counted, listed
from srna_tools.io.sequence_inputs import PRECURSOR, read_sequences
from srna_tools.sequences.family_bundle import FamilyBundle
from srna_tools.sequences.prediction import ACCEPTED, NO_FAMILY, Rules, predict


@dataclass(frozen=True)
class Explainable:
    """Sequences that a model can score.

    Attributes
    ----------
    table
        Their predictions, columns `srna_tools.sequences.prediction.COLUMNS`.
    sequences
        Their letters.
    left_out
        Sentence about the others, empty where there are none.
    """

    table: pd.DataFrame
    sequences: tuple[str, ...]
    left_out: str

    def places_of(self, ids: Sequence[str]) -> list[int]:
        """Rows of some sequences, in the order asked for; all of them where none is asked for.

        Raises
        ------
        SrnaToolsError
            An id is not among them.
        """
        if not ids:
            return list(range(len(self.sequences)))
        place_of = {name: place for place, name in enumerate(self.table["sequence"])}
        for name in ids:
            if name not in place_of:
                raise InputError(
                    "--sequence",
                    f"there is no sequence '{name}' that the model can score; there are {listed(place_of)}",
                )
        return [place_of[name] for name in dict.fromkeys(ids)]

    def by_family(self, family: str | None = None) -> dict[str, list[str]]:
        """Sequences of each family for which they were accepted; with `family` all of them are of that one."""
        if family is not None:
            return {family: list(self.sequences)}
        groups: dict[str, list[str]] = {}
        rows = zip(self.table["family"], self.table["status"], self.sequences, strict=True)
        for name, status, sequence in rows:
            if status == ACCEPTED:
                groups.setdefault(name, []).append(sequence)
        return groups


def read_explainable(bundle: FamilyBundle, path: Path, part: str = PRECURSOR, threads: int = 1) -> Explainable:
    """Read sequences, predict their families, and leave out those that the model does not score.

    Raises
    ------
    InputError
        The file cannot be read, or none of its sequences can be scored.
    """
    rules = Rules(bundle.open_set.threshold if bundle.open_set else None)
    tables: list[pd.DataFrame] = []
    sequences: list[str] = []
    refused: Counter[str] = Counter()
    for block in predict(bundle, read_sequences(path, part), rules, threads=threads):
        scored = [place for place, kind in enumerate(block.kinds) if kind in ("", NO_FAMILY)]
        tables.append(block.table.iloc[scored])
        sequences += [block.records[place].sequence for place in scored]
        refused.update(kind for kind in block.kinds if kind not in ("", NO_FAMILY))
    reasons = ", ".join(f"{number:,} {kind}" for kind, number in refused.most_common())
    if not sequences:
        raise InputError(path, f"has no sequence that the model can score ({reasons or 'it has none at all'})")
    left_out = f"left out: {counted(refused.total(), 'sequence')} ({reasons})" if refused else ""
    return Explainable(pd.concat(tables, ignore_index=True), tuple(sequences), left_out)
