"""Networks explained by DeepLIFT; a network of one layer is linear, and there the scores are exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from srna_tools.attribute.deeplift import contributions
from srna_tools.attribute.engine import ZERO
from srna_tools.models.dense_network import DenseNetwork


@dataclass(frozen=True)
class NetworkEngine:
    """Our DeepLIFT on a dense network.

    Attributes
    ----------
    reference_name
        ``zero`` or ``mean``: which of the two `reference` is.
    """

    network: DenseNetwork
    reference: np.ndarray
    reference_name: str
    rule: str
    threads: int = 1

    def scores(self, values: np.ndarray) -> np.ndarray:
        """DeepLIFT scores of the logits, shape (samples, classes, features), float32."""
        return contributions(self.network.weights, values, self.reference, rule=self.rule, threads=self.threads)

    def outputs(self, values: np.ndarray) -> np.ndarray:
        """Logits, shape (samples, classes)."""
        return self.network.logits(values)

    def start(self) -> np.ndarray:
        """Logits of the reference, shape (classes,)."""
        logits: np.ndarray = self.network.logits(self.reference[None, :])[0]
        return logits

    def facts(self) -> dict[str, str]:
        """Method, rule and reference."""
        return {"method": "deeplift", "rule": self.rule, "reference": self.reference_name}

    def describe(self) -> str:
        """Say how the scores come about, in a line for captions."""
        start = "inputs of zero" if self.reference_name == ZERO else "the average training sample"
        return f"DeepLIFT, rule {self.rule}, compared with {start} (reference: {self.reference_name})"
