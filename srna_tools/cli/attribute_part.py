"""What srna-attribute is made of: parts that collect scores in one pass over the samples, and write at its end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

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
    during
        Entered before the pass and left after all parts have written: an output that is written while scores come.
    """

    collectors: tuple[Collector, ...]
    write: Callable[[], list[str]]
    during: AbstractContextManager[Any] = nullcontext()
