"""What is refused, and of which kind the samples are."""

from __future__ import annotations

import pandas as pd
import pytest
from laboratory.refusals import FAMILIAR, NEVER_SEEN, OWN, kinds_of_samples, refused, shares_of


@pytest.mark.parametrize(
    ("predicted", "probabilities", "expected"),
    [
        ("liver", (0.9, 0.1, 0.0), False),
        ("liver", (0.5, 0.3, 0.2), False),
        ("liver", (0.49, 0.3, 0.21), True),
        ("liver", (0.52, 0.48, 0.0), True),
        ("other", (0.0, 0.1, 0.9), True),
    ],
)
def test_the_rules_are_those_of_predictions(predicted, probabilities, expected):
    table = pd.DataFrame([dict(zip(("p:liver", "p:lung", "p:other"), probabilities, strict=True))])
    assert refused(table.assign(predicted=predicted), "other").tolist() == [expected]


def test_a_label_of_one_dataset_is_never_seen_when_that_is_left_out():
    labels = pd.Series(["liver", "serum", "serum", "breast", "breast", "liver"])
    datasets = pd.Series(["a", "a", "b", "c", "c", "b"])
    assert kinds_of_samples(labels, datasets, ["liver"]).tolist() == [
        OWN, FAMILIAR, FAMILIAR, NEVER_SEEN, NEVER_SEEN, OWN,
    ]  # fmt: skip


def test_shares_by_hand():
    rows = [
        ("liver", OWN, False, False, True),
        ("liver", OWN, True, False, True),
        ("liver", OWN, True, True, False),
        ("liver", OWN, False, False, False),
        ("serum", FAMILIAR, True, True, True),
        ("serum", FAMILIAR, True, False, False),
        ("breast", NEVER_SEEN, True, True, True),
        ("breast", NEVER_SEEN, True, False, False),
        ("breast", NEVER_SEEN, True, False, False),
        ("eye", NEVER_SEEN, False, False, False),
    ]
    table = pd.DataFrame(rows, columns=["label", "kind", "refused", "called_other", "right"])
    assert shares_of(table) == {
        "right": 0.5, "right and not refused": 0.25, "wrong and not refused": 0.25, "familiar refused": 1.0,
        "familiar called other": 0.5,
        "never seen refused": 0.75, "never seen called other": 0.25, "never seen refused, mean of tissues": 0.5,
    }  # fmt: skip
