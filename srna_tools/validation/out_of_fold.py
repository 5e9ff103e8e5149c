"""The out-of-fold table: one row a model, repeat and tested sample, predicted by a model that never saw the sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from srna_tools.errors import InputError, SampleError, listed
from srna_tools.io.matrix import numbers_or_nan
from srna_tools.io.step_table import FIRST_LINE, read_table

COLUMNS = ("sample", "dataset", "model", "repeat", "fold", "seed", "true", "predicted", "probability")
#: What the name of a class follows in the column of its probabilities.
PREFIX = "p:"
#: The model that says the commonest class of the training set, whatever the sample.
BASELINE = "majority-class"

_TEXTS = ("sample", "dataset", "model", "true", "predicted")
_WHOLE_NUMBERS = ("repeat", "fold", "seed")
_DIGITS = 6
_MAKER = "srna-evaluate --predictions-output"


def classes_of(table: pd.DataFrame) -> tuple[str, ...]:
    """Name the classes that have a column of probabilities, in the order of the columns."""
    return tuple(str(name)[len(PREFIX) :] for name in table.columns if str(name).startswith(PREFIX))


def probabilities_of(table: pd.DataFrame) -> np.ndarray:
    """Probabilities of all classes, shape (rows, classes)."""
    return table[[f"{PREFIX}{name}" for name in classes_of(table)]].to_numpy(dtype=np.float64)


def codes_of(labels: pd.Series, classes: Sequence[str]) -> np.ndarray:
    """Place of each label among the classes.

    Raises
    ------
    SampleError
        A label is none of the classes.
    """
    codes = pd.Categorical(labels, categories=list(classes)).codes.astype(np.int64)
    if (codes < 0).any():
        foreign = sorted(set(labels[codes < 0].astype(str)))
        raise SampleError(f"there are no probabilities of the class {listed(foreign)}; add a column '{PREFIX}...' each")
    return codes


def repeats_of(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Split the rows of one model by repeat, in the order of their numbers."""
    return [part for _, part in table.groupby("repeat", sort=True)]


def by_model(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give the rows of each model, in the order in which the models first appear."""
    for name, part in table.groupby("model", sort=False):
        yield str(name), part


def rounded(probabilities: np.ndarray) -> np.ndarray:
    """Round to the 6 significant digits with which tables are written.

    What is computed before writing is then identical to what is computed from the written table.
    """
    values = np.asarray(probabilities, dtype=np.float64)
    texts = [f"{value:.{_DIGITS}g}" for value in values.ravel().tolist()]
    return np.array(texts, dtype=object).astype(np.float64).reshape(values.shape)


def make_table(
    *,
    samples: Sequence[str] | pd.Index,
    datasets: Sequence[str] | pd.Series,
    model: str,
    repeat: int,
    fold: int,
    seed: int,
    true: Sequence[str] | pd.Series,
    classes: Sequence[str],
    probabilities: np.ndarray,
) -> pd.DataFrame:
    """Make the rows of one model and fold.

    Parameters
    ----------
    samples, datasets, true
        Id, dataset and annotated class of each tested sample.
    classes
        All classes of the evaluation; a class that the training set lacked has probability 0.
    probabilities
        Shape (samples, classes), columns in the order of `classes`.

    Returns
    -------
    Columns `COLUMNS` and one ``p:`` column a class, sorted by name. The predicted class is the most probable one
    after rounding, the first in sorted order where several are.
    """
    order = np.argsort(np.asarray(classes, dtype=str), kind="stable")
    names = np.asarray(classes, dtype=object)[order]
    values = rounded(np.asarray(probabilities)[:, order])
    best = values.argmax(axis=1)
    facts = {
        "sample": np.array([str(name) for name in samples], dtype=object),
        "dataset": np.array([str(name) for name in datasets], dtype=object),
        "model": model,
        "repeat": repeat,
        "fold": fold,
        "seed": seed,
        "true": np.array([str(name) for name in true], dtype=object),
        "predicted": names[best],
        "probability": values[np.arange(len(values)), best],
    }
    return pd.DataFrame(facts | {f"{PREFIX}{name}": values[:, place] for place, name in enumerate(names)})


def read_out_of_fold(path: Path) -> pd.DataFrame:
    """Read an out-of-fold table; ids stay text, whatever they look like.

    Raises
    ------
    InputError
        A column is missing, a text is empty, a number cannot be read or is no probability, a class has no column of
        probabilities, or a model and repeat have two rows of a sample.
    """
    table = read_table(path, COLUMNS, _MAKER)
    if not classes_of(table):
        raise InputError(path, f"lacks the column {PREFIX}<class>; give the table of {_MAKER}")
    for column in _TEXTS:
        table[column] = _texts(table, column, path)
    for column in _WHOLE_NUMBERS:
        table[column] = _whole_numbers(table, column, path)
    for column in ("probability", *(f"{PREFIX}{name}" for name in classes_of(table))):
        table[column] = _shares(table, column, path)
    _require_known_classes(table, path)
    _require_one_row_a_sample(table, path)
    return table


def _texts(table: pd.DataFrame, column: str, path: Path) -> pd.Series:
    texts = table[column].fillna("").str.strip()
    _require((texts != "").to_numpy(), table[column], path, "is empty; every row needs one")
    return texts.astype(object)


def _whole_numbers(table: pd.DataFrame, column: str, path: Path) -> np.ndarray:
    numbers = numbers_or_nan(table[column].to_numpy(dtype=object))
    whole = np.isfinite(numbers)
    whole[whole] = numbers[whole] % 1 == 0
    _require(whole, table[column], path, "is not a whole number")
    return numbers.astype(np.int64)


def _shares(table: pd.DataFrame, column: str, path: Path) -> np.ndarray:
    numbers = numbers_or_nan(table[column].to_numpy(dtype=object))
    _require((numbers >= 0) & (numbers <= 1), table[column], path, "is not a probability between 0 and 1")
    return numbers


def _require(right: np.ndarray, cells: pd.Series, path: Path, problem: str) -> None:
    if not right.all():
        row = int(np.argmin(right))
        cell = cells.iloc[row]
        raise InputError(path, f"'{'' if cell is None else cell}' {problem}", _place(str(cells.name), row))


def _require_known_classes(table: pd.DataFrame, path: Path) -> None:
    known = set(classes_of(table))
    for column in ("true", "predicted"):
        foreign = ~table[column].isin(known).to_numpy()
        if foreign.any():
            row = int(foreign.argmax())
            name = table[column].iloc[row]
            raise InputError(path, f"the class '{name}' has no column '{PREFIX}{name}'; add it", _place(column, row))


def _require_one_row_a_sample(table: pd.DataFrame, path: Path) -> None:
    twice = table.duplicated(["model", "repeat", "sample"]).to_numpy()
    if twice.any():
        model, repeat, sample = table.loc[twice, ["model", "repeat", "sample"]].iloc[0]
        raise InputError(
            path,
            f"has two rows of the sample '{sample}' in repeat {repeat} of the model '{model}'; remove one",
            f"line {int(twice.argmax()) + FIRST_LINE}",
        )


def _place(column: str, row: int) -> str:
    return f"column {column}, line {row + FIRST_LINE}"
