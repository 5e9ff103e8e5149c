"""As in a locked container: a read-only system without network, home and a name of the user."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_every_executable_works_and_leaves_nothing_but_its_outputs(executable, call, bare, read_only_place):
    words, outputs = call(read_only_place.out)
    if executable == "srna-tools":  # a chain of the others, each of which is called here
        words, outputs = [*words[:2], "--help"], []

    done = read_only_place(words, bare)

    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if not line.startswith(f"{executable}: WARNING: ")] == []
    for output in outputs:
        assert files_in(output) if output.is_dir() else output.stat().st_size > 0
    assert {path for path in read_only_place.out.iterdir() if path.is_file()} == set(filter(Path.is_file, outputs))
    assert files_in(read_only_place.tmp) == []


def test_relative_outputs_in_a_read_only_folder_are_refused_before_the_work_begins(
    executable, call, bare, read_only_place
):
    words, outputs = call(Path())

    done = read_only_place(words, bare)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(executable)
    assert any(f": {output}: cannot be written: " in done.stderr for output in outputs)
    assert done.stderr.endswith(" is no folder that may be written to\n")


def test_without_any_place_for_caches_plots_are_refused_in_a_sentence(bare, read_only_place):
    embed = str(Path(sys.executable).with_name("srna-embed"))
    words = ["--method", "pca", "-o", str(read_only_place.out / "e.tsv")]
    plot = ["--plot-output", str(read_only_place.out / "e.png")]

    done = read_only_place([embed, "samples.h5ad", *words, *plot], bare, tmp="/proc")

    assert done.returncode == 1
    assert done.stderr == (
        "srna-embed: neither the home folder nor a folder for temporary files can be written; let TMPDIR name one that "
        "can be\n"
    )


def test_a_home_without_room_is_no_obstacle(bare, small_disk, tmp_path):
    home = small_disk(64)
    (home / "filler").write_bytes(bytes(64 << 10))
    words = ["hairpins.fa", "--model", "family_cnn.safetensors", "-o", tmp_path / "p.tsv"]

    done = subprocess.run(
        [Path(sys.executable).with_name("srna-family-predict"), *words],
        cwd=Path(__file__).resolve().parents[3] / "test-data", env=bare | {"HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "p.tsv").stat().st_size > 0
