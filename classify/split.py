"""Several events in one mail: each entry of a list that tells of another place becomes a report of its own."""

from dataclasses import dataclass, field, replace

from classify.lists import Entry, Listing, read_list
from classify.places import Gazetteer
from classify.scene import find_place
from ingest.message import Report

# What stands before a list is kept with each part (its date, its object) up to this length.
MAX_HEADER = 160
# A mail is split into so many events at most; more is a log, kept whole for people to read.
MAX_EVENTS = 30
# A part of a building (`ingången`) is no place of its own.
OWN_PLACE_RANK = 2.0
NAMED_RANK = 3.5


@dataclass(slots=True)
class _Event:
    key: tuple[str | None, str | None]
    texts: list[str] = field(default_factory=list)


def split_report(report: Report, gazetteer: Gazetteer) -> tuple[Report, ...]:
    """One report for each event told, with its own text and position; a plain narrative stays one report."""
    listing = read_list(report.text) if report.kind != "form" else None
    if listing is None:
        return (report,)
    events = _events(listing, gazetteer)
    if not 2 <= len(events) <= MAX_EVENTS or not _distinct(listing, events):
        return (report,)
    header = "" if len(listing.header) > MAX_HEADER else listing.header
    texts = ["\n".join(filter(None, (header, *event.texts))) for event in events]
    return tuple(replace(report, text=text, position=report.position + at) for at, text in enumerate(texts))


def _events(listing: Listing, gazetteer: Gazetteer) -> list[_Event]:
    """Entries that tell something; one without a place of its own goes on with the event before it."""
    events: list[_Event] = []
    for entry in listing.entries:
        if listing.kind == "times" and entry.dull:
            continue
        key = _own_place(entry, gazetteer, named=listing.kind != "times")
        if not events or (key != (None, None) and not _same(key, events[-1].key)):
            events.append(_Event(key))
        events[-1].texts.append(entry.text)
    return events


def _own_place(entry: Entry, gazetteer: Gazetteer, *, named: bool) -> tuple[str | None, str | None]:
    found = find_place(entry.text, gazetteer)
    lowest = NAMED_RANK if named else OWN_PLACE_RANK
    sites = [
        one.mention.name for one in found.scored if one.mention.rank >= lowest and one.mention.name == found.place.site
    ]
    return found.place.locality or found.place.outside, sites[0] if sites else None


def _same(key: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    """Whether two places may be one: what both name is equal, and they share something."""
    pairs = list(zip(key, other, strict=True))
    return all(one == two or None in (one, two) for one, two in pairs) and any(one == two and one for one, two in pairs)


def _distinct(listing: Listing, events: list[_Event]) -> bool:
    """A numbered list or bullets are several events only where each names its own place."""
    return listing.kind == "times" or all(event.key != (None, None) for event in events)
