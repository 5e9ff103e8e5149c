"""Public data that several tests read once."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import sparse

from srna_tools import assembly


@pytest.fixture(scope="session")
def bulk_samples(real_data):
    """Gene counts of GTEx and TCGA with tissue and sex."""
    folder = real_data / "bulk_rnaseq"
    counts = pd.read_csv(folder / "counts.tsv.gz", sep="\t", index_col=0).T
    sheet = pd.read_csv(folder / "samples.tsv", sep="\t", index_col="sample_id").loc[counts.index]
    obs = sheet[["tissue", "sex"]].assign(dataset=sheet["source"])
    return assembly.assemble(sparse.csr_matrix(counts.to_numpy()), obs, pd.DataFrame(index=counts.columns))
