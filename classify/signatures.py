"""Who signed a letter: names in its last lines and after closing phrases (`Mvh`, `Hälsningar`, `/`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classify.names import is_first_name, looks_like_surname
from classify.sentences import word_set

# A signature stands in the last so many lines.
SIGNATURE_LINES = 6
MAX_SIGNATURE = 60
# An unknown single word is a name only where it is not longer: `Ellet`, not `Driftledningen`.
LONGEST_UNKNOWN = 7
MAX_SIGNATURE_WORDS = 8

NOT_SURNAMES = word_set(
    "livs blommor bygg café cafe konditori pizzeria grill bar frukt tobak optik järn mat salong skola torg väg "
    "gata kyrka park station centrum plats gård minne vänner byalag förening hus bageri åkeri el kiosk krog ab hb "
    "kommun polisen polis och i på"
)
_CLOSING = re.compile(
    r"^\W*(?:(?:med\s+)?(?:mvh|vh|hälsn(?:ingar|ing)?|halsn(?:ingar|ing)?|vänlig(?:a|en|t)?|vanlig(?:a|en)?|bästa|"
    r"varma|"
    r"glada|hälsar|halsar|hlsn|högaktningsfullt|med\s+vänlig|med\s+högaktning|tack|tacksam|önskar|hej\s?då|kram|för|"
    r"ha\s+det\s+(?:bra|gott)|d[uå]\s+vet|allt\s+gott|trevlig\s+helg|skön\s+sommar|på\s+förhand)[\s.,!:]*"
    r"(?:hälsn(?:ingar|ing)?|halsn(?:ingar|ing)?|på\s+förhand|styrelsen|gruppen|föreningen|från)?|//?|"
    r"[-–—~*>])[\s.,!:>]*",
    re.IGNORECASE,
)
COMPANY = re.compile(r"\s+(?:AB|HB|KB|Aktiebolag|& Co|Ekonomisk förening|IF|BK|IK|FK|SK|Livs|Bygg|Järn|Blommor)\b")
GROUP = re.compile(
    r"(?:en|et|na|ning|gruppen|laget|personal|tjänst|service|förening|skola|polis|kommun|enhet|samordnare|centralen|"
    r"butik|skolan|kyrkan|stugan|"
    r"team|avdelning|förvaltning|väktarbolag|bevakning|styrelse|kansli|jour|drift|ledning)$",
    re.IGNORECASE,
)
# Words that stand alone in a signature and are no names.
_NOBODY = word_set(
    "polisen rektorn jouren driften kansliet vakten skolan kören laget gänget butiken kiosken caféet värden "
    "grannen granne boende orolig anonym hälsningar tack mvh personalen styrelsen föreningen byalaget "
    "fastighetsskötaren väktare tacksam skickat iphone från samma hälsning kontoret receptionen redaktionen "
    "kommunen enheten säkerheten tryggheten familjen"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name at characters `start` to `end`."""

    start: int
    end: int


def find_signers(text: str, places: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Names in the last lines, and wherever a line is a closing phrase with a name.

    Args:
        text: a letter.
        places: names of places, in lower case: a locality under a signature is none.
    """
    lines = [match for match in re.finditer(r"[^\n]+", text) if match.group().strip()]
    for number, line in enumerate(lines):
        late = number >= max(1, len(lines) - SIGNATURE_LINES)  # the first line is the subject
        closing = _CLOSING.match(line.group())
        signed = number > 0 and _is_closing_alone(lines[number - 1].group())
        if late:
            yield from (one for one in _listed(line) if _word(text, one) not in places)
        if closing or signed or late:
            last = number == len(lines) - 1
            skip = closing.end() if closing else 0
            sure = bool(closing) or signed
            yield from (
                one for one in _in_signature(line, skip, sure=sure, last=last) if _word(text, one) not in places
            )
    yield from _after_inline_closing(text)


def _word(text: str, name: Name) -> str:
    return text[name.start : name.end].lower()


def _is_closing_alone(line: str) -> bool:
    match = _CLOSING.match(line)
    return match is not None and match.end() >= len(line.strip()) - 1


_INLINE_GATE = ("vh", "lsn", "lsar", "nligen", "ack", "VH", "/")
_INLINE = re.compile(
    r"(?:\b(?i:mvh|vh|hälsn(?:ingar|ing)?|halsn(?:ingar|ing)?|hälsar|vänligen|tack)\b[.,!]?|(?:(?<=\s)|^)//?)\s*"
    r"([A-ZÅÄÖ][\w-]+(?:\s[A-ZÅÄÖ][\w-]*)?)(?=[.! \t]*$|,|\s(?:på|i|från|vid|hos)\s)",
    re.MULTILINE,
)


# The last word of all, after a sentence: `… i min unges rum!! Micke`.
_LAST = re.compile(r"[.!?…)][ \t]+([A-ZÅÄÖ][^\W\d_]+(?:[ \t][A-ZÅÄÖ][\w-]*){0,2})[.!\s]*$")


# `hälsn tyra`, without capitals
_PLAIN_END = re.compile(r"\b(?:mvh|vh|hälsn\w*|halsn\w*|kram)\b[.,!]?[ \t]+([a-zåäö]{2,})[.!\s]*$", re.IGNORECASE)
# `Rv 14 / Lindberg`
_SLASHED = re.compile(r"/[ \t]*([A-ZÅÄÖ][^\W\d_]+(?:[ \t][A-ZÅÄÖ][\w-]*)?)[.\s]*$")


def _after_inline_closing(text: str) -> Iterator[Name]:
    last = _LAST.search(text, max(0, len(text) - MAX_SIGNATURE))
    if last is not None and is_first_name(last[1].split()[0]):
        yield Name(last.start(1), last.end(1))
    plain = _PLAIN_END.search(text, max(0, len(text) - MAX_SIGNATURE))
    if plain is not None and is_first_name(plain[1]):
        yield Name(plain.start(1), plain.end(1))
    slashed = _SLASHED.search(text, max(0, len(text) - MAX_SIGNATURE))
    if slashed is not None and looks_like_surname(slashed[1].split()[-1]):
        yield Name(slashed.start(1), slashed.end(1))
    if not any(map(text.__contains__, _INLINE_GATE)):
        return
    for match in _INLINE.finditer(text):
        word = match[1].split()[0]
        if word[0].isupper() and not GROUP.search(match[1]) and (is_first_name(word) or match[1] != word):
            yield Name(match.start(1), match.end(1))


_SIGNED = re.compile(
    r"\s*((?:[A-ZÅÄÖ]\.?\s?){1,2}(?=[A-ZÅÄÖ][a-zåäö])[\w-]+|"
    r"[^\W\d_][\w'’.-]*(?:\s+(?:von|af|de|al|el)\b)?(?:\s+[A-ZÅÄÖ][\w'’-]*\.?){0,3})"
    r"(?:\s*(?:,|&|och|o|\+|/)\s+([A-ZÅÄÖ][\w'’-]*(?:\s+[A-ZÅÄÖ][\w'’-]*){0,2}))?"
)


_SIGNER_LIST = re.compile(r"\W*[A-ZÅÄÖ][\w-]+(?:(?:\s*,|\s+(?:och|o|&|\+)|\s*/)\s*[A-ZÅÄÖ][\w-]+)+[.!\s]*")


def _listed(line: re.Match[str]) -> Iterator[Name]:
    """`Wera, Mustafa, Lo och Casper`: a line of nothing but single names, one of which is known."""
    if not _SIGNER_LIST.fullmatch(line.group()):
        return
    words = list(re.finditer(r"[A-ZÅÄÖ][\w-]+", line.group()))
    if any(is_first_name(word.group()) for word in words[: len(words) // 2 + 1]):
        yield from (Name(line.start() + word.start(), line.start() + word.end()) for word in words)


def _in_signature(line: re.Match[str], skip: int, *, sure: bool, last: bool) -> Iterator[Name]:
    content = line.group()[skip:]
    if (
        len(content.strip()) > MAX_SIGNATURE
        or len(content.split()) > MAX_SIGNATURE_WORDS
        or content.rstrip().endswith((":", "?"))
    ):
        return
    match = _SIGNED.match(content)
    if match is None or COMPANY.search(content[: match.end() + 6]):
        return
    rest = content[match.end() :]
    plain = content == content.lower()
    if plain and (sure or last):
        yield from _plain_signature(content, line.start() + skip)
        return
    start = line.start() + skip
    if _is_signer(match[1], rest, sure=sure, last=last):
        yield Name(start + match.start(1), start + match.end(1))
    if match[2] and _is_signer(match[2], rest, sure=sure, last=last):
        yield Name(start + match.start(2), start + match.end(2))


def _is_signer(name: str, rest: str, *, sure: bool, last: bool) -> bool:
    words = [word for word in re.split(r"[\s.]+", name) if word]
    if not words or not words[0][0].isupper() or words[0].lower() in NOT_SURNAMES or len("".join(words)) < 2:
        return False
    tail = rest.strip()
    free = not tail or tail[0] in ",.(/-–|" or tail.split()[0].lower() in ("på", "i", "från", "vid", "för", "hos", "m")
    if is_first_name(words[0]):
        return free or sure
    short = len(words[0]) == 2 and words[0].isupper() and not looks_like_surname(words[-1])  # `IT Helpdesk`
    if short or words[0].lower() in _NOBODY or words[0].lower() in ("vt", "vkt", "ov"):
        return False
    if len(words) == 1:
        return (sure or last) and not tail.strip("!.") and not (len(name) > LONGEST_UNKNOWN and GROUP.search(name))
    if (GROUP.search(name) and not looks_like_surname(words[-1])) or (
        GROUP.search(words[0]) and len(words[0]) > LONGEST_UNKNOWN
    ):
        return False
    named = looks_like_surname(words[-1]) or len(words[0]) <= 2 or ((sure or last) and not tail)
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
