"""Terms as written to a term index: each word once, in all its forms, with the expensive part kept in a cache."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from classify import cache
from classify.expressions import Expression, Slot, Word, melted, parse_term
from classify.lexicon import STOP, Hashes, Lexicon, compile_words
from classify.patterns import compile_pattern
from classify.term import Term
from classify.terms import Compiled, Phrase, TermIndex
from classify.words import WordIndex

Forms = dict[str, tuple[str, ...]]


def compile_terms(
    terms: Iterable[Term],
    groups: Mapping[str, Sequence[str]],
    exceptions: Iterable[str] = (),
    cache_dir: Path | None = None,
) -> TermIndex:
    """The index of all terms. `groups` are the word lists that `<name>` stands for.

    Raises:
        TermError: a term or group cannot be read (the rules' loader has checked them before).
    """
    read = [(term, parse_term(term.text, quoted=term.quoted)) for term in terms]
    members = {name: tuple(_members(words)) for name, words in groups.items()}
    wanted = _words(expression for _, expression in read) | {word for group in members.values() for word in group}
    bases = {word.text for word in wanted if word.mode == "word"}
    exempt = {word.lower() for word in exceptions}
    forms, lexicon = compiled_words(bases | exempt, cache_dir)
    never = {form for word in exempt for form in forms[word]}
    return _Builder(forms, WordIndex(lexicon, never), members).build(read)


def _members(words: Iterable[str]) -> Iterator[Word]:
    for text in words:
        expression = parse_term(text)
        for phrase in expression.phrases:
            for slot in phrase:
                yield from slot.words


def _words(expressions: Iterable[Expression]) -> set[Word]:
    return {word for one in expressions for phrase in one.phrases for slot in phrase for word in slot.words}


class _Builder:
    def __init__(self, forms: Forms, index: WordIndex, groups: Mapping[str, tuple[Word, ...]]) -> None:
        self.forms = forms
        self.index = index
        self.groups = groups
        self.ids: dict[tuple[Word, bool], int] = {}

    def build(self, read: Sequence[tuple[Term, Expression]]) -> TermIndex:
        compiled = [one for term, expression in read for one in self._compiled(term, expression)]
        patterns = [(term, compile_pattern(expression.pattern)) for term, expression in read if expression.pattern]
        return TermIndex(self.index, compiled, patterns)

    def _compiled(self, term: Term, expression: Expression) -> Iterator[Compiled]:
        phrases = expression.phrases
        if not phrases:
            return
        alone = len(phrases) == 1 and len(phrases[0]) == 1
        yield Compiled(term, tuple(self._phrase(phrase, alone=alone) for phrase in phrases))
        parts = melted(phrases[0]) if len(phrases) == 1 else None
        if parts:
            yield Compiled(term, (((frozenset({self._melted(*parts)}), 0, False),),))

    def _phrase(self, phrase: tuple[Slot, ...], *, alone: bool) -> Phrase:
        return tuple((self._slot(slot, alone=alone), slot.gap, slot.loose) for slot in phrase)

    def _slot(self, slot: Slot, *, alone: bool) -> frozenset[int]:
        grouped = (word for name in slot.groups for word in self.groups[name])
        return frozenset(self._word(word, alone=alone) for word in (*slot.words, *grouped))

    def _word(self, word: Word, *, alone: bool) -> int:
        # A form that is also a stop word ("var" of "vara") says nothing alone, but belongs in a phrase.
        known = self.ids.get((word, alone))
        if known is None:
            known = self.ids[word, alone] = len(self.ids)
            self.index.add(known, word, self._usable(word, alone=alone))
        return known

    def _usable(self, word: Word, *, alone: bool) -> Iterator[str]:
        forms = self.forms[word.text] if word.mode == "word" else (word.text,)
        return (form for form in forms if form == word.text or not alone or form not in STOP)

    def _melted(self, particle: str, verb: str) -> int:
        word = Word(particle + verb)
        if (word, True) not in self.ids:
            self.ids[word, True] = len(self.ids)
            spellings = {"upp": ("upp",), "ner": ("ner", "ned"), "ned": ("ner", "ned")}.get(particle, (particle,))
            forms = [first + form for first in spellings for form in self.forms[verb]]
            self.index.add(self.ids[word, True], word, forms)
        return self.ids[word, True]


def compiled_words(words: set[str], cache_dir: Path | None) -> tuple[Forms, Lexicon]:
    """Forms and lexicon for these base words, from the cache where it has them under the same hash."""
    folder = cache.entry(cache_dir, "words", json.dumps([version("spacy-lookups-data"), sorted(words)]))
    found = _read_words(folder)
    if found is None:
        found = compile_words(words)
        _keep_words(folder, *found)
    return found


def _read_words(folder: Path) -> tuple[Forms, Lexicon] | None:
    try:
        forms = json.loads((folder / "forms.json").read_text(encoding="utf-8"))
        hashes: Hashes = np.load(folder / "words.npy", allow_pickle=False)
    except (OSError, ValueError):
        return None  # no cache, or one that was cut short: it is made anew
    return {word: tuple(found) for word, found in forms.items()}, Lexicon(hashes)


def _keep_words(folder: Path, forms: Forms, lexicon: Lexicon) -> None:
    def write(built: Path) -> None:
        (built / "forms.json").write_text(json.dumps(forms, ensure_ascii=False), encoding="utf-8")
        np.save(built / "words.npy", lexicon.hashes, allow_pickle=False)

    cache.keep(folder, write)
