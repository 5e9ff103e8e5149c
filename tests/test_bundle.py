"""Bundles: what is stored is read back bit for bit, and nothing damaged or hostile is loaded or executed."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

import srna_tools
from srna_tools.bundle import Bundle, features_sha256, load_bundle, save_bundle
from srna_tools.errors import BundleError
from srna_tools.models.dense_network import DenseNetwork
from srna_tools.models.logistic import LogisticSettings, train_logistic
from srna_tools.models.random_forest import ForestSettings, train_random_forest
from srna_tools.preprocess import Transform, TransformSpecification

KINDS = ("mlp", "random-forest", "logistic")
ODD_VALUES = [None, True, -1, 0, 10**30, 0.5, float("nan"), float("inf"), "", "x", [], [[]], {}, {"x": 1}]
MODULES = sorted(Path(srna_tools.__file__).parent.rglob("*.py"))


def make_model(kind, inputs, classes):
    generator = np.random.default_rng(5)
    if kind == "mlp":
        sizes = [(inputs, 8), (8, 6), (6, classes)]
        return DenseNetwork(
            tuple((generator.normal(size=size).astype("f"), generator.normal(size=size[1]).astype("f")) for size in sizes)
        )  # fmt: skip
    values, codes = generator.random((30, inputs)).astype(np.float32), np.arange(30) % classes
    if kind == "logistic":
        return train_logistic(values, codes, classes, LogisticSettings(), 0, 1).classifier
    return train_random_forest(values, codes, classes, ForestSettings(3, 4, 8), 0, 1).classifier


@pytest.fixture(scope="module")
def make_bundle(simulated_studies):
    lengths = tuple((name, 22.0) for name in simulated_studies.var_names)
    specification = TransformSpecification(normalisation="log-tpm", gini=(0.05, 1.0), lengths=lengths)
    transform = Transform.fit(simulated_studies[:, :20].copy(), specification)

    def make(kind):
        return Bundle(
            kind=kind, label="tissue", classes=("blood", "brain", "Hülle"), transform=transform,
            model=make_model(kind, len(transform.features), 3), ontology_ids={"brain": "BTO:0000142"},
            training={"samples": 30}, calibration={"temperature": 1.5}, evaluation={"accuracy": 0.9}, licence="CC0-1.0",
        )  # fmt: skip

    return make


@pytest.fixture(scope="module", params=KINDS)
def stored(request, make_bundle, tmp_path_factory):
    """Return a stored bundle as its file, tensors and description."""
    path = tmp_path_factory.mktemp("bundle") / f"{request.param}.safetensors"
    save_bundle(make_bundle(request.param), path)
    length = int.from_bytes(path.read_bytes()[:8], "little")
    description = json.loads(json.loads(path.read_bytes()[8 : 8 + length])["__metadata__"]["srna_tools"])
    return path, load_file(path), description


@pytest.fixture
def refused(tmp_path):
    """Store tensors and a description, and give the sentence with which they are refused."""

    def store_and_load(tensors, description):
        path = tmp_path / "damaged.safetensors"
        text = description if isinstance(description, str) else json.dumps(description)
        save_file(tensors, path, metadata={"srna_tools": text})
        with pytest.raises(BundleError) as caught:
            load_bundle(path)
        assert str(caught.value).startswith(f"{path}: ")
        return str(caught.value).removeprefix(f"{path}: ")

    return store_and_load


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_is_read_back_bit_for_bit(make_bundle, simulated_studies, tmp_path, kind):
    bundle = make_bundle(kind)
    save_bundle(bundle, tmp_path / "b")
    again = load_bundle(tmp_path / "b")
    for name in ("kind", "label", "classes", "ontology_ids", "training", "calibration", "evaluation", "licence"):
        assert getattr(again, name) == getattr(bundle, name)
    assert again.transform.specification == bundle.transform.specification
    before, after = (
        one.model.probabilities(one.transform.apply(simulated_studies).values) for one in (bundle, again)
    )
    np.testing.assert_array_equal(before, after)
    for part in ("model", "transform"):
        stored_arrays, stored_description = getattr(again, part).to_state()
        arrays, description = getattr(bundle, part).to_state()
        assert json.dumps(stored_description) == json.dumps(description)
        assert set(stored_arrays) == set(arrays)
        for name, array in arrays.items():
            assert (stored_arrays[name].dtype, stored_arrays[name].tobytes()) == (array.dtype, array.tobytes())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bundle_gives_the_same_bytes(make_bundle, tmp_path, kind):
    save_bundle(make_bundle(kind), tmp_path / "first")
    save_bundle(load_bundle(tmp_path / "first"), tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_truncated_bundle_is_refused(stored, tmp_path):
    whole, cut = stored[0].read_bytes(), tmp_path / "cut"
    for length in [*range(0, 12), *np.linspace(12, len(whole) - 1, 60).astype(int)]:
        cut.write_bytes(whole[:length])
        with pytest.raises(BundleError, match=f"^{cut}: is not a model bundle, or is truncated"):
            load_bundle(cut)


@given(content=st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_bytes_are_refused(tmp_path, content):
    (tmp_path / "random").write_bytes(content)
    with pytest.raises(BundleError, match="random: is not a model bundle"):
        load_bundle(tmp_path / "random")


def test_damaged_bytes_are_refused_or_leave_a_sound_bundle(stored, tmp_path):
    """Bytes of the header are changed, one or a few at a time: a number of a weight may change, nothing may escape."""
    whole, chance = stored[0].read_bytes(), random.Random(1)
    header = int.from_bytes(whole[:8], "little") + 8
    refused = 0
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            damaged[chance.randrange(header)] = chance.choice(b'0123456789"{}[],:-eaxN \x00\xff')
        (tmp_path / "b").write_bytes(damaged)
        try:
            load_bundle(tmp_path / "b")
        except BundleError:
            refused += 1
    assert refused > 100


def test_files_that_are_no_bundle_are_refused(tmp_path):
    weights = {"weights": np.zeros(3, np.float32)}
    save_file(weights, tmp_path / "other")
    with pytest.raises(BundleError, match=r"other: is a safetensors file, but not a bundle of srna-tools"):
        load_bundle(tmp_path / "other")
    save_file(weights, tmp_path / "pytorch", metadata={"format": "pt"})
    with pytest.raises(BundleError, match=r"pytorch: is a safetensors file, but not a bundle"):
        load_bundle(tmp_path / "pytorch")
    with pytest.raises(BundleError, match="nothing: does not exist"):
        load_bundle(tmp_path / "nothing")
    with pytest.raises(BundleError, match="does not exist"):
        load_bundle(tmp_path)


@pytest.mark.parametrize("dtype", ["BF16", "F8_E4M3", "C64", "F4", "XX"])
def test_number_types_that_numpy_lacks_are_refused(tmp_path, dtype):
    header = json.dumps({"model.x": {"dtype": dtype, "shape": [4], "data_offsets": [0, 8]}}).encode()
    (tmp_path / "odd").write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    with pytest.raises(BundleError, match=r"odd: "):
        load_bundle(tmp_path / "odd")


@pytest.mark.parametrize("text", ["", "{", "null", "[]", "3", '"text"', "[" * 100_000, "{}", "1" * 5000])
def test_a_description_that_is_not_one_is_refused(refused, text):
    assert "description" in refused({"x": np.zeros(1)}, text) or text == "{}"


def test_another_schema_version_is_named(stored, refused):
    _, tensors, description = stored
    sentence = refused(tensors, description | {"schema_version": 2, "package_version": "9.1.0"})
    assert sentence.startswith("has bundle schema version 2, but srna-tools")
    assert sentence.endswith("install the version that wrote it (9.1.0)")


def test_a_missing_entry_is_refused(stored, refused):
    _, tensors, description = stored
    for name in description:
        refused(tensors, {key: value for key, value in description.items() if key != name})
    for part in ("transform", "model"):
        for name in set(description[part]) - {"activation", "trees"}:
            shortened = {key: value for key, value in description[part].items() if key != name}
            refused(tensors, description | {part: shortened})


def test_a_missing_tensor_is_refused(stored, refused):
    _, tensors, description = stored
    for name in tensors:
        refused({key: array for key, array in tensors.items() if key != name}, description)


def test_other_features_than_those_of_the_training_are_refused(stored, refused):
    _, tensors, description = stored
    features = list(description["transform"]["features"])
    features[0], features[1] = features[1], features[0]
    swapped = description | {"transform": description["transform"] | {"features": features}}
    assert "checksum differs" in refused(tensors, swapped)
    repeated = [features[1], *features[1:]]
    again = {"transform": description["transform"] | {"features": repeated}}
    assert "repeated" in refused(tensors, description | again | {"features_sha256": features_sha256(tuple(repeated))})


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        (["a", "b"], "names 2 classes, but its model has 3 outputs"),
        (["a", "b", "c", "d"], "names 4 classes"),
        (["a", "b", "a"], "names one twice"),
        ([], "names 0 classes"),
        (["a", "b", 3], "must hold text"),
    ],
)
def test_classes_that_do_not_fit_are_refused(stored, refused, classes, sentence):
    _, tensors, description = stored
    entries = [{"name": name, "ontology_id": ""} for name in classes]
    assert sentence in refused(tensors, description | {"classes": entries})


def test_a_model_of_other_inputs_than_its_transform_is_refused(make_bundle):
    bundle = make_bundle("mlp")
    with pytest.raises(BundleError, match=r"its transform gives \d+ features, its model takes 5"):
        Bundle("mlp", "tissue", bundle.classes, make_model("mlp", 5, 3), bundle.transform)


@pytest.mark.parametrize(
    ("entry", "value", "sentence"),
    [
        (("kind",), "boosting", "unknown kind 'boosting'"),
        (("kind",), ["mlp"], "must hold text"),
        (("label",), 3, "must hold text"),
        (("training",), [], "must hold named values"),
        (("transform", "species"), 0, "not all text"),
        (("transform", "types"), ["miRNA"], "do not fit"),
        (("transform", "library_types"), ["snoRNA"], "feature types"),
        (("transform", "specification", "normalisation"), "exec", "normalisation is 'exec'"),
        (("transform", "specification", "max_zero_fraction"), "many", "limits must be numbers"),
        (("transform", "specification", "gini"), [0.5], "limits must be numbers"),
        (("transform", "specification", "lengths"), [], "lacks the length"),
        (("transform", "specification", "lengths"), [["hsa-let-7a-5p", 0]], "must be positive"),
        (("transform", "specification", "quantiles"), 3, "unknown settings: quantiles"),
    ],
)
def test_a_wrong_entry_is_refused_in_words(stored, refused, entry, value, sentence):
    _, tensors, description = stored
    changed = json.loads(json.dumps(description))
    place = changed
    for name in entry[:-1]:
        place = place[name]
    place[entry[-1]] = value
    assert sentence in refused(tensors, changed)


@pytest.mark.parametrize("name", ["offset", "width", "low", "high", "median"])
@pytest.mark.parametrize(
    "change",
    [
        lambda array: np.full_like(array, np.nan),
        lambda array: array[:-1],
        lambda array: array[:, None],
        lambda array: array.astype(np.int64),
        lambda array: array.astype(np.float32),
        lambda array: np.array(1.0),
    ],
    ids=["nan", "short", "2-d", "int64", "float32", "0-d"],
)
def test_transform_arrays_that_do_not_fit_are_refused(stored, refused, name, change):
    _, tensors, description = stored
    assert f"'{name}'" in refused(tensors | {f"transform.{name}": change(tensors[f"transform.{name}"])}, description)


@pytest.mark.parametrize(("name", "value"), [("width", 0.0), ("width", -1.0), ("low", 1e9), ("high", -1e9)])
def test_an_impossible_scale_is_refused(stored, refused, name, value):
    _, tensors, description = stored
    changed = tensors[f"transform.{name}"].copy()
    changed[0] = value
    assert "scale" in refused(tensors | {f"transform.{name}": changed}, description)


def places_in(value, path=()):
    """All places of a JSON value, outermost first."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places_in(inner, (*path, key))


def test_any_odd_value_in_the_description_is_refused_or_harmless(stored, simulated_studies, tmp_path):
    """What still loads must also predict: every entry is replaced by odd values, one at a time."""
    _, tensors, description = stored
    chance, harmless = random.Random(2), 0
    for path in random.Random(3).sample(sorted(set(places_in(description)), key=str), 60):
        changed = json.loads(json.dumps(description))
        place = changed
        for name in path[:-1]:
            place = place[name]
        odd = chance.choice(ODD_VALUES)
        if path:
            place[path[-1]] = odd
        else:
            changed = odd
        save_file(tensors, tmp_path / "b", metadata={"srna_tools": json.dumps(changed)})
        harmless += loads_and_predicts(tmp_path / "b", simulated_studies)
    assert harmless < 60


def test_any_odd_tensor_is_refused_or_harmless(stored, simulated_studies, tmp_path):
    _, tensors, description = stored
    generator = np.random.default_rng(4)
    for name, array in tensors.items():
        odd = [array[..., None], array[:-1], array.astype(np.int64), array.astype(np.float16), array > 0, array * 0 - 1]
        odd += [np.array(1, array.dtype), np.zeros((0, *array.shape[1:]), array.dtype)]
        for value in (0, -1, 2**31 - 1, -(2**31)):
            one = array.copy()
            one.flat[generator.integers(one.size)] = value
            odd.append(one)
        if array.dtype.kind == "f":
            odd += [array * np.nan, array * 0 + np.finfo(array.dtype).max, -array * 0 - np.finfo(array.dtype).max]
        for changed in odd:
            save_file(tensors | {name: np.ascontiguousarray(changed)}, tmp_path / "b",
                      metadata={"srna_tools": json.dumps(description)})  # fmt: skip
            loads_and_predicts(tmp_path / "b", simulated_studies)


def loads_and_predicts(path, samples):
    from srna_tools.predict.annotate import annotate
    from srna_tools.predict.status import Thresholds

    try:
        bundle = load_bundle(path)
    except BundleError as error:
        assert str(error).startswith(f"{path}: ")
        return False
    try:
        annotation = annotate(samples[:2], bundle, Thresholds())
    except BundleError:
        return False
    np.testing.assert_allclose(annotation.probabilities.sum(axis=1), 1, atol=1e-2)
    return True


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_can_execute_what_a_file_holds(module):
    """No pickle and its kin, no eval, no reader that unpickles."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = {getattr(node, "module", None) or "", *(alias.name for alias in node.names)}
            assert not {name.split(".")[0] for name in imported} & {"pickle", "dill", "cloudpickle", "marshal", "shelve"}
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            assert name not in {"eval", "exec", "__import__", "read_pickle", "to_pickle", "load_model", "Lambda"}
            assert not any(keyword.arg in {"allow_pickle", "safe_mode"} for keyword in node.keywords)
            owner = getattr(getattr(node.func, "value", None), "id", "")
            assert (owner, name) not in {("joblib", "load"), ("np", "load"), ("torch", "load")}
