"""Scores in a file: the same as in memory, block by block, and none where the work fails."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import anndata
import numpy as np
import pytest

from srna_tools.attribute.explain import prepare
from srna_tools.attribute.score_file import ScoreFile, layer_names
from srna_tools.io.h5ad import open_h5ad


def written(explainer, path, block=7):
    file = ScoreFile(explainer, path)
    every = np.arange(len(explainer.inputs))
    scores = explainer.scores(every)
    with file.open():
        for rows in np.split(every, every[block::block]):
            file.add(rows, scores[rows])
    return open_h5ad(path)


@pytest.fixture(scope="module")
def explainer(simulated, mlp_bundle):
    return prepare(simulated, mlp_bundle, rule="rescale", reference="zero")


@pytest.mark.parametrize("block", [5, 31, 512])
def test_the_file_has_a_layer_a_class_and_the_predicted_one_in_x(explainer, tmp_path, block):
    bundle = explainer.bundle

    table = written(explainer, tmp_path / "scores.h5ad", block)

    scores = explainer.scores(np.arange(len(explainer.inputs)))
    assert list(table.layers) == sorted(bundle.classes)
    for code, name in enumerate(bundle.classes):
        np.testing.assert_array_equal(table.layers[name], scores[:, code])
    predicted = explainer.probabilities.argmax(axis=1)
    np.testing.assert_array_equal(table.X, scores[np.arange(len(scores)), predicted])
    assert table.X.dtype == np.float32
    assert table.obs_names.tolist() == explainer.samples.obs_names.tolist()
    assert table.obs["predicted"].tolist() == [bundle.classes[code] for code in predicted]
    assert table.obs["class"].tolist() == [bundle.classes[code] for code in explainer.codes]
    assert table.obs["class_is_annotated"].all()
    assert table.var_names.tolist() == list(bundle.transform.features)
    assert table.var["feature_type"].tolist() == list(bundle.transform.types)
    assert table.uns["srna_tools"]["rule"] == "rescale"


def test_anndata_reads_a_part_of_it_and_writes_it_again(explainer, tmp_path):
    written(explainer, tmp_path / "scores.h5ad")
    backed = anndata.read_h5ad(tmp_path / "scores.h5ad", backed="r")

    part = backed[3:5].to_memory()

    part.write_h5ad(tmp_path / "part.h5ad")
    assert anndata.read_h5ad(tmp_path / "part.h5ad").layers["brain"].shape == (2, len(explainer.inputs[0]))
    backed.file.close()


def stopped_half_way(scores):
    with scores.open():
        scores.add(np.arange(3), scores.explainer.scores(np.arange(3)))
        raise KeyboardInterrupt


def test_a_pass_that_fails_leaves_no_file(explainer, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        stopped_half_way(ScoreFile(explainer, tmp_path / "scores.h5ad"))

    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_samples(explainer, tmp_path):
    def peak(times):
        many = replace(
            explainer,
            samples=anndata.concat([explainer.samples] * times, index_unique="-"),
            inputs=np.tile(explainer.inputs, (times, 1)),
            probabilities=np.tile(explainer.probabilities, (times, 1)),
            codes=np.tile(explainer.codes, times),
            annotated=np.tile(explainer.annotated, times),
        )
        scores = explainer.scores(np.arange(len(explainer.inputs)))
        file = ScoreFile(many, tmp_path / f"{times}.h5ad")
        with file.open():
            tracemalloc.start()
            for start in range(0, len(many.inputs), len(scores)):
                file.add(np.arange(start, start + len(scores)), scores)
            _, highest = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return highest, scores.nbytes

    (few, block), (many, _) = peak(2), peak(20)

    assert many < few + block / 4


@pytest.mark.parametrize(
    ("classes", "layers"),
    [
        (["blood", "skin"], ["blood", "skin"]),
        (["liver/blood", "liver_blood"], ["liver_blood", "liver_blood (2)"]),
        ([".", ".."], ["class .", "class .."]),
    ],
)
def test_layers_can_be_stored_and_none_is_lost(classes, layers):
    assert layer_names(classes) == layers
