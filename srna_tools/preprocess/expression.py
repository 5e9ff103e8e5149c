"""The text of a condition, such as ``tissue == 'liver' and age >= 18``, parsed by Python but never run."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from srna_tools.errors import ExpressionError

EXAMPLE = "tissue in ['liver', 'lung'] and age >= 18"

_LONGEST = 10_000
_SHOWN = 40
# Quoted text is passed over, so that a backtick within it stays what it is.
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`([^`]*)`", re.DOTALL)


@dataclass(frozen=True)
class Expression:
    """A condition that was parsed.

    Attributes
    ----------
    tree
        What Python read.
    text
        What it read it from: a name stands for each column in backticks.
    quoted
        The columns in backticks, by these names.
    """

    tree: ast.expr
    text: str
    quoted: dict[str, str]

    def shown(self, node: ast.expr) -> str:
        """Part of the condition as the user wrote it, cut to a length that can be read."""
        return _restored(ast.get_source_segment(self.text, node) or self.text, self.quoted)


def parse(expression: str) -> Expression:
    """Parse a condition.

    Raises
    ------
    ExpressionError
        Empty, too long, nested too deep, or no expression; the sentence shows the place and an example.
    """
    if len(expression) > _LONGEST:
        raise ExpressionError(
            f"--where has {len(expression):,} characters, but at most {_LONGEST:,} are read; "
            "mark the samples in a column of the sample sheet and select by that"
        )
    text, quoted = _without_backticks(expression.strip())
    if not text:
        raise ExpressionError(f"--where is empty; write it like: {EXAMPLE}")
    try:
        with warnings.catch_warnings():
            # Python remarks on odd escapes in quoted text; to us it is text all the same.
            warnings.simplefilter("ignore")
            return Expression(ast.parse(text, mode="eval").body, text, quoted)
    except SyntaxError as error:
        place = _restored(text[max((error.offset or 1) - 1, 0) :], quoted) or "its end"
        why = "two are compared with ==" if place.startswith("=") else error.msg
        raise ExpressionError(
            f"--where cannot be read at: {place} ({why}); write it like: {EXAMPLE}, with text in quotation "
            "marks and columns that hold blanks in `backticks`"
        ) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(
            f"--where is nested too deep, or holds signs that are no text; write it like: {EXAMPLE}"
        ) from error


def _without_backticks(text: str) -> tuple[str, dict[str, str]]:
    """Put a name that Python can read, and that the text does not hold, for each column in backticks."""
    stem = "column_"
    while stem in text:
        stem += "_"
    quoted: dict[str, str] = {}

    def name_for(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return match.group(0)
        name = f"{stem}{len(quoted)}"
        quoted[name] = match.group(1)
        return name

    return _QUOTED.sub(name_for, text), quoted


def _restored(piece: str, quoted: dict[str, str]) -> str:
    names = re.compile("|".join(rf"\b{name}\b" for name in quoted) or r"(?!)")
    piece = names.sub(lambda match: f"`{quoted[match.group(0)]}`", piece)
    return f"{piece[:_SHOWN]}…" if len(piece) > _SHOWN else piece
