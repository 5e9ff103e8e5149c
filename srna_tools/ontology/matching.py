"""Labels matched to ontology terms: by id, name, synonym, and ever looser spelling; never by a guess."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from srna_tools.ontology.spelling import COMPLETIONS, halves, joined, parts, singular, spelling_key, word_key, words
from srna_tools.ontology.terms import Ontology

AMBIGUOUS = "ambiguous"
UNMATCHED = "unmatched"

_NAME, _EXACT, _OTHER = range(3)
_SUGGESTIONS = 3
_SIMILARITY = 0.65

Key = TypeVar("Key", bound=Hashable)
Found = frozenset[str]
_NOTHING: Found = frozenset()


@dataclass(frozen=True)
class Match:
    """What a label was matched to.

    Parameters
    ----------
    term_id
        The term; empty where nothing or more than one term was found.
    how
        ``id``, ``name``, ``synonym``, ``spelling``, ``word order``, ``completed name``, ``compound``,
        ``common ancestor``, ``ambiguous`` or ``unmatched``.
    candidates
        The terms of an ambiguous label.
    """

    term_id: str
    how: str
    candidates: tuple[str, ...] = ()


class Lexicon:
    """All spellings of the terms of an ontology, made once and searched for each label."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._spellings = [
            (spelling, rank, term.id)
            for term in ontology.terms.values()
            for rank, spellings in ((_NAME, (term.name,)), (_EXACT, term.exact_synonyms), (_OTHER, term.other_synonyms))
            for spelling in spellings
        ]
        self._exact = self._index(lambda text: text)
        self._joined = self._index(joined)
        self._singular = self._index(spelling_key)
        self._word_order = self._index(word_key)

    def _index(self, key: Callable[[str], Key]) -> dict[Key, Found]:
        """Terms of each key; a name wins over an exact synonym, and that over any other synonym."""
        best: dict[Key, tuple[int, set[str]]] = {}
        for spelling, rank, term_id in self._spellings:
            known_rank, known = best.setdefault(key(spelling), (rank, set()))
            if rank < known_rank:
                best[key(spelling)] = (rank, {term_id})
            elif rank == known_rank:
                known.add(term_id)
        return {text: frozenset(found) for text, (_, found) in best.items()}

    def match(self, label: str) -> Match:
        """Match one label; the first way that finds anything decides, and two terms are never chosen from.

        Returns
        -------
        Match; ``ambiguous`` with candidates where a spelling belongs to more than one term.
        """
        for how, search in (
            ("id", self._by_id),
            ("name", self._by_name),
            ("synonym", lambda text: self._exact.get(text, _NOTHING)),
            ("spelling", self._by_spelling),
            ("word order", self._by_word_order),
            ("completed name", self._by_completed_name),
            ("compound", self._by_compound),
            ("common ancestor", self._by_common_ancestor),
        ):
            found = search(label.strip())
            if len(found) == 1:
                return Match(next(iter(found)), how)
            if found:
                return Match("", AMBIGUOUS, tuple(sorted(found)))
        return Match("", UNMATCHED)

    def _by_id(self, label: str) -> Found:
        term_id = self.ontology.replaced.get(label, label)
        return frozenset({term_id}) if term_id in self.ontology.terms else _NOTHING

    def _by_name(self, label: str) -> Found:
        found = self._exact.get(label, _NOTHING)
        return found if any(self.ontology.name(term_id) == label for term_id in found) else _NOTHING

    def _by_spelling(self, label: str) -> Found:
        if not joined(label):
            return _NOTHING
        return self._joined.get(joined(label)) or self._singular.get(spelling_key(label)) or _NOTHING

    def _by_word_order(self, label: str) -> Found:
        return self._word_order.get(word_key(label), _NOTHING) if len(words(label)) > 1 else _NOTHING

    def _by_completed_name(self, label: str) -> Found:
        for noun in COMPLETIONS:
            completed = f"{label} {noun}"
            found = self._by_spelling(completed) or self._by_word_order(completed)
            if found:
                return found
        return _NOTHING

    def _by_compound(self, label: str) -> Found:
        """Two run-together terms of which one lies below the other mean the lower: skin + dermis is dermis."""
        found: set[str] = set()
        for first, second in halves(label):
            for one in self._by_spelling(first):
                for other in self._by_spelling(second):
                    lowest = self.ontology.most_specific((one, other))
                    found.update(lowest if one != other and len(lowest) == 1 else ())
        return frozenset(self.ontology.most_specific(found))

    def _by_common_ancestor(self, label: str) -> Found:
        """Several tissues in one label mean what they are all part of: ``rpe/choroid`` is from the eye."""
        named = parts(label)
        if len(named) == 1:
            return _NOTHING
        above: set[str] | None = None
        for part in named:
            terms = self._by_spelling(part) or self._by_completed_name(part)
            reached = {ancestor for term in terms for ancestor in self.ontology.ancestors(term)}
            above = reached if above is None else above & reached
        lowest = self.ontology.most_specific(above or ())
        return frozenset(term for term in lowest if not self.ontology.too_general(term))

    @cached_property
    def _entries(self) -> list[tuple[str, frozenset[str], str]]:
        """Run-together spelling, word stems and term of every spelling: what similarity is measured on."""
        return [
            (joined(spelling), frozenset(singular(word) for word in words(spelling)), term_id)
            for spelling, _, term_id in self._spellings
        ]

    def suggestions(self, text: str) -> list[str]:
        """Name the terms whose spelling is most like a text, or made of its words; most similar first."""
        wanted = difflib.SequenceMatcher(None, "", joined(text), autojunk=False)
        stems = frozenset(singular(word) for word in words(text))
        scores: dict[str, float] = {}
        for spelling, own_stems, term_id in self._entries:
            score = max(_letters_alike(wanted, spelling), _words_alike(stems, own_stems))
            if score > max(_SIMILARITY, scores.get(term_id, 0.0)):
                scores[term_id] = score
        ranked = sorted(scores, key=lambda term_id: (-scores[term_id], term_id))
        return [self.ontology.describe(term_id) for term_id in ranked[:_SUGGESTIONS]]


def _letters_alike(wanted: difflib.SequenceMatcher[str], spelling: str) -> float:
    wanted.set_seq1(spelling)
    if wanted.real_quick_ratio() <= _SIMILARITY or wanted.quick_ratio() <= _SIMILARITY:
        return 0.0
    return wanted.ratio()


def _words_alike(stems: frozenset[str], own_stems: frozenset[str]) -> float:
    """Share of the label's words that a term is made of; nothing where the term has words of its own."""
    return _SIMILARITY + (1 - _SIMILARITY) * len(own_stems) / len(stems) if own_stems and own_stems <= stems else 0.0
