"""Samples without label beside a training set: which of them may be added to it, and both put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import SampleError, counted, listed
from srna_tools.evaluate.pseudo_labels import COLUMNS, USED, WHY, choose, room_in
from srna_tools.evaluate.twins import profiles_of
from srna_tools.io.join_samples import join_samples
from srna_tools.predict.annotate import annotate
from srna_tools.predict.status import Thresholds
from srna_tools.training import TrainingSet
from srna_tools.validation.linked import LINKING, linked_samples

if TYPE_CHECKING:
    import anndata

_SAME = "one of the labelled samples"
_LINKED = "of the same patient or experiment as a labelled sample"
_TWIN = "with exactly the counts of a labelled sample"
_BARRED = "of a study that is tested"


@dataclass(frozen=True)
class Unlabelled:
    """Samples that may get their label from a model.

    Attributes
    ----------
    labelled
        The training set that they may be added to.
    samples
        Those that may be added.
    joined
        The labelled samples, then these.
    left_out
        Columns `COLUMNS` and `WHY`, one row for each of the others.
    """

    labelled: TrainingSet
    samples: anndata.AnnData
    joined: anndata.AnnData
    left_out: pd.DataFrame

    @classmethod
    def beside(cls, labelled: TrainingSet, samples: anndata.AnnData) -> Unlabelled:
        """Leave out what has a label, and what is a labelled sample in another guise.

        Raises
        ------
        SampleError
            None is left, or they cannot be joined to the labelled ones.
        """
        reasons = _why_not(labelled, samples)
        _require_any(reasons)
        free = np.flatnonzero(reasons == "")
        joined = join_samples(labelled.samples, samples[free], ("labelled", "unlabelled"))
        twins = pd.Series(profiles_of(joined))
        known = labelled.samples.n_obs
        is_twin = twins[known:].isin(twins[:known]).to_numpy()
        reasons[free[is_twin]] = _TWIN
        _require_any(reasons)
        kept = np.concatenate([np.full(known, True), ~is_twin])
        left_out = pd.DataFrame(
            {"sample": samples.obs_names.astype(str), "dataset": samples.obs[schema.DATASET].to_numpy(str), "label": "",
             "probability": np.nan, "used": "", "reason": reasons, WHY: reasons}
        )  # fmt: skip
        return cls(labelled, samples[free[~is_twin]], joined[kept], left_out[reasons != ""])

    def choose(
        self, bundle: Bundle, rows: np.ndarray, min_confidence: float, barred: frozenset[str] = frozenset()
    ) -> pd.DataFrame:
        """Let a model label the samples, and choose those that are added to its training samples.

        Parameters
        ----------
        bundle, rows
            The model, and the positions of the labelled samples that it was trained on.
        barred
            Studies whose samples are not added.

        Returns
        -------
        See `pseudo_labels.choose`; one row for each of `samples`.

        Raises
        ------
        SampleError
            Names would be counted under others in a prediction, but not in the joined samples.
        """
        annotation = annotate(self.samples, bundle, Thresholds())
        renamed = sorted({*annotation.names.new_names, *annotation.names.undivided})
        if renamed:
            raise SampleError(
                f"the unlabelled samples name {counted(len(renamed), 'feature')} otherwise than the labelled ones "
                f"({listed(renamed)}); run srna-harmonize on both with the same --level first"
            )
        predicted = annotation.table.assign(dataset=self.samples.obs[schema.DATASET].to_numpy(str))
        is_barred = predicted["dataset"].isin(barred)
        predicted.loc[is_barred, ["status", "reason"]] = [_BARRED, ""]
        classes = pd.Series(self.labelled.classes[rows])
        sizes = {str(name): int(size) for name, size in classes.value_counts().items()}
        return choose(predicted, room_in(sizes, bundle.catch_all), min_confidence, bundle.catch_all)

    def added_to(self, rows: np.ndarray, table: pd.DataFrame) -> TrainingSet:
        """Training set of some labelled samples and those that `choose` chose."""
        used = (table["used"] == USED).to_numpy()
        positions = np.concatenate([rows, self.labelled.samples.n_obs + np.flatnonzero(used)])
        classes = np.concatenate([self.labelled.classes[rows], table["label"].to_numpy(str)[used]])
        return self.labelled.with_samples(self.joined[positions], classes)

    def whole_table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of all unlabelled samples: those that `choose` judged, then those that were left out before."""
        return pd.concat([table, self.left_out], ignore_index=True)[[*COLUMNS, WHY]]


def _why_not(labelled: TrainingSet, samples: anndata.AnnData) -> np.ndarray:
    """Why each sample cannot be added; empty text where it may be."""
    known = labelled.samples.obs
    linking = [
        pd.DataFrame({name: schema.labels_of(one, name) for name in LINKING if name in one.obs}, index=one.obs_names)
        for one in (labelled.samples, samples)
    ]
    linked = linked_samples(pd.concat(linking, ignore_index=True))
    reasons = np.full(samples.n_obs, "", dtype=object)
    reasons[np.isin(linked[len(known) :], linked[: len(known)])] = _LINKED
    if labelled.label in samples.obs:
        reasons[schema.labels_of(samples, labelled.label).notna().to_numpy()] = f"with a value in '{labelled.label}'"
    reasons[samples.obs_names.isin(known.index)] = _SAME
    return reasons


def _require_any(reasons: np.ndarray) -> None:
    if (reasons != "").all():
        counts = pd.Series(reasons).value_counts()
        named = listed((f"{number:,} {reason}" for reason, number in counts.items()), 10)
        raise SampleError(
            f"none of the {counted(len(reasons), 'unlabelled sample')} can be added to the training ({named}); "
            "give samples of other studies, without a value in the column that is learnt"
        )
