"""Which samples meet a condition on their columns, such as ``tissue in ['liver', 'lung'] and age >= 18``.

The text comes from strangers on a shared server. What it means is worked out here, from a short list of allowed
forms: nothing is run, and a name can reach nothing but a sample column.
"""

from __future__ import annotations

import ast
import functools
import operator
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from srna_tools.errors import ExpressionError, listed
from srna_tools.preprocess.expression import EXAMPLE, Expression, parse
from srna_tools.preprocess.sample_column import NOTHING, NUMBERS, TEXT, TRUTHS, SampleColumn, sample_column

if TYPE_CHECKING:
    import anndata

_DEEPEST = 50
_LARGEST = 1e300
_VALUES_SHOWN = 20
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_HOW_TO_WRITE = {
    TEXT: "put the value in quotation marks",
    NUMBERS: "write the number without quotation marks",
    TRUTHS: "write True or False without quotation marks",
}


@dataclass(frozen=True)
class Selection:
    """Samples that meet a condition.

    Attributes
    ----------
    rows
        Boolean, shape (samples,).
    notes
        Values in the condition that no sample has, with those that do occur: mostly misspellings.
    """

    rows: np.ndarray
    notes: tuple[str, ...]


def select(samples: anndata.AnnData, expression: str) -> Selection:
    """Find the samples that meet a condition on their columns.

    Allowed are ``== != < <= > >=`` (also chained), ``in`` and ``not in`` with a list, ``is None`` and ``is not None``,
    ``and``, ``or``, ``not`` and parentheses; names of columns, in backticks where they hold blanks or other signs;
    text, numbers, True and False. A missing value is not equal to anything, in no list, and not less or more than
    anything; ``!=`` and ``not in`` are the opposite of ``==`` and ``in``, and so are true for it.

    Raises
    ------
    ExpressionError
        Anything else; the sentence shows the place and an example.
    ColumnError
        A column does not exist.
    """
    parsed = parse(expression)
    reader = _Reader(samples, parsed)
    return Selection(reader.condition(parsed.tree, 0), tuple(dict.fromkeys(reader.notes)))


@dataclass(frozen=True)
class _Constant:
    kind: str
    values: Any


_Operand = SampleColumn | _Constant


@dataclass
class _Reader:
    """Works out a parsed condition on some samples, and notes the values that none of them has."""

    samples: anndata.AnnData
    expression: Expression
    notes: list[str] = field(default_factory=list)
    columns: dict[str, SampleColumn] = field(default_factory=dict)

    def condition(self, node: ast.expr, depth: int) -> np.ndarray:
        """Tell for each sample whether it meets a condition; shape (samples,)."""
        if depth > _DEEPEST:
            raise ExpressionError(f"--where is nested more than {_DEEPEST} deep; write it like: {EXAMPLE}")
        if isinstance(node, ast.BoolOp):
            join = operator.and_ if isinstance(node.op, ast.And) else operator.or_
            return functools.reduce(join, (self.condition(part, depth + 1) for part in node.values))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ~self.condition(node.operand, depth + 1)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            links = zip(node.ops, sides[:-1], sides[1:], strict=True)
            return functools.reduce(operator.and_, (self._compared(node, *link) for link in links))
        if not isinstance(node, ast.Name):
            raise self._refusal(node, "is no condition on a sample column")
        column = self._column(node)
        if column.kind != TRUTHS:
            raise self._refusal(node, f"holds {column.kind}, so it must be compared with something")
        return np.asarray(column.values & ~column.missing)

    def _compared(self, node: ast.Compare, sign: ast.cmpop, left: ast.expr, right: ast.expr) -> np.ndarray:
        if isinstance(sign, ast.Is | ast.IsNot):
            missing = self._missing(node, left, right)
            return ~missing if isinstance(sign, ast.IsNot) else missing
        if isinstance(sign, ast.In | ast.NotIn):
            in_list = self._in_list(node, left, right)
            return ~in_list if isinstance(sign, ast.NotIn) else in_list
        one, other = self._operand(left), self._operand(right)
        self._require_one_kind(node, one, other)
        present = np.full(self.samples.n_obs, True)
        for side in (one, other):
            present &= ~side.missing if isinstance(side, SampleColumn) else True
        if isinstance(sign, ast.Eq | ast.NotEq):
            self._note_unknown(one, [other])
            self._note_unknown(other, [one])
            equal = np.asarray(present & (one.values == other.values))
            return ~equal if isinstance(sign, ast.NotEq) else equal
        if one.kind == TRUTHS:
            raise self._refusal(node, "asks which of two truths is larger; use == or !=")
        met = np.zeros(self.samples.n_obs, dtype=bool)
        sides = [side.values[present] if isinstance(side, SampleColumn) else side.values for side in (one, other)]
        met[present] = _ORDER[type(sign)](*sides)
        return met

    def _missing(self, node: ast.Compare, left: ast.expr, right: ast.expr) -> np.ndarray:
        if not isinstance(left, ast.Name) or not (isinstance(right, ast.Constant) and right.value is None):
            raise self._refusal(node, "is no question for a missing value; write: column is None")
        return self._column(left).missing

    def _in_list(self, node: ast.Compare, left: ast.expr, right: ast.expr) -> np.ndarray:
        if not isinstance(left, ast.Name) or not isinstance(right, ast.List | ast.Tuple):
            raise self._refusal(node, "must be a column, then in, then a list such as ['liver', 'lung']")
        column = self._column(left)
        values = [self._constant(element) for element in right.elts]
        for value in values:
            self._require_one_kind(node, column, value)
        self._note_unknown(column, values)
        is_listed = pd.Series(column.values).isin([value.values for value in values]).to_numpy(bool)
        return np.asarray(is_listed & ~column.missing)

    def _operand(self, node: ast.expr) -> _Operand:
        return self._column(node) if isinstance(node, ast.Name) else self._constant(node)

    def _constant(self, node: ast.expr) -> _Constant:
        is_negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        inner = node.operand if isinstance(node, ast.UnaryOp) and is_negative else node
        if not isinstance(inner, ast.Constant):
            raise self._refusal(node, "is not a value: text in quotation marks, a number, True or False")
        value = inner.value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST:
            return _Constant(NUMBERS, -value if is_negative else value)
        if isinstance(value, bool) and not is_negative:
            return _Constant(TRUTHS, value)
        if isinstance(value, str) and not is_negative:
            return _Constant(TEXT, value.strip())
        if value is None:
            raise self._refusal(node, "stands for a missing value; write: column is None, or column is not None")
        raise self._refusal(node, "is not a value: text in quotation marks, a number, True or False")

    def _column(self, node: ast.Name) -> SampleColumn:
        name = self.expression.quoted.get(node.id, node.id)
        if name not in self.samples.obs and name == node.id:
            # Python reads look-alikes of letters as the letters themselves.
            alike = (str(column) for column in self.samples.obs if unicodedata.normalize("NFKC", str(column)) == name)
            name = next(alike, name)
        if name not in self.columns:
            self.columns[name] = sample_column(self.samples, name)
        return self.columns[name]

    def _require_one_kind(self, node: ast.Compare, one: _Operand, other: _Operand) -> None:
        columns = [side for side in (one, other) if isinstance(side, SampleColumn)]
        if not columns:
            raise self._refusal(node, "compares two values, but no column")
        if one.kind != other.kind and NOTHING not in (one.kind, other.kind):
            mend = "compare columns of one kind" if len(columns) > 1 else _HOW_TO_WRITE[columns[0].kind]
            kinds = {one.kind, other.kind} - {columns[0].kind}
            raise self._refusal(
                node,
                f"compares the column '{columns[0].name}', which holds {columns[0].kind}, with {kinds.pop()}; {mend}",
            )

    def _note_unknown(self, column: _Operand, values: Sequence[_Operand]) -> None:
        if not isinstance(column, SampleColumn) or column.kind != TEXT:
            return
        found = set(column.values[~column.missing])
        unknown = [
            f"'{value.values}'" for value in values if isinstance(value, _Constant) and value.values not in found
        ]
        if unknown:
            present = listed(sorted(found), _VALUES_SHOWN) or "none"
            self.notes.append(f"no sample has {column.name} {listed(unknown)}; the values are: {present}")

    def _refusal(self, node: ast.expr, problem: str) -> ExpressionError:
        if isinstance(node, ast.BinOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert)):
            problem = "is a calculation; join conditions with and, or, not"
        return ExpressionError(f"--where: {self.expression.shown(node)} {problem}; write it like: {EXAMPLE}")
