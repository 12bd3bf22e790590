"""Reports that tell of the same event, as one line of the picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from classify.assessment import URGENCIES, Occurred, PoliceReport, Urgency
from digest.entries import Entry, Masked, Source


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. It belongs to the period in which its first report is dated, and to no other.

    Attributes:
        reference: of its first report, by which staff call it; references: of all its reports.
        day: the local day of its first report.
        voices: opaque keys of the independent voices; sources: what kinds they are.
        reviewed: whether a person has looked at one of its reports.
        late: dated before the period, but received after that period's digest was made.
    """

    reference: str
    references: tuple[str, ...]
    day: date
    category: str
    subcategory: str | None
    urgency: Urgency
    locality: str | None
    site: str | None
    latitude: float | None
    longitude: float | None
    occurred: Occurred | None
    police_report: PoliceReport
    recurring: bool
    upcoming: bool
    reviewed: bool
    voices: frozenset[str]
    sources: tuple[Source, ...]
    excerpt: Masked
    late: bool = False

    @property
    def urgent(self) -> bool:
        """Whether it stands under what needs attention now."""
        return self.urgency in {"akut", "hog"}


def happenings(entries: Iterable[Entry], groups: Iterable[Sequence[int]] = ()) -> tuple[Happening, ...]:
    """Entries gathered into events, by day. `groups` holds report numbers of one event each; others stand alone."""
    event_of = {number: min(group) for group in groups for number in group}
    gathered: dict[int, list[Entry]] = {}
    for entry in sorted(entries, key=lambda e: e.id):
        gathered.setdefault(event_of.get(entry.id, entry.id), []).append(entry)
    return tuple(sorted(map(happening, gathered.values()), key=lambda h: (h.day, h.reference)))


def happening(told: Sequence[Entry]) -> Happening:
    """Entries of one event, first report first, to one line; what people have reviewed goes first."""
    lead = next((e for e in told if e.reviewed), told[0])
    ordered = (lead, *(e for e in told if e is not lead))
    placed = next((e for e in ordered if e.site), next((e for e in ordered if e.locality), lead))
    return Happening(
        reference=told[0].reference,
        references=tuple(e.reference for e in told),
        day=min(e.day for e in told),
        category=lead.category,
        subcategory=next((e.subcategory for e in ordered if e.category == lead.category and e.subcategory), None),
        urgency=min((e.urgency for e in told), key=URGENCIES.index),
        locality=placed.locality,
        site=placed.site,
        latitude=placed.latitude,
        longitude=placed.longitude,
        occurred=next((e.occurred for e in ordered if e.occurred), None),
        police_report=_police(told),
        recurring=any(e.recurring for e in told),
        upcoming=any(e.upcoming for e in told),
        reviewed=lead.reviewed,
        voices=frozenset(e.voice for e in told),
        sources=tuple(sorted({e.source for e in told})),
        excerpt=next((e.excerpt for e in ordered if e.excerpt), Masked("")),
    )


def _police(told: Sequence[Entry]) -> PoliceReport:
    answers = {e.police_report for e in told}
    return "yes" if "yes" in answers else "no" if "no" in answers else "unknown"
