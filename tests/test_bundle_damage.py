"""Damaged and hostile bundles: whatever is changed, loading ends with a BundleError or a bundle that can be used."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from srna_tools.bundle import load_bundle
from srna_tools.errors import BundleError
from srna_tools.predict.annotate import annotate
from srna_tools.predict.status import Thresholds

ODD_VALUES = [None, True, -1, 0, 10**30, 0.5, float("nan"), float("inf"), "", "x", [], [[]], {}, {"x": 1}]
LIKELY_BYTES = list(b'0123456789"{}[],:-eaxN \x00\xff')


def test_a_truncated_bundle_is_refused(stored_bundle, tmp_path):
    whole, cut = stored_bundle[0].read_bytes(), tmp_path / "cut"
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


def test_damaged_bytes_are_refused_or_leave_a_sound_bundle(stored_bundle, tmp_path):
    """Bytes of the header are changed, one or a few at a time: a number of a weight may change, nothing may escape."""
    whole, chance = stored_bundle[0].read_bytes(), np.random.default_rng(1)
    header = int.from_bytes(whole[:8], "little") + 8
    refused = 0
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.integers(1, 4)):
            damaged[chance.integers(header)] = chance.choice(LIKELY_BYTES)
        (tmp_path / "b").write_bytes(damaged)
        try:
            loaded(tmp_path / "b")
        except BundleError:
            refused += 1
    assert refused > 100


def places_in(value, path=()):
    """All places of a JSON value, outermost first."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places_in(inner, (*path, key))


def test_any_odd_value_in_the_description_is_refused_or_harmless(stored_bundle, simulated_studies, tmp_path):
    """What still loads must also predict: every entry is replaced by odd values, one at a time."""
    _, tensors, description = stored_bundle
    chance, places, harmless = np.random.default_rng(2), list(places_in(description)), 0
    for path in places:
        changed = json.loads(json.dumps(description))
        place = changed
        for name in path[:-1]:
            place = place[name]
        odd = ODD_VALUES[chance.integers(len(ODD_VALUES))]
        if path:
            place[path[-1]] = odd
        else:
            changed = odd
        save_file(tensors, tmp_path / "b", metadata={"srna_tools": json.dumps(changed)})
        harmless += loads_and_predicts(tmp_path / "b", simulated_studies)
    assert len(places) / 20 < harmless < len(places) / 2


def test_any_odd_tensor_is_refused_or_harmless(stored_bundle, simulated_studies, tmp_path):
    _, tensors, description = stored_bundle
    generator, refused = np.random.default_rng(4), 0
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
            refused += not loads_and_predicts(tmp_path / "b", simulated_studies)
    assert refused >= 7 * len(tensors)  # of each, the seven whose shape or number type is wrong


def loads_and_predicts(path, samples):
    try:
        annotation = annotate(samples[:2], loaded(path), Thresholds())
    except BundleError:
        return False
    if annotation.numeric:
        assert np.isfinite(annotation.table["label"].astype(float)).all()
    else:
        np.testing.assert_allclose(annotation.probabilities.sum(axis=1), 1, atol=1e-2)
    return True


def loaded(path):
    """Load a bundle; an error that does not name the file is none that may be raised."""
    try:
        return load_bundle(path)
    except BundleError as error:
        if str(error).startswith(f"{path}: "):
            raise
        raise AssertionError from error
