"""The shared term index: any component registers terms under a key, every document is searched once for all of them.

The rules are compiled, not the text: each word of each term becomes all its forms, and a word of a document is looked
up once per word type, so the cost of a document hardly grows with the number of terms.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from classify.document import findings
from classify.expressions import Word
from classify.lexicon import MAX_WORD, MIN_LAST_PART, PREFIXES, STOP, Lexicon
from classify.patterns import Regex
from classify.term import Hit, Term
from classify.verbs import IRREGULAR

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

NEAR_WINDOW = 10  # words between the parts of `a + b`: about a clause and a half
SHORT_VERB_FORM = 5  # shorter forms of verbs are endings of too many nouns
MIN_MISSPELT = 7  # shorter words have too many neighbours at distance 1
MISSPELT_KEY = 3  # one edit leaves the first or the last letters whole
MAX_MEMO = 100_000  # word types remembered: some 20 MB
# A text this long in letters without one å, ä or ö was written on a keyboard that has none (chance below 1 in 1 000).
UNDOTTED_LETTERS = 120
DOTS = str.maketrans("åäöéü", "aaoeu")
SPELT_OUT = (("aa", "å"), ("ae", "ä"), ("oe", "ö"))
BREAKS = frozenset(".!?;")


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one word type says: ids of the words it may be; whether it ends a sentence; whether it is white space."""

    words: tuple[int, ...] = ()
    ends: bool = False
    blank: bool = False


SENTENCE_END = Sighting(ends=True)
BLANK = Sighting(blank=True)
Phrase = tuple[tuple[frozenset[int], int], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One phrase-or-more term with its slots as sets of word ids."""

    term: Term
    phrases: tuple[Phrase, ...]

    @property
    def rarest_first(self) -> "Compiled":
        """The same with the phrase of fewest words first: it is looked for first, and the rest only near it."""
        return Compiled(self.term, tuple(sorted(self.phrases, key=lambda phrase: len(phrase[0][0]))))


@dataclass(frozen=True, slots=True)
class Look:
    """A document as the index sees it; places count its tokens without white space.

    Attributes:
        seen: ids of known words by place; breaks: places that end sentences; tokens: place to token;
        present: all ids seen.
    """

    seen: dict[int, tuple[int, ...]]
    breaks: list[int]
    tokens: list[int]
    present: set[int]


def undotted(text: str) -> str:
    """The text without the dots and rings of å, ä and ö (and é, ü)."""
    return text.translate(DOTS)


Pattern = tuple[Term, Regex]


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

    def add(self, word_id: int, word: Word, forms: Iterable[str]) -> None:
        """Registers one word under its id, with the forms that count."""
        forms = frozenset(forms)
        self.bases[word_id] = word.text
        if (word.text + "nde" in forms or word.text in IRREGULAR) and word.text[:-1] + "or" not in forms:
            self.verbs.add(word_id)
        target = {"word": self.forms, "exact": self.exact, "prefix": self.prefixes}[word.mode]
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


class TermIndex:
    """All terms of all components, compiled; `search` finds every hit of a document."""

    def __init__(self, words: WordIndex, terms: Sequence[Compiled], patterns: Sequence[Pattern]) -> None:
        self.words = words
        self.patterns = patterns
        self.single: dict[int, list[Term]] = {}
        # First word → next word → phrases.
        self.pairs: dict[int, dict[int, list[Compiled]]] = {}
        # First word → another word → terms: only terms of which both words stand in the document are tried.
        self.heads: dict[int, dict[int, list[Compiled]]] = {}
        for compiled in terms:
            self._register(compiled.rarest_first)
        self.starters = frozenset((*self.single, *self.pairs, *self.heads))
        self.memo: dict[int, Sighting] = {}
        self.bare_memo: dict[int, Sighting] = {}
        self.joined: dict[tuple[int, int], tuple[int, ...]] = {}

    def _register(self, compiled: Compiled) -> None:
        slots = [slot for phrase in compiled.phrases for slot in phrase]
        if len(slots) == 1:
            for word_id in slots[0][0]:
                self.single.setdefault(word_id, []).append(compiled.term)
            return
        adjacent = len(compiled.phrases) == 1 and slots[1][1] == 0
        target = self.pairs if adjacent else self.heads
        for word_id in slots[0][0]:
            seconds = target.setdefault(word_id, {})
            for second in slots[1][0]:
                seconds.setdefault(second, []).append(compiled)

    def search(self, doc: "Doc") -> dict[str, tuple[Hit, ...]]:
        """Every hit in a document by the key of its term, in order of appearance."""
        look = self.look(doc)
        found: dict[str, list[Hit]] = {}
        starts = [(at, one) for at, ids in sorted(look.seen.items()) for one in ids if one in self.starters]
        for at, word_id in starts:
            for hit in self._hits_at(at, word_id, look):
                found.setdefault(hit.term.key, []).append(hit)
        for hit in self._pattern_hits(doc):
            found.setdefault(hit.term.key, []).append(hit)
        return {key: tuple(sorted(hits, key=lambda hit: hit.start)) for key, hits in found.items()}

    def look(self, doc: "Doc") -> Look:
        """What stands where in a document."""
        bare = _lacks_dots(findings(doc).text)
        memo = self.bare_memo if bare else self.memo
        look = Look({}, [], [], set())
        orths: list[int] = []
        for at, orth in enumerate(doc.to_array("LOWER").tolist()):
            sighting = memo.get(orth) or self._remember(doc[at], bare=bare)
            if sighting.words:
                look.seen[len(orths)] = sighting.words
                look.present.update(sighting.words)
            elif sighting.ends:
                look.breaks.append(len(orths))
            elif sighting.blank:
                continue
            orths.append(orth)
            look.tokens.append(at)
        self._join(doc, orths, look)
        if doc.has_annotation("LEMMA"):
            self._add_lemmas(doc, look)
        return look

    def _add_lemmas(self, doc: "Doc", look: Look) -> None:
        # Of a trained pipeline: it knows the base of words that no list has.
        for at, place in enumerate(look.tokens):
            if at not in look.seen and (ids := self.words.sight(doc[place].lemma_.lower())):
                look.seen[at] = ids
                look.present.update(ids)

    def _remember(self, token: "Token", *, bare: bool) -> Sighting:
        memo = self.bare_memo if bare else self.memo
        if len(memo) >= MAX_MEMO:
            memo.clear()
        text = token.lower_
        if text.isspace():
            sighting = SENTENCE_END if text.count("\n") > 1 else BLANK
        elif text[0] in BREAKS:
            sighting = SENTENCE_END
        else:
            sighting = Sighting(self.words.sight(text, bare=bare))
        memo[token.lower] = sighting
        return sighting

    def _join(self, doc: "Doc", orths: Sequence[int], look: Look) -> None:
        # Split compounds: "buss kur". The first half carries the find.
        for at, pair in enumerate(pairwise(orths)):
            ids = self.joined.get(pair)
            if ids is None:
                ids = self._remember_pair(pair, doc[look.tokens[at]].lower_, doc[look.tokens[at + 1]].lower_)
            if ids:
                look.seen[at] = tuple(dict.fromkeys((*look.seen.get(at, ()), *ids)))
                look.present.update(ids)

    def _remember_pair(self, pair: tuple[int, int], first: str, second: str) -> tuple[int, ...]:
        if len(self.joined) >= MAX_MEMO:
            self.joined.clear()
        fits = min(len(first), len(second)) >= MIN_LAST_PART and first not in STOP and second not in STOP
        ids = tuple(self.words.forms.get(first + second, ())) if fits else ()
        self.joined[pair] = ids
        return ids

    def _hits_at(self, at: int, word_id: int, look: Look) -> Iterator[Hit]:
        token = look.tokens[at]
        for term in self.single.get(word_id, ()):
            yield Hit(term, token, token + 1, (token,))
        if nexts := self.pairs.get(word_id):
            following = look.seen.get(at + 1, ())
            yield from self._phrase_hits(at, [one for second in following for one in nexts.get(second, ())], look)
        if seconds := self.heads.get(word_id):
            yield from self._longer_hits(at, seconds, look)

    def _phrase_hits(self, at: int, possible: Sequence[Compiled], look: Look) -> Iterator[Hit]:
        for compiled in possible:
            places = _match_phrase(compiled.phrases[0], at, look.seen, at + NEAR_WINDOW)
            if places:
                yield _hit(compiled.term, places, look)

    def _longer_hits(self, at: int, seconds: Mapping[int, list[Compiled]], look: Look) -> Iterator[Hit]:
        possible = [compiled for second in look.present.intersection(seconds) for compiled in seconds[second]]
        for compiled in {id(one): one for one in possible}.values():
            places = _match(compiled, at, look)
            if places:
                yield _hit(compiled.term, places, look)

    def _pattern_hits(self, doc: "Doc") -> Iterator[Hit]:
        for term, pattern in self.patterns:
            for match in pattern.finditer(findings(doc).text):
                start, end = match.span(1)
                span = doc.char_span(start, end, alignment_mode="expand")
                if span is not None:
                    yield Hit(term, span.start, span.end, tuple(range(span.start, span.end)))


def _lacks_dots(text: str) -> bool:
    return len(text) >= UNDOTTED_LETTERS and not any(sign in text for sign in "åäöÅÄÖ")


def _hit(term: Term, places: tuple[int, ...], look: Look) -> Hit:
    tokens = tuple(sorted(look.tokens[place] for place in places))
    return Hit(term, tokens[0], tokens[-1] + 1, tokens)


def _match(compiled: Compiled, at: int, look: Look) -> tuple[int, ...] | None:
    low, high = _clause(at, look.breaks)
    found = _match_phrase(compiled.phrases[0], at, look.seen, high)
    for phrase in compiled.phrases[1:]:
        if found is None:
            return None
        places = (_match_phrase(phrase, start, look.seen, high) for start in range(low, high + 1))
        other = next((place for place in places if place and not set(place) & set(found)), None)
        found = found + other if other else None
    return found


def _clause(at: int, breaks: Sequence[int]) -> tuple[int, int]:
    place = bisect_left(breaks, at)
    start = breaks[place - 1] + 1 if place else 0
    end = breaks[place] if place < len(breaks) else at + NEAR_WINDOW
    return max(start, at - NEAR_WINDOW), min(end, at + NEAR_WINDOW)


def _match_phrase(slots: Phrase, at: int, seen: Mapping[int, tuple[int, ...]], high: int) -> tuple[int, ...] | None:
    if not slots[0][0].intersection(seen.get(at, ())):
        return None
    places = [at]
    for ids, gap in slots[1:]:
        reach = range(places[-1] + 1, min(places[-1] + 2 + gap, high + 1))
        place = next((place for place in reach if ids.intersection(seen.get(place, ()))), None)
        if place is None:
            return None
        places.append(place)
    return tuple(places)
