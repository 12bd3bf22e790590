"""The words of all terms in all their forms: which of them a word of a text may be.

Inflected, at the end of a compound, without its dots, misspelt: what is met here need not be listed in the rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from rapidfuzz.distance import OSA

from classify.expressions import Word
from classify.lexicon import MAX_WORD, MIN_LAST_PART, PREFIXES, Lexicon
from classify.verbs import is_verb

SHORT_VERB_FORM = 5  # shorter forms of verbs are endings of too many nouns
MIN_MISSPELT = 7  # shorter words have too many neighbours at distance 1
MISSPELT_KEY = 3  # one edit leaves the first or the last letters whole
DOTS = str.maketrans("åäöéü", "aaoeu")
SPELT_OUT = (("aa", "å"), ("ae", "ä"), ("oe", "ö"))


def undotted(text: str) -> str:
    """The text without the dots and rings of å, ä and ö (and é, ü)."""
    return text.translate(DOTS)


TABLES = ("exceptions", "forms", "exact", "prefixes", "bases", "verbs", "plain", "neighbours")


class WordIndex:
    """Words in all their forms; `sight` tells which of them a word of a text may be."""

    def __init__(self, lexicon: Lexicon, exceptions: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self.exceptions = frozenset(exceptions)
        self.forms: dict[str, list[int]] = {}
        self.exact: dict[str, list[int]] = {}
        self.prefixes: dict[str, list[int]] = {}
        self.bases: dict[int, str] = {}
        self.verbs: set[int] = set()

    @classmethod
    def restored(cls, lexicon: Lexicon, tables: Mapping[str, Any]) -> "WordIndex":
        """The index that gave these tables."""
        made = cls(lexicon)
        vars(made).update(tables)
        return made

    def tables(self) -> dict[str, Any]:
        """All that the index knows, in plain values."""
        return {name: getattr(self, name) for name in TABLES}

    def add(self, word_id: int, word: Word, forms: Iterable[str]) -> None:
        """Registers one word under its id, with the forms that count."""
        forms = frozenset(forms)
        self.bases[word_id] = word.text
        if word.mode == "present" or is_verb(word.text, forms):
            self.verbs.add(word_id)
        target = {"exact": self.exact, "prefix": self.prefixes}.get(word.mode, self.forms)
        for form in forms:
            target.setdefault(form, []).append(word_id)

    @cached_property
    def plain(self) -> dict[str, list[int]]:
        """Forms without dots, for texts written without them."""
        found: dict[str, list[int]] = {}
        for form, ids in self.forms.items():
            if (bare := undotted(form)) != form:
                found.setdefault(bare, []).extend(ids)
        return found

    @cached_property
    def neighbours(self) -> dict[str, list[str]]:
        """Long forms by their first and by their last letters: where a misspelling is looked for."""
        found: dict[str, list[str]] = {}
        for form in self.forms:
            if len(form) >= MIN_MISSPELT:
                found.setdefault("^" + form[:MISSPELT_KEY], []).append(form)
                found.setdefault("$" + form[-MISSPELT_KEY:], []).append(form)
        return found

    def sight(self, word: str, *, bare: bool = False) -> tuple[int, ...]:
        """Ids of all words that a lower-case word of a text may be; `bare`: the whole text lacks its dots."""
        if len(word) > MAX_WORD:
            return ()
        found = [*self.exact.get(word, ()), *self._begins(word)]
        stem = word.partition(":")[0] or word  # "epa:n"
        found += self._whole_or_last(stem, self.forms)
        if not found and (bare or not self.lexicon.known(stem)):
            found += self._mended(stem)
        return tuple(dict.fromkeys(found))

    def _begins(self, word: str) -> Iterator[int]:
        if self.prefixes:
            for end in range(3, len(word) + 1):
                yield from self.prefixes.get(word[:end], ())

    def _whole_or_last(self, word: str, forms: Mapping[str, list[int]]) -> list[int]:
        found = list(forms.get(word, ()))
        if word in self.exceptions:
            return found
        for at in range(2, len(word) - MIN_LAST_PART + 1):
            ids = forms.get(word[at:])
            if ids and self.lexicon.first_part(word[:at]):
                found += self._compounds(word, at, ids)
        return found

    def _compounds(self, word: str, at: int, ids: Sequence[int]) -> Iterator[int]:
        """Those of the ids that the word is a compound of: "plankorna" is no cow, "bergaskolan" no toffee."""
        first = word[:at]
        if first in PREFIXES:
            yield from ids
            return
        if len(word) - at <= SHORT_VERB_FORM:  # "rundvandring" does not ring
            ids = [one for one in ids if one not in self.verbs]
        if self.lexicon.known(word):
            yield from (one for one in ids if self.lexicon.known(first + self.bases[one]))
        elif not (first.endswith("s") and self.lexicon.known(word[at - 1 :]) and self.lexicon.first_part(first[:-1])):
            yield from ids

    def _mended(self, word: str) -> list[int]:
        found = self._whole_or_last(undotted(word), self.plain) or self._spelt_out(word)
        return found or self._misspelt(word)

    def _spelt_out(self, word: str) -> list[int]:
        for letters, sign in SPELT_OUT:
            word = word.replace(letters, sign)
        return list(self.forms.get(word, ()))

    def _misspelt(self, word: str) -> list[int]:
        if len(word) < MIN_MISSPELT or not word.isalpha():
            return []
        near = self.neighbours.get("^" + word[:MISSPELT_KEY], []) + self.neighbours.get("$" + word[-MISSPELT_KEY:], [])
        close = (form for form in near if OSA.distance(word, form, score_cutoff=1) <= 1)
        return [word_id for form in close for word_id in self.forms[form]]
