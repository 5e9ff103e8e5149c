"""What the model ``auto`` chooses from, in the order in which equals are preferred."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from srna_tools.errors import how_to_install
from srna_tools.evaluate.contender import Contender
from srna_tools.extras import NETWORK_LIBRARIES, is_installed
from srna_tools.models.discriminant import DiscriminantSettings
from srna_tools.models.logistic import LogisticSettings
from srna_tools.models.mlp import MlpSettings
from srna_tools.models.random_forest import ForestSettings
from srna_tools.models.registry import MODELS
from srna_tools.preprocess.specification import EXPRESSED, RANKED, TransformSpecification

if TYPE_CHECKING:
    import anndata

_LOG = logging.getLogger(__name__)
AUTO = "auto"

# The discriminant first: it knows of studies, has no seed, and its probabilities are calibrated by construction. Of
# its inputs log-RPM first: ranks and log-ratios forget how many reads a feature has, which helps where libraries
# differ and costs where they do not. Then models with a notion of studies that learn from samples, then those without;
# the published network is the one here on other inputs, which cost it a tenth of its accuracy on new studies.
_CANDIDATES = (
    Contender("discriminant", "discriminant", DiscriminantSettings(), EXPRESSED),
    Contender("discriminant (rank)", "discriminant", DiscriminantSettings(), RANKED),
    Contender("discriminant (clr)", "discriminant", DiscriminantSettings(), replace(EXPRESSED, normalisation="clr")),
    Contender("logistic (whitened)", "logistic", LogisticSettings(study_effect="whiten"), EXPRESSED),
    Contender("mlp (whitened)", "mlp", MlpSettings(study_effect="whiten"), EXPRESSED),
    Contender("logistic", "logistic", LogisticSettings(), RANKED),
    Contender("random-forest (all samples)", "random-forest", ForestSettings(down_sample=False), EXPRESSED),
)


def automatic(samples: anndata.AnnData, feature_types: tuple[str, ...] = ()) -> Contender:
    """Make the model that chooses anew on each training set.

    A normalisation that srna-normalize recorded holds for all candidates; those that it makes equal stand once.
    Networks are left out where TensorFlow is not installed, which is said.

    Parameters
    ----------
    feature_types
        Kinds of features that all candidates use instead of those that their normalisation names.
    """
    recorded = TransformSpecification.recorded_in(samples)
    candidates = tuple(_different(recorded, feature_types))
    if not is_installed(*NETWORK_LIBRARIES):
        _LOG.warning(
            "TensorFlow is not installed: auto chooses among models that are no networks; %s", how_to_install("train")
        )
        candidates = tuple(one for one in candidates if not MODELS[one.kind].uses_tensorflow)
    return replace(candidates[0], name=AUTO, candidates=candidates)


def _different(recorded: TransformSpecification | None, feature_types: tuple[str, ...]) -> Iterator[Contender]:
    seen = []
    for candidate in _CANDIDATES:
        one = replace(candidate, transform=(recorded or candidate.transform).restricted_to(feature_types))
        facts = one.to_dict()
        if facts not in seen:
            seen.append(facts)
            yield one
