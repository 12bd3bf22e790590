"""How Swedish writes dates, numbers and lists: the filters that templates use."""

from collections.abc import Sequence
from datetime import date

from classify.assessment import Occurred
from digest.period import Period

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
# First hour → how the part of the day is told.
PARTS = ((22, "på natten"), (18, "på kvällen"), (12, "på eftermiddagen"), (9, "på förmiddagen"), (5, "på morgonen"))
# Words longer than this need a place to break in the narrow columns of a telephone.
LONG_WORD = 7
VOWELS = "aeiouyåäö"
RECENT_WEEKS = 12
BUSIEST = 5


def day(value: date) -> str:
    """`tisdag 17 november`."""
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def short(value: date) -> str:
    """`17 november 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """`november 2026`."""
    return f"{MONTHS[value.month - 1]} {value.year}"


def dates(period: Period) -> str:
    """`16–22 november 2026`, `28 december 2026 – 3 januari 2027`, `1 januari – 31 december 2026`."""
    first, last = period.first, period.last
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short(last)}"
    start = short(first) if first.year != last.year else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start} – {short(last)}"


def named(period: Period) -> str:
    """`vecka 47 2026`, `kvartal 4 2026`, `tertial 3 2026`, `2026`: as subjects and titles have it."""
    word = {"week": "vecka", "quarter": "kvartal", "tertial": "tertial"}.get(period.kind)
    return f"{word} {period.number} {period.year}" if word else str(period.year)


def occurred(value: Occurred) -> str:
    """`tisdag 17 november`, `tisdag 17 november kl. 22`, `tisdag 17 november på kvällen`."""
    told = day(date.fromisoformat(value.value[:10]))
    if value.hour is None:
        return told
    if value.precision == "hour":
        return f"{told} kl. {value.hour:02}"
    part = next((words for first, words in PARTS if value.hour >= first), "på natten")
    return f"{told} {part}"


def decimal(value: float) -> str:
    """One decimal, with comma, none where it is nought: `9,5`, `12`."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def listed(names: Sequence[str]) -> str:
    """`Kinna, Skene och Örby`."""
    return " och ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def capital(text: str) -> str:
    """The first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """The first letter in lower case, save of a word like A-traktor: `rutor och glas`."""
    return text if text[1:2] == "-" else text[:1].lower() + text[1:]


def hyphens(text: str) -> str:
    """A soft hyphen near the middle of long words: `Björ·ketorp`, `Ordnings·störning`."""
    return " ".join(_hyphened(word) if len(word) > LONG_WORD else word for word in text.split(" "))


def _hyphened(word: str) -> str:
    starts = {_syllable(word.lower(), i) for i in range(3, len(word) - 2) if _opens(word.lower(), i)}
    at = min((i for i in sorted(starts) if i >= 3), key=lambda i: abs(i - len(word) / 2), default=len(word) // 2)
    return f"{word[:at]}\u00ad{word[at:]}"


def _opens(word: str, i: int) -> bool:
    return word[i] not in VOWELS and word[i + 1] in VOWELS


def _syllable(word: str, i: int) -> int:
    """Where the syllable of the consonant at `i` begins: kr, st, skr and their like are not torn apart."""
    if word[i] in "lrjv" and word[i - 1] in "bdfgkpt":
        i -= 1
    return i - 1 if word[i] in "ptk" and word[i - 1] == "s" else i


def busiest(hours: Sequence[Sequence[int]]) -> list[tuple[str, int]]:
    """The fullest spans of a weekday, most first: `[("fredag 21–24", 4), …]`."""
    spans = [
        (f"{WEEKDAYS[weekday]} {h:02}–{h + 3:02}", sum(row[h : h + 3]))
        for weekday, row in enumerate(hours)
        for h in range(0, 24, 3)
    ]
    return [span for span in sorted(spans, key=lambda s: -s[1])[:BUSIEST] if span[1]]


def total(weekly: Sequence[tuple[date, int]]) -> int:
    """Events over all the weeks."""
    return sum(n for _, n in weekly)


def recent(weekly: Sequence[tuple[date, int]]) -> int:
    """Events over the last twelve of the weeks."""
    return total(weekly[-RECENT_WEEKS:])


FILTERS = (day, short, month, dates, occurred, decimal, listed, capital, lowered, hyphens, busiest, total, recent)
