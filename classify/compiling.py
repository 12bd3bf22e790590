"""Terms as written to a term index: each word once, in all its forms, with the expensive part kept in a cache."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from classify import cache
from classify.expressions import Expression, Slot, Word, melted, parse_term
from classify.lexicon import STOP, Hashes, Lexicon, compile_words
from classify.patterns import compile_pattern
from classify.term import Term
from classify.terms import Compiled, Phrase, TermIndex
from classify.verbs import may_be_verb, present_forms
from classify.words import WordIndex

Forms = dict[str, tuple[str, ...]]


def compile_terms(
    terms: Iterable[Term],
    groups: Mapping[str, Sequence[str]],
    exceptions: Iterable[str] = (),
    cache_dir: Path | None = None,
) -> TermIndex:
    """The index of all terms, from the cache where it has it. `groups` are the word lists that `<name>` stands for.

    Raises:
        TermError: a term or group cannot be read (the rules' loader has checked them before).
    """
    named, exempt = tuple(terms), sorted(word.lower() for word in exceptions)
    told = [
        [(term.text, term.quoted) for term in named],
        {name: tuple(words) for name, words in groups.items()},
        exempt,
    ]
    folder = cache.entry(cache_dir, "terms", json.dumps([_lookups(), cache.makers(), told]))
    kept, lexicon = cache.read_tables(folder), _read_lexicon(cache_dir)
    if kept is not None and lexicon is not None:
        patterns = [(named[number], compile_pattern(pattern)) for number, pattern in kept["patterns"]]
        return TermIndex.restored(WordIndex.restored(lexicon, kept["words"]), patterns, named, kept)
    read = [(term, parse_term(term.text, quoted=term.quoted)) for term in named]
    index = _compiled(read, groups, exempt, cache_dir)
    written = [(number, one.pattern) for number, (_, one) in enumerate(read) if one.pattern]
    cache.write_tables(folder, {**index.tables(named), "words": index.words.tables(), "patterns": written})
    return index


def _compiled(
    read: Sequence[tuple[Term, Expression]],
    groups: Mapping[str, Sequence[str]],
    exempt: Sequence[str],
    cache_dir: Path | None,
) -> TermIndex:
    members = {name: tuple(_members(words)) for name, words in groups.items()}
    wanted = _words(expression for _, expression in read) | {word for group in members.values() for word in group}
    bases = {word.text for word in wanted if word.mode == "word"}
    forms, lexicon = compiled_words(bases.union(exempt), cache_dir)
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
        return TermIndex(self.index, patterns, compiled)

    def _compiled(self, term: Term, expression: Expression) -> Iterator[Compiled]:
        phrases = expression.phrases
        if not phrases:
            return
        alone = len(phrases) == 1 and len(phrases[0]) == 1
        yield Compiled(term, tuple(self._phrase(phrase, alone=alone, present=term.present) for phrase in phrases))
        parts = melted(phrases[0]) if len(phrases) == 1 and not term.present else None
        if parts:
            yield Compiled(term, (((frozenset({self._melted(*parts)}), 0, False),),))

    def _phrase(self, phrase: tuple[Slot, ...], *, alone: bool, present: bool) -> Phrase:
        return tuple((self._slot(slot, alone=alone, present=present), slot.gap, slot.loose) for slot in phrase)

    def _slot(self, slot: Slot, *, alone: bool, present: bool) -> frozenset[int]:
        words = (*slot.words, *(word for name in slot.groups for word in self.groups[name]))
        return frozenset(self._word(self._tensed(word) if present else word, alone=alone) for word in words)

    def _tensed(self, word: Word) -> Word:
        verb = word.mode == "word" and may_be_verb(word.text, self.forms[word.text])
        return replace(word, mode="present") if verb else word

    def _word(self, word: Word, *, alone: bool) -> int:
        # A form that is also a stop word ("var" of "vara") says nothing alone, but belongs in a phrase.
        known = self.ids.get((word, alone))
        if known is None:
            known = self.ids[word, alone] = len(self.ids)
            self.index.add(known, word, self._usable(word, alone=alone))
        return known

    def _usable(self, word: Word, *, alone: bool) -> Iterator[str]:
        forms = self._forms(word)
        return (form for form in forms if form == word.text or not alone or form not in STOP)

    def _forms(self, word: Word) -> Iterable[str]:
        if word.mode == "present":
            return present_forms(word.text, self.forms[word.text])
        return self.forms[word.text] if word.mode == "word" else (word.text,)

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
    folder = cache.entry(cache_dir, "words", json.dumps([_lookups(), cache.makers(), sorted(words)]))
    forms, lexicon = cache.read_tables(folder), _read_lexicon(cache_dir)
    if forms is None or lexicon is None:
        forms, lexicon = compile_words(words)
        cache.write_tables(folder, forms)
        _keep_lexicon(lexicon, cache_dir)
    return forms, lexicon


def _lookups() -> str:
    return version("spacy-lookups-data")


def _lexicon_folder(cache_dir: Path | None) -> Path:
    return cache.entry(cache_dir, "lexicon", _lookups())


def _read_lexicon(cache_dir: Path | None) -> Lexicon | None:
    try:
        hashes: Hashes = np.load(_lexicon_folder(cache_dir) / "words.npy", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # no cache, or one that was cut short: it is made anew
    return Lexicon(hashes)


def _keep_lexicon(lexicon: Lexicon, cache_dir: Path | None) -> None:
    cache.keep(
        _lexicon_folder(cache_dir), lambda built: np.save(built / "words.npy", lexicon.hashes, allow_pickle=False)
    )
