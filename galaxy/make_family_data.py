"""Make the small inputs of the tests of the family tools: simulated hairpins, through the suite's own executables."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from srna_tools.sequences.letters import reverse_complement
from srna_tools.simulate import Hairpin, HairpinSettings, simulate_hairpins

FAMILIES = ("family_a", "family_b", "family_c", "family_d")
TRAINING = HairpinSettings(families=len(FAMILIES), members=20)
NEW_MEMBERS = HairpinSettings(families=len(FAMILIES), members=3, first_member=101)
UNSEEN = HairpinSettings(families=30, members=1, first_family=101)
UNSEEN_NEW = HairpinSettings(families=3, members=1, first_family=201)
SMALL_NETWORK = (
    "--epochs", "30", "--batch-size", "8", "--filters", "12", "--dense", "32", "--widths", "6,8,10", "--dropout", "0.2",
    "--learning-rate", "0.003",
)  # fmt: skip
_RANDOM_LENGTHS = (60, 90)
Run = Callable[..., None]
Record = tuple[str, str]


def write_families(folder: Path, run: Run) -> None:
    """Write families, candidates, what is of no family, and models.

    Parameters
    ----------
    run
        Runs an executable in a folder.
    """
    members, candidates = simulate_hairpins(TRAINING), simulate_hairpins(NEW_MEMBERS)
    for number, name in enumerate(FAMILIES, 1):
        of_family = [one for one in members if one.family == f"mir-s{number}"]
        write_fasta(folder / f"{name}.fa", records(of_family))
    write_fasta(folder / "hairpins.fa", [(f"{one.name} family={one.family}", one.sequence) for one in members])
    write_fasta(folder / "mature.fa", [(f"{one.name}-5p", one.mature) for one in members[:: TRAINING.members]])
    (folder / "mifam.txt").write_text(family_table(members), encoding="utf-8")
    unseen = [(f"{one.name} unseen", one.sequence) for one in simulate_hairpins(UNSEEN)]
    write_fasta(folder / "unknown.fa", [*unseen, *random_records(30)])
    write_candidates(folder, candidates)
    write_fasta(folder / "protein.fa", [("p1", "MKVLAAGIVGLLLAQPSE")])
    files = [f"{name}.fa" for name in FAMILIES]
    shared = ("srna-family-train", *files, "--negatives", "unknown.fa", "--model")
    run(folder, *shared, "kmer", "-o", "family.safetensors")
    run(folder, *shared, "cnn", *SMALL_NETWORK, "-o", "family_cnn.safetensors")


def write_candidates(folder: Path, members: Sequence[Hairpin]) -> None:
    """Write new members, one of them of the other strand and one as other programs spell it, and strangers."""
    rows = records(members)
    rows[1] = (rows[1][0], reverse_complement(rows[1][1]))
    rows[2] = (rows[2][0], rows[2][1].lower().replace("u", "t"))
    rows += records(simulate_hairpins(UNSEEN_NEW))
    write_fasta(folder / "candidates.fa", rows)
    with gzip.GzipFile(folder / "candidates.fa.gz", "wb", mtime=0) as stream:
        stream.write((folder / "candidates.fa").read_bytes())
    # An archive with novel miRNAs as FASTA: the whole hairpins, and the mature miRNAs beside them.
    with zipfile.ZipFile(folder / "novel.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, of in (("pres", [one.sequence for one in members]), ("mature", [one.mature for one in members])):
            text = fasta((f"novel_{number}", sequence) for number, sequence in enumerate(of, 1))
            archive.writestr(zipfile.ZipInfo(f"data/novel_{name}.fa"), text)


def random_records(number: int) -> list[Record]:
    """Sequences of random letters."""
    generator = np.random.default_rng(1)
    lengths = generator.integers(*_RANDOM_LENGTHS, number)
    return [
        (f"random-{place} random", "".join(generator.choice(list("ACGU"), length)))
        for place, length in enumerate(lengths, 1)
    ]


def records(hairpins: Iterable[Hairpin]) -> list[Record]:
    """Names and sequences."""
    return [(one.name, one.sequence) for one in hairpins]


def family_table(members: Sequence[Hairpin]) -> str:
    """Write families as miRBase's miFam.dat does."""
    lines = []
    for number, family in enumerate(dict.fromkeys(one.family for one in members), 1):
        lines += [f"AC   MIPF{number:07}", f"ID   {family}"]
        places = [place for place, one in enumerate(members) if one.family == family]
        lines += [f"MI   MI{place:07}  {members[place].name}" for place in places]
        lines.append("//")
    return "\n".join(lines) + "\n"


def fasta(rows: Iterable[Record]) -> str:
    """Text of a FASTA."""
    return "".join(f">{title}\n{sequence}\n" for title, sequence in rows)


def write_fasta(path: Path, rows: Iterable[Record]) -> None:
    """Write a FASTA."""
    path.write_text(fasta(rows), encoding="utf-8")
