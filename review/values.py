"""What a person wrote in a cell, as the value that is kept; a value that is not allowed gives a sentence instead."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapidfuzz import fuzz, process

from review.model import Choices

# How alike a known value, or a word of it, must be (0–100) to be suggested for a refused one.
ALIKE = 70
# More of a refused value than this is not repeated in the answer.
MAX_QUOTED = 60
# A place name longer than this is no name.
MAX_SITE = 120
# A comment longer than this is a document.
MAX_COMMENT = 4000
NONE_WORDS = ("ingen", "inget", "inga", "-", "–", "saknas", "(ingen)")
YES, NO = ("ja", "x", "j", "yes", "true", "sant", "1"), ("nej", "n", "no", "false", "falskt", "0")
WHEN = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:(?:\s*,?\s*(?:kl\.?|klockan)?\s*|T)(?P<hour>\d{1,2})(?:[.:]\d{2}){0,2})?"
)
# Days since the end of 1899 (ECMA-376 part 1, 18.17.4.1): five digits are the years 1927 to 2173.
SERIAL = re.compile(r"[1-9]\d{4}([.,]\d+)?")
SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar day has no zone
REFERENCE = re.compile(r"LB-\d{4}-\d{5,}", re.IGNORECASE)
POLICE_WORDS = {"ja": "yes", "nej": "no", "okänt": "unknown", "vet ej": "unknown", "okänd": "unknown"}
VERDICTS = {"ej rapport": "dismissed", "öppna igen": "open"}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value cannot be taken, in Swedish, with a suggestion where one is near."""

    sentence: str


def quote(text: str) -> str:
    """What a person wrote, short enough to be told."""
    plain = " ".join(text[: 2 * MAX_QUOTED].split())
    return f"”{plain}”" if len(plain) <= MAX_QUOTED else f"”{plain[:MAX_QUOTED]} …”"


def fold(text: str) -> str:
    """For comparing what people write: no case, no doubled spaces, no signs in front."""
    return " ".join(text.split()).casefold().lstrip("▲△○▽ ").strip()


def parse(field: str, text: str, choices: Choices) -> str | Refused:
    """The kept value for one field; an empty string means "none"."""
    by_choice: dict[str, Callable[[], str | Refused]] = {
        "category": lambda: _choice(text, choices.categories, "Kategorin"),
        "urgency": lambda: _choice(text, choices.urgencies, "Brådskan"),
        "also": lambda: _several(text, choices),
        "locality": lambda: _locality(text, choices),
    }
    return by_choice[field]() if field in by_choice else PLAIN[field](text)


def _site(text: str) -> str | Refused:
    return "" if fold(text) in NONE_WORDS else _short(" ".join(text.split()), MAX_SITE, "Platsen")


def _comment(text: str) -> str | Refused:
    return "" if fold(text) in NONE_WORDS else _short(text.strip(), MAX_COMMENT, "Kommentaren")


def _quotable(text: str) -> str | Refused:
    return "" if fold(text) in NONE_WORDS else _short(text.strip(), MAX_COMMENT, "Texten i lägesbilden")


def _police(text: str) -> str | Refused:
    found = POLICE_WORDS.get(fold(text), "")
    return found or Refused(f"Polisanmält: {quote(text)} går inte att läsa. Välj Ja, Nej eller Okänt.")


def _choice(text: str, allowed: Sequence[tuple[str, str]], what: str) -> str | Refused:
    known = {fold(name): found for found, label in allowed for name in (found, label)}
    if fold(text) in known:
        return known[fold(text)]
    return Refused(f"{what} {quote(text)} finns inte.{_suggest(text, (label for _, label in allowed))}")


def _suggest(text: str, labels: Iterable[str]) -> str:
    """The nearest label, as a whole or by one of its words: `Vold` is near `Våld, hot och trakasserier`."""
    parts = [(label, part) for label in labels for part in (label, *re.findall(r"\w{3,}", label))]
    near = process.extractOne(
        text[:MAX_SITE], [p for _, p in parts], scorer=fuzz.ratio, processor=fold, score_cutoff=ALIKE
    )
    return f" Menade du {parts[near[2]][0]}?" if near else " Välj ur listan."


def _several(text: str, choices: Choices) -> str | Refused:
    if fold(text) in NONE_WORDS:
        return ""
    parts = [_choice(part, choices.categories, "Kategorin") for part in re.split(r"[,;\n]", text) if part.strip()]
    wrong = next((part for part in parts if isinstance(part, Refused)), None)
    return wrong or ",".join(dict.fromkeys(str(part) for part in parts))


def _locality(text: str, choices: Choices) -> str | Refused:
    if fold(text) in NONE_WORDS:
        return ""
    found = _choice(text, [(name, name) for name in choices.localities], "Orten")
    if isinstance(found, Refused):
        return Refused(f"{found.sentence} En ort som saknas läggs till i places.yaml.")
    return found


def _short(text: str, limit: int, what: str) -> str | Refused:
    return text if len(text) <= limit else Refused(f"{what} är längre än {limit} tecken. Korta den.")


def _flag(text: str) -> str | Refused:
    if fold(text) in YES:
        return "true"
    return "false" if fold(text) in NO else Refused(f"Återkommer: {quote(text)} går inte att läsa. Välj Ja eller Nej.")


def is_no(text: str) -> bool:
    """Whether a cell says no, or "none"."""
    return fold(text) in (*NO, *NONE_WORDS)


def is_yes(text: str) -> bool:
    """Whether a cell says yes."""
    return fold(text) in YES


def verdict(text: str) -> str | Refused:
    """Ja, Ej rapport or Öppna igen as a status."""
    if is_yes(text):
        return "approved"
    return VERDICTS.get(fold(text)) or Refused(f"Godkänn: {quote(text)} går inte att läsa. Välj Ja eller Ej rapport.")


def when(text: str) -> str | Refused:
    """`2026-11-21`, `2026-11-21 kl 22` or what a spreadsheet makes of it, as `YYYY-MM-DD` or `YYYY-MM-DDTHH`."""
    if fold(text) in NONE_WORDS:
        return ""
    found = WHEN.fullmatch(_from_serial(text.strip()))
    day = _day(found["day"]) if found else None
    hour = int(found["hour"]) if found and found["hour"] else None
    if day is None or (hour is not None and hour > 23):
        return Refused(f"Tiden {quote(text)} går inte att läsa. Skriv till exempel 2026-11-21 eller 2026-11-21 kl 22.")
    return day.isoformat() if hour is None else f"{day.isoformat()}T{hour:02d}"


def _from_serial(text: str) -> str:
    """A spreadsheet's own count of days, where it made one of what was typed, as a date."""
    if not SERIAL.fullmatch(text):
        return text
    at = SERIAL_START + timedelta(days=float(text.replace(",", ".")))
    return at.strftime("%Y-%m-%d %H:%M" if at.hour else "%Y-%m-%d")


def _day(text: str) -> date | None:
    try:
        year, month, day = map(int, text.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A local time without zone from `2026-11-21 kl 14`; None where the text is none."""
    found = when(text)
    return None if isinstance(found, Refused) or not found else datetime.fromisoformat(_whole(found))


def _whole(value: str) -> str:
    return f"{value}:00" if "T" in value else value


def references(text: str) -> tuple[str, ...]:
    """Every report reference in a cell, in capital letters."""
    return tuple(dict.fromkeys(found.upper() for found in REFERENCE.findall(text)))


PLAIN: Mapping[str, Callable[[str], str | Refused]] = {
    "site": _site,
    "occurred": when,
    "police_report": _police,
    "recurring": _flag,
    "status": verdict,
    "comment": _comment,
    "masked_text": _quotable,
}
