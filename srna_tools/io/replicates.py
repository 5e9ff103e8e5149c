"""Technical replicates: several runs of one experiment, which must not stand on both sides of a split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from srna_tools import assembly, schema
from srna_tools.errors import SampleError, counted, listed
from srna_tools.io.sample_sheet import storable

if TYPE_CHECKING:
    import anndata

SUM, MARK, DEEPEST = "sum", "mark", "deepest"
REPLICATES = "replicates"


def combine_replicates(samples: anndata.AnnData, column: str, how: str) -> tuple[anndata.AnnData, list[str]]:
    """Make the runs of one experiment one sample, or mark them.

    Parameters
    ----------
    column
        Sample column that names the experiment of each run, such as SRX accessions. A run without a value is an
        experiment of its own.
    how
        ``sum``: counts are added; the sample takes the name of the experiment. Of the other columns those are missing
        in which its runs differ; ``obs["replicates"]`` is the number of runs.
        ``mark``: all runs stay; ``obs["replicate_of"]`` names the experiment of each, or else the run itself: no value
        is missing, so that a split by this column never separates runs of one experiment.
        ``deepest``: of each experiment the run with most reads stays, of equal ones the first by name.

    Returns
    -------
    New samples, and sentences about what became of the runs.

    Raises
    ------
    ColumnError
        The column does not exist.
    SampleError
        Runs of one experiment lie in several datasets or resources; an experiment has the name of another sample;
        reads per million are to be summed or compared.

    References
    ----------
    Wartmann et al. 2020, "Preprocessing of SRA Data Source": replicates inflate figures of merit; one run of each
    experiment (SRX) was kept.
    """
    stated = schema.labels_of(samples, column)
    experiments = stated.where(stated.notna(), pd.Series(samples.obs_names, index=samples.obs_names))
    _require_own_names(experiments, stated, column)
    runs = experiments.value_counts()
    several = sorted(runs.index[runs > 1])
    for place in (schema.DATASET, schema.RESOURCE):
        _require_one_place(samples, experiments, several, place)
    found = f"{counted(int(runs[runs > 1].sum()), 'run')} of {counted(len(several), 'experiment')} in {column}"
    names = f": {listed(several)}" if several else ""
    if how == MARK:
        _require_free(samples, schema.REPLICATE_OF, column)
        marked = samples.copy()
        marked.obs[schema.REPLICATE_OF] = experiments
        return marked, [f"{found} marked in {schema.REPLICATE_OF}{names}"]
    if schema.VALUES_RPM in schema.values_of(samples).values():
        raise SampleError("runs in reads per million cannot be summed, nor their depth compared; mark them instead")
    if how == DEEPEST:
        return _deepest(samples, experiments), [f"{found}: of each the run with most reads is kept{names}"]
    _require_free(samples, REPLICATES, column)
    combined, lost = _summed(samples, experiments, column)
    return combined, [f"{found} summed; every sample that has an experiment takes its name{names}", *lost]


def _require_free(samples: anndata.AnnData, new: str, column: str) -> None:
    if new in samples.obs and new != column:
        raise SampleError(
            f"the samples already have a column '{new}', which is to be written; leave it out or rename it"
        )


def _require_own_names(experiments: pd.Series, stated: pd.Series, column: str) -> None:
    """Refuse an experiment that has the name of a sample of another experiment."""
    for name in experiments.index.intersection(pd.Index(stated.dropna().unique())):
        if experiments[name] != name:
            raise SampleError(f"the experiment '{name}' in {column} has the name of a sample that belongs to "
                              f"experiment '{experiments[name]}'; rename one of them")  # fmt: skip
        if stated[name] is None:
            raise SampleError(f"the experiment '{name}' in {column} has the name of a sample without an experiment; "
                              "rename one of them, or fill in its experiment")  # fmt: skip


def _require_one_place(samples: anndata.AnnData, experiments: pd.Series, several: list[str], place: str) -> None:
    if place not in samples.obs or not several:
        return
    places = samples.obs[place].astype(str).groupby(experiments).unique()
    for experiment in several:
        if len(places[experiment]) > 1:
            runs = listed(experiments.index[experiments == experiment])
            raise SampleError(
                f"the runs of experiment '{experiment}' ({runs}) lie in different {place}s: "
                f"{listed(places[experiment])}; give experiments names that occur in one {place} alone"
            )


def _deepest(samples: anndata.AnnData, experiments: pd.Series) -> anndata.AnnData:
    """Keep the deepest run of each experiment, in the order of the samples."""
    order = np.lexsort((samples.obs_names.to_numpy(str), -schema.reads_of(samples)))
    is_best = ~experiments.iloc[order].duplicated().to_numpy()
    return assembly.subset(samples, np.sort(order[is_best]), np.arange(samples.n_vars))


def _summed(samples: anndata.AnnData, experiments: pd.Series, column: str) -> tuple[anndata.AnnData, list[str]]:
    """Add up the counts of each experiment, in the order in which the experiments appear."""
    if schema.SELECTED in samples.var:
        raise SampleError("the values were normalised before the runs are summed; sum the counts first, then normalise")
    codes, names = pd.factorize(experiments)
    counts = sparse.csr_matrix(samples.layers[schema.COUNTS])
    runs = np.arange(len(codes))
    membership = sparse.csr_matrix((np.ones(len(codes), counts.dtype), (codes, runs)), shape=(len(names), len(codes)))
    first = np.unique(codes, return_index=True)[1]
    combined = assembly.subset(samples, first, np.arange(samples.n_vars))
    annotation, differing = _of_experiments(samples.obs.drop(columns=[schema.QUALITY_FLAG, column]), codes)
    stale = _drop_what_runs_had(combined)
    annotation[column] = samples.obs[column].to_numpy()[first]
    annotation[REPLICATES] = np.bincount(codes)
    order = [str(name) for name in samples.obs if name in annotation]
    combined.obs = storable(annotation[[*order, REPLICATES]].set_axis(names.astype(str), axis=0))
    assembly.set_counts(combined, membership @ counts)
    combined.X = assembly.compact(combined.layers[schema.COUNTS])
    lines = (
        [f"{counted(len(differing), 'column')} missing where runs differ: {listed(differing, 30)}"] if differing else []
    )
    return combined, lines + ([f"left out, since it is of single runs: {listed(stale)}"] if stale else [])


def _of_experiments(obs: pd.DataFrame, codes: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    """Give each experiment the value that its runs share, and name the columns in which some differ.

    A run without a value does not differ from one that has it.
    """
    annotation, differing = pd.DataFrame(index=pd.RangeIndex(codes.max() + 1)), []
    for name in obs:
        by_experiment = obs[name].astype(object).groupby(codes)
        differs = by_experiment.agg(lambda values: len(set(values.dropna())) > 1).astype(bool)
        values = by_experiment.first().where(~differs, None)
        is_category = isinstance(obs[name].dtype, pd.CategoricalDtype)
        annotation[str(name)] = values.astype(obs[name].dtype) if is_category else values
        differing += [str(name)] if differs.any() else []
    return annotation, differing


def _drop_what_runs_had(combined: anndata.AnnData) -> list[str]:
    """Remove embeddings, neighbours and layers, which are of runs and not of their sum; return their names."""
    stale = []
    for part in (combined.obsm, combined.obsp, combined.layers):
        for name in [name for name in part if name != schema.COUNTS]:
            del part[name]
            stale.append(str(name))
    return stale
