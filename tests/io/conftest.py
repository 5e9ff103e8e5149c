"""Small inputs of every kind, written where a test wants them."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from srna_tools.io.table import CountTable


@pytest.fixture
def write(tmp_path: Path):
    """Write text or bytes to a file of the test's folder; gzip where the name says so."""

    def to_file(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        return path

    return to_file


@pytest.fixture
def make_archive(tmp_path: Path):
    """Write an OASIS 2 archive: content of each sample's count file, and any further members."""

    def archive(name, counts, **members):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("summary.html", "<html></html>")
            for sample, content in counts.items():
                file.writestr(f"data/counts/{sample}_allspeciesCounts.txt", content)
            for member, content in members.items():
                file.writestr(member, content)
        return path

    return archive


@pytest.fixture
def make_h5ad(tmp_path: Path):
    """Write an h5ad that others could have made."""

    def h5ad(name, X, obs=None, var=None, **parts):
        X = X if X is None else np.asarray(X)
        obs = pd.DataFrame(obs, index=["A", "B"]) if not isinstance(obs, pd.DataFrame) else obs
        var = pd.DataFrame(var, index=["hsa-miR-1-3p", "hsa-miR-2-5p"]) if not isinstance(var, pd.DataFrame) else var
        path = tmp_path / name
        anndata.AnnData(X=X, obs=obs, var=var, **parts).write_h5ad(path)
        return path

    return h5ad


@pytest.fixture(scope="session")
def frame():
    """Counts of a table or of samples as a plain table of integers or fractions: samples x features."""

    def as_frame(source):
        if isinstance(source, CountTable):
            return pd.DataFrame(source.counts.toarray(), index=source.obs.index, columns=source.var.index)
        counts = source.layers["counts"].toarray()
        return pd.DataFrame(counts, index=source.obs_names, columns=source.var_names)

    return as_frame
