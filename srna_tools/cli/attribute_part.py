"""What srna-attribute is made of: parts that collect scores in one pass over the samples, and write at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from srna_tools.attribute.engine import Collector


class Part(NamedTuple):
    """One thing to find out about the scores.

    Attributes
    ----------
    collectors
        What takes the scores of all samples; may be none.
    write
        Writes the outputs that were asked for and returns sentences for the user.
    """

    collectors: tuple[Collector, ...]
    write: Callable[[], list[str]]
