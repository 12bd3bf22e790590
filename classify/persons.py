"""Names of persons in Swedish text: pairs, greetings, signatures, introductions; places and companies are exempt."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classify.names import PARTICLES, functions, is_first_name, looks_like_surname
from classify.places import fold
from classify.sentences import Text, word_set

# A signature stands in the last so many lines.
SIGNATURE_LINES = 6
MAX_SIGNATURE = 60
MAX_SIGNATURE_WORDS = 8

_GREETINGS = word_set(
    "hej hejsan hallå tjena tja tjenare tack dag morgon kväll förmiddag eftermiddag bäste bästa kära käre hei"
)
# After these stands a person's name, known or not; after the other titles only a known or surname-like one.
_SERVANTS = word_set(
    "vt vkt väktare polisassistent polisinspektör inspektör kommissarie doktor herr fru fröken heter hette ordningsvakt"
)
_TITLES = _SERVANTS | word_set(
    "väktaren ordningsvakten förman magister kurator kuratorn rektor rektorn läraren handläggare handläggaren "
    "kassören ordförande vaktmästare vaktmästaren bovärd ordföranden kantorn prästen kollegan kollega grannen "
    "familjen systrarna bröderna syster bror frun maken sonen dottern mamma pappa ägaren ägare förskollärare "
    "butikschef sekreteraren"
)
_CLOSING = re.compile(
    r"^\W*(?:(?:med\s+)?(?:mvh|vh|hälsn(?:ingar|ing)?|halsn(?:ingar|ing)?|vänlig(?:a|en|t)?|vanlig(?:a|en)?|bästa|varma|"
    r"glada|hälsar|halsar|hlsn|högaktningsfullt|med\s+vänlig|med\s+högaktning|tack|tacksam|önskar|hej\s?då|kram|för|"
    r"ha\s+det\s+(?:bra|gott)|d[uå]\s+vet|allt\s+gott|trevlig\s+helg|skön\s+sommar|på\s+förhand)[\s.,!:]*"
    r"(?:hälsn(?:ingar|ing)?|halsn(?:ingar|ing)?|på\s+förhand|styrelsen|gruppen|föreningen|från)?|//?|[-–—~*])[\s.,!:]*",
    re.IGNORECASE,
)
# Words that are first names too, and stand with a capital for other reasons.
_COMMON = word_set(
    "max nora maj juni dag my mark love sol storm alla per bo sten tor liv viola rosa saga linda christian hans "
    "min ola vera stella bella star kim eva mira atle jan mars april lucia julia viking frej freja tyra embla "
    "idun loke oden balder sverige norra södra salem eden ester laura diana luna nova victoria viktoria karin "
    "margareta elisabeth lo rose sara vilhelmina dorotea kristina bengtsfors ulrika august valborg"
)
_BRANDS = word_set(
    "volvo saab audi bmw toyota ford opel kia mazda honda nissan skoda škoda seat fiat golf passat polo yamaha "
    "aprilia derbi crescent xiaomi tramadol xanor ab hb kb ek if ik bk ip sk ff iphone samsung dell hitachi hilti "
    "bosch makita"
)
_NOT_SURNAMES = word_set(
    "livs blommor bygg café cafe konditori pizzeria grill bar frukt tobak optik järn mat salong skola torg väg "
    "gata kyrka park station centrum plats gård minne vänner byalag förening hus bageri åkeri el kiosk krog ab hb "
    "kommun polisen polis och i på"
)
_PLACE_ENDINGS = ("gatan", "vägen", "gränd", "stigen", "torget", "skolan", "parken", "badet", "stationen", "allén")
_COMPANY = re.compile(r"\s+(?:AB|HB|KB|Aktiebolag|& Co|Ekonomisk förening|IF|BK|IK|FK|SK|Livs|Bygg|Järn|Blommor)\b")
_GROUP = re.compile(
    r"(?:en|et|na|ning|gruppen|laget|personal|tjänst|service|förening|skola|polis|kommun|enhet|samordnare|centralen|butik|"
    r"team|avdelning|förvaltning|väktarbolag|bevakning|styrelse|kansli|jour|drift|ledning)$",
    re.IGNORECASE,
)
_FAMILY = re.compile(r"[A-ZÅÄÖ][a-zåäöé]+(?:sson|ström|qvist|kvist|gren|lund|ell|elius|berg|feldt|stedt|crantz|hjelm)s")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name at characters `start` to `end`."""

    start: int
    end: int


def find_names(text: Text, known: Iterable[str] = (), *, letter: bool = False) -> list[Name]:
    """Names of persons in the text.

    Args:
        text: any text; offsets are into it.
        known: names that are persons' wherever they stand, such as the reporter's own display name.
        letter: the text is a letter, whose last lines may be a signature.
    """
    finder = _Finder(text)
    found = [*finder.pairs(), *finder.singles(), *_labelled(text.text)]
    signed = list(_signatures(text)) if letter else []
    signers = [text.text[name.start : name.end] for name in signed]
    return _outermost([*found, *signed, *_known_names(text, [*map(_own_name, known), *signers])])


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
        letters = [word for word in text.words if word.text[0].isalpha()]
        self.shouted = bool(letters) and sum(word.text.isupper() for word in letters) > 0.7 * len(letters)

    def pairs(self) -> Iterator[Name]:
        """First name and surname side by side, `M. Persson`, `Peter & Anneli Mossberg`."""
        for index, word in enumerate(self.words):
            if not word.capital:
                continue
            last = self._surname_after(index)
            if last is None or self._is_place_name(last):
                continue
            if self._opens_name(index) or self._sure_surname(index, last):
                yield Name(word.start, self._bare_end(last))

    def _is_place_name(self, last: int) -> bool:
        """`Sten Sturegatan`, `Hjalmar Petris väg`: places named after people."""
        word = self.words[last].low
        after = self.text.low(last + 1) if self.text.gap(last + 1) == " " else ""
        return word.endswith(_PLACE_ENDINGS) or (word.endswith("s") and after in _NOT_SURNAMES - {"och", "i", "på"})

    def _opens_name(self, index: int) -> bool:
        word = self.words[index]
        if len(word.text) <= 2 and word.text.isupper():
            return looks_like_surname(self.words[index + 1].text) and word.low not in _BRANDS
        return is_first_name(word.text)

    def _sure_surname(self, index: int, last: int) -> bool:
        """An unknown first name before a word that can only be a surname, not at a sentence's start."""
        word = self.words[index]
        if word.opens or word.low in _NOT_SURNAMES or len(word.text) < 3:
            return False
        return (
            re.search(r"(?:sson|qvist|kvist|ström|gren|stedt|feldt|crantz|hjelm|ović|vic|zadeh)$", self.words[last].low)
            is not None
        )

    def _surname_after(self, index: int) -> int | None:
        """The index of the last surname that follows a first name here, or None."""
        at = index + 1
        while (
            at < len(self.words)
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
        if not word.capital or word.low in _BRANDS or word.low in _NOT_SURNAMES:
            return False
        return (not word.text.isupper() or self.shouted) and (len(word.text) > 1 or self._ends_line(index))

    def _ends_line(self, index: int) -> bool:
        return self.text.text[self.words[index].end : self.words[index].end + 1] in ("", "\n", ".", ",")

    def _bare_end(self, last: int) -> int:
        return self.words[last].end

    def singles(self) -> Iterator[Name]:
        """One name alone: greeted, introduced, after a title, or a first name in the middle of a sentence."""
        for index, word in enumerate(self.words):
            if word.capital and self._is_single(index):
                yield Name(word.start, word.end)

    def _is_single(self, index: int) -> bool:
        word, before = self.words[index], self.text.low(index - 1)
        spaced = self.text.gap(index) == " "
        known = is_first_name(word.text) or is_first_name(word.text.removesuffix("s"))
        if spaced and before in _TITLES | {"heter", "hette"}:
            return known or before in _SERVANTS or looks_like_surname(word.text)
        if spaced and before in _GREETINGS and self.words[index - 1].opens | (before in ("dag", "morgon", "kväll")):
            return known or (
                self.text.text[word.end : word.end + 1] in ",!\n"
                and not _GROUP.search(word.text)
                and not word.text.isupper()
            )
        if _FAMILY.fullmatch(word.text) and before in ("mot", "hos", "till", "av", "familjen", "från"):
            return True
        return known and spaced and self._mid_sentence(index, before)

    def _mid_sentence(self, index: int, before: str) -> bool:
        word = self.words[index]
        if (
            word.opens
            or self.shouted
            or word.text.isupper()
            or word.low in _COMMON
            or before in ("på", "vid", "i", "vår", "ica")
        ):
            return False
        last = self._surname_after(index)
        if last is not None and self._is_place_name(last):
            return False
        follows_capital = self.words[index - 1].capital and not self.words[index - 1].opens
        company = _COMPANY.match(self.text.text, word.end)
        return (
            not company
            and not (follows_capital and not is_first_name(self.words[index - 1].text))
            and not self._before_company(index)
        )

    def _before_company(self, index: int) -> bool:
        after = self.words[index + 1] if index + 1 < len(self.words) else None
        return after is not None and self.text.gap(index + 1) == " " and after.low in _NOT_SURNAMES - {"och", "i", "på"}


# Signatures and labels

_LABELLED = re.compile(
    r"(?m)^[ \t]*(?:namn|kontaktperson|anmälare|uppgiftslämnare|avsändare|rapportör|vittne)[ \t]*:"
    r"[ \t]*([^\W\d_][^\n,;(<]{1,50})",
    re.IGNORECASE,
)


def _labelled(text: str) -> Iterator[Name]:
    for match in _LABELLED.finditer(text):
        yield Name(match.start(1), match.start(1) + len(match[1].rstrip()))


def _signatures(text: Text) -> Iterator[Name]:
    """Names in the last lines, and wherever a line is a closing phrase with a name."""
    lines = [match for match in re.finditer(r"[^\n]+", text.text) if match.group().strip()]
    for number, line in enumerate(lines):
        late = number >= len(lines) - SIGNATURE_LINES
        closing = _CLOSING.match(line.group())
        signed = number > 0 and _is_closing_alone(lines[number - 1].group())
        if closing or signed or late:
            yield from _in_signature(
                line, closing.end() if closing else 0, sure=bool(closing) or signed, last=number == len(lines) - 1
            )
    yield from _after_inline_closing(text.text)


def _is_closing_alone(line: str) -> bool:
    match = _CLOSING.match(line)
    return match is not None and match.end() >= len(line.strip()) - 1


_INLINE = re.compile(
    r"\b(?:mvh|hälsn(?:ingar|ing)?|halsn(?:ingar|ing)?|hälsar|vänligen|tack|/)\.?,?\s+"
    r"([A-ZÅÄÖ][\wåäö-]+(?: (?:[A-ZÅÄÖ][\w-]+))?)[.\s]*$",
    re.IGNORECASE | re.MULTILINE,
)


def _after_inline_closing(text: str) -> Iterator[Name]:
    for match in _INLINE.finditer(text):
        word = match[1].split()[0]
        if word[0].isupper() and not _GROUP.search(match[1]) and (is_first_name(word) or match[1] != word):
            yield Name(match.start(1), match.end(1))


_SIGNED = re.compile(
    r"\s*((?:[A-ZÅÄÖ]\.?\s?){1,2}(?=[A-ZÅÄÖ][a-zåäö])[\w-]+|"
    r"[^\W\d_][\w'’.-]*(?:\s+(?:von|af|de|al|el)\b)?(?:\s+[A-ZÅÄÖ][\w'’-]*\.?){0,3})"
    r"(?:\s*(?:,|&|och|o|\+|/)\s+([A-ZÅÄÖ][\w'’-]*(?:\s+[A-ZÅÄÖ][\w'’-]*){0,2}))?"
)


def _in_signature(line: re.Match[str], skip: int, *, sure: bool, last: bool) -> Iterator[Name]:
    content = line.group()[skip:]
    if (
        len(content.strip()) > MAX_SIGNATURE
        or len(content.split()) > MAX_SIGNATURE_WORDS
        or content.rstrip().endswith((":", "?"))
    ):
        return
    match = _SIGNED.match(content)
    if match is None or _COMPANY.search(content[: match.end() + 6]):
        return
    rest = content[match.end() :]
    plain = content == content.lower()
    if plain and (sure or last):
        yield from _plain_signature(content, line.start() + skip)
        return
    start = line.start() + skip
    if _is_signer(match[1], rest, sure=sure):
        yield Name(start + match.start(1), start + match.end(1))
    if match[2] and _is_signer(match[2], rest, sure=sure):
        yield Name(start + match.start(2), start + match.end(2))


def _is_signer(name: str, rest: str, *, sure: bool) -> bool:
    words = [word for word in re.split(r"[\s.]+", name) if word]
    if not words or not words[0][0].isupper() or words[0].lower() in _NOT_SURNAMES:
        return False
    tail = rest.strip()
    free = not tail or tail[0] in ",.(/-–|" or tail.split()[0].lower() in ("på", "i", "från", "vid", "för", "hos", "m")
    if is_first_name(words[0]):
        return free or sure
    if len(words) == 1:
        return sure and not tail and not _GROUP.search(name)
    if _GROUP.search(name) and not looks_like_surname(words[-1]):
        return False
    named = looks_like_surname(words[-1]) or len(words[0]) <= 2 or (sure and not tail)
    return free and named and all(word[0].isupper() for word in words)


def _plain_signature(content: str, start: int) -> Iterator[Name]:
    """`/vilgot`, `sara & jonna`, `fredrik ohman`: written without capitals."""
    words = list(re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)*", content))
    if not 1 <= len(words) <= 4 or not is_first_name(words[0].group()):
        return
    joined = re.fullmatch(r"\W*[\w-]+(?:\s+[\w-]+){0,2}\W*", content)
    if joined and len(words) <= 3:
        yield Name(start + words[0].start(), start + words[-1].end())
        return
    for word in words:
        if is_first_name(word.group()):
            yield Name(start + word.start(), start + word.end())


# Names known from elsewhere


def _known_names(text: Text, known: Iterable[str]) -> Iterator[Name]:
    """The parts of names that are known to be persons', in any case and in the genitive."""
    parts = {part.lower() for name in known for part in re.findall(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*", name)}
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


def _in_compound(word: str, start: int, parts: set[str]) -> Iterator[Name]:
    for match in re.finditer(r"[^\W\d_]+", word):
        if match.group().lower() in parts:
            yield Name(start + match.start(), start + match.end())


def is_person(name: str, address: str = "") -> bool:
    """Whether a display name is a person's: `Frej Holmér`, not `Skolvaktmästare Torestorp`.

    Args:
        name: a display name.
        address: its mail address; one that holds the name's last word speaks for a person.
    """
    words = name.split()
    if not words or _COMPANY.search(name):
        return False
    if is_first_name(words[0]):
        return True
    local = address.partition("@")[0].lower()
    plain = [fold(word.lower()) for word in words]
    return len(words) == 2 and plain[1] in local and not _GROUP.search(words[0]) and functions().isdisjoint(plain)
