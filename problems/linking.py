"""Reports to events, one at a time in the order of their numbers, so that a new report changes no earlier event.

Linking a new report looks only at what lies near it in place and time. Doing it from scratch gives the same events,
because each step depends only on earlier reports, the links between them and what people decided.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from problems.compare import CERTAIN, REACH, Match, compare, contradict, near
from problems.types import EventDecision, EventLink, Sighting

# How much a report's likeness to an event is that to all its reports, and not to the likest alone.
MEAN_SHARE = 0.5
Decisions = Mapping[tuple[int, int], bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one report goes: `event` is its own number for a new event; `absorbed` are events it joins into it."""

    event: int
    links: tuple[EventLink, ...] = ()
    absorbed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Linking:
    """Report → event, and every link found."""

    events: dict[int, int]
    links: tuple[EventLink, ...]


def in_force(decisions: Iterable[EventDecision]) -> dict[tuple[int, int], bool]:
    """Pair of reports → same event or not, by the latest word."""
    return {decision.pair: decision.same for decision in decisions}


def place(new: Sighting, events: Mapping[int, Sequence[Sighting]], decisions: Decisions) -> Placed:
    """Finds the event of a report that is later than all others.

    Args:
        new: the report.
        events: event → all its sightings, of every event with a report near the new one or decided on with it.
        decisions: people's words; they hold against any evidence.
    """
    matches = {event: [(s, compare(new, s)) for s in told] for event, told in events.items()}
    links = tuple(link for told in matches.values() for s, match in told if (link := _link(new, s, match)))
    decided = [event for event, told in events.items() if _verdict(new, told, decisions) is True]
    chosen = decided + [e for e in _certain(new, events, matches, decisions) if e not in decided]
    chosen = _compatible(chosen, events, decisions)
    if not chosen:
        return Placed(new.report_id, _sorted(links))
    return Placed(min(chosen), _sorted(links), tuple(sorted(set(chosen) - {min(chosen)})))


def _link(new: Sighting, other: Sighting, match: Match) -> EventLink | None:
    if match.certainty is None:
        return None
    return EventLink(new.report_id, other.report_id, match.certainty, match.score, match.reasons)


def _sorted(links: Iterable[EventLink]) -> tuple[EventLink, ...]:
    return tuple(sorted(links, key=lambda link: (link.report_id, link.other_id)))


def _verdict(new: Sighting, told: Sequence[Sighting], decisions: Decisions) -> bool | None:
    """What people said of a report and an event: a single "not the same" with any of its reports keeps it out."""
    words = {decisions.get((min(new.report_id, s.report_id), max(new.report_id, s.report_id))) for s in told}
    if False in words:
        return False
    return True if True in words else None


def _certain(
    new: Sighting,
    events: Mapping[int, Sequence[Sighting]],
    matches: Mapping[int, Sequence[tuple[Sighting, Match]]],
    decisions: Decisions,
) -> list[int]:
    """The one event that the evidence is certain of, if there is one."""
    scores = sorted(
        (
            (_agreement([match.score for _, match in matches[event]]), -event)
            for event, told in events.items()
            if _verdict(new, told, decisions) is not False and not any(contradict(new, s) for s in told)
        ),
        reverse=True,
    )
    return [-scores[0][1]] if scores and scores[0][0] >= CERTAIN else []


def _agreement(scores: Sequence[float]) -> float:
    """How well a report fits an event: its best match, drawn towards the mean so that chains of likeness end."""
    return (1 - MEAN_SHARE) * max(scores) + MEAN_SHARE * max(0.0, sum(scores) / len(scores))


def _compatible(chosen: list[int], events: Mapping[int, Sequence[Sighting]], decisions: Decisions) -> list[int]:
    """Keeps of several events, first come first, those that nobody held apart from each other."""
    kept: list[int] = []
    for event in chosen:
        if all(_verdict(s, events[other], decisions) is not False for other in kept for s in events[event]):
            kept.append(event)
    return kept


@dataclass
class Index:
    """Sightings by block and day, for linking many in memory."""

    days: dict[tuple[str, date], list[Sighting]] = field(default_factory=lambda: defaultdict(list))
    members: dict[int, list[Sighting]] = field(default_factory=dict)
    event: dict[int, int] = field(default_factory=dict)
    partners: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    blocks: set[str] = field(default_factory=set)

    def around(self, new: Sighting) -> dict[int, list[Sighting]]:
        """Every event with a sighting near the new one, or decided on with it, whole."""
        blocks = ("", new.block) if new.block else tuple(self.blocks)
        told = {s.report_id: s for block in blocks for day in _reach(new) for s in self.days.get((block, day), ())}
        events = {self.event[s.report_id] for s in told.values() if near(new, s)}
        events |= {self.event[other] for other in self.partners[new.report_id] if other in self.event}
        return {event: self.members[event] for event in sorted(events)}

    def add(self, new: Sighting, placed: Placed) -> None:
        """Takes a placed report in."""
        told = self.members.setdefault(placed.event, [])
        for absorbed in placed.absorbed:
            told += self.members.pop(absorbed)
        told.append(new)
        self.event.update({s.report_id: placed.event for s in told})
        self.blocks.add(new.block)
        for day in _days(new):
            self.days[new.block, day].append(new)


def _days(s: Sighting) -> Iterable[date]:
    span = (s.end.date() - s.start.date()).days
    return (s.start.date() + timedelta(days=n) for n in range(span + 1))


def _reach(s: Sighting) -> Iterable[date]:
    first, last = (s.start - REACH).date(), (s.end + REACH).date()
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def link_all(sightings: Iterable[Sighting], decisions: Decisions) -> Linking:
    """Places every counting sighting from scratch, in the order of their numbers."""
    index = Index()
    for first, second in decisions:
        index.partners[first].add(second)
        index.partners[second].add(first)
    links: list[EventLink] = []
    for new in sorted((s for s in sightings if s.counts), key=lambda s: s.report_id):
        placed = place(new, index.around(new), decisions)
        index.add(new, placed)
        links += placed.links
    return Linking(dict(index.event), tuple(links))
