"""Calls of srna-import with small inputs in one folder and its outputs in another."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from srna_tools.cli.srna_import import main


@pytest.fixture
def run_import(tmp_path):
    """Write inputs to one folder, run srna-import with its outputs in another."""
    folders = tmp_path / "in", tmp_path / "out"
    for folder in folders:
        folder.mkdir()

    def call(files, *options):
        for name, write in files.items():
            write(folders[0] / name)
        words = [str(folders[0] / word[1:]) if word.startswith("@") else word for word in options]
        outputs = ["-o", str(folders[1] / "s.h5ad"), "--report-output", str(folders[1] / "r.tsv")]
        return CliRunner().invoke(main, [*words, *outputs])

    call.outputs = folders[1]
    return call
