"""Personal data in Swedish text: what identifies a private person is found and masked.

`find_personal` reads any text by itself: a report, or what is about to leave the house. It is made to be sure of
what it marks: places, shops, authorities' addresses and opening hours are none.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files

from classify.assessment import PersonalKind, PersonalSpan
from classify.names import functions, is_first_name
from classify.persons import find_names
from classify.places import fold
from classify.sentences import Text

LABELS: dict[PersonalKind, str] = {
    "namn": "[namn]",
    "telefon": "[telefon]",
    "e-post": "[e-post]",
    "personnummer": "[personnummer]",
    "regnr": "[regnr]",
    "adress": "[adress]",
    "ärendenummer": "[ärendenummer]",
    "känslig": "[känslig uppgift]",
}
# Where two kinds overlap the earlier of these holds.
_ORDER: tuple[PersonalKind, ...] = (
    "e-post",
    "ärendenummer",
    "personnummer",
    "telefon",
    "regnr",
    "adress",
    "känslig",
    "namn",
)

_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
NEAR_NAME = 3  # characters between a name and what is written right after it
IDENTITY_DIGITS = 6  # the date of birth stands together
PHONE_DIGITS = 8
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
CASE_DIGITS = re.compile(r"\d{4}")  # in every case number
CASE_NUMBER = re.compile(
    r"\b(?:\d{4}\s?[-–‑]?\s?)?[Kk]\s?\d{4,8}\s?[-–‑/]\s?(?:20)?\d{2}\b|\b0[15]\d{2}-[Kk]\d+(?:-\d{2})?\b|"
    r"\b5\d{3}\s?-\s?[Kk]\d{5,8}\b"
)
_IDENTITY = re.compile(r"(?<![\d-])(?:19|20)?(\d{2})(\d{2})(\d{2})\s?[-+–]?\s?(\d{4})(?![\d-])")
_IDENTITY_WORD = re.compile(
    r"\b(?:personn(?:umme)?r|pers\.?\s?nr|pnr|född|samordningsn(?:umme)?r)\b[^\n]{0,12}$|\bf\.\s?$", re.IGNORECASE
)
_PHONE = re.compile(
    r"(?<![\w.,:/+-])07\d(?:[.]\d{2,3}){3}(?![\d])|"
    r"(?<![\w.,:/+-])(?:\+\d{1,3}|00\d{1,3}|0)\s?(?:\(0\)\s?)?[1-9](?:[\s/()–‑−-]{0,3}\d){5,11}(?![\d:]|[.,]\d|-\d)"
)
# Switchboards and service numbers belong to no person.
_SERVICE_NUMBERS = ("020", "0771", "0770", "0200", "077", "114", "116")
_PLATE = re.compile(r"(?<![\w-])([A-HJ-PR-UW-Z]{3})[ -]?(\d{2}[A-HJ-PR-UW-Z0-9])(?![\w-])", re.IGNORECASE)
_PLATE_WORD = re.compile(
    r"\b(?:reg|regn?r|registr\w*|plåt\w*|skylt\w*|\w*bil(?:en|ar\w*)?|volvo\w*|saab\w*|audi\w*|bmw|golf\w*|passat\w*|"
    r"toyota|"
    r"ford|opel|kia|mercedes\w*|skoda|škoda|mazda|nissan|renault|peugeot|citroën|hyundai|tesla\w*|seat|fiat|honda|"
    r"yamaha|"
    r"mopeder?\w*|moped\w*|moppe\w*|a-traktor\w*|epa\w*|kombi\w*|husvagn\w*|husbil\w*|släp\w*|fordon\w*|motorcyk\w*|mc|"
    r"ägar\w*|parkera\w*|kör\w*|pick-?up\w*|suv\w*|van|skåpet|traktor\w*|buss\w*|taxi\w*|minibuss\w*|transit\w*)\b",
    re.IGNORECASE,
)
_NO_PLATES = frozenset(
    {
        "rum",
        "sal",
        "nej",
        "ral",
        "sek",
        "nok",
        "eur",
        "usd",
        "bus",
        "tpl",
        "bmw",
        "kia",
        "lgh",
        "iso",
        "din",
        "sfs",
        "nja",
        "rör",
        "hus",
        "mat",
        "och",
        "den",
        "kap",
        "ssk",
    }
)
PLATE_CONTEXT = 120
_LOWER_PLATE = re.compile(
    r"\b(?:reg\w*|\w*skylt\w*|plåt\w*|nummer\w*|bil(?:en)?|mopp?ed?\w*)[\s.:(]*(?:(?:är|var|heter|nr)[\s.:]+)?$",
    re.IGNORECASE,
)

_STREET = (
    r"[A-ZÅÄÖ][\wåäöé]*(?:vägen|gatan|gränd|gränden|stigen|backen|allén|torget|plan|leden|stråket|slingan|svängen|"
    r"kroken|"
    r"brinken|höjden|ringen|vagen|gränden|vreten|gärdet|liden|hagen|tun|dalen|kullen|parken)"
)
_NUMBERED = re.compile(r"[a-zåäö.] ?\d{1,4}\b")
_ADDRESS = re.compile(
    rf"(?:(?:Norra|Södra|Östra|Västra|Stora|Lilla|Gamla|Nya|Övre|"
    rf"Nedre)\s)?{_STREET}\s\d{{1,3}}(?:\s?[A-HJ])?(?![\w:.]*\d)"
    r"(?:,?\s\d{3}\s?\d{2}\s[A-ZÅÄÖ][a-zåäö]+)?"
)
# A capitalised name of any kind with a number (`Skogslyckan 8`, `Per Lars väg 4`): a home only in so many words.
_NAMED_HOUSE = re.compile(
    r"(?:[A-ZÅÄÖ][\wåäöé]+\s){1,2}(?:väg|gata|gränd|stig|backe|allé|torg|plan)\s\d{1,3}(?:\s?[A-HJ])?(?!\w)|"
    r"(?:Norra|Södra|Östra|Västra|Stora|Lilla|Gamla|Nya|Övre|Nedre)\s[A-ZÅÄÖ][a-zåäö]+\s\d{1,3}(?:\s?[A-HJ])?(?!\w)|"
    r"\b[a-zåäö]{3,}(?:vägen|gatan|gränden|stigen)\s\d{1,3}(?!\w)|[A-ZÅÄÖ][a-zåäö]{2,}plan\s\d{1,3}(?!\w)|"
    r"(?<=på\s)[A-ZÅÄÖ][a-zåäöé]{4,}\s\d{1,3}(?:\s?[A-HJ])?(?=\s+i\s+[A-ZÅÄÖ]|[.,;)\n]|$|\s+(?:har|när|och|är|stod|"
    r"kom|blev)\s)"
)
_FLAT = re.compile(r"\b(?:lgh|lägenhet|lägenhetsnummer)\.?\s?\d{3,4}\b", re.IGNORECASE)
_HOME = re.compile(
    r"\b(?:bor|bodde|bosatt|boende|hemma|adress(?:en)?|folkbokförd|grannens?|grannarnas?|granne|min|mitt|mina|mig|"
    r"villan?|"
    r"stugan|sommarstugan|huset|radhus\w*|uppfart\w*|garageuppfart\w*|altan\w*|balkong\w*|sovrum\w*|köket|våningen|"
    r"trädgård\w*|tomten|"
    r"ytterdörr\w*|lyan|hyr|hyrde|flytta\w*|brevinkast\w*|brevlåda|ägaren|ägare|lgh|lägenhet\w*|kontraktet|hyresgästen|familjen)\b",
    re.IGNORECASE,
)
_AT_HOME_AFTER = re.compile(
    r"\b(?:sin|sitt|sina|hans|hennes|deras)\s+(?:egen\s+|eget\s+)?(?:balkong|lägenhet|trädgård|villa|hus|altan|uppfart|tomt|hem)\b",
    re.IGNORECASE,
)
_COMMON_ROOM = re.compile(
    r"\b(?:trapphus\w*|tvättstug\w*|gård(?:en)?|innergård\w*|port\w*|källar\w*|garage\w*|lokal\w*|utanför)\b",
    re.IGNORECASE,
)
HOME_CONTEXT = 110
# Between a name and its address: `Reine Karlgren, 650512 9848, Fallvägen 6`.
_SAME_PERSON = re.compile(r"[\s,;()\d/+–-]{1,40}(?:(?:tel|tfn|mobil|bor på|bor)[\s.:]*[\d\s-]*,?\s?)?")
# So many different words are remembered as sensitive or not.
CACHED_WORDS = 50_000


def find_personal(
    text: str, known: Iterable[str] = (), places: frozenset[str] = frozenset(), *, letter: bool = False
) -> tuple[PersonalSpan, ...]:
    """What identifies a private person in the text, in order, without overlaps.

    Args:
        text: any text; offsets are into it.
        known: names known to be persons', such as the reporter's; their parts are found anywhere.
        places: names of places, in lower case, which are no persons'.
        letter: the text is a letter, so its last lines may be a signature; what we wrote ourselves is none.
    """
    return find_in(Text(text), known, places, letter=letter)


def find_in(
    text: Text, known: Iterable[str] = (), places: frozenset[str] = frozenset(), *, letter: bool = False
) -> tuple[PersonalSpan, ...]:
    """As `find_personal`, for a text already split into words."""
    raw = text.text
    names = find_names(text, known, places, letter=letter)
    spans = [PersonalSpan(name.start, name.end, raw[name.start : name.end], "namn") for name in names]
    spans += _sensitive(text)
    if _DIGIT.search(raw):
        spans += _numbers(raw, [span for span in spans if span.kind == "namn"])
    if "@" in raw:
        spans += _emails(raw)
    return _without_overlaps(spans)


def mask(text: str, spans: Iterable[PersonalSpan]) -> str:
    """The text with each span replaced by its kind in brackets: `[namn]`, `[telefon]`."""
    pieces: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        pieces += (text[at : span.start], LABELS[span.kind])
        at = span.end
    return "".join((*pieces, text[at:]))


def _without_overlaps(spans: list[PersonalSpan]) -> tuple[PersonalSpan, ...]:
    kept: list[PersonalSpan] = []
    for span in sorted(spans, key=lambda one: (_ORDER.index(one.kind), one.start - one.end)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda one: one.start))


def _spans(
    text: str, pattern: re.Pattern[str], kind: PersonalKind, holds: Callable[[re.Match[str]], bool]
) -> Iterator[PersonalSpan]:
    for match in pattern.finditer(text):
        if holds(match):
            yield PersonalSpan(match.start(), match.end(), match.group(), kind)


def _numbers(text: str, names: list[PersonalSpan]) -> Iterator[PersonalSpan]:
    if CASE_DIGITS.search(text):
        yield from _spans(text, CASE_NUMBER, "ärendenummer", lambda _: True)
    runs = [len(run) for run in _DIGITS.findall(text)]
    if max(runs, default=0) >= IDENTITY_DIGITS:
        yield from _spans(text, _IDENTITY, "personnummer", lambda match: _is_identity(match, text, names))
    if sum(runs) >= PHONE_DIGITS:
        yield from _spans(text, _PHONE, "telefon", _is_phone)
    yield from _spans(text, _PLATE, "regnr", lambda match: _is_plate(match, text))
    if _NUMBERED.search(text):
        yield from _spans(text, _ADDRESS, "adress", lambda match: _is_home(match, text, names))
        yield from _spans(text, _NAMED_HOUSE, "adress", lambda match: _is_home(match, text, names))
        yield from _spans(text, _FLAT, "adress", lambda _: True)


def _is_identity(match: re.Match[str], text: str, names: list[PersonalSpan]) -> bool:
    """Swedish personal identity or coordination number: a possible day and Luhn's check digit, or named as one."""
    from personnummer.personnummer import Personnummer, PersonnummerException

    month, day = int(match[2]), int(match[3])
    if not (1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)):
        return False
    try:
        Personnummer(re.sub(r"\s|–", "", match.group()).replace("--", "-"))
    except PersonnummerException:
        return _IDENTITY_WORD.search(text, max(0, match.start() - 40), match.start()) is not None or any(
            0 <= match.start() - name.end <= NEAR_NAME for name in names
        )
    return True


def _is_phone(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match.group())
    if not PHONE_DIGITS <= len(digits) <= 14 or match.group().startswith(_SERVICE_NUMBERS):
        return False
    from phonenumbers import NumberParseException, is_possible_number, parse

    number = re.sub(r"^00", "+", re.sub(r"[^\d+]", "", match.group()))
    try:
        return bool(is_possible_number(parse(number, "SE")))
    except NumberParseException:
        return False


def _is_plate(match: re.Match[str], text: str) -> bool:
    letters = match[1]
    if letters.lower() in _NO_PLATES or not (letters.isupper() or letters.islower()):
        return False
    context = text[max(0, match.start() - PLATE_CONTEXT) : match.end() + 40]
    if letters.islower() or text[match.start() : match.end()].count("-"):
        return _LOWER_PLATE.search(text, max(0, match.start() - 30), match.start()) is not None
    # Only plates end in a letter after two digits.
    return match[2][-1].isalpha() or _PLATE_WORD.search(context) is not None


def _is_home(match: re.Match[str], text: str, names: list[PersonalSpan]) -> bool:
    """Whether a street with its number is somebody's home: the words before it, or a name on the same line, say so."""
    before = text[max(0, match.start() - HOME_CONTEXT) : match.start()]
    line = before.rpartition("\n")[2]
    if re.search(r"(?:^|\n)\s*(?:bor|adress|hemadress)\s*:\s*$", before, re.IGNORECASE):
        return True
    if any(0 <= match.start() - name.end <= 3 or 0 <= name.start - match.end() <= 3 for name in names):
        return True
    if _FLAT.search(text, match.end(), match.end() + HOME_CONTEXT):
        return True
    if any(_SAME_PERSON.fullmatch(text, name.end, match.start()) for name in names if name.end < match.start()):
        return True
    close = [
        name
        for name in names
        if 0 < match.start() - name.end < 30 and not re.search(r"[.!?\n]", text[name.end : match.start()])
    ]
    if close and re.search(r"\b(?:på|i)\s+$", before):
        return True
    sentence = re.split(r"[.!?]\s", line)[-1]
    near = sentence if len(sentence.split()) > 1 else line
    after = re.split(r"[.!?\n]", text[match.end() : match.end() + HOME_CONTEXT], maxsplit=1)[0]
    at_home = _HOME.search(near) is not None or _AT_HOME_AFTER.search(after) is not None
    return at_home and not _COMMON_ROOM.search(sentence)


def _emails(text: str) -> Iterator[PersonalSpan]:
    yield from _spans(text, _EMAIL, "e-post", lambda match: _is_personal_address(match.group()))


def _is_personal_address(address: str) -> bool:
    """Whether a mail address is a person's: `trygghet@…` and `kundtjanst@…` are functions."""
    local = address.partition("@")[0].lower()
    parts = [part for part in re.split(r"[._+\d-]+", local) if part]
    if not parts or any(is_first_name(part) for part in parts):
        return True
    return not any(fold(part) in functions() for part in parts) and not parts[0].endswith(("en", "et", "na"))


@cache
def _sensitive_words() -> tuple[frozenset[str], tuple[str, ...]]:
    text = files("classify").joinpath("data/sensitive.txt").read_text(encoding="utf-8")
    words = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return frozenset(word for word in words if not word.endswith("*")), tuple(
        word[:-1] for word in words if word.endswith("*")
    )


def _sensitive(text: Text) -> Iterator[PersonalSpan]:
    for word in text.words:
        if _is_sensitive(word.low):
            yield PersonalSpan(word.start, word.end, word.text, "känslig")


@lru_cache(CACHED_WORDS)
def _is_sensitive(word: str) -> bool:
    whole, stems = _sensitive_words()
    return word in whole or word.startswith(stems)
