"""Spells of a problem, and by what declared criteria it is a candidate for långsiktigt."""

from collections.abc import Sequence
from datetime import date, timedelta

from problems.phrases import day, listed, reporters, weeks
from problems.types import Criteria, Event, PlaceKey, Spell

DAYS_PER_MONTH = 30
WEEK = timedelta(weeks=1)
SHOWN_DURATIONS = 2
# Events without a nearer place than the locality, or without locality, need not be of one place: it takes more.
VAGUE_FACTOR = 2


def spells(events: Sequence[Event], criteria: Criteria) -> tuple[Spell, ...]:
    """Events in order of time, cut where it was quiet long enough to close the problem."""
    return tuple(Spell(part[0].day, part[-1].day, len(part)) for part in split(events, criteria))


def split(events: Sequence[Event], criteria: Criteria) -> list[list[Event]]:
    """The events of each spell."""
    parts: list[list[Event]] = []
    for event in events:
        if not parts or event.day - parts[-1][-1].day > criteria.quiet:
            parts.append([])
        parts[-1].append(event)
    return parts


def closed(last_seen: date, as_of: date, criteria: Criteria) -> date | None:
    """The first day on which it had been quiet for long enough; None where it has not."""
    day = last_seen + criteria.quiet + timedelta(days=1)
    return day if day <= as_of else None


def active_weeks(events: Sequence[Event], as_of: date, criteria: Criteria) -> int:
    """In how many of the last weeks, the running one included, there was an event."""
    running = as_of - timedelta(days=as_of.weekday())
    return len({e.week for e in events if running - (criteria.weeks - 1) * WEEK <= e.week <= running})


def grounds(events: Sequence[Event], as_of: date, place: PlaceKey, criteria: Criteria) -> tuple[str, ...]:
    """Why the events of one spell, up to a day, make it a candidate; empty where they do not."""
    active = active_weeks(events, as_of, criteria)
    factor = 1 if place.exact else VAGUE_FACTOR
    enough = active >= criteria.active_weeks * factor
    found = [
        f"händelser i {active} av de senaste {weeks(criteria.weeks)}na" if enough else "",
        _voices(events, place, criteria),
        _stated(events) if criteria.stated and sum(e.recurring for e in events) >= factor else "",
    ]
    return tuple(reason for reason in found if reason)


def _voices(events: Sequence[Event], place: PlaceKey, criteria: Criteria) -> str:
    heard = {voice for event in events for voice in event.voices}
    lasted = (events[-1].day - events[0].day).days
    if not place.exact or len(heard) < criteria.organisations or lasted < criteria.months * DAYS_PER_MONTH:
        return ""
    return f"{reporters(len(heard))} under {weeks(lasted / 7)}"


def _stated(events: Sequence[Event]) -> str:
    said = list(dict.fromkeys(text for event in events for text in event.durations))[:SHOWN_DURATIONS]
    quoted = f" ({listed([f'”{text}”' for text in said])})" if said else ""
    return f"enligt rapporten återkommande eller långvarigt{quoted}"


def candidacy(
    events: Sequence[Event], as_of: date, place: PlaceKey, criteria: Criteria
) -> tuple[date | None, tuple[str, ...]]:
    """Since when in the running spell (`events`, oldest first) the criteria are met, and why.

    Once met they hold until the problem is closed.
    """
    if closed(events[-1].day, as_of, criteria):
        return None, ()
    met = next((n for n, e in enumerate(events, 1) if grounds(events[:n], e.day, place, criteria)), None)
    if met is None:
        return None, ()
    since = events[met - 1].day
    now = grounds(events, as_of, place, criteria)
    then = grounds(events[:met], since, place, criteria)
    return since, now or tuple(f"{reason} (uppfyllt {day(since)})" for reason in then)
