"""places.yaml: its schema, and the gazetteer built from it; a look-up costs the same however many places there are."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from classify.assessment import Precision
from classify.schema import StrictModel
from classify.yamlfile import Document, parse_yaml, read_text, validated

# So many different words are remembered with what kind of place they name; a year of reports holds fewer.
CACHED_WORDS = 50_000
# Shorter names are one letter from too many other words to be recognised misspelt.
SHORTEST_MISSPELT = 5
# A compound's first part: shorter rests are prefixes of ordinary words (`planen` in `explanen`).
SHORTEST_FIRST_PART = 2
# Kinds from this rank on give names in the undefined form too (`Rydals bystuga`).
NAMED_KIND = 3

# `skogsbilväg`; shorter words are `väg` itself or no road.
SHORTEST_ROAD_WORD = 6
# Words before a road's number.
ROADS = frozenset({"väg", "riksväg", "länsväg", "rv", "lv"})
_FOLD = tuple(zip("åäöéèüÅÄÖÉ", "aaoeeuAAOE", strict=True))


class LocatedName(StrictModel):
    """A named place, WGS 84 degrees."""

    name: str = Field(min_length=2)
    aliases: tuple[str, ...] = ()
    latitude: float | None = Field(default=None, ge=55, le=70)
    longitude: float | None = Field(default=None, ge=10, le=25)


class LocalityEntry(LocatedName):
    """A locality that a report can belong to."""

    kind: str = ""
    surname: bool = False


class AreaEntry(LocatedName):
    """A named part of a locality; `sites` and what lies within `radius` metres of its coordinates belong to it."""

    locality: str
    sites: tuple[str, ...] = ()
    radius: int = Field(default=0, ge=0, le=5000)


class SiteEntry(LocatedName):
    """A named site; its locality holds where the text names none."""

    locality: str | None = None
    precision: Precision = "point"


class KindEntry(StrictModel):
    """Words for one rank of sites; `*vägen` also ends names and compounds."""

    rank: float = Field(ge=0, le=5)
    precision: Precision
    words: tuple[str, ...]


class PlacesFile(StrictModel):
    """The whole of places.yaml."""

    municipality: str = ""
    localities: tuple[LocalityEntry, ...] = ()
    areas: tuple[AreaEntry, ...] = ()
    sites: tuple[SiteEntry, ...] = ()
    outside: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    kinds: tuple[KindEntry, ...] = ()
    names: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    businesses: tuple[str, ...] = ()
    not_places: tuple[str, ...] = ()


def check_places(document: Document) -> None:
    """What the models cannot see: localities that must exist, coordinates that belong together."""
    data = document.data if isinstance(document.data, dict) else {}
    known = [entry.get("name") for entry in _dicts(data.get("localities"))]
    for section in ("localities", "areas", "sites"):
        for at, entry in enumerate(_dicts(data.get(section))):
            _check_entry(document, (section, at), entry, known)


def _dicts(value: object) -> list[dict[str, object]]:
    return [one if isinstance(one, dict) else {} for one in value] if isinstance(value, tuple) else []


def _check_entry(document: Document, path: tuple[str, int], entry: dict[str, object], known: list[object]) -> None:
    if ("latitude" in entry) != ("longitude" in entry):
        document.refuse(path, f"{entry.get('name')}: latitude och longitude hör ihop", "ange båda eller ingen")
    if "radius" in entry and "latitude" not in entry:
        document.refuse(path, f"{entry.get('name')}: radius mäts från områdets mitt", "ange latitude och longitude")
    if path[0] == "localities" and known.index(entry.get("name")) != path[1]:
        document.refuse((*path, "name"), f'orten "{entry.get("name")}" står två gånger', "ta bort den ena")
    lies_in = entry.get("locality")
    if lies_in is not None and lies_in not in known:
        near = difflib.get_close_matches(str(lies_in), [str(name) for name in known], n=1)
        suggestion = f'menade du "{near[0]}"?' if near else "lägg till den under localities"
        document.refuse((*path, "locality"), f'orten "{lies_in}" finns inte under localities', suggestion)


def load_places(path: Path) -> "Gazetteer":
    """Reads and checks places.yaml.

    Raises:
        RuleError: with every mistake and its line.
    """
    document = parse_yaml(str(path), read_text(path))
    check_places(document)
    return Gazetteer(validated(document, PlacesFile))


Role = Literal["locality", "area", "site", "outside", "chain"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the gazetteer.

    Attributes:
        words: the name or alias, split and in lower case, as it stands in a text.
        surname: also a family name or a common word, so a text must say more.
    """

    role: Role
    name: str
    words: tuple[str, ...]
    locality: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: Precision = "locality"
    surname: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """What a word for a site says.

    Attributes:
        ending: the word of places.yaml that it equals or ends in.
        ordinary: a common word (`cykelvägen`, `lekplatsen`), not a name (`Boråsvägen`), where no capital tells.
        compound: it has a first part before the ending.
    """

    ending: str
    rank: float
    precision: Precision
    ordinary: bool
    vague: bool
    compound: bool


def fold(word: str) -> str:
    """The word as a keyboard without Swedish letters writes it: `Fotskäl` gives `Fotskal`."""
    for sign, plain in _FOLD:  # on a whole report a twentieth of what `str.translate` takes
        word = word.replace(sign, plain)
    return word


def deletions(word: str) -> frozenset[str]:
    """The word and all strings that it becomes when one letter is dropped: two words that share one are near."""
    return frozenset((word, *(word[:i] + word[i + 1 :] for i in range(len(word)))))


class Gazetteer:
    """All names and kinds of places.yaml, indexed by word.

    Args:
        places: the checked file.
    """

    def __init__(self, places: PlacesFile) -> None:
        self.municipality = places.municipality
        self.localities = {entry.name: entry for entry in places.localities}
        self.entries = tuple(_entries(places))
        self._first = _by_first_word(self.entries)
        self._near = _near(self.entries)
        self.kind_of: Callable[[str], Kind | None] = lru_cache(CACHED_WORDS)(_KindIndex(places, plain=False).find)
        self.plain_kind_of: Callable[[str], Kind | None] = lru_cache(CACHED_WORDS)(_KindIndex(places, plain=True).find)
        self.interesting: Callable[[str], bool] = lru_cache(CACHED_WORDS)(lambda word: self._says(word, self.kind_of))
        self.plain_interesting: Callable[[str], bool] = lru_cache(CACHED_WORDS)(
            lambda word: self._says(word, self.plain_kind_of)
        )
        self.misspelt: Callable[[str], Entry | None] = lru_cache(CACHED_WORDS)(self._misspelt)
        self.name_endings = tuple(places.names)
        self._bare = frozenset(places.bare)
        self._bare_endings = tuple(sorted(_undefined(places)))
        self.bare: Callable[[str], bool] = lru_cache(CACHED_WORDS)(self._is_bare)
        self.openers = frozenset(places.openers)
        self.businesses = frozenset(places.businesses)
        self.not_places = frozenset(places.not_places)

    def _says(self, word: str, kind_of: Callable[[str], Kind | None]) -> bool:
        """Whether a word in lower case can be, or begin, a place."""
        stem = word.removesuffix("s")
        if (
            word in self._first
            or stem in self._first
            or self.bare(word)
            or self.bare(stem)
            or word in self.openers
            or word in ROADS
        ):
            return True
        return kind_of(word) is not None or (word.endswith("ns") and kind_of(stem) is not None)

    def _is_bare(self, word: str) -> bool:
        """Whether a word in lower case is a kind of place in its undefined form: `skola`, `bystuga`, `gångväg`."""
        long = len(word) >= SHORTEST_ROAD_WORD and word.endswith("väg")
        return long or word in self._bare or word.endswith(self._bare_endings)

    def match(self, words: list[str], at: int) -> Entry | None:
        """The longest name that begins with the word at this index (lower case), its genitive included."""
        options = self._first.get(words[at])
        if options is None and words[at].endswith("s"):
            options = self._first.get(words[at][:-1])
        for entry in options or ():
            if _stands_at(entry.words, words, at):
                return entry
        return None

    def _misspelt(self, word: str) -> Entry | None:
        """The one locality at edit distance 1 from this word (lower case), or None."""
        if len(word) < SHORTEST_MISSPELT:
            return None
        found = {entry.name: entry for key in deletions(word) for entry in self._near.get(key, ())}
        return next(iter(found.values())) if len(found) == 1 else None


def _stands_at(name: tuple[str, ...], words: list[str], at: int) -> bool:
    end = at + len(name)
    if end > len(words):
        return False
    last = words[end - 1]
    return name[:-1] == tuple(words[at : end - 1]) and last in (name[-1], name[-1] + "s")


def _split(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+(?:['’:-][^\W_]+)*", name.lower()))


def _named(entry: LocatedName, model: Entry) -> Iterable[Entry]:
    for name in (entry.name, *entry.aliases):
        yield replace(model, name=entry.name, words=_split(name), latitude=entry.latitude, longitude=entry.longitude)


def _entries(places: PlacesFile) -> Iterable[Entry]:
    for town in places.localities:
        yield from _named(town, Entry("locality", "", (), town.name, surname=town.surname))
    for area in places.areas:
        yield from _named(area, Entry("area", "", (), area.locality, precision="area"))
    for site in places.sites:
        yield from _named(site, Entry("site", "", (), site.locality, precision=site.precision))
    yield from (Entry("outside", name, _split(name)) for name in places.outside)
    yield from (Entry("chain", name, _split(name), precision="point") for name in places.chains)


# Undefined forms shorter than this end too many other words.
SHORTEST_BARE = 4


def _undefined(places: PlacesFile) -> Iterable[str]:
    """Undefined forms of the kinds that also make compounds: `stugan` gives `stuga`, `parken` gives `park`."""
    words = {
        word[1:] for kind in places.kinds if kind.rank >= NAMED_KIND for word in kind.words if word.startswith("*")
    }
    for word in words:
        for ending, left in (("an", "a"), ("on", "o"), ("en", ""), ("det", "de"), ("et", "")):
            form = word.removesuffix(ending) + left
            if word.endswith(ending) and len(form) >= SHORTEST_BARE:
                yield form


def _by_first_word(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    index: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: -len(entry.words)):
        for first in {entry.words[0], fold(entry.words[0])}:
            index.setdefault(first, []).append(_plain(entry) if first != entry.words[0] else entry)
    return index


def _plain(entry: Entry) -> Entry:
    return replace(entry, words=tuple(fold(word) for word in entry.words), surname=False)


def _near(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    index: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.role == "locality" and len(entry.words) == 1 and len(entry.words[0]) >= SHORTEST_MISSPELT:
            for key in deletions(entry.words[0]):
                index.setdefault(key, []).append(entry)
    return index


class _KindIndex:
    """Words for kinds of sites, whole and as endings; `plain` reads text written without å, ä and ö."""

    def __init__(self, places: PlacesFile, *, plain: bool) -> None:
        spell: Callable[[str], str] = fold if plain else str
        self._whole: dict[str, KindEntry] = {}
        self._endings: dict[str, KindEntry] = {}
        for kind in places.kinds:
            for word in kind.words:
                self._whole.setdefault(spell(word.lstrip("*")), kind)
                if word.startswith("*"):
                    self._endings.setdefault(spell(word[1:]), kind)
        self._vague = {spell(word) for word in places.vague}
        self._never = {spell(word) for word in places.never}
        self._ordinary = {spell(part) for part in places.ordinary}
        self._lengths = range(max(map(len, self._endings), default=0), 2, -1)

    def find(self, word: str) -> Kind | None:
        if word in self._never:
            return None
        if (whole := self._whole.get(word)) is not None:
            return Kind(word, whole.rank, whole.precision, ordinary=True, vague=word in self._vague, compound=False)
        for length in self._lengths:
            kind = self._endings.get(word[-length:])
            if kind is not None and (len(word) - length >= SHORTEST_FIRST_PART or word[0] in "åö"):
                ordinary = self._is_ordinary(word[:-length])
                return Kind(word[-length:], kind.rank, kind.precision, ordinary, vague=False, compound=True)
        return None

    def _is_ordinary(self, first: str) -> bool:
        return first in self._ordinary or first.removesuffix("s") in self._ordinary
