"""h5ad files that follow the contract come back whole; what is none is refused in a sentence."""

import anndata
import numpy as np
import pytest

from srna_tools import schema
from srna_tools.errors import InputError
from srna_tools.io.h5ad import open_h5ad, read_samples, write_samples


def test_samples_come_back_as_they_were_written(simulated_studies, tmp_path, frame):
    samples = simulated_studies.copy()
    schema.record_step(samples, "srna-import", {"species": "hsa"})
    write_samples(samples, tmp_path / "s.dat")
    again = read_samples(tmp_path / "s.dat")
    assert (again.layers["counts"] != samples.layers["counts"]).nnz == 0
    assert again.layers["counts"].dtype == np.int64
    assert frame(again).equals(frame(samples))
    assert (again.obs.astype(str) == samples.obs.astype(str)).all(axis=None)
    assert schema.measured_of(again).equals(schema.measured_of(samples))
    assert schema.history_of(again) == schema.history_of(samples)
    assert schema.values_of(again) == {"all": "counts"}


def test_counts_that_float32_cannot_hold_survive(make_samples, tmp_path):
    write_samples(make_samples([[2**24 + 1, 2**53 - 1]]), tmp_path / "s.h5ad")
    assert read_samples(tmp_path / "s.h5ad").layers["counts"].toarray().tolist() == [[2**24 + 1, 2**53 - 1]]


def test_an_h5ad_truncated_anywhere_is_refused(make_samples, tmp_path):
    write_samples(make_samples(np.arange(12).reshape(3, 4)), tmp_path / "s.h5ad")
    whole = (tmp_path / "s.h5ad").read_bytes()
    cut = tmp_path / "cut.h5ad"
    for size in range(0, len(whole), len(whole) // 40):
        cut.write_bytes(whole[:size])
        with pytest.raises(InputError, match=r"cut\.h5ad: is (truncated or )?not an (h5ad|AnnData)"):
            open_h5ad(cut)


def test_other_files_are_refused_for_what_they_are(tmp_path, write, make_h5ad):
    cases = {
        write("a.h5ad", "text"): "is not an h5ad",
        tmp_path: "is a folder",
        tmp_path / "none.h5ad": "does not exist",
    }
    for path, sentence in cases.items():
        with pytest.raises(InputError, match=sentence):
            open_h5ad(path)
    with pytest.raises(InputError, match="was not made by srna-import; import it first"):
        read_samples(make_h5ad("foreign.h5ad", [[1, 2], [3, 4]]))


def test_hdf5_that_is_no_anndata_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["X"] = "text"
    with pytest.raises(InputError, match="truncated or not an AnnData file"):
        open_h5ad(tmp_path / "x.h5")


def test_a_write_that_fails_leaves_the_old_file(make_samples, tmp_path):
    write_samples(make_samples([[1]]), tmp_path / "s.h5ad")
    before = (tmp_path / "s.h5ad").read_bytes()
    broken = make_samples([[1]])
    broken.obs["mixed"] = anndata.AnnData  # a class cannot be stored
    with pytest.raises(Exception, match="obs"):
        write_samples(broken, tmp_path / "s.h5ad")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]
