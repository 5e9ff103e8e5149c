"""Spellings of labels: forms in which two spellings of one tissue are equal."""

from __future__ import annotations

import re

# Nouns that labels leave out: "thyroid" for the thyroid gland, "hela" for the HeLa cell.
COMPLETIONS = ("tissue", "gland", "cell", "cell line")

_SHORTEST_STEM = 3
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTS = re.compile(r"\s*[/,;]\s*|\s+(?:and|[&+])\s+")


def words(text: str) -> tuple[str, ...]:
    """Words in lower case: cut at blanks, punctuation and before capitals (``BrainPrefrontalCortex``)."""
    return tuple(word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", text)))


def joined(text: str) -> str:
    """Letters and digits in lower case, run together: equal whatever the case, blanks and punctuation."""
    return "".join(words(text))


def singular(text: str) -> str:
    """Cut the ending in which simple English and Latin plurals differ: *testes* and *testis* become *test*.

    The result is a key, not a word; words of three letters stay whole.
    """
    stem = text[:-1] if text.endswith("s") and not text.endswith("ss") else text
    stem = stem if len(stem) >= _SHORTEST_STEM else text
    shorter = stem.rstrip("eiuy")
    return shorter if len(shorter) >= _SHORTEST_STEM else stem


def spelling_key(text: str) -> str:
    """Key of a text whatever its case, blanks, punctuation and simple plural."""
    return singular(joined(text))


def word_key(text: str) -> tuple[str, ...]:
    """Key of a text whatever the order of its words as well: *Epithelium Retinal Pigment*."""
    return tuple(sorted(singular(word) for word in words(text)))


def halves(text: str) -> list[tuple[str, str]]:
    """All ways to cut a run-together text in two: ``skindermis`` is *skin* and *dermis*, among others."""
    whole = joined(text)
    return [(whole[:cut], whole[cut:]) for cut in range(_SHORTEST_STEM, len(whole) - _SHORTEST_STEM + 1)]


def parts(text: str) -> list[str]:
    """Cut a label that names several tissues: ``rpe/choroid`` is *rpe* and *choroid*."""
    return [part for part in _PARTS.split(text.strip()) if part]
