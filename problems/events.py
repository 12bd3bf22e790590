"""Linked sightings as events: who tells of it, where, when, how urgent."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from classify.assessment import URGENCIES
from problems.places import Homes
from problems.types import Event, EventDecision, EventLink, PlaceKey, Proposal, Sighting

T = TypeVar("T")
UNKNOWN_VOICE = "okänd"


class Voices:
    """Who is the same voice as whom: one address, one organisation's name, one organisation's mail domain."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        self.parent: dict[str, str] = {}
        self.names: dict[str, str] = {}
        told = tuple(sightings)
        for s in told:
            if s.voice and s.organisation:
                self._join(s.voice, _named(s))
        for one, other in _colleagues(told):
            self._join(one, other)
        for s in told:
            if s.organisation:
                self.names.setdefault(self.of(s), s.organisation)

    def of(self, s: Sighting) -> str:
        """The voice of one sighting; all unknown ones are one."""
        return self._root(s.voice or (_named(s) if s.organisation else UNKNOWN_VOICE))

    def name(self, voice: str) -> str | None:
        """The organisation's name as it was first written."""
        return self.names.get(voice)

    def _root(self, voice: str) -> str:
        while (above := self.parent.get(voice, voice)) != voice:
            voice = above
        return voice

    def _join(self, a: str, b: str) -> None:
        first, second = sorted((self._root(a), self._root(b)))
        if first != second:
            self.parent[second] = first


def _named(s: Sighting) -> str:
    return f"organisation {s.organisation.casefold()}"


def _colleagues(told: Iterable[Sighting]) -> Iterator[tuple[str, str]]:
    """Addresses at a domain where most of them give one and the same organisation: the silent ones belong to it too."""
    domains: dict[str, dict[str, str]] = {}
    for s in told:
        domain = s.voice.partition(":")[0]
        if domain:
            seen = domains.setdefault(domain, {})
            seen[s.voice] = _named(s) if s.organisation else seen.get(s.voice, "")
    for seen in domains.values():
        name, count = Counter(seen.values()).most_common(1)[0]
        if name and 2 * count > len(seen):
            yield from ((voice, name) for voice, given in seen.items() if not given)


def gather(sightings: Sequence[Sighting], events: Mapping[int, int], homes: Homes) -> tuple[Event, ...]:
    """Every event of these sightings, oldest first."""
    voices, told = Voices(sightings), sorted(sightings, key=lambda s: s.report_id)
    by_event: dict[int, list[Sighting]] = {}
    places: dict[int, PlaceKey] = {}
    for s in told:
        if s.report_id in events and s.counts:
            by_event.setdefault(events[s.report_id], []).append(s)
            places[s.report_id] = homes.home(s)
    found = (_event(members, [places[s.report_id] for s in members], voices) for members in by_event.values())
    return tuple(sorted(found, key=lambda event: (event.day, event.id)))


def _event(told: Sequence[Sighting], places: Sequence[PlaceKey], voices: Voices) -> Event:
    when = min(told, key=lambda s: (s.hour is None, not s.dated, s.report_id))
    exact = min(told, key=lambda s: (s.latitude is None, s.site is None, s.report_id))
    heard = tuple(dict.fromkeys(map(voices.of, told)))
    return Event(
        id=told[0].report_id,
        reference=told[0].reference,
        reports=tuple(s.report_id for s in told),
        references=tuple(s.reference for s in told),
        voices=heard,
        organisations=tuple(name for voice in heard if (name := voices.name(voice))),
        place=_commonest([p for p in places if p.name] or list(places)),
        category=_commonest([s.category for s in told]),
        day=when.day,
        weekday=when.weekday,
        hour=when.hour,
        urgency=min((s.urgency for s in told), key=URGENCIES.index),
        police_report=_police(told),
        recurring=any(s.recurring for s in told),
        durations=tuple(dict.fromkeys(s.duration for s in told if s.duration)),
        upcoming=told[0].upcoming,
        site=exact.site,
        latitude=exact.latitude,
        longitude=exact.longitude,
    )


def _commonest(values: Sequence[T]) -> T:
    """The most frequent value; of several the first."""
    return Counter(values).most_common(1)[0][0]


def _police(told: Sequence[Sighting]) -> Literal["yes", "no", "unknown"]:
    said = {s.police_report for s in told}
    return "yes" if "yes" in said else "no" if "no" in said else "unknown"


def open_proposals(
    links: Iterable[EventLink],
    sightings: Sequence[Sighting],
    events: Mapping[int, int],
    decisions: Iterable[EventDecision],
) -> tuple[Proposal, ...]:
    """What staff should decide: likely links between reports of different events that nobody has decided on."""
    decided = {decision.pair for decision in decisions}
    names = {s.report_id: s.reference for s in sightings}
    return tuple(
        Proposal(k.report_id, names[k.report_id], k.other_id, names[k.other_id], k.score, k.reasons)
        for k in sorted(links, key=lambda k: (-k.report_id, -k.score))
        if k.report_id in names
        and k.other_id in names
        and (k.other_id, k.report_id) not in decided
        and events.get(k.report_id) != events.get(k.other_id)
    )
