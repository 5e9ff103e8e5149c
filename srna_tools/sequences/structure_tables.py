"""Tables of base pairs and structures, and pictures beside them, written while sequences are read and folded."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from srna_tools.errors import SrnaToolsError, counted, listed
from srna_tools.io.output import lines_in_parts, make_folder
from srna_tools.sequences.structure_folding import Fold, fold, folded
from srna_tools.sequences.structure_matrices import Encoding

if TYPE_CHECKING:
    from srna_tools.io.fasta import FastaRecord

PAIR_COLUMNS = ("sequence", "first", "second", "first_base", "second_base", "probability")
STRUCTURE_COLUMNS = ("sequence", "length", "structure", "energy")
_BLOCK = 1000
_SHOWN = 20
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_FILE_NAME = 100


class ChoiceError(SrnaToolsError):
    """A sequence was asked for that is not there, or several where one is needed."""


@dataclass
class PictureFiles:
    """Where pictures of matrices go.

    Attributes
    ----------
    folder
        For a PNG of each sequence, named by its id.
    file
        For the picture of the only sequence.
    """

    encoding: Encoding
    folder: Path | None = None
    file: Path | None = None
    _taken: set[str] = field(default_factory=set)

    def draw(self, name: str, sequence: str, found: Fold) -> None:
        """Write the pictures of a sequence that are wanted."""
        targets = [self.file] if self.file else []
        if self.folder:
            make_folder(self.folder)
            targets.append(self.folder / f"{self._file_name(name)}.png")
        if not targets:
            return
        from srna_tools.report.save import save_figure
        from srna_tools.report.structure_plot import structure_plot

        for target in targets:
            save_figure(structure_plot(name, sequence, found, self.encoding), target)

    def _file_name(self, name: str) -> str:
        """Name that any file system takes, and that no other sequence has."""
        plain = _NOT_IN_NAMES.sub("_", name).strip(".")[:_LONGEST_FILE_NAME] or "sequence"
        names = itertools.chain([plain], (f"{plain}_{number}" for number in itertools.count(2)))
        free = next(one for one in names if one.lower() not in self._taken)
        self._taken.add(free.lower())
        return free


@dataclass
class StructureSummary:
    """What was folded."""

    sequences: int = 0
    pairs: int = 0
    without_pairs: list[str] = field(default_factory=list)
    threshold: float = 0.0

    def sentences(self) -> list[str]:
        """Say it."""
        said = [
            f"{counted(self.sequences, 'sequence')} folded: {counted(self.pairs, 'base pair')} with a probability of "
            f"at least {self.threshold:g}"
        ]
        if self.without_pairs:
            said.append(f"{counted(len(self.without_pairs), 'sequence')} without any: {listed(self.without_pairs)}")
        return said


def chosen(records: Iterable[FastaRecord], names: Sequence[str]) -> Iterator[FastaRecord]:
    """Give the records of these names, or all if there are no names.

    Raises
    ------
    ChoiceError
        No record has one of the names; the sentence lists some that there are.
    """
    if not names:
        yield from records
        return
    present: list[str] = []
    missing = set(names)
    for record in records:
        present += [record.name] if len(present) < _SHOWN else []
        if record.name in missing:
            missing.remove(record.name)
            yield record
            if not missing:
                return
    raise ChoiceError(
        f"there is no sequence {listed(repr(name) for name in names if name in missing)}; "
        f"the ids begin with: {listed(present, _SHOWN)}"
    )


def write_structures(
    records: Iterator[FastaRecord], threshold: float, pair_file: Path, structure_file: Path | None,
    pictures: PictureFiles, threads: int,
) -> StructureSummary:  # fmt: skip
    """Fold sequences, write their pairs and structures, and draw them; of the sequences only a block is in memory.

    Raises
    ------
    ChoiceError
        One picture is wanted, but there are several sequences.
    MissingExtraError
        ViennaRNA is not installed.
    """
    records = _only_one(records) if pictures.file else records
    summary = StructureSummary(threshold=threshold)
    with ExitStack() as files:
        write_pairs = _table(files, pair_file, PAIR_COLUMNS)
        write_structure = _table(files, structure_file, STRUCTURE_COLUMNS) if structure_file else None
        for record, found in _folded_records(records, threshold, threads):
            write_pairs(_pair_rows(record, found))
            if write_structure:
                facts = f"{len(record.sequence)}\t{found.structure}\t{found.energy:.2f}"
                write_structure([f"{record.name}\t{facts}\n"])
            pictures.draw(record.name, record.sequence, found)
            summary.sequences += 1
            summary.pairs += len(found.pairs.first)
            summary.without_pairs += [] if len(found.pairs.first) else [record.name]
    return summary


def _folded_records(
    records: Iterator[FastaRecord], threshold: float, threads: int
) -> Iterator[tuple[FastaRecord, Fold]]:
    with tqdm(desc="folding", unit=" sequences", leave=False, disable=None) as bar:
        while block := list(itertools.islice(records, _BLOCK)):
            found = folded(fold, [record.sequence for record in block], threshold, threads)
            for pair in zip(block, found, strict=True):
                yield pair
                bar.update()


def _only_one(records: Iterator[FastaRecord]) -> Iterator[FastaRecord]:
    first = list(itertools.islice(records, 2))
    if len(first) > 1:
        raise ChoiceError(
            "--plot-output takes the picture of one sequence, but there are several; choose one with --sequence, "
            "or give --image-dir a folder for all"
        )
    return iter(first)


def _table(files: ExitStack, path: Path, columns: Sequence[str]) -> Callable[[Iterable[str]], None]:
    """Open a table that appears when all is written, and write its head."""
    write = files.enter_context(lines_in_parts(path))
    write(["\t".join(columns) + "\n"])
    return write


def _pair_rows(record: FastaRecord, found: Fold) -> Iterator[str]:
    """Give the pairs of a sequence as lines; places count from 1, as biologists do."""
    name, sequence = record.name, record.sequence
    for first, second, probability in zip(*(array.tolist() for array in found.pairs), strict=True):
        bases = f"{sequence[first]}\t{sequence[second]}"
        yield f"{name}\t{first + 1}\t{second + 1}\t{bases}\t{probability:.6g}\n"
