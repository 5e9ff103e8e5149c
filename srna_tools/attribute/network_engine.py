"""Networks explained by DeepLIFT; a network of one layer is linear, and there the scores are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srna_tools.attribute.deeplift import GENOMICS_DEFAULT, contributions
from srna_tools.attribute.deeplift_package import package_contributions
from srna_tools.attribute.engine import BUILT_IN, PACKAGE, reference_in_words
from srna_tools.models.dense_network import DenseNetwork

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class NetworkEngine:
    """DeepLIFT on a dense network.

    Attributes
    ----------
    reference_name
        ``zero`` or ``mean``: which of the two `reference` is.
    engine
        ``built-in`` is ours; ``deeplift`` the package of the method's authors.
    """

    network: DenseNetwork
    reference: np.ndarray
    reference_name: str
    rule: str
    engine: str = BUILT_IN
    threads: int = 1
    block: int = 512

    def scores(self, values: np.ndarray) -> np.ndarray:
        """DeepLIFT scores of the logits, shape (samples, classes, features), float32."""
        weights, reference = self.network.weights, self.reference
        if self.engine == PACKAGE:
            # On one thread, since their number changes TensorFlow's rounding.
            return package_contributions(weights, values, reference, self.rule, block=self.block, threads=1)
        return contributions(weights, values, reference, self.rule, threads=self.threads)

    def outputs(self, values: np.ndarray) -> np.ndarray:
        """Logits, shape (samples, classes)."""
        return self.network.logits(values)

    def start(self) -> np.ndarray:
        """Logits of the reference, shape (classes,)."""
        logits: np.ndarray = self.network.logits(self.reference[None, :])[0]
        return logits

    def facts(self) -> dict[str, str]:
        """Method, engine, rule and reference."""
        return {"method": "deeplift", "engine": self.engine, "rule": self.rule, "reference": self.reference_name}

    def describe(self) -> str:
        """Say how the scores come about, in a line for captions."""
        method = "DeepLIFT by the deeplift package" if self.engine == PACKAGE else "DeepLIFT"
        rule = f"rule {self.rule}"
        if self._is_linear:
            rule += " (exact, as by any rule: weight x (input - reference), since the model is linear)"
        elif self.rule == GENOMICS_DEFAULT:
            rule += " (RevealCancel, as all layers are dense)"
        start = reference_in_words(self.reference_name)
        return f"{method}, {rule}, compared with {start} (reference: {self.reference_name})"

    @property
    def _is_linear(self) -> bool:
        return len(self.network.weights) == 1
