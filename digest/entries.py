"""What the digest room may know of a report: no raw text, no reporter, only what may be shown.

`Entry` is the only thing a situation picture is made from. It has no field that could hold the reporter's own words
other than `excerpt`, and `Masked` text is made in one place, from an assessment's masked text.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Literal, NewType

from classify.assessment import Assessment, Occurred, PoliceReport, Urgency
from ingest.message import Report
from problems.sightings import voice
from store.records import StoredReport

Masked = NewType("Masked", str)
Source = Literal["bostadsbolag", "naringsliv", "byalag", "kommun", "vaktare", "polis", "ovriga"]

# Two lines of a mail on a telephone: enough to recognise the event by, too little to tell a person's story.
EXCERPT_CHARS = 180
# A line of more words at the end of a mail says something, whatever name it holds.
SIGNATURE_WORDS = 5
# A place name; longer ones are sentences that a form field happened to hold.
NAME_CHARS = 60

LINK = re.compile(
    r"(?:(?:https?|ftp|file|javascript|data|mailto|tel):\S*|www\.\S+|\b\S+\.(?:se|com|net|nu|org|example)/\S*)",
    re.IGNORECASE,
)
# Combining marks over one letter: one is a language, more are a prank that covers the lines above.
PILED = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff])[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+"
)
# What a mail begins and ends with before and after it says anything.
GREETING = re.compile(
    r"^(?:hej(?:san)?|tjena|god ?(?:morgon|dag|kväll|natt))\b(?:[\s,!.:–-]|\[namn\]|\balla\b)*", re.IGNORECASE
)
SIGNATURE = re.compile(
    r"(?<=[.!?])(?:\s*(?:/|(?:mvh|hälsningar|vänliga hälsningar|med vänlig hälsning)\b[,.]?)?\s*\[namn\])+[.]?$",
    re.IGNORECASE,
)
# What in a role, an organisation or a name speaks for a kind of source; the register of reporters says it outright.
ROLES: tuple[tuple[Source, str], ...] = (
    ("bostadsbolag", r"bostad|bostäder|fastighet|hyresvärd|bovärd"),
    ("vaktare", r"väktare|ordningsvakt|bevakning"),
    ("polis", r"polis"),
    ("byalag", r"byalag|förening|bygdegård|sockenråd|nattvandr|hyresgäster|\b(?:brf|if|ik)\b"),
    ("kommun", r"kommun|skola|rektor|vaktmästar|fritidsledar|fritidsgård|bibliotek|förvaltning"),
    (
        "naringsliv",
        r"företag|näring|butik|handel|restaurang|krog|kiosk|café|kafé|bageri|hotell|apotek|frisör|åkeri|buss",
    ),
    ("naringsliv", r"\b(?:ab|hb|coop|hemköp|ica|livs|willys)\b"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One report, as the situation picture may use it.

    Attributes:
        day: the local day of the report; occurred: when it happened, where the text says.
        voice: an opaque key of who speaks, as the ledger has it; for counting independent voices only.
        excerpt: short masked text without links, bidi and control characters; empty where it may not be quoted.
    """

    id: int
    reference: str
    day: date
    category: str
    subcategory: str | None
    also: tuple[str, ...]
    urgency: Urgency
    locality: str | None
    site: str | None
    latitude: float | None
    longitude: float | None
    occurred: Occurred | None
    recurring: bool
    police_report: PoliceReport
    upcoming: bool
    reviewed: bool
    voice: str
    source: Source
    excerpt: Masked


def entries(reports: Iterable[StoredReport], zone: tzinfo, *, quote_unreviewed: bool) -> tuple[Entry, ...]:
    """Those of the reports that count in a situation picture."""
    return tuple(entry(r, zone, quoted=r.reviewed or quote_unreviewed) for r in reports if r.counts)


def entry(stored: StoredReport, zone: tzinfo, *, quoted: bool) -> Entry:
    """Stored report to entry: the reporter becomes an opaque voice and a kind of source, the text an excerpt."""
    found = stored.effective
    return Entry(
        id=stored.id,
        reference=stored.reference,
        day=stored.report.date.astimezone(zone).date(),
        category=name(found.category) or "ovrigt",
        subcategory=found.subcategory,
        also=found.also,
        urgency=found.urgency,
        locality=name(found.place.locality),
        site=name(found.place.site),
        latitude=found.place.latitude,
        longitude=found.place.longitude,
        occurred=found.occurred,
        recurring=found.recurring,
        police_report=found.police_report,
        upcoming=found.upcoming,
        reviewed=stored.reviewed,
        voice=voice(stored.report),
        source=source(stored.report),
        excerpt=excerpt(found, (stored.report.organisation, stored.report.reporter.name)) if quoted else Masked(""),
    )


def excerpt(assessment: Assessment, signed: Iterable[str] = ()) -> Masked:
    """The beginning of the masked text, harmless and short. What the finder marked is masked again should it remain.

    `signed` are the names by which the reporter may have signed: a picture does not tell who reported.
    """
    text = plain(_unsigned(assessment.masked_text, tuple(name.casefold() for name in signed if name.strip())))
    for span in sorted(assessment.personal, key=lambda s: len(s.text), reverse=True):
        text = text.replace(plain(span.text) or "\0", f"[{span.kind}]")
    told = SIGNATURE.sub("", GREETING.sub("", text))
    return Masked(shortened(told[:1].upper() + told[1:], EXCERPT_CHARS))


def _unsigned(text: str, names: tuple[str, ...]) -> str:
    """The text without the lines at its end that are the reporter's own name: `Styrelsen, Byalaget i Rydal`."""
    lines = [line for line in text.splitlines() if line.strip()]
    while len(lines) > 1 and _is_name(lines[-1].casefold().strip(" \t/,.–-"), names):
        lines.pop()
    return "\n".join(lines)


def _is_name(line: str, names: tuple[str, ...]) -> bool:
    return 0 < len(line.split()) <= SIGNATURE_WORDS and any(name in line or line in name for name in names)


def plain(text: str) -> str:
    """One line of visible characters: no links, bidi overrides, control or zero-width characters, piled marks."""
    composed = PILED.sub(r"\1", unicodedata.normalize("NFC", text))
    visible = "".join(" " if c.isspace() else c for c in composed if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(LINK.sub("[länk]", visible).split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words, never inside a mask."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-")
    return f"{cut} …"


def name(text: str | None) -> str | None:
    """A place's name as it may be shown, or None."""
    return shortened(plain(text), NAME_CHARS) or None if text else None


def source(report: Report) -> Source:
    """The kind of source that a reporter's role, organisation or name tells of."""
    told = f"{report.role} {report.organisation} {report.reporter.name}".casefold()
    return next((kind for kind, words in ROLES if re.search(words, told)), "ovriga")
