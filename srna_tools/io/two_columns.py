"""Two columns without header, name and count: a list of what was seen, or a full table of one sample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from srna_tools.features import feature_type

_NUMBER = re.compile(r"-?\d*\.?\d*")
_ZERO = re.compile(r"0+(?:\.0*)?")


def starts_without_header(first: Sequence[str], other_names: Iterable[str]) -> bool:
    """Whether the first of two columns' lines holds a count, and not the name of a sample that is a number.

    It is a header where it starts with a name that is no RNA's (``id``, ``ID``), while all others are. Words in
    capitals look like gene symbols: they are no name of an RNA where no other line is of a gene.
    """
    number = first[1].strip() if len(first) == 2 else ""  # noqa: PLR2004
    if not any(letter.isdigit() for letter in number) or not _NUMBER.fullmatch(number):
        return False
    kind = feature_type(first[0].strip())
    others = {feature_type(name.strip()) for name in other_names if name.strip()}
    is_header = kind in {"other", "gene"} and bool(others) and others.isdisjoint({kind, "other"})
    return not is_header


def any_zero(counts: Iterable[str]) -> bool:
    """Whether a count is zero: the table then names all features, not only those that were seen."""
    return any(_ZERO.fullmatch(count.strip()) for count in counts)
