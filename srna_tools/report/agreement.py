"""How predictions agree with the annotation that the samples already had, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from srna_tools.bundle import Bundle
from srna_tools.errors import counted, listed
from srna_tools.predict.status import OK


@dataclass(frozen=True)
class Agreement:
    """Sentences, and the samples that disagree.

    Attributes
    ----------
    sentences
        The figures, each with what limits it.
    disagreeing
        Rows of the predictions with status ok and another recorded annotation.
    """

    sentences: list[str]
    disagreeing: pd.DataFrame


def agreement_of(table: pd.DataFrame, bundle: Bundle | None) -> Agreement:
    """Compare predictions with the recorded annotation.

    Parameters
    ----------
    table
        Columns ``label``, ``recorded`` (None where missing), ``status`` and ``dataset``.
    bundle
        Says which classes the model knows and which datasets it was trained on.
    """
    known = table[table["recorded"].notna()]
    believed = known[known["status"] == OK]
    right = believed["label"] == believed["recorded"]
    sentences = [
        f"Annotated before: {len(known):,} of {counted(len(table), 'sample')}; with a prediction of status ok: "
        f"{len(believed):,} of these."
    ]
    if len(believed):
        commonest = believed["recorded"].value_counts()
        sentences.append(
            f"Agreement of these: {_share(int(right.sum()), len(believed))}. Always saying "
            f"'{commonest.index[0]}' would agree for {_share(int(commonest.iloc[0]), len(believed))}."
        )
    refused = known[known["status"] != OK]
    if len(refused):
        guessed = int((refused["label"] == refused["recorded"]).sum())
        sentences.append(f"Not ok: {len(refused):,}; their best guess would agree for {guessed:,}.")
    if bundle is not None:
        sentences += [_unknown_classes(known, bundle), _seen_in_training(believed, right, bundle)]
    return Agreement([sentence for sentence in sentences if sentence], believed[~right])


def agreement_of_numbers(table: pd.DataFrame, bundle: Bundle | None) -> Agreement:
    """Compare predicted numbers with the recorded ones; what was recorded and is no number does not count.

    Parameters
    ----------
    table, bundle
        As those of `agreement_of`.
    """
    recorded = pd.to_numeric(table["recorded"], errors="coerce")
    believed = recorded.notna() & (table["status"] == OK)
    true, predicted = recorded[believed], pd.to_numeric(table.loc[believed, "label"])
    sentences = [
        f"With a number before: {int(recorded.notna().sum()):,} of {counted(len(table), 'sample')}; with a prediction "
        f"of status ok: {len(true):,} of these."
    ]
    if len(true):
        related = (
            f"; their correlation is {true.corr(predicted):.2f}" if true.nunique() > 1 < predicted.nunique() else ""
        )
        sentences.append(f"Half of these differ by at most {(true - predicted).abs().median():.4g}{related}.")
    if bundle is not None and len(true):
        trained = table.loc[believed, "dataset"].isin(bundle.training.get("samples_per_dataset", {}))
        sentences.append(
            f"From datasets that the model was trained on, by their names: {int(trained.sum()):,} of these, which say "
            "little about new data."
            if trained.any()
            else "By their names, none of these datasets was in the model's training."
        )
    return Agreement(sentences, table.iloc[:0])


def _unknown_classes(known: pd.DataFrame, bundle: Bundle) -> str:
    foreign = known[~known["recorded"].isin(bundle.classes)]
    if foreign.empty:
        return ""
    names = listed(sorted(foreign["recorded"].unique()), 10)
    wrongly = int((foreign["status"] == OK).sum())
    return (
        f"Annotated as something that the model does not know ({names}): {counted(len(foreign), 'sample')}. No "
        f"prediction can agree, and the right answer is not to be ok. Status ok nevertheless: {wrongly:,}."
    )


def _seen_in_training(believed: pd.DataFrame, right: pd.Series, bundle: Bundle) -> str:
    trained = believed["dataset"].isin(bundle.training.get("samples_per_dataset", {}))
    if not trained.any():
        return "By their names, none of these datasets was in the model's training." if len(believed) else ""
    new = ~trained
    apart = (
        f" In the datasets that were not, {_share(int(right[new].sum()), int(new.sum()))} agree."
        if new.any()
        else " So this agreement says little about new data."
    )
    names = listed(sorted(believed.loc[trained, "dataset"].unique()))
    return f"From datasets that the model was trained on ({names}): {counted(int(trained.sum()), 'sample')}.{apart}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({100 * part / whole:.0f} %)"
