"""Names of persons in Swedish text: pairs, greetings, signatures, introductions; places and companies are exempt."""

import re
from collections.abc import Iterable, Iterator

from classify.names import PARTICLES, functions, is_first_name, is_plain_name, looks_like_surname
from classify.places import fold
from classify.sentences import Text, Word, word_set
from classify.signatures import COMPANY, GROUP, NOT_SURNAMES, Name, find_signers

SHOUTED = 0.7
MAX_FIRST_NAMES = 5  # more first names and particles in a row are a list

_GREETINGS = word_set(
    "hej hejsan hallå tjena tja tjenare tack dag morgon kväll förmiddag eftermiddag bäste bästa kära käre hei"
)
# After these stands a person's name, known or not; after the other titles only a known or surname-like one.
_SERVANTS = word_set(
    "vt vkt väktare polisassistent polisinspektör inspektör kommissarie doktor herr fru fröken heter hette "
    "familjen ordningsvakt"
)
_TITLES = _SERVANTS | word_set(
    "polis polisen polismannen väktaren ordningsvakten förman magister kurator kuratorn rektor rektorn läraren "
    "handläggare handläggaren kassören ordförande vaktmästare vaktmästaren bovärd ordföranden kantorn prästen "
    "kollegan kollega grannen familjen systrarna bröderna syster bror frun maken sonen dottern mamma pappa ägaren "
    "ägare förskollärare butikschef sekreteraren"
)
# Words that are first names too, and stand with a capital for other reasons.
_COMMON = word_set(
    "finn salam inga max nora maj juni dag my mark love sol storm alla per bo sten tor liv viola rosa saga han "
    "hans min ola vera stella bella star kim mira atle jan mars april lucia julia viking frej freja tyra embla "
    "idun loke oden balder sverige norra södra salem eden diana luna nova livs lo rose vilhelmina dorotea "
    "bengtsfors august valborg sina mina klara ville tom elva gun göra"
)
# Of these, what a writer may give a capital in the middle of a sentence and mean no person.
_CAPITALISED = word_set(
    "salem max nora maj juni april mars august dag norra södra sverige eden julia lucia valborg livs lo rose "
    "vilhelmina dorotea bengtsfors star alla inga han min per bo my sol storm luna nova vera tor mark kim"
)
_BRANDS = word_set(
    "volvo saab audi bmw toyota ford opel kia mazda honda nissan skoda škoda seat fiat golf passat polo yamaha "
    "aprilia derbi crescent xiaomi tramadol xanor ab hb kb if ik bk ip sk ff iphone samsung dell hitachi hilti "
    "bosch makita mercedes"
)
_PLACE_ENDINGS = ("gatan", "vägen", "gränd", "stigen", "torget", "skolan", "parken", "badet", "stationen", "allén")
_AT_SOMEBODYS = ("mot", "hos", "till", "av", "familjen", "från")
_AT_PLACES = ("på", "vid", "i", "vår", "ica")
_FEASTS = ("tjugondag", "tjugondedag", "tjugondedags", "sankt", "sankta")
_GREETING_END = re.compile(r"[,!\n]|\s+(?:och|igen|o)\s|$")
# Nicknames and names of respect before a name: `lilla Bo`, `gamle Sten`.
_FAMILIAR = word_set("lilla lille gamle stackars")
_FAMILY = re.compile(r"[A-ZÅÄÖ][a-zåäöé]+(?:sson|ström|qvist|kvist|gren|lund|ell|elius|berg|feldt|stedt|crantz|hjelm)s")


def find_names(
    text: Text, known: Iterable[str] = (), places: frozenset[str] = frozenset(), *, letter: bool = False
) -> list[Name]:
    """Names of persons in the text.

    Args:
        text: any text; offsets are into it.
        known: names that are persons' wherever they stand, such as the reporter's own display name.
        places: names of places, in lower case, which are no persons'.
        letter: the text is a letter, whose last lines may be a signature.
    """
    finder = _Finder(text)
    pairs = list(finder.pairs())
    found = [*pairs, *finder.singles(), *finder.uncapitalised(), *_labelled(text.text, places), *_greeted(text.text)]
    signed = list(find_signers(text.text, places)) if letter else []
    told = [text.text[name.start : name.end] for name in (*pairs, *signed)]
    return _outermost([*found, *signed, *_known_names(text, [*map(_own_name, known), *told])])


def _own_name(display_name: str) -> str:
    """The person in a display name: `Gunnel` of `Gunnel i Gullberg`."""
    return re.split(r"[,(]|\s(?:i|på|från|vid|via)\s", display_name, maxsplit=1)[0]


def _outermost(found: list[Name]) -> list[Name]:
    kept: list[Name] = []
    for name in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or name.start >= kept[-1].end:
            kept.append(name)
        elif name.end > kept[-1].end:
            kept[-1] = Name(kept[-1].start, name.end)
    return kept


class _Finder:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.words = text.words
        self.shouted = text.shouted > SHOUTED

    def pairs(self) -> Iterator[Name]:
        """First name and surname side by side, `M. Persson`, `Peter & Anneli Mossberg`."""
        reached = -2
        for index in self.text.capitals:
            word = self.words[index]
            last = self._surname_after(index) if self._may_open(index) else None
            if last is None or self._is_place_name(last):
                continue
            if self._opens_name(index) or self._sure_surname(index, last) or self._goes_on(index, reached):
                reached = last
                yield Name(word.start, self._bare_end(last))

    def _goes_on(self, index: int, reached: int) -> bool:
        """`Maja Stenlund, Issa Warsame`: a pair after a name in a list is a name too."""
        listed = index == reached + 1 and self.text.gap(index) == ", "
        joined = index == reached + 2 and self.text.low(index - 1) in ("och", "samt", "o")
        return (listed or joined) and not self._before_company(index + 1)

    def uncapitalised(self) -> Iterator[Name]:
        """First names in a text whose writer uses no capitals."""
        if any(not self.words[index].opens for index in self.text.capitals):
            return
        for index, word in enumerate(self.words):
            if not word.capital and is_plain_name(word.low) and self.text.low(index - 1) not in _AT_PLACES:
                yield Name(word.start, word.end)

    def _may_open(self, index: int) -> bool:
        """Only an initial is followed by a full stop inside a name (`M. Persson`)."""
        return self.text.gap(index + 1) != ". " or len(self.words[index].text) <= 2

    def _is_place_name(self, last: int) -> bool:
        """`Sten Sturegatan`, `Hjalmar Petris väg`: places named after people."""
        word = self.words[last].low
        after = self.text.low(last + 1) if self.text.gap(last + 1) == " " else ""
        return word.endswith(_PLACE_ENDINGS) or (word.endswith("s") and after in NOT_SURNAMES - {"och", "i", "på"})

    def _opens_name(self, index: int) -> bool:
        word = self.words[index]
        if self.shouted:
            return is_first_name(word.text) and word.low not in _COMMON
        if len(word.text) <= 2 and word.text.isupper() and word.text.isalpha() and word.text != "I":
            return looks_like_surname(self.words[index + 1].text) and word.low not in _BRANDS
        return is_first_name(word.text)

    def _sure_surname(self, index: int, last: int) -> bool:
        """An unknown first name before a word that can only be a surname, not at a sentence's start."""
        word = self.words[index]
        if word.opens or word.low in NOT_SURNAMES or len(word.text) < 3:
            return False
        return (
            re.search(r"(?:sson|qvist|kvist|ström|gren|stedt|feldt|crantz|hjelm|ović|vic|zadeh)$", self.words[last].low)
            is not None
        )

    def _surname_after(self, index: int) -> int | None:
        """The index of the last surname that follows a first name here, or None."""
        at = index + 1
        while (
            at < min(len(self.words), index + MAX_FIRST_NAMES)
            and self._adjacent(at)
            and (is_first_name(self.words[at].text) or self.text.lows[at] in PARTICLES)
        ):
            if not self.words[at].capital and self.text.lows[at] not in PARTICLES:
                break
            at += 1
        if at < len(self.words) and self._adjacent(at) and self._is_surname(at):
            further = at + 1
            if (
                further < len(self.words)
                and self._adjacent(further)
                and self._is_surname(further)
                and looks_like_surname(self.words[further].text)
            ):
                return further
            return at
        return at - 1 if at - 1 > index and self.words[at - 1].capital else None

    def _adjacent(self, index: int) -> bool:
        return self.text.gap(index) in (" ", ". ", " & ")

    def _is_surname(self, index: int) -> bool:
        word = self.words[index]
        if not word.capital or word.low in _BRANDS or word.low in NOT_SURNAMES:
            return False
        if len(word.text) == 1:
            return self._ends_line(index)
        return not word.text.isupper() or self.shouted

    def _ends_line(self, index: int) -> bool:
        return self.text.text[self.words[index].end : self.words[index].end + 1] in ("", "\n", ".", ",")

    def _bare_end(self, last: int) -> int:
        return self.words[last].end

    def singles(self) -> Iterator[Name]:
        """One name alone: greeted, introduced, after a title, or a first name in the middle of a sentence."""
        for index in self.text.capitals:
            if self._is_single(index):
                yield Name(self.words[index].start, self.words[index].end)

    def _is_single(self, index: int) -> bool:
        word, before = self.words[index], self.text.low(index - 1)
        spaced = self.text.gap(index) == " "
        known = is_first_name(word.text) or is_first_name(word.text.removesuffix("s"))
        if spaced and before in _FAMILIAR and known:
            return True
        if spaced and before in _TITLES:
            return known or before in _SERVANTS or looks_like_surname(word.text)
        if spaced and before in _GREETINGS and self.words[index - 1].opens | (before in ("dag", "morgon", "kväll")):
            return known or self._is_greeted(word)
        if _FAMILY.fullmatch(word.text) and not self._before_company(index) and before in _AT_SOMEBODYS:
            return True
        return known and self._in_sentence(index, before)

    def _is_greeted(self, word: Word) -> bool:
        """An unknown word after a greeting, followed by a comma or the line's end."""
        after = _GREETING_END.match(self.text.text, word.end) is not None
        return after and not GROUP.search(word.text) and not word.text.isupper()

    def _in_sentence(self, index: int, before: str) -> bool:
        """Whether a known first name stands where a person would, not a place, a company, or a common word."""
        word = self.words[index]
        if (
            self.shouted
            or word.text.isupper()
            or not {word.low, word.low.removesuffix("s")}.isdisjoint(_COMMON if word.opens else _CAPITALISED)
            or before in _AT_PLACES + _FEASTS
        ):
            return False
        if word.opens:
            return self._begins_sentence(index)
        if self.text.gap(index) not in (" ", ", ", " (") or self._is_before_place(index):
            return False
        follows_capital = self.words[index - 1].capital and not self.words[index - 1].opens
        company = COMPANY.match(self.text.text, word.end) or self._before_company(index)
        return not company and not (follows_capital and not is_first_name(self.words[index - 1].text))

    def _begins_sentence(self, index: int) -> bool:
        """`Kevins pappa ringde`: more words in lower case follow."""
        after = self.words[index + 1] if index + 1 < len(self.words) else None
        return (
            after is not None
            and self.text.gap(index + 1) in (" ", " (", " & ")
            and not (after.capital or self._before_company(index))
        )

    def _is_before_place(self, index: int) -> bool:
        last = self._surname_after(index)
        return last is not None and self._is_place_name(last)

    def _before_company(self, index: int) -> bool:
        after = self.words[index + 1] if index + 1 < len(self.words) else None
        return after is not None and self.text.gap(index + 1) == " " and after.low in NOT_SURNAMES - {"och", "i", "på"}


# Labels, and names known from elsewhere

_GREETED = re.compile(
    r"(?m)^[> \t]*(?:hej|hejsan|hallå|tjena|tack|god\s\w+|bästa|bäste|kära|käre)\b[^\n,.!?]{0,24}?\s"
    r"(?-i:([A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?))(?=\s*[,!.\n]|\s*$)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?m)^[ \t]*(?:namn|kontaktperson|anmälare|uppgiftslämnare|avsändare|rapportör|vittne)[ \t]*:"
    r"[ \t]*([^\W\d_][^\n,;(<]{1,50})",
    re.IGNORECASE,
)
# Any other label, where what follows is a known first name: `Jour: Emelie`, `Kontakt: Lisa Ek`.
_LABEL = re.compile(
    r"(?:(?m:^)|[.,(]\s)[ \t]*[^\W\d_][\w ./-]{1,30}:[ \t]*([A-ZÅÄÖ][\w-]+(?:[ \t]+[A-ZÅÄÖ][\w-]+){0,2})"
    r"[ \t]*(?=[\n,.;()/0-9]|$|\s(?:på|och)\s)",
    re.MULTILINE,
)


# `OV: Hassan, Melin.`
_MORE = re.compile(r"(?:,| och|/)[ \t]*([A-ZÅÄÖ][\w-]+)(?=[,.\n/]|$| och )")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    stop = text.find(". ", at)
    return min(one + 1 for one in (end, stop, len(text)) if one >= 0)


def _greeted(text: str) -> Iterator[Name]:
    """`Hej igen Lotta!`: the last word of a greeting, where it is no group's."""
    for match in _GREETED.finditer(text):
        if is_first_name(match[1]) or not (GROUP.search(match[1]) or match[1].lower() in NOT_SURNAMES):
            yield Name(match.start(1), match.end(1))


def _labelled(text: str, places: frozenset[str]) -> Iterator[Name]:
    if ":" not in text:
        return
    for match in _LABELLED.finditer(text):
        yield Name(match.start(1), match.start(1) + len(match[1].rstrip()))
    for match in _LABEL.finditer(text):
        first, *rest = match[1].lower().split()
        if is_first_name(first) and first not in places and (rest or first not in _COMMON):
            yield Name(match.start(1), match.end(1))
            yield from (Name(*one.span(1)) for one in _MORE.finditer(text, match.end(1), _line_end(text, match.end(1))))


def _known_names(text: Text, known: Iterable[str]) -> Iterator[Name]:
    """The parts of names that are known to be persons', in any case and in the genitive."""
    parts = {part.lower() for name in known for part in _capitalised(re.findall(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*", name))}
    parts |= {fold(part) for part in parts}
    parts -= PARTICLES | _COMMON | {"och", "på", "från"}
    if not parts:
        return
    for word in text.words:
        low = word.low
        if (word.capital or len(low) > 4) and (low in parts or low.removesuffix("s") in parts):
            yield Name(word.start, word.end)
        elif "-" in low and word.capital:
            yield from _in_compound(word.text, word.start, parts)


def _capitalised(parts: list[str]) -> list[str]:
    """`Sara` of `Sara & barnen`; all parts of `anna ek`."""
    return [part for part in parts if part[0].isupper()] or parts


def _in_compound(word: str, start: int, parts: set[str]) -> Iterator[Name]:
    for match in re.finditer(r"[^\W\d_]+", word):
        if match.group().lower() in parts:
            yield Name(start + match.start(), start + match.end())


# `Förskolan Blåsippan`; short words are names (`Gran`).
LONGEST_SURE = 5
_DEFINITE = re.compile(rf"(?:an|{GROUP.pattern[3:]}", re.IGNORECASE)


def is_person(name: str, address: str = "") -> bool:
    """Whether a display name is a person's: `Frej Holmér`, not `Skolvaktmästare Torestorp`.

    Args:
        name: a display name.
        address: its mail address; one that holds the name's last word speaks for a person.
    """
    words = name.split()
    if not words or COMPANY.search(name):
        return False
    if is_first_name(words[0]):
        return True
    local = address.partition("@")[0].lower()
    plain = [fold(word.lower()) for word in words]
    if any(len(word) > LONGEST_SURE and _DEFINITE.search(word) and not looks_like_surname(word) for word in words):
        return False
    if len(words) == 1:
        return local.startswith(f"{plain[0]}.") and functions().isdisjoint(plain)
    return len(words) == 2 and plain[1] in local and not GROUP.search(words[0]) and functions().isdisjoint(plain)
