"""Infernal and the models of miRNA families on the same sequences: what is found, how fast, with how much memory.

    python benchmarks/families_beside_infernal.py --document docs/families.md

Families of Rfam are drawn and split so that no test sequence has a near-copy (80 % identity) in training. Infernal
(apt-get install infernal) gets a covariance model of each family: FAMSA's alignment of the training sequences, the
consensus structure of ViennaRNA's alifold, cmbuild, cmcalibrate (a minute a family), cmpress. The models are trained by
srna-family-train on the same sequences. Both are then asked about the test sequences and about other ncRNA, each as
one process on one core. Seconds are the processor's, so that other programs on the machine hardly matter.
Calibrated covariance models are kept in benchmark-output, so that a second call is quick.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import sys
from pathlib import Path
from typing import NamedTuple

from laboratory.document import with_section
from laboratory.infernal import Cost, Hit, best_hits, built, cost_of_command, missing_programs, scanned
from laboratory.markdown import table_of
from public_data import public_data

ROOT = Path(__file__).resolve().parents[1]
SECTION = "families-beside-infernal"
NO_FAMILY = "-"
E_VALUE = 0.01
# Upper bounds of the identity to the nearest training sequence, with the words for what lies below each.
IDENTITIES = ((0.5, "below 50 %"), (0.7, "50 to 70 %"), (1.01, "above 70 %"))
# What the models do in a blink is measured on so many copies of the sequences.
COPIES = 10


class Query(NamedTuple):
    """A sequence that is asked about; the family is `NO_FAMILY` for other ncRNA."""

    name: str
    family: str
    identity: float


class Answer(NamedTuple):
    """What a program says about a sequence."""

    family: str
    accepted: bool


class Outcome(NamedTuple):
    """What a program said, and what that cost."""

    program: str
    answers: dict[str, Answer]
    building: float
    per_second: float
    megabytes: float


def main() -> None:
    """Draw the sequences, build all models, ask them, and print the table."""
    options = _options()
    if missing := missing_programs():
        sys.exit(f"{', '.join(missing)} cannot be found; install Infernal, on Debian with: apt-get install infernal")
    folder = options.output / "_".join(
        str(number) for number in (options.seed, options.families, options.training, options.test, options.others)
    )
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "truth.tsv").is_file():
        _write_inputs(folder, options)
    queries = _queries(folder)
    outcomes = [
        _infernal(folder, len(queries), options.calibration),
        *(_model(kind, folder, len(queries)) for kind in options.models),
    ]
    text = _section(queries, outcomes, options)
    print(text)
    if options.document:
        document = options.document.read_text() if options.document.is_file() else ""
        options.document.write_text(with_section(document, SECTION, text))


def rows(queries: list[Query], outcomes: list[Outcome]) -> list[dict[str, str]]:
    """One row a program, for the table.

    Right is a sequence whose best family is its own, whatever the threshold; kept, if it is accepted too.
    """
    members = [query for query in queries if query.family != NO_FAMILY]
    others = [query for query in queries if query.family == NO_FAMILY]
    table = []
    for program, answers, building, per_second, megabytes in outcomes:
        right = {query.name: answers[query.name].family == query.family for query in members}
        kept = [right[query.name] and answers[query.name].accepted for query in members]
        row = {"": program, "right": _share(list(right.values())), "right and accepted": _share(kept)}
        lowest = 0.0
        for highest, words in IDENTITIES:
            near = [right[query.name] for query in members if lowest <= query.identity < highest]
            row[f"right, {words} identity (n={len(near)})"] = _share(near)
            lowest = highest
        row["other ncRNA accepted"] = _share([answers[query.name].accepted for query in others])
        row |= {"training s": f"{building:,.0f}", "sequences/s": f"{per_second:,.0f}" if per_second > 20 else (
            f"{per_second:.1f}"
        ), "memory MB": f"{megabytes:,.0f}"}  # fmt: skip
        table.append(row)
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=int, default=24, help="families that are drawn (default: 24)")
    parser.add_argument("--training", type=int, default=50, help="training sequences of each (default: 50)")
    parser.add_argument("--test", type=int, default=20, help="test sequences of each (default: 20)")
    parser.add_argument("--others", type=int, default=500, help="sequences of other ncRNA (default: 500)")
    parser.add_argument(
        "--calibration",
        type=float,
        default=0.05,
        help="megabases that cmcalibrate fits E-values to (default: 0.05; its own default is 1.6)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all draws (default: 0)")
    parser.add_argument(
        "--models", nargs="+", default=["profile", "combined", "kmer", "cnn"], help="kinds of models beside Infernal"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "benchmark-output" / SECTION, help="folder of models")
    parser.add_argument("--document", type=Path, help="Markdown file that gets the section")
    return parser.parse_args()


def _write_inputs(folder: Path, options: argparse.Namespace) -> None:
    data = public_data()
    (ncrna,) = (data / "ncrna_negatives").glob("*.fasta")
    numbers = (options.seed, options.families, options.training, options.test, options.others)
    _python("-m", "laboratory.infernal_inputs", folder, data / "rfam_mirna", ncrna, *numbers)


def _queries(folder: Path) -> list[Query]:
    with (folder / "truth.tsv").open() as lines:
        return [
            Query(row["sequence"], row["family"], float(row["identity"] or "nan"))
            for row in csv.DictReader(lines, delimiter="\t")
        ]


def _infernal(folder: Path, sequences: int, megabases: float) -> Outcome:
    database, seconds = built(folder, megabases)
    cost = scanned(database, folder / "test.fa", folder / "hits.tbl")
    hits = best_hits(folder / "hits.tbl")
    nothing = Hit(NO_FAMILY, float("inf"))
    found = {query.name: hits.get(query.name, nothing) for query in _queries(folder)}
    answers = {name: Answer(hit.family, hit.e_value <= E_VALUE) for name, hit in found.items()}
    return Outcome(f"Infernal, E <= {E_VALUE}", answers, seconds, sequences / cost.seconds, cost.megabytes)


def _model(kind: str, folder: Path, sequences: int) -> Outcome:
    bundle, table = folder / f"{kind}.safetensors", folder / f"{kind}.tsv"
    training = _command("srna_family_train", folder / "training", "--model", kind, "--threads", 1, "-o", bundle)
    predict = ("srna_family_predict", "--model", bundle, "--threads", 1, "-o", table)
    one, many = folder / "one.fa", folder / "many.fa"
    text = (folder / "test.fa").read_text()
    one.write_text("".join(text.splitlines(keepends=True)[:2]))
    many.write_text("".join(text.replace(">", f">{copy}_") for copy in range(COPIES)))
    _command(*predict, one)  # compiles what is compiled once on a machine
    start, all_copies = _command(*predict, one), _command(*predict, many)
    once = _command(*predict, folder / "test.fa")
    with table.open() as lines:
        answers = {
            row["sequence"]: Answer(row["family"], row["status"] == "accepted")
            for row in csv.DictReader(lines, delimiter="\t")
        }
    per_second = (COPIES * sequences - 1) / max(all_copies.seconds - start.seconds, 1e-3)
    return Outcome(kind, answers, training.seconds, per_second, once.megabytes)


def _command(module: str, *arguments: object) -> Cost:
    return _python("-c", f"from srna_tools.cli.{module} import main; main()", *arguments)


def _python(*arguments: object) -> Cost:
    os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT), str(ROOT / "benchmarks")))
    return cost_of_command([sys.executable, *arguments], Path(os.devnull))


def _share(right: list[bool]) -> str:
    return f"{sum(right) / len(right):.3f}" if right else "-"


def _section(queries: list[Query], outcomes: list[Outcome], options: argparse.Namespace) -> str:
    members = sum(query.family != NO_FAMILY for query in queries)
    infernal, rate = outcomes[0], max(outcomes[1:], key=lambda outcome: outcome.per_second, default=outcomes[0])
    return f"""\
## Beside Infernal

{options.families} families of Rfam with at most {options.training} training sequences, {members} test sequences
without a near-copy (80 % identity) in training, and {len(queries) - members} sequences of other ncRNA. Infernal has a
covariance model of each family, from FAMSA's alignment and alifold's structure, calibrated with
-L {options.calibration}, and accepts at E <= {E_VALUE}; the models accept at the threshold that srna-family-train chose
on families it left out. Seconds are processor seconds on one core of {platform.machine()}, {os.cpu_count()} cores;
sequences/s are without the start of the process.
The fastest model, {rate.program}, is {rate.per_second / infernal.per_second:,.0f} times as fast as Infernal.

{table_of(rows(queries, outcomes))}
`python benchmarks/families_beside_infernal.py --document docs/families.md` makes this section.
"""


if __name__ == "__main__":
    main()
