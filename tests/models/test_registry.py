"""The table of models."""

from __future__ import annotations

import pytest

from srna_tools.errors import BundleError
from srna_tools.models.registry import MODELS, from_state
from srna_tools.preprocess.specification import EXPRESSED, PUBLISHED, RANKED, SCALED


def test_every_model_has_its_documented_transform():
    assert {name: kind.transform for name, kind in MODELS.items()} == {
        "mlp": PUBLISHED, "random-forest": PUBLISHED, "logistic": RANKED, "discriminant": EXPRESSED,
        "linear": EXPRESSED, "domain-adaptation": SCALED,
    }  # fmt: skip


def test_an_unknown_kind_is_refused():
    with pytest.raises(BundleError, match="unknown kind 'boosting'; a newer version"):
        from_state("boosting", {}, {})
