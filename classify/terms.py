"""The shared term index: any component registers terms under a key, every document is searched once for all of them.

The rules are compiled, not the text: each word of each term becomes all its forms, and a word of a document is looked
up once per word type, so the cost of a document hardly grows with the number of terms.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from classify.document import findings
from classify.lexicon import MIN_LAST_PART, STOP
from classify.patterns import Regex
from classify.term import Hit, Term
from classify.words import WordIndex

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

NEAR_WINDOW = 10  # words between the parts of `a + b`: about a clause and a half
MAX_MEMO = 100_000  # word types remembered: some 40 MB
# A text this long in letters without one å, ä or ö was written on a keyboard that has none (chance below 1 in 1 000).
UNDOTTED_LETTERS = 120
BREAKS = frozenset(".!?;")
_START = attrgetter("start")
# Swedish puts the subject and such adverbs behind the verb ("blev vi då av med"): a phrase is followed past them.
LIGHT = frozenset(
    {
        *("jag", "du", "han", "hon", "hen", "den", "det", "vi", "ni", "de", "dom", "någon", "nån", "några", "alla"),
        *("nu", "då", "ju", "väl", "nog", "också", "även", "alltid", "ofta", "bara", "redan", "helt", "sedan", "sen"),
        *("faktiskt", "tydligen", "plötsligt", "troligen", "säkert", "kanske", "visst", "åter", "återigen", "rakt"),
        *(
            "direkt",
            "verkligen",
            "dessutom",
            "båda",
            "just",
            "precis",
            "fortfarande",
            "ens",
            "genast",
            "själv",
            "snabbt",
        ),
        *("också", "igen", "numera", "liksom", "typ", "alldeles", "nästan", "mitt", "länge", "nyss", "här", "där"),
    }
)
MAX_LIGHT = 2

Phrase = tuple[tuple[frozenset[int], int, bool], ...]
Pattern = tuple[Term, Regex]


@dataclass(frozen=True, slots=True)
class Compiled:
    """One phrase-or-more term with its slots as sets of word ids."""

    term: Term
    phrases: tuple[Phrase, ...]


def _fewest_first(compiled: Compiled) -> Compiled:
    """The same with the phrase of fewest words first: it is looked for first, the rest only near it."""
    return Compiled(compiled.term, tuple(sorted(compiled.phrases, key=lambda phrase: len(phrase[0][0]))))


@dataclass(slots=True)
class Opening:
    """What one word may begin, as numbers of terms.

    Attributes:
        single: terms of this one word; phrases: by their next word; longer: by another word that must stand near.
        asks: one bit for each of those other words.
    """

    single: list[int] = field(default_factory=list)
    phrases: dict[int, list[int]] = field(default_factory=dict)
    longer: dict[int, list[int]] = field(default_factory=dict)
    asks: int = 0


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one word type says, worked out once.

    Attributes:
        word: in lower case; words: ids of the words it may be.
        half: it may be half of a compound written apart; ends: it ends a sentence; blank: it is white space.
        light: phrases are followed past it.
        opens: what may begin here, for each of its words that begins something.
        asked: those of its words by which longer terms are found; bits: one bit for each of them.
    """

    word: str = ""
    words: tuple[int, ...] = ()
    half: bool = False
    ends: bool = False
    blank: bool = False
    light: bool = False
    opens: tuple[Opening, ...] = ()
    asked: tuple[int, ...] = ()
    bits: int = 0


SENTENCE_END = Sighting(ends=True)
BLANK = Sighting(blank=True)


@dataclass(slots=True)
class Clause:
    """What lies between two ends of sentences.

    Attributes:
        start, end: its places, the one that ends it included.
        asked: the places of each word by which longer terms are found; bits: one bit for each of them.
    """

    start: int
    end: int = -1
    asked: dict[int, list[int]] = field(default_factory=dict)
    bits: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """A document as the index sees it; places count its tokens without white space.

    Attributes:
        terms: all terms, by number.
        seen: what stands at each place; tokens: the token of each place; clauses: its clauses, in order.
    """

    terms: Sequence[Compiled]
    seen: list[Sighting]
    tokens: list[int]
    clauses: list[Clause]


class TermIndex:
    """All terms of all components, compiled; `search` finds every hit of a document."""

    def __init__(self, words: WordIndex, patterns: Sequence[Pattern], terms: Iterable[Compiled] = ()) -> None:
        self.words = words
        self.patterns = patterns
        self.terms = tuple(map(_fewest_first, terms))
        self.openings: dict[int, Opening] = {}
        for number, compiled in enumerate(self.terms):
            self._register(number, compiled)
        self.bits: dict[int, int] = {}  # Of the words by which longer terms are found.
        for opening in self.openings.values():
            opening.asks = sum(self.bits.setdefault(one, 1 << len(self.bits)) for one in opening.longer)
        self.memo: dict[int, Sighting] = {}
        self.bare_memo: dict[int, Sighting] = {}

    @classmethod
    def restored(
        cls, words: WordIndex, patterns: Sequence[Pattern], terms: Sequence[Term], tables: Mapping[str, Any]
    ) -> "TermIndex":
        """The index that gave these tables, of the same terms."""
        made = cls(words, patterns)
        made.terms = tuple(Compiled(terms[number], phrases) for number, phrases in tables["terms"])
        made.openings = {word_id: Opening(*parts) for word_id, parts in tables["openings"].items()}
        made.bits = tables["bits"]
        return made

    def tables(self, terms: Sequence[Term]) -> dict[str, Any]:
        """What was worked out, in plain values; terms by their number among those given."""
        numbers = {id(term): number for number, term in enumerate(terms)}
        return {
            "terms": [(numbers[id(one.term)], one.phrases) for one in self.terms],
            "openings": {
                word_id: (one.single, one.phrases, one.longer, one.asks) for word_id, one in self.openings.items()
            },
            "bits": self.bits,
        }

    def _register(self, number: int, compiled: Compiled) -> None:
        slots = [slot for phrase in compiled.phrases for slot in phrase]
        for word_id in slots[0][0]:
            opening = self.openings.setdefault(word_id, Opening())
            if len(slots) == 1:
                opening.single.append(number)
                continue
            adjacent = len(compiled.phrases) == 1 and slots[1][1] == 0
            target = opening.phrases if adjacent else opening.longer
            for second in slots[1][0]:
                target.setdefault(second, []).append(number)

    def search(self, doc: "Doc") -> dict[str, tuple[Hit, ...]]:
        """Every hit in a document by the key of its term, in order of appearance."""
        hits = [*_hits(self.look(doc)), *self._pattern_hits(doc)]
        hits.sort(key=_START)
        found: dict[str, list[Hit]] = {}
        for hit in hits:
            found.setdefault(hit.term.key, []).append(hit)
        return {key: tuple(own) for key, own in found.items()}

    def look(self, doc: "Doc") -> Look:
        """What stands where in a document."""
        sightings = self._sightings(doc)
        tokens = [at for at, sighting in enumerate(sightings) if not sighting.blank]
        seen = [sightings[at] for at in tokens]
        self._join(seen)
        if doc.has_annotation("LEMMA"):
            self._add_lemmas(doc, seen, tokens)
        return Look(self.terms, seen, tokens, _clauses(seen))

    def _sightings(self, doc: "Doc") -> list[Sighting]:
        bare = _lacks_dots(findings(doc).text)
        memo = self.bare_memo if bare else self.memo
        found = [memo.get(orth) for orth in doc.to_array("LOWER").tolist()]
        return [sighting or self._remember(doc[at], bare=bare) for at, sighting in enumerate(found)]

    def _remember(self, token: "Token", *, bare: bool) -> Sighting:
        memo = self.bare_memo if bare else self.memo
        if len(memo) >= MAX_MEMO:
            memo.clear()
        found = memo[token.lower] = self._sighting(token.lower_, bare=bare)
        return found

    def _sighting(self, text: str, *, bare: bool) -> Sighting:
        if text.isspace():
            return SENTENCE_END if text.count("\n") > 1 else BLANK
        if text[0] in BREAKS:
            return SENTENCE_END
        return self._saying(text, self.words.sight(text, bare=bare))

    def _saying(self, word: str, ids: tuple[int, ...]) -> Sighting:
        asked = tuple(one for one in ids if one in self.bits)
        return Sighting(
            word,
            ids,
            half=len(word) >= MIN_LAST_PART and word not in STOP,
            light=word in LIGHT,
            opens=_merged([self.openings[one] for one in ids if one in self.openings]),
            asked=asked,
            bits=sum(map(self.bits.__getitem__, asked)),
        )

    def _join(self, seen: list[Sighting]) -> None:
        # Split compounds: "buss kur". The first half carries the find.
        forms = self.words.forms
        halves = [at for at, sighting in enumerate(seen) if sighting.half]
        for at, following in pairwise(halves):
            if following == at + 1 and (ids := forms.get(seen[at].word + seen[following].word)):
                seen[at] = self._saying(seen[at].word, tuple(dict.fromkeys((*seen[at].words, *ids))))

    def _add_lemmas(self, doc: "Doc", seen: list[Sighting], tokens: Sequence[int]) -> None:
        # Of a trained pipeline: it knows the base of words that no list has.
        for place, sighting in enumerate(seen):
            if not sighting.words and (ids := self.words.sight(doc[tokens[place]].lemma_.lower())):
                seen[place] = replace(self._saying(sighting.word, ids), ends=sighting.ends)

    def _pattern_hits(self, doc: "Doc") -> Iterator[Hit]:
        for term, pattern in self.patterns:
            for match in pattern.finditer(findings(doc).text):
                start, end = match.span(1)
                span = doc.char_span(start, end, alignment_mode="expand")
                if span is not None:
                    yield Hit(term, span.start, span.end, tuple(range(span.start, span.end)))


def _lacks_dots(text: str) -> bool:
    return len(text) >= UNDOTTED_LETTERS and not any(sign in text for sign in "åäöÅÄÖ")


def _merged(openings: Sequence[Opening]) -> tuple[Opening, ...]:
    """As one, where nothing longer than a word begins."""
    if any(one.phrases or one.longer for one in openings):
        return tuple(openings)
    single = [number for one in openings for number in one.single]
    return (Opening(single),) if single else ()


def _clauses(seen: Sequence[Sighting]) -> list[Clause]:
    clauses = [clause := Clause(0)]
    for place, sighting in enumerate(seen):
        if sighting.bits:
            clause.bits |= sighting.bits
            for word_id in sighting.asked:
                clause.asked.setdefault(word_id, []).append(place)
        if sighting.ends:
            clause.end = place
            clauses.append(clause := Clause(place + 1))
    clause.end = len(seen) - 1
    return clauses


def _hits(look: Look) -> Iterator[Hit]:
    for clause in look.clauses:
        for at in range(clause.start, clause.end + 1):
            if look.seen[at].opens:
                yield from _hits_at(at, clause, look)


def _hits_at(at: int, clause: Clause, look: Look) -> Iterator[Hit]:
    token, seconds = look.tokens[at], _seconds(at, look.seen)
    for opening in look.seen[at].opens:
        for number in opening.single:
            yield Hit(look.terms[number].term, token, token + 1, (token,))
        if not opening.phrases.keys().isdisjoint(seconds):
            yield from _phrase_hits(at, seconds, opening.phrases, look)
        if opening.asks & clause.bits:
            yield from _longer_hits(at, clause, opening.longer, look)


def _seconds(at: int, seen: Sequence[Sighting]) -> Sequence[int]:
    """The words that may be a phrase's second: of the next place, and of the next behind light words."""
    found: tuple[int, ...] = ()
    for sighting in seen[at + 1 : at + 2 + MAX_LIGHT]:
        found += sighting.words
        if not sighting.light:
            break
    return found


def _phrase_hits(at: int, seconds: Iterable[int], phrases: Mapping[int, list[int]], look: Look) -> Iterator[Hit]:
    for second in seconds:
        for number in phrases.get(second, ()):
            compiled = look.terms[number]
            places = _match_phrase(compiled.phrases[0], at, look.seen, at + NEAR_WINDOW)
            if places:
                yield _hit(compiled.term, places, look)


def _longer_hits(at: int, clause: Clause, longer: Mapping[int, list[int]], look: Look) -> Iterator[Hit]:
    low, high = max(clause.start, at - NEAR_WINDOW), min(clause.end, at + NEAR_WINDOW)
    possible: set[int] = set()
    for word_id in clause.asked.keys() & longer.keys():
        if any(low <= place <= high for place in clause.asked[word_id]):
            possible.update(longer[word_id])
    for number in sorted(possible):
        compiled = look.terms[number]
        places = _match(compiled.phrases, at, look.seen, (low, high))
        if places:
            yield _hit(compiled.term, places, look)


def _hit(term: Term, places: Sequence[int], look: Look) -> Hit:
    tokens = tuple(sorted(map(look.tokens.__getitem__, places)))
    return Hit(term, tokens[0], tokens[-1] + 1, tokens)


def _match(phrases: Sequence[Phrase], at: int, seen: Sequence[Sighting], clause: tuple[int, int]) -> list[int]:
    """The places of a term whose first phrase begins here; empty where one of its phrases is not near."""
    found = _match_phrase(phrases[0], at, seen, clause[1])
    for phrase in phrases[1:] if found else ():
        other = _beside(phrase, seen, found, clause)
        if not other:
            return []
        found = found + other
    return found


def _beside(phrase: Phrase, seen: Sequence[Sighting], taken: list[int], clause: tuple[int, int]) -> list[int]:
    """The first places of a phrase in the clause that no other phrase of its term has taken; empty without any."""
    low, high = clause
    first = phrase[0][0]
    for start in range(low, min(high + 1, len(seen))):
        if not first.isdisjoint(seen[start].words):
            places = _match_phrase(phrase, start, seen, high)
            if places and set(places).isdisjoint(taken):
                return places
    return []


def _match_phrase(slots: Phrase, at: int, seen: Sequence[Sighting], high: int) -> list[int]:
    """The places of a phrase whose first word stands here; empty where another does not follow."""
    places = [at]
    for ids, gap, loose in slots[1:]:
        place = _next(ids, places[-1] + 1, seen, (gap, MAX_LIGHT if loose else 0, high))
        if place < 0:
            return []
        places.append(place)
    return places


def _next(ids: frozenset[int], place: int, seen: Sequence[Sighting], reach: tuple[int, int, int]) -> int:
    """Where one of these words stands from here on, past so many words and so many light ones; -1 if nowhere."""
    gap, light, high = reach
    last = min(high, len(seen) - 1)
    while place <= last and ids.isdisjoint(seen[place].words):
        if light and seen[place].light:
            light -= 1
        elif gap:
            gap -= 1
        else:
            return -1
        place += 1
    return place if place <= last else -1
