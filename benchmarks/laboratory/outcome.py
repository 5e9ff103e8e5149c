"""What an experiment found: text for its section, and figures by name for the sentences and comparisons around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from laboratory.configuration import Published
from laboratory.markdown import NONE, table_of
from srna_tools.errors import SrnaToolsError, listed

_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Outcome:
    """Results of one experiment.

    Attributes
    ----------
    markdown
        Tables and pictures.
    figures
        Numbers as printed, by a name such as ``microRNAome/kfold/mlp/msa``.
    """

    markdown: str
    figures: dict[str, str] = field(default_factory=dict)

    def figure(self, name: str) -> str:
        """Look up a figure.

        Raises
        ------
        SrnaToolsError
            The run did not give it; the sentence names some that it gave.
        """
        if name not in self.figures:
            beginning = name.partition("/")[0]
            near = [known for known in self.figures if known.startswith(beginning)] or list(self.figures)
            raise SrnaToolsError(f"the run gave no figure '{name}'; it gave: {listed(near, 40) or 'none'}")
        return self.figures[name]

    def filled(self, sentence: str) -> str:
        """Put figures in the place of their names in braces."""
        return _BRACES.sub(lambda found: self.figure(found.group(1)), sentence)

    def beside(self, published: Sequence[Published]) -> str:
        """Give the paper's numbers beside ours, as a table; empty where there are none."""
        rows = [{"": one.what, "paper": one.paper, "here": self.figure(one.ours) if one.ours else NONE}
                for one in published]  # fmt: skip
        return table_of(rows)
