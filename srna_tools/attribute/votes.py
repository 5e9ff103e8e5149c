"""Which features decided in single samples: the votes for the predicted class and for the runner-up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from srna_tools.attribute.ranking import falling
from srna_tools.attribute.sample_expression import SampleExpression

COLUMNS = (
    "sample", "predicted", "probability", "runner_up", "rank", "feature", "score", "runner_up_score", "rpm",
    "mean_rpm_class", "mean_rpm_others",
)  # fmt: skip
TOP = 20


def best_two(probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Class numbers of the predicted class and of the runner-up of each sample; of equals the first comes first."""
    order = falling(probabilities)
    return order[:, 0], order[:, 1]


def strongest(scores: np.ndarray, top: int) -> np.ndarray:
    """Features with the largest absolute scores, the largest first; equals keep the order of the features."""
    return falling(np.abs(scores))[..., :top]


class Votes:
    """Features with the largest votes for or against the predicted class, of the samples that were chosen.

    Parameters
    ----------
    probabilities
        Of all samples, shape (samples, classes).
    chosen
        Rows of the samples to keep, in the order of the table.
    features
        Number of the model's features.
    top
        Features to keep of each sample.
    """

    def __init__(self, probabilities: np.ndarray, chosen: Sequence[int], features: int, top: int = TOP) -> None:
        self.chosen = np.asarray(chosen, dtype=np.int64)
        self._probabilities = probabilities
        self._predicted, self._runner_up = best_two(probabilities)
        self._place = np.full(len(probabilities), -1)
        self._place[self.chosen] = np.arange(len(self.chosen))
        shape = (len(self.chosen), min(top, features))
        self._features = np.zeros(shape, dtype=np.int64)
        self._scores = np.zeros((2, *shape), dtype=np.float32)

    def add(self, rows: np.ndarray, scores: np.ndarray) -> None:
        """Take the scores of some samples, shape (rows, classes, features)."""
        taken = np.flatnonzero(self._place[rows] >= 0)
        for local, row in zip(taken, rows[taken], strict=True):
            own, runner_up = scores[local, self._predicted[row]], scores[local, self._runner_up[row]]
            place, kept = self._place[row], strongest(own, self._features.shape[1])
            self._features[place] = kept
            self._scores[:, place] = own[kept], runner_up[kept]

    def table(
        self, samples: Sequence[str], features: Sequence[str], classes: Sequence[str], expression: SampleExpression
    ) -> pd.DataFrame:
        """List the votes of each sample by their size, with the expression beside them.

        Parameters
        ----------
        samples, features, classes
            Names of all of them.
        expression
            Of all samples.

        Returns
        -------
        Columns `COLUMNS`, one row a sample and feature: score for the predicted class and for the runner-up, reads
        per million of the sample, their mean over the other samples of the predicted class and over those of the
        other classes.
        """
        parts = []
        for place, row in enumerate(self.chosen):
            code, kept = self._predicted[row], self._features[place]
            beside = expression.beside(int(row), int(code), kept)
            parts.append(
                pd.DataFrame(
                    {
                        "sample": samples[row],
                        "predicted": classes[code],
                        "probability": self._probabilities[row, code],
                        "runner_up": classes[self._runner_up[row]],
                        "rank": np.arange(1, len(kept) + 1),
                        "feature": np.asarray(features)[kept],
                        "score": self._scores[0, place],
                        "runner_up_score": self._scores[1, place],
                        "rpm": beside.sample,
                        "mean_rpm_class": beside.of_class,
                        "mean_rpm_others": beside.of_others,
                    },
                    columns=list(COLUMNS),
                )
            )
        return pd.concat(parts, ignore_index=True)
