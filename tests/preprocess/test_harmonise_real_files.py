"""Every real file that can be imported, at every level: what was read is kept or reported lost."""

from __future__ import annotations

import pytest

from srna_tools.errors import InputError, SampleError
from srna_tools.io.aliases import read_aliases
from srna_tools.io.importing import ImportSettings, import_samples
from srna_tools.mirna_names import LEVELS
from srna_tools.preprocess.harmonise import harmonise

FOLDERS = ("artbio", "exceRpt", "mirdeep2", "mirge3", "mirtop", "smallrnaseq")
OTHERS = ("fetal_lung/counts.tsv", "oasis/study31.zip", "oasis/study37.zip", "oasis/study45.zip", "oasis/study59.zip")


@pytest.fixture(scope="module")
def aliases(real_data):
    return read_aliases(real_data / "mirge_crc" / "hsa_MirGeneDB_to_miRBase.csv")


def imported(paths):
    """Samples of each file that is one; the others are refused with a sentence, as the tests of the readers say."""
    for path in sorted(paths):
        try:
            yield path, import_samples([path], ImportSettings())[0]
        except (InputError, SampleError):
            continue


@pytest.mark.parametrize("folder", FOLDERS)
def test_outputs_of_quantifiers(real_data, aliases, folder):
    files = [path for path in (real_data / "quantifiers" / folder).iterdir() if path.suffix != ".md"]
    require_conserved(imported(files), aliases)


@pytest.mark.parametrize("name", OTHERS)
def test_other_counts(real_data, aliases, name):
    require_conserved(imported([real_data / name]), aliases)


def require_conserved(files, aliases):
    moved = 0
    for path, samples in files:
        total = samples.layers["counts"].sum()
        for level in LEVELS:
            try:
                done = harmonise(samples, level, aliases)
            except SampleError:
                # A table without miRNAs, or of names that are coarser than the level: nothing is written.
                continue
            lost = done.report.loc[done.report["status"] == "lost", "reads"].sum()
            assert done.samples.layers["counts"].sum() + lost == pytest.approx(total, rel=1e-12), (path.name, level)
            if samples.layers["counts"].dtype.kind == "i":
                assert done.samples.layers["counts"].sum() + lost == total, (path.name, level)
            moved += 1
    assert moved >= 2
