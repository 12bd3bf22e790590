"""The shared term index: any component registers terms under a key, every document is searched once for all of them.

The rules are compiled, not the text: each word of each term becomes all its forms, and a word of a document is looked
up once per word type, so the cost of a document hardly grows with the number of terms.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from classify.document import findings
from classify.lexicon import MIN_LAST_PART, STOP
from classify.patterns import Regex
from classify.term import Hit, Term
from classify.words import WordIndex

if TYPE_CHECKING:
    from spacy.tokens import Doc

NEAR_WINDOW = 10  # words between the parts of `a + b`: about a clause and a half
MAX_MEMO = 100_000  # word types remembered: some 40 MB
# A text this long in letters without one å, ä or ö was written on a keyboard that has none (chance below 1 in 1 000).
UNDOTTED_LETTERS = 120
BREAKS = frozenset(".!?;")

Phrase = tuple[tuple[frozenset[int], int], ...]
Pattern = tuple[Term, Regex]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One phrase-or-more term with its slots as sets of word ids; `number` is its place among all terms."""

    term: Term
    phrases: tuple[Phrase, ...]
    number: int = 0

    def as_number(self, number: int) -> "Compiled":
        """The same, numbered, with the phrase of fewest words first: it is looked for first, the rest only near it."""
        return Compiled(self.term, tuple(sorted(self.phrases, key=lambda phrase: len(phrase[0][0]))), number)


@dataclass(frozen=True, slots=True)
class Opening:
    """What one word may begin.

    Attributes:
        single: terms of this one word; phrases: by their next word; longer: by another word that must stand near.
    """

    single: list[Term] = field(default_factory=list)
    phrases: dict[int, list[Compiled]] = field(default_factory=dict)
    longer: dict[int, list[Compiled]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one word type says, worked out once.

    Attributes:
        word: in lower case; words: ids of the words it may be.
        half: it may be half of a compound written apart; ends: it ends a sentence; blank: it is white space.
        opens: what may begin here, for each of its words that begins something.
        asked: those of its words by which longer terms are found.
    """

    word: str = ""
    words: tuple[int, ...] = ()
    half: bool = False
    ends: bool = False
    blank: bool = False
    opens: tuple[Opening, ...] = ()
    asked: tuple[int, ...] = ()


SENTENCE_END = Sighting(ends=True)
BLANK = Sighting(blank=True)


@dataclass(frozen=True, slots=True)
class Look:
    """A document as the index sees it; places count its tokens without white space.

    Attributes:
        seen: what stands at each place; tokens: the token of each place; breaks: places that end sentences;
        asked: the places of each word by which longer terms are found.
    """

    seen: list[Sighting]
    tokens: list[int]
    breaks: list[int]
    asked: dict[int, list[int]]


class TermIndex:
    """All terms of all components, compiled; `search` finds every hit of a document."""

    def __init__(self, words: WordIndex, terms: Sequence[Compiled], patterns: Sequence[Pattern]) -> None:
        self.words = words
        self.patterns = patterns
        self.openings: dict[int, Opening] = {}
        for number, compiled in enumerate(terms):
            self._register(compiled.as_number(number))
        self.asked = frozenset(word_id for opening in self.openings.values() for word_id in opening.longer)
        self.memo: dict[int, Sighting] = {}
        self.bare_memo: dict[int, Sighting] = {}

    def _register(self, compiled: Compiled) -> None:
        slots = [slot for phrase in compiled.phrases for slot in phrase]
        for word_id in slots[0][0]:
            opening = self.openings.setdefault(word_id, Opening())
            if len(slots) == 1:
                opening.single.append(compiled.term)
                continue
            adjacent = len(compiled.phrases) == 1 and slots[1][1] == 0
            target = opening.phrases if adjacent else opening.longer
            for second in slots[1][0]:
                target.setdefault(second, []).append(compiled)

    def search(self, doc: "Doc") -> dict[str, tuple[Hit, ...]]:
        """Every hit in a document by the key of its term, in order of appearance."""
        found: dict[str, list[Hit]] = {}
        for hit in (*_hits(self.look(doc)), *self._pattern_hits(doc)):
            found.setdefault(hit.term.key, []).append(hit)
        return {key: tuple(sorted(hits, key=_start)) for key, hits in found.items()}

    def look(self, doc: "Doc") -> Look:
        """What stands where in a document."""
        look = Look([], [], [], {})
        for at, sighting in enumerate(self._sightings(doc)):
            if not sighting.blank:
                look.seen.append(sighting)
                look.tokens.append(at)
        self._join(look.seen)
        if doc.has_annotation("LEMMA"):
            self._add_lemmas(doc, look)
        for place, sighting in enumerate(look.seen):
            if sighting.ends:
                look.breaks.append(place)
            for word_id in sighting.asked:
                look.asked.setdefault(word_id, []).append(place)
        return look

    def _sightings(self, doc: "Doc") -> Iterator[Sighting]:
        bare = _lacks_dots(findings(doc).text)
        memo = self.bare_memo if bare else self.memo
        for at, orth in enumerate(doc.to_array("LOWER").tolist()):
            sighting = memo.get(orth)
            if sighting is None:
                if len(memo) >= MAX_MEMO:
                    memo.clear()
                sighting = memo[orth] = self._sighting(doc[at].lower_, bare=bare)
            yield sighting

    def _sighting(self, text: str, *, bare: bool) -> Sighting:
        if text.isspace():
            return SENTENCE_END if text.count("\n") > 1 else BLANK
        if text[0] in BREAKS:
            return SENTENCE_END
        return self._saying(text, self.words.sight(text, bare=bare))

    def _saying(self, word: str, ids: tuple[int, ...]) -> Sighting:
        return Sighting(
            word,
            ids,
            half=len(word) >= MIN_LAST_PART and word not in STOP,
            opens=tuple(self.openings[one] for one in ids if one in self.openings),
            asked=tuple(one for one in ids if one in self.asked),
        )

    def _join(self, seen: list[Sighting]) -> None:
        # Split compounds: "buss kur". The first half carries the find.
        forms = self.words.forms
        for at, (first, second) in enumerate(pairwise(seen)):
            if first.half and second.half and (ids := forms.get(first.word + second.word)):
                seen[at] = self._saying(first.word, tuple(dict.fromkeys((*first.words, *ids))))

    def _add_lemmas(self, doc: "Doc", look: Look) -> None:
        # Of a trained pipeline: it knows the base of words that no list has.
        for place, sighting in enumerate(look.seen):
            if not sighting.words and (ids := self.words.sight(doc[look.tokens[place]].lemma_.lower())):
                look.seen[place] = replace(self._saying(sighting.word, ids), ends=sighting.ends)

    def _pattern_hits(self, doc: "Doc") -> Iterator[Hit]:
        for term, pattern in self.patterns:
            for match in pattern.finditer(findings(doc).text):
                start, end = match.span(1)
                span = doc.char_span(start, end, alignment_mode="expand")
                if span is not None:
                    yield Hit(term, span.start, span.end, tuple(range(span.start, span.end)))


def _start(hit: Hit) -> int:
    return hit.start


def _lacks_dots(text: str) -> bool:
    return len(text) >= UNDOTTED_LETTERS and not any(sign in text for sign in "åäöÅÄÖ")


def _hits(look: Look) -> Iterator[Hit]:
    for at, sighting in enumerate(look.seen):
        for opening in sighting.opens:
            token = look.tokens[at]
            for term in opening.single:
                yield Hit(term, token, token + 1, (token,))
            if opening.phrases:
                yield from _phrase_hits(at, opening.phrases, look)
            if opening.longer:
                yield from _longer_hits(at, opening.longer, look)


def _phrase_hits(at: int, phrases: Mapping[int, list[Compiled]], look: Look) -> Iterator[Hit]:
    following = look.seen[at + 1].words if at + 1 < len(look.seen) else ()
    for second in following:
        for compiled in phrases.get(second, ()):
            places = _match_phrase(compiled.phrases[0], at, look.seen, at + NEAR_WINDOW)
            if places:
                yield _hit(compiled.term, places, look)


def _longer_hits(at: int, longer: Mapping[int, list[Compiled]], look: Look) -> Iterator[Hit]:
    low, high = _clause(at, look.breaks)
    possible: dict[int, Compiled] = {}
    for second in look.asked.keys() & longer.keys():
        if any(low <= place <= high for place in look.asked[second]):
            possible.update((compiled.number, compiled) for compiled in longer[second])
    for number in sorted(possible):
        places = _match(possible[number].phrases, at, look.seen, (low, high))
        if places:
            yield _hit(possible[number].term, places, look)


def _hit(term: Term, places: tuple[int, ...], look: Look) -> Hit:
    tokens = tuple(sorted(look.tokens[place] for place in places))
    return Hit(term, tokens[0], tokens[-1] + 1, tokens)


def _clause(at: int, breaks: Sequence[int]) -> tuple[int, int]:
    place = bisect_left(breaks, at)
    start = breaks[place - 1] + 1 if place else 0
    end = breaks[place] if place < len(breaks) else at + NEAR_WINDOW
    return max(start, at - NEAR_WINDOW), min(end, at + NEAR_WINDOW)


def _match(
    phrases: Sequence[Phrase], at: int, seen: Sequence[Sighting], clause: tuple[int, int]
) -> tuple[int, ...] | None:
    low, high = clause
    found = _match_phrase(phrases[0], at, seen, high)
    for phrase in phrases[1:]:
        if found is None:
            return None
        places = (_match_phrase(phrase, start, seen, high) for start in range(low, min(high + 1, len(seen))))
        other = next((place for place in places if place and not set(place) & set(found)), None)
        found = found + other if other else None
    return found


def _match_phrase(slots: Phrase, at: int, seen: Sequence[Sighting], high: int) -> tuple[int, ...] | None:
    if slots[0][0].isdisjoint(seen[at].words):
        return None
    places = [at]
    for ids, gap in slots[1:]:
        reach = range(places[-1] + 1, min(places[-1] + 2 + gap, high + 1, len(seen)))
        place = next((place for place in reach if not ids.isdisjoint(seen[place].words)), None)
        if place is None:
            return None
        places.append(place)
    return tuple(places)
