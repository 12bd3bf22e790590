"""How Swedish writes dates, numbers and lists: the filters that templates use."""

from collections.abc import Sequence
from datetime import date

from digest.period import Period

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def day(value: date) -> str:
    """`tisdag 17 november`."""
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def dates(period: Period) -> str:
    """`16–22 november 2026`, `28 december 2026 – 3 januari 2027`, `1 januari – 31 december 2026`."""
    first, last = period.first, period.last
    ends = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{ends}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {MONTHS[first.month - 1]}{year} – {ends}"


def occurred(value: str) -> str:
    """`2026-11-17` or `2026-11-17T22` as `tisdag 17 november` or `tisdag 17 november kl. 22`."""
    hour = f" kl. {value[11:13]}" if len(value) > 10 else ""
    return day(date.fromisoformat(value[:10])) + hour


def decimal(value: float) -> str:
    """One decimal, with comma, none where it is nought: `9,5`, `12`."""
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def listed(names: Sequence[str]) -> str:
    """`Kinna, Skene och Örby`."""
    return " och ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def capital(text: str) -> str:
    """The first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
