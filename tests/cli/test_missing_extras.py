"""An option that needs a library of an extra says so before anything is read: here no input could be."""

from __future__ import annotations

import importlib
import sys

import pytest
from click.testing import CliRunner

from srna_tools.bundle import save_bundle

_TRAIN, _SEQUENCE, _EXPLAIN = (f"install it with: pip install 'srna-tools[{one}]'" for one in
                               ("train", "sequence", "explain"))  # fmt: skip
_CALLS = [
    ("tensorflow", "srna-train IN --label tissue --model mlp", f"--model mlp needs TensorFlow; {_TRAIN}"),
    ("keras", "srna-train IN --label tissue --model domain-adaptation",
     f"--model domain-adaptation needs Keras; {_TRAIN}"),
    ("tensorflow", "srna-evaluate IN --label tissue", f"the model mlp of --models needs TensorFlow; {_TRAIN}"),
    ("tensorflow", "srna-evaluate IN --label tissue --models logistic,wide --model-settings VARIANTS",
     f"the model wide of --models needs TensorFlow; {_TRAIN}"),
    ("distributed", "srna-evaluate IN --label tissue --dask-scheduler tcp://127.0.0.1:1",
     "--dask-scheduler needs Dask; install it with: pip install 'srna-tools[cluster]'"),
    ("pyhmmer", "srna-family-train IN --model profile", f"--model profile needs pyhmmer; {_SEQUENCE}"),
    ("pyfamsa", "srna-family-train IN --model combined", f"--model combined needs pyfamsa; {_SEQUENCE}"),
    ("RNA", "srna-family-train IN --model structure", f"--model structure needs ViennaRNA; {_SEQUENCE}"),
    ("tensorflow", "srna-family-train IN --model structure", f"--model structure needs TensorFlow; {_TRAIN}"),
    ("tensorflow", "srna-family-train IN --model cnn --keras-output OUT.keras",
     f"--keras-output needs TensorFlow; {_TRAIN}"),
    ("pyhmmer", "srna-family-evaluate IN", f"the model profile of --models needs pyhmmer; {_SEQUENCE}"),
    ("RNA", "srna-family-structure IN", f"this step needs ViennaRNA; {_SEQUENCE}"),
    ("logomaker", "srna-family-attribute IN --model IN --plot-output OUT.png",
     f"--plot-output needs logomaker; {_SEQUENCE}"),
    ("logomaker", "srna-family-attribute IN --model IN --logo-dir OUT.logos",
     f"--logo-dir needs logomaker; {_SEQUENCE}"),
    ("scanpy", "srna-embed IN --method umap",
     "--method umap needs scanpy; install it with: pip install 'srna-tools[embed]'"),
    ("gseapy", "srna-enrich IN --families --method gsea", f"--method gsea needs gseapy; {_EXPLAIN}"),
    ("shap", "srna-attribute IN --model FOREST", f"the explanation of a forest needs shap; {_EXPLAIN}"),
    ("deeplift", "srna-attribute IN --model FOREST --engine deeplift",
     "--engine deeplift needs deeplift; install it with: pip install 'srna-tools[deeplift]'"),
]  # fmt: skip


@pytest.mark.parametrize(("library", "call", "sentence"), _CALLS)
def test_what_is_missing_is_said_before_anything_is_read(
    library, call, sentence, bundle_of_kind, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, library, None)
    (tmp_path / "in").write_bytes(b"\x00 no file of any kind")
    (tmp_path / "variants").write_text('{"wide": {"kind": "mlp"}}')
    places = {"IN": "in", "OUT": "out", "VARIANTS": "variants", "FOREST": "forest"}
    if "FOREST" in call:
        save_bundle(bundle_of_kind("random-forest"), tmp_path / "forest")
    before = set(tmp_path.iterdir())
    name, *words = call.split()
    arguments = [_placed(word, places, tmp_path) for word in words] + ["-o", str(tmp_path / "output")]

    command = importlib.import_module(f"srna_tools.cli.{name.replace('-', '_')}").main
    result = CliRunner().invoke(command, arguments)

    assert (result.exit_code, result.stderr) == (1, f"{name}: {sentence}\n")
    assert set(tmp_path.iterdir()) == before


def _placed(word, places, folder):
    stem, dot, suffix = word.partition(".")
    return str(folder / f"{places[stem]}{dot}{suffix}") if stem in places else word


def test_a_whole_ranking_needs_gseapy_by_both_methods_and_one_of_the_best_does_not(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "gseapy", None)
    rows = [f"{name}\thsa-miR-{number}-5p\t{4 - number}\n" for name in ("liver", "lung") for number in range(1, 9)]
    (tmp_path / "ranking.tsv").write_text("class\tfeature\tscore\n" + "".join(rows))
    (tmp_path / "sets.gmt").write_text("first\tnone\thsa-miR-1-5p\thsa-miR-2-5p\thsa-miR-3-5p\n")
    command = importlib.import_module("srna_tools.cli.srna_enrich").main
    words = [str(tmp_path / "ranking.tsv"), "--sets", str(tmp_path / "sets.gmt"), "-o", str(tmp_path / "e.tsv")]

    refused = CliRunner().invoke(command, words)
    assert refused.stderr == f"srna-enrich: --method both needs gseapy; {_EXPLAIN}\n"
    done = CliRunner().invoke(command, [*words, "--method", "over-representation"])
    assert done.exit_code == 0, done.output
