"""What Infernal and the models of families are both given: the same families, split once, as files.

Run as a program, so that the process which measures stays small:

    python -m laboratory.infernal_inputs OUTPUT RFAM NCRNA SEED FAMILIES TRAINING TEST OTHERS
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from srna_tools.io.family_files import read_family_files
from srna_tools.io.fasta import read_fasta
from srna_tools.sequences.alignment import aligned
from srna_tools.sequences.families import Families
from srna_tools.sequences.identity import identity_clusters, nearest_identity
from srna_tools.sequences.selection import at_most, with_at_least
from srna_tools.sequences.splits import cluster_split

NO_FAMILY = "-"
_MOST = 400  # of a family, before it is clustered
_LONGEST = 200


def write_inputs(
    output: Path, rfam: Path, ncrna: Path, *, seed: int, families: int, training: int, test: int, others: int
) -> None:
    """Write ``training/FAMILY.fa``, ``stockholm/FAMILY.sto``, ``test.fa`` and ``truth.tsv``.

    Near-copies of training sequences are not tested: clusters of 80 % identity are on one side.
    """
    chosen = _drawn(read_family_files([rfam]).families, training + test, families, seed)
    split = cluster_split(chosen, identity_clusters(chosen), test, seed, training)
    known, asked = chosen.at(split.training), chosen.at(split.test)
    for folder in ("training", "stockholm"):
        (output / folder).mkdir(parents=True, exist_ok=True)
    for family, name in enumerate(known.names):
        sequences = known.of(family)
        write_fasta(((f"{name}_{place}", one) for place, one in enumerate(sequences)), output / f"training/{name}.fa")
        (output / f"stockholm/{name}.sto").write_text(stockholm(name, aligned(sequences)))
    strangers = _strangers(ncrna, others, seed)
    sequences = [*asked.sequences, *strangers]
    truth = pd.DataFrame(
        {
            "sequence": [f"q{place}" for place in range(len(sequences))],
            "family": [*(known.names[family] for family in asked.members), *(NO_FAMILY for _ in strangers)],
            "identity": [*nearest_identity(asked.sequences, known.sequences), *(np.nan for _ in strangers)],
        }
    )
    write_fasta(zip(truth["sequence"], sequences, strict=True), output / "test.fa")
    truth.to_csv(output / "truth.tsv", sep="\t", index=False, float_format="%.4f")


def stockholm(name: str, rows: Sequence[str]) -> str:
    """Write an alignment with the consensus structure that ViennaRNA's alifold gives it, as cmbuild reads it."""
    import RNA

    structure, _ = RNA.fold_compound([row.replace(".", "-") for row in rows]).mfe()
    lines = [f"{name}_{place} {row}" for place, row in enumerate(rows)]
    return "\n".join(["# STOCKHOLM 1.0", f"#=GF ID {name}", *lines, f"#=GC SS_cons {structure}", "//"]) + "\n"


def write_fasta(records: Iterable[tuple[str, str]], path: Path) -> None:
    """Write names and sequences."""
    path.write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records))


def _drawn(families: Families, least: int, wanted: int, seed: int) -> Families:
    large, _ = with_at_least(families, least)
    drawn = np.random.default_rng(seed).choice(len(large.names), wanted, replace=False)
    return at_most(large.at(np.flatnonzero(np.isin(large.members, drawn))).without_empty(), _MOST, seed)


def _strangers(ncrna: Path, wanted: int, seed: int) -> list[str]:
    """Sequences of other ncRNA that the models take by their length."""
    sequences = [
        record.sequence
        for record in read_fasta(ncrna)
        if not record.description.startswith("miRNA") and len(record.sequence) <= _LONGEST
    ]
    places = np.random.default_rng(seed).choice(len(sequences), wanted, replace=False)
    return [sequences[place] for place in np.sort(places)]


if __name__ == "__main__":
    folder, from_rfam, from_ncrna = map(Path, sys.argv[1:4])
    seed, families, training, test, others = map(int, sys.argv[4:])
    write_inputs(
        folder, from_rfam, from_ncrna, seed=seed, families=families, training=training, test=test, others=others
    )
