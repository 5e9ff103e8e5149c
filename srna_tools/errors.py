"""Errors that a user can mend: each is one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_SHOWN = 5


class SrnaToolsError(Exception):
    """Base of all errors that end an executable with one sentence and exit code 1."""

    def __reduce__(self) -> tuple[object, ...]:
        """Let errors of worker processes arrive whole: they are made again from their sentence alone."""
        return _from_sentence, (type(self), str(self))


class InputError(SrnaToolsError):
    """A file does not hold what it should.

    Parameters
    ----------
    path
        The file, or the file and the member inside an archive.
    problem
        What was found, what was expected and what to do.
    where
        Line, row, column or sample, in words.
    """

    def __init__(self, path: Path | str, problem: str, where: str = "") -> None:
        place = f"{path}, {where}" if where else str(path)
        super().__init__(f"{place}: {problem}")


class FullDiskError(InputError):
    """There is no space for an output, which is named."""


class SampleError(SrnaToolsError):
    """The samples do not allow what was asked: labels, datasets, reads or features are missing."""


class ColumnError(SrnaToolsError):
    """A sample column that was asked for does not exist; the sentence lists those that do."""

    def __init__(self, column: str, present: Iterable[str]) -> None:
        super().__init__(f"there is no sample column '{column}'; the columns are: {listed(present, 30) or 'none'}")


class ExpressionError(SrnaToolsError):
    """A condition on sample columns cannot be read; the sentence shows the place and an example."""


class BundleError(SrnaToolsError):
    """A model bundle is truncated, of another schema version, or inconsistent in itself."""


class MissingExtraError(SrnaToolsError):
    """An optional library is not installed; the sentence holds the command that installs it."""

    def __init__(self, library: str, extra: str, needed_by: str = "this step") -> None:
        super().__init__(f"{needed_by} needs {library}; {how_to_install(extra)}")


class BrokenExtraError(SrnaToolsError):
    """An optional library is installed but does not load; the sentence holds why, and the command that mends it."""

    def __init__(self, library: str, extra: str, reason: str) -> None:
        super().__init__(
            f"{library} is installed, but does not load ({reason or 'without a reason'}); install it anew with: "
            f"pip install --force-reinstall 'srna-tools[{extra}]'"
        )


def how_to_install(extra: str) -> str:
    """Name the command that installs an extra of the package."""
    return f"install it with: pip install 'srna-tools[{extra}]'"


def _from_sentence(kind: type[SrnaToolsError], sentence: str) -> SrnaToolsError:
    error = kind.__new__(kind)
    error.args = (sentence,)
    return error


def listed(names: Iterable[object], most: int = _SHOWN) -> str:
    """Name the first few of many things: ``a, b, c and 12 more``."""
    every = [str(name) for name in names]
    shown = ", ".join(every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def on_one_line(sentence: str) -> str:
    """Put a sentence on one line; what it quotes from a file may hold control characters, which act on terminals."""
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(sentence.split()))


def counted(number: int, singular: str, plural: str = "") -> str:
    """Put a number before a noun in its right form: ``1 sample``, ``3 samples``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
