"""AnnData files that follow the contract: read with a sentence where they do not, write whole."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import h5py

from srna_tools import schema
from srna_tools.errors import InputError
from srna_tools.io.hdf5 import hdf5_written_whole

if TYPE_CHECKING:
    import anndata


def open_h5ad(path: Path) -> anndata.AnnData:
    """Read any h5ad, whatever it holds.

    Raises
    ------
    InputError
        The file is missing, truncated or not an h5ad.
    """
    if not path.is_file():
        raise InputError(path, "is a folder; give the h5ad file itself" if path.is_dir() else "does not exist")
    if not h5py.is_hdf5(path):
        raise InputError(path, "is not an h5ad (HDF5) file; srna-import makes one from count files")
    import anndata

    try:
        with warnings.catch_warnings():
            # Names that stand twice are refused later, in a sentence.
            warnings.simplefilter("ignore")
            return anndata.read_h5ad(path)
    except MemoryError:
        raise
    except Exception as error:  # whatever anndata and HDF5 raise on a file that neither of them wrote
        if "memory allocation failed" in str(error):
            raise MemoryError from error
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise InputError(path, f"is truncated or not an AnnData file ({reason}); make it again") from error


def read_samples(path: Path) -> anndata.AnnData:
    """Read an h5ad that srna-import or a later step wrote, and check that it follows the contract."""
    return schema.check(open_h5ad(path), path)


def write_samples(samples: anndata.AnnData, path: Path) -> None:
    """Write samples as gzip-compressed h5ad, whole or not at all."""
    with hdf5_written_whole(path) as output:
        write_into(output.file, samples)


def write_into(file: h5py.File, samples: anndata.AnnData) -> None:
    """Write samples into an empty file as anndata's `write_h5ad` does, which takes names of files alone."""
    from anndata.io import write_elem

    samples.strings_to_categoricals()
    write_elem(file, "/", samples, dataset_kwargs={"compression": "gzip"})
    if samples.raw is None and "raw" in file:
        # A null, as some versions of anndata write it, is unknown to older readers.
        del file["raw"]
