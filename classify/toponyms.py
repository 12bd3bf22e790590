"""Mentions of places in a text: names of the gazetteer, names built like places, and words for kinds of places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from classify.assessment import Precision
from classify.names import is_first_name, looks_like_surname
from classify.places import NAMED_KIND, ROADS, Entry, Gazetteer, Kind
from classify.placewords import BEARINGS, CALLED, DIRECTIONS, PARTS, PLACE_PREPOSITIONS
from classify.sentences import Text, Word, word_set

MentionKind = Literal["locality", "outside", "area", "site", "name", "business", "generic"]

# A place's own name may be so many words long (`Mor Kerstins torg`).
MAX_NAME_WORDS = 3
LONGEST_ROAD = 4  # digits of a road's number
NAME_RANK = 5.0
BUSINESS_RANK = 4.0
ENDING_RANK = 3.5
LOOSE_RANK = 1.5
LED_RANK = 2.8
ROAD_RANK = 3.0
# `diket`, `bänken`, `baksidan`: hardly a place that others could find.
VAGUE_LOSS = 2.0
# Texts shorter than this may lack å, ä and ö by chance.
PLAIN_TEXT = 40
# A text with a larger share of words in capitals is shouted: its capitals tell nothing.
SHOUTED = 0.5

# Kinds from this rank on are places by themselves: `nya arenan` is the arena, `nya infarten` is called so.
_WHOLE_RANK = 2
# `den gamla skolan` is any old school, `vid gamla skolan` is called so.
_ARTICLES = word_set("den det de dom")
_STREETS = word_set("vägen gatan backen")
_SIZES = word_set("stora lilla nya")
# After a person's name these are a home, not a place that others know.
_HOMES = word_set("hus gård tomt stuga villa garage ladugård lada stall lokal plats")
_TITLES = word_set("herr fru heter familjen vkt vt väktare ordförande rektor kommissarie inspektör")
# Parts of a named place, not its own kind.
_GROUNDS = ("gård", "plats", "plan", "park", "hus", "väg", "affär")
_GROUNDS_OF = ("gården", "platsen", "planen", "parkeringen", "parken", "området")
# Where these stand before a name, the name alone says where (`hållplatsen Lyckan`).
_DROPPED = ("platsen", "hållplats", "området", "kvarteret")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that a text names.

    Attributes:
        name: proper spelling from the gazetteer, or as written; generic places in lower case.
        first, last: indexes of its words; start, end: characters.
        rank: how exact and how much of a place it is in itself, before the context counts.
    """

    kind: MentionKind
    name: str
    first: int
    last: int
    start: int
    end: int
    rank: float
    precision: Precision
    entry: Entry | None = None


def find_mentions(text: Text, gazetteer: Gazetteer) -> list[Mention]:
    """All mentions of places in order of their position."""
    return list(_Finder(text, gazetteer).run())


def written_plainly(text: str) -> bool:
    """Whether the text was typed without å, ä and ö."""
    return len(text) >= PLAIN_TEXT and not any(sign in text for sign in "åäöÅÄÖ")


def _without_genitive(mention: Mention | None) -> Mention | None:
    return mention and replace(mention, name=mention.name.removesuffix("s"))


class _Finder:
    """One pass over the words; each is looked at once, so the time does not grow with the number of places."""

    def __init__(self, text: Text, gazetteer: Gazetteer) -> None:
        self.text = text
        self.gazetteer = gazetteer
        self.plain = written_plainly(text.text)
        self.kind_of = gazetteer.plain_kind_of if self.plain else gazetteer.kind_of
        self.all_capitals = text.shouted > SHOUTED
        self.no_capitals = all(text.words[index].opens for index in text.capitals)

    def run(self) -> Iterator[Mention]:
        reached = 0
        interesting = self.gazetteer.plain_interesting if self.plain else self.gazetteer.interesting
        for index, word in enumerate(self.text.words):
            if index < reached or not (word.capital or interesting(word.low)):
                continue
            mention = self._at(index)
            if mention is not None:
                yield mention
                reached = mention.last + 1

    def _at(self, index: int) -> Mention | None:
        entry = self.gazetteer.match(self.text.lows, index)
        if entry is not None and (known := self._known(index, entry)):
            return known
        word = self.text.words[index]
        kind = self.kind_of(word.low)
        if kind is not None:
            return self._of_kind(index, word, kind)
        if word.low.endswith("ns") and (kind := self.kind_of(word.low[:-1])) and not self._owns_kind(index):
            return _without_genitive(self._of_kind(index, word, kind))
        found = self._numbered(index) or self._bare(index) or self._opened(index) or self._directed(index)
        return found or (self._capitalised(index, word) if word.capital else None)

    def _owns_kind(self, index: int) -> bool:
        """`Ängsgårdens skola`: the genitive is half a name."""
        after = self.text.low(index + 1)
        bare = self.text.words[index].capital and self.text.gap(index + 1) == " " and self.gazetteer.bare(after)
        return bare and not after.endswith(_GROUNDS)

    # Names of the gazetteer

    def _known(self, index: int, entry: Entry) -> Mention | None:
        last = index + len(entry.words) - 1
        if entry.role in ("locality", "area", "outside"):
            return self._locality(index, last, entry) if self._is_place(index, entry) else None
        if not self.text.words[index].capital and not self.no_capitals:
            return None
        if entry.role == "site":
            return self._mention("site", (index, last), entry.name, NAME_RANK, entry.precision, entry)
        return self._chain(index, last, entry)

    def _chain(self, index: int, last: int, entry: Entry) -> Mention:
        """`Coop`, and with what belongs to its name, `Ica Supermarket`."""
        named = self._next_capital(last) and not self.gazetteer.match(self.text.lows, last + 1)
        if named and not self.text.words[last + 1].opens:
            name = self._slice(index, last + 1)
            return self._mention("business", (index, last + 1), name, BUSINESS_RANK, "point", entry)
        return self._mention("business", (index, last), entry.name, BUSINESS_RANK, "point", entry)

    def _directed(self, index: int) -> Mention | None:
        """`Lilla Ryd`, `Nedre Torp`: a farm or village; `Gamla Hans` would be a person."""
        word = self.text.words[index]
        if word.low not in DIRECTIONS or not word.capital or word.text.isupper():
            return None
        if self.text.low(index + 1) in _STREETS and word.low not in _SIZES and self.text.gap(index + 1) == " ":
            return self._mention("name", (index, index + 1), self._slice(index, index + 1), NAME_RANK, "street")
        if not self._next_capital(index):
            return None
        after = self.text.words[index + 1]
        if is_first_name(after.text) or self.kind_of(after.low) or self.gazetteer.match(self.text.lows, index + 1):
            return None
        if not self._in_place_position(index):
            return None
        return self._mention("name", (index, index + 1), self._slice(index, index + 1), ENDING_RANK, "point")

    def _locality(self, index: int, last: int, entry: Entry) -> Mention:
        after = self.text.low(last + 1).removesuffix("s")
        if after == "centrum" and self.text.gap(last + 1) == " ":
            return self._mention("locality", (index, last + 1), entry.name, 2.5, "area", entry)
        if self._next_capital(last) and self.text.low(last + 1) in self.gazetteer.businesses:
            name = self._slice(index, last + 1)
            return self._mention("name", (index, last + 1), name, NAME_RANK - 1.5, "point", entry)
        if self.gazetteer.bare(after) and self.text.gap(last + 1) == " ":
            name = f"{self._slice(index, last)} {after if after != 'ip' else 'IP'}"
            return self._mention("name", (index, last + 1), name, NAME_RANK - 1.5, "point", entry)
        kind: MentionKind = "outside" if entry.role == "outside" else "area" if entry.role == "area" else "locality"
        return self._mention(kind, (index, last), entry.name, 2.0, entry.precision, entry)

    def _is_place(self, index: int, entry: Entry) -> bool:
        word = self.text.words[index]
        before = self.text.low(index - 1)
        if before in _TITLES or self._names_person(index):
            return False
        if word.capital and not (entry.surname and word.opens and self.text.gap(index + 1) == " "):
            return True
        if before.isdigit():
            return True  # `Tegelgatan 5 skene`
        return not entry.surname or before in PLACE_PREPOSITIONS | {"från", "till", "mot", "av"} or word.capital

    def _follows_person(self, index: int) -> bool:
        before = self.text.words[index - 1]
        initial = len(before.text) == 1 and self.text.text[before.end : before.end + 1] == "."
        return before.capital and (initial or (is_first_name(before.text) and before.low != "max"))

    # Words for kinds of places, and names built from them

    def _names_person(self, index: int) -> bool:
        return index > 0 and self.text.gap(index) == " " and self._follows_person(index)

    def _of_kind(self, index: int, word: Word, kind: Kind) -> Mention | None:
        if word.capital and self._names_person(index):
            return None
        if named := self._kind_and_name(index, kind):
            return named
        if not self._is_name(word, kind):
            return self._generic(index, kind)
        first = index
        while first > 0 and self.text.words[first - 1].capital and self._joins(first):
            first -= 1
        return self._mention("name", (first, index), self._slice(first, index), NAME_RANK, kind.precision)

    def _joins(self, index: int) -> bool:
        return self.text.gap(index) == " " and self.text.low(index - 1) in DIRECTIONS

    def _is_name(self, word: Word, kind: Kind) -> bool:
        if self.all_capitals or (self.no_capitals and not word.capital):
            return kind.compound and not kind.ordinary and kind.precision == "street"
        if not word.capital or (kind.ordinary and (word.opens or not kind.compound)):
            return False
        return not (word.opens and (not kind.compound or kind.rank < NAMED_KIND))

    def _generic(self, index: int, kind: Kind) -> Mention:
        if named := self._adjective_and_kind(index, kind):
            return named
        first = index
        before = self.text.low(index - 1)
        called = before in DIRECTIONS and self.text.low(index - 2) not in _ARTICLES
        called = called and (before != "nya" or kind.rank < _WHOLE_RANK)
        if called and not kind.compound and self.text.gap(index) == " ":
            first -= 1
        name = self._slice(first, index).lower()
        vague = kind.vague and (first == index or before in _SIZES)
        rank = kind.rank - (VAGUE_LOSS if vague else 0.0) + (0.8 if first < index else 0.0)
        return self._mention("generic", (first, index), name, rank, kind.precision)

    def _adjective_and_kind(self, index: int, kind: Kind) -> Mention | None:
        """`Röda bron`, `Vita huset`: an adjective with a capital inside a sentence makes a name."""
        before = self.text.words[index - 1]
        adjective = (
            before.capital and not before.opens and before.low.endswith(("a", "e", "å")) and not before.text.isupper()
        )
        if index == 0 or not adjective or self.text.gap(index) != " " or before.low in DIRECTIONS:
            return None
        if is_first_name(before.text) or self.gazetteer.match(self.text.lows, index - 1):
            return None
        return self._mention("name", (index - 1, index), self._slice(index - 1, index), NAME_RANK, kind.precision)

    def _kind_and_name(self, index: int, kind: Kind) -> Mention | None:
        """`lekparken Solrosen`, `hållplatsen Lyckan`; a street or locality after it is a mention of its own."""
        last = self._name_end(index + 1)
        if last is None or kind.rank < 2 or kind.precision == "street":
            return None
        word = self.text.words[index]
        if self.kind_of(self.text.lows[last]) is not None and (
            word.capital or (word.low.endswith(_GROUNDS_OF) and not word.low.endswith("hållplatsen"))
        ):
            return None  # `skolgården Klockarskolan`, `Kontorshotellet Viskaporten`: the second is the place
        drop = word.low.endswith(_DROPPED)
        name = self._slice(index + 1 if drop else index, last)
        if not drop:
            name = name[0].lower() + name[1:]
        return self._mention("name", (index, last), name, NAME_RANK, kind.precision)

    def _name_end(self, index: int) -> int | None:
        """The last word of a capitalised name that begins here after a single space, or None."""
        words = self.text.words
        if index >= len(words) or self.all_capitals or self.text.gap(index) not in (" ", ' "', " ”", " '"):
            return None
        word = words[index]
        if not word.capital or word.low in self.gazetteer.not_places or self.gazetteer.match(self.text.lows, index):
            return None
        kind = self.kind_of(word.low)
        if (kind is not None and kind.precision == "street") or (
            is_first_name(word.text) and self._next_capital(index)
        ):
            return None
        return index

    def _next_capital(self, index: int) -> bool:
        words = self.text.words
        return index + 1 < len(words) and self.text.gap(index + 1) == " " and words[index + 1].capital

    def _bare(self, index: int) -> Mention | None:
        """`Mor Kerstins torg`, `Stures väg`: an undefined form after a capitalised genitive."""
        if not self.gazetteer.bare(self.text.lows[index]) or self.text.gap(index) != " ":
            return None
        before = self.text.words[index - 1]
        if (
            not before.capital
            or not (before.low.endswith("s") or before.low in DIRECTIONS)
            or before.low in self.gazetteer.not_places
        ):
            return None
        if self.kind_of(before.low[:-1]) is not None and self.text.lows[index].endswith(_GROUNDS):
            return None  # `Tallbackaskolans skolgård`: the school is the place
        if self.text.lows[index] in _HOMES and (
            is_first_name(before.text[:-1]) or looks_like_surname(before.text[:-1])
        ):
            return None
        first = index - 1
        while index - first < MAX_NAME_WORDS and self.text.gap(first) == " " and self._can_open(first - 1):
            first -= 1
        return self._mention("name", (first, index), self._slice(first, index), NAME_RANK, "point")

    def _can_open(self, index: int) -> bool:
        return index >= 0 and self.text.words[index].capital and not self.text.words[index].opens

    def _opened(self, index: int) -> Mention | None:
        """`Pizzeria Skytteln`."""
        word = self.text.words[index]
        if word.low not in self.gazetteer.openers:
            return None
        last = self._name_end(index + 1)
        if last is None:
            return None
        return self._mention("name", (index, last), self._slice(index, last), NAME_RANK, "point")

    def _numbered(self, index: int) -> Mention | None:
        """`väg 41`, `riksväg 41`."""
        after = self.text.low(index + 1)
        if self.text.lows[index] not in ROADS or not after.isdigit() or len(after) > LONGEST_ROAD:
            return None
        return self._mention("name", (index, index + 1), self._slice(index, index + 1), ROAD_RANK, "street")

    # Other capitalised words

    def _capitalised(self, index: int, word: Word) -> Mention | None:
        if word.low in self.gazetteer.not_places or word.low in DIRECTIONS:
            return None
        if self.all_capitals:
            return self._misspelt(index, word) if self.text.low(index - 1) == "i" else None
        if self.text.low(index + 1)[:1].isdigit() and word.low.endswith(self.gazetteer.name_endings):
            return self._mention("name", (index, index), word.text, NAME_RANK, "street")  # `Lövliden 12`
        unnamed = self.text.low(index - 1) in ("i", "från") and not (
            word.low.endswith(("en", "et", "an")) and self._leads_on(index)
        )
        if unnamed or not self._in_place_position(index):
            return self._misspelt(index, word)
        return self._misspelt(index, word) or self._business(index) or self._ending(index, word)

    def _leads_on(self, index: int) -> bool:
        """Whether a locality follows: `vid Rosenlund i Skene`."""
        return self.text.low(index + 1) == "i" and self.gazetteer.match(self.text.lows, index + 2) is not None

    def _in_place_position(self, index: int) -> bool:
        before = self.text.low(index - 1)
        ahead = self.text.low(index - 2)
        led = (
            before in PLACE_PREPOSITIONS
            or (before == "om" and ahead in BEARINGS)
            or (before == "till" and ahead in PARTS)
        )
        return self.text.gap(index) == " " and (led or before in CALLED)

    def _misspelt(self, index: int, word: Word) -> Mention | None:
        entry = self.gazetteer.misspelt(word.low)
        if entry is None or (word.opens and self.text.gap(index + 1) == " ") or not self._is_place(index, entry):
            return None
        return self._mention("locality", (index, index), entry.name, 1.5, "locality", entry)

    def _business(self, index: int) -> Mention | None:
        last = index
        while last - index < MAX_NAME_WORDS - 1 and self._next_capital(last):
            last += 1
        if last > index and self.text.lows[last] in self.gazetteer.businesses:
            return self._mention("business", (index, last), self._slice(index, last), BUSINESS_RANK, "point")
        return None

    def _ending(self, index: int, word: Word) -> Mention | None:
        before = self.text.low(index - 1)
        if is_first_name(word.text) or self._next_capital(index) or (before == "hos" and word.low.endswith("s")):
            return None  # `hos Nybergs` is somebody's home
        if before == "över":
            rank = 0.0  # `bron över Viskan`
        elif before in CALLED:
            rank = NAME_RANK
        elif word.low.endswith(self.gazetteer.name_endings):
            rank = ENDING_RANK
        else:
            rank = LED_RANK if self._leads_on(index) else LOOSE_RANK
        return self._mention("name", (index, index), word.text, rank, "point")

    def _slice(self, first: int, last: int) -> str:
        raw = self.text.text[self.text.words[first].start : self.text.words[last].end]
        name = re.sub(r"\s+|[\"”]", " ", raw).replace("  ", " ").strip()
        return name.title() if name.isupper() and len(name) > 4 else name

    def _mention(
        self,
        kind: MentionKind,
        span: tuple[int, int],
        name: str,
        rank: float,
        precision: Precision,
        entry: Entry | None = None,
    ) -> Mention:
        words = self.text.words
        first, last = span
        return Mention(kind, name, first, last, words[first].start, words[last].end, rank, precision, entry)
