"""Schemes of validation in words: what each tells about a model and what it does not."""

from __future__ import annotations

from dataclasses import dataclass

RESOURCE_OUT, DATASET_OUT, GROUP_KFOLD, SPLIT, KFOLD = "resource-out", "dataset-out", "group-kfold", "split", "kfold"


@dataclass(frozen=True)
class Scheme:
    """A scheme's name in words, what it tells, the same in a title's length, and why samples may go untested."""

    title: str
    meaning: str
    short: str
    untested: str = "no training set without them holds their class"


#: From the hardest question to the easiest, which is the order in which they are shown.
SCHEMES = {
    RESOURCE_OUT: Scheme(
        "One resource out",
        "each resource, which is everything that one pipeline processed, was predicted by a model that never saw it",
        "one resource out: each predicted by a model that never saw it",
        "without their resource the training would lack their class",
    ),
    DATASET_OUT: Scheme(
        "One dataset out",
        "each study was predicted by a model that never saw it",
        "one dataset out: each study predicted by a model that never saw it",
        "without their study the training would lack a class",
    ),
    GROUP_KFOLD: Scheme(
        "Folds of whole groups",
        "the groups, by default the studies, were dealt into folds whole; each fold was predicted by a model that saw "
        "none of its groups",
        "folds of whole groups: each predicted by a model that saw none of them",
    ),
    SPLIT: Scheme(
        "Fixed split",
        "the samples marked for training trained the model, those marked for testing were predicted; it tells about "
        "new studies only as far as the split keeps studies apart",
        "fixed split: tells about new studies only if it keeps studies apart",
    ),
    KFOLD: Scheme(
        "Random folds",
        "the same studies stand in training and test; this says how consistent the annotation is, not how the model "
        "does on a new study",
        "random folds: says nothing about new studies",
    ),
}
